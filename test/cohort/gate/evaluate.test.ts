import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Aggregate,
  aggregateDigest,
  evaluate,
  type GateContext,
  type RolloutPlan,
  rolloutPlanDigest,
  type Verdict,
} from "../../../src/cohort/index.ts";
import { assessQuality, bytesToHex, encodeJcs, sha256 } from "../../../src/core/index.ts";
import { aggregateOf, cleanSource, contextOf, dayMs, type SampleCell, series, startMs } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

/** Failures overall, nothing else. */
const plainPlan: RolloutPlan = { ...samplePlan, metrics: [samplePlan.metrics[0]!], strata: [] };

/** The counters of a pilot ring without strata. */
function pilot(days: number, ...cells: readonly SampleCell[]): Aggregate {
  return aggregateOf(plainPlan, days, [series("pilot", "", cells)]);
}

/** A look at a pilot. */
function look(days: number, cells: readonly SampleCell[], changes: Partial<GateContext> = {}): Verdict {
  return evaluate(plainPlan, pilot(days, ...cells), contextOf(plainPlan, days, changes));
}

const codes = ({ reasons }: Verdict) => reasons.map(({ code }) => code);
const healthy = { hour: 0, enrolled: 1_000, success: 997, failure: 3 };

describe("evaluate, from the first vehicle to the last ring", () => {
  it("waits until the ring is filled, then until its outcomes are due", () => {
    const filling = look(1, [{ hour: 0, enrolled: 400, success: 10 }]);
    expect([filling.decision, filling.evidence.rule, codes(filling)]).toEqual(["hold", "soak", ["gate_ring_filling"]]);
    expect(filling.evidence.next.earliestDecisionMs).toBeNull();
    const soaking = look(1, [{ ...healthy, hour: 2 }]);
    expect([soaking.decision, codes(soaking)]).toEqual(["hold", ["gate_outcomes_immature"]]);
    expect(soaking.evidence.next.earliestDecisionMs).toBe(startMs + 3 * 3_600_000 + 7 * dayMs);
  });

  it("then for a person other than the owner who names its evidence, and expands", () => {
    const waiting = look(8, [healthy]);
    expect([waiting.decision, waiting.evidence.rule, codes(waiting)]).toEqual([
      "hold",
      "approval",
      ["gate_approval_missing"],
    ]);
    const evidenceDigest = waiting.evidence.evidenceDigest!;
    const approval = { approver: "a.kern", ring: "pilot", evidenceDigest, atMs: 0, expiresMs: startMs + 9 * dayMs };
    const state = waiting.evidence.state;
    const approved = look(8, [healthy], { approvals: [approval], state });
    expect([approved.decision, codes(approved)]).toEqual(["expand", ["gate_passed"]]);
    expect(approved.evidence.next).toEqual({ earliestDecisionMs: null, extendBy: null, openRing: "early" });
    expect(approved.evidence.evidenceDigest).toBe(evidenceDigest);
    expect(approved.evidence.verdictDigest).not.toBe(waiting.evidence.verdictDigest);
    for (const [fault, code] of [
      [{ approver: "r.meier" }, "gate_approval_by_owner"],
      // The look is at that instant.
      [{ expiresMs: startMs + 8 * dayMs + 3_600_000 }, "gate_approval_expired"],
      [{ atMs: startMs + 9 * dayMs - 1 }, "gate_approval_expired"],
      [{ evidenceDigest: "00".repeat(32) }, "gate_approval_of_other_evidence"],
      [{ ring: "early" }, "gate_approval_missing"],
    ] as const) {
      const refused = look(8, [healthy], { approvals: [{ ...approval, ...fault }], state });
      expect([refused.decision, codes(refused)]).toEqual(["hold", [code]]);
      const second = look(8, [healthy], { approvals: [{ ...approval, ...fault }, approval], state });
      expect(second.decision).toBe("expand");
    }
  });

  it("does not take an approval of other evidence: one more failure makes it another", () => {
    const evidenceDigest = look(8, [healthy]).evidence.evidenceDigest!;
    const approvals = [{ approver: "a.kern", ring: "pilot", evidenceDigest, atMs: 0, expiresMs: startMs + 99 * dayMs }];
    const other = look(8, [{ ...healthy, success: 996, failure: 4 }], { approvals });
    expect(codes(other)).toEqual(["gate_approval_of_other_evidence"]);
  });

  it("is complete after the last ring, whose gate can be another", () => {
    const rings = [
      { name: "pilot", vehicles: 1_000, maxVehicles: 1_000, approval: "none" },
      { name: "all", vehicles: 1_000, maxVehicles: 1_000, approval: "none", maxPpm: { failure: 10_000 } },
    ] as const;
    const plan = { ...plainPlan, rings };
    const all = [series("all", "", [{ ...healthy, hour: 200 }]), series("pilot", "", [healthy])];
    const verdict = evaluate(plan, aggregateOf(plan, 16, all), contextOf(plan, 16, { ring: "all" }));
    expect([verdict.decision, verdict.evidence.next.openRing]).toEqual(["complete", null]);
    // 6 of 2,000: 1 % takes no more than 8.
    expect(verdict.evidence.goChecks).toMatchObject([{ n: 2_000, count: 6, boundary: 8, passed: true }]);
    const early = evaluate(plan, aggregateOf(plan, 8, all), contextOf(plan, 8, { ring: "pilot" }));
    expect([early.decision, early.evidence.next.openRing]).toEqual(["expand", "all"]);
  });

  it("recommends as many more vehicles as would pass, within ring and pace, and then asks a person", () => {
    // 9 of 1,000: 2 % takes no more than 8; with 1,087 vehicles it takes 9.
    const worse = { hour: 0, enrolled: 1_000, success: 991, failure: 9 };
    const extend = look(8, [worse]);
    expect([extend.decision, codes(extend)]).toEqual(["extend", ["gate_evidence_missing"]]);
    const by = extend.evidence.next.extendBy!;
    const { test } = { test: extend.evidence.goChecks[0]! };
    expect(test).toMatchObject({ n: 1_000, count: 9, boundary: 8, passed: false, tippingPoint: 0 });
    const more = { hour: 1, enrolled: by, success: by };
    expect(look(9, [worse, more]).evidence.rule).toBe("approval");
    expect(look(9, [worse, { ...more, enrolled: by - 1, success: by - 1 }]).decision).toBe("extend");
    const full = look(9, [{ hour: 0, enrolled: 2_000, success: 1_970 }]);
    expect([full.decision, full.evidence.rule, codes(full)]).toEqual([
      "hold",
      "insufficient",
      ["gate_extension_exhausted"],
    ]);
  });

  it("waits for an extension to mature before it recommends another", () => {
    const worse = { hour: 0, enrolled: 1_000, success: 991, failure: 9 };
    const verdict = look(8, [worse, { hour: 100, enrolled: 100 }]);
    expect([verdict.decision, codes(verdict)]).toEqual(["hold", ["gate_outcomes_immature"]]);
    expect(verdict.evidence.next.earliestDecisionMs).toBe(startMs + 101 * 3_600_000 + 7 * dayMs);
  });
});

describe("missing and contradictory outcomes", () => {
  it("count as failures to expand, and not to stop; the verdict names the tipping point", () => {
    const silent = look(8, [{ hour: 0, enrolled: 1_000, success: 993, failure: 2 }]);
    expect(silent.evidence.goChecks[0]).toMatchObject({ count: 2, overdue: 5, counted: 7, boundary: 8, passed: true });
    expect(silent.evidence.goChecks[0]!.tippingPoint).toBeNull();
    expect(silent.evidence.rates[0]).toMatchObject({ n: 1_000, overdue: 5, countRange: [2, 7] });
    const more = look(8, [{ hour: 0, enrolled: 1_000, success: 989, failure: 2 }]);
    expect(more.evidence.goChecks[0]).toMatchObject({ counted: 11, passed: false, tippingPoint: 7 });
    expect(more.evidence.stopChecks[0]).toMatchObject({ n: 1_000, count: 2, boundary: 13, reached: false });
    const all = look(8, [{ hour: 0, enrolled: 1_000, success: 991, failure: 2 }]);
    expect(all.evidence.goChecks[0]).toMatchObject({ overdue: 7, passed: false, tippingPoint: 7 });
    const conflict = look(8, [{ hour: 0, enrolled: 1_000, success: 989, failure: 2, conflict: 9 }]);
    expect(conflict.evidence.goChecks[0]).toMatchObject({ count: 11, overdue: 0, tippingPoint: 0 });
    expect(conflict.evidence.stopChecks[0]!.count).toBe(2);
  });

  it("are taken for less only as the plan says, which every verdict tells", () => {
    const plan = { ...plainPlan, go: { betaPpm: 50_000, overdueFailedPpm: 250_000 } };
    const aggregate = aggregateOf(plan, 8, [
      series("pilot", "", [{ hour: 0, enrolled: 1_000, success: 973, failure: 2 }]),
    ]);
    const verdict = evaluate(plan, aggregate, contextOf(plan, 8));
    // 25 overdue at a quarter, rounded up.
    expect(verdict.evidence.goChecks[0]).toMatchObject({ overdue: 25, counted: 9, passed: false, tippingPoint: 7 });
    expect(verdict.evidence.assumptions.join(" ")).toContain("At most 250000 of a million overdue vehicles");
    expect(look(8, [healthy]).evidence.assumptions.join(" ")).not.toContain("overdue");
  });

  it("leave out what failed for reasons that are not the release's", () => {
    const verdict = look(8, [{ hour: 0, enrolled: 1_000, success: 950, failure: 2, excluded: 48 }]);
    expect(verdict.evidence.stopChecks[0]).toMatchObject({ n: 952, count: 2 });
    expect(verdict.evidence.goChecks[0]).toMatchObject({ n: 952, counted: 2 });
  });
});

describe("stopping", () => {
  const bad = { hour: 0, enrolled: 1_000, failure: 13 };

  it("pauses where the boundary is, before anything is due, and whatever dilutes it later", () => {
    const paused = look(1, [bad]);
    expect([paused.decision, codes(paused)]).toEqual(["pause", ["gate_stop_evidence", "gate_outcomes_immature"]]);
    expect(paused.evidence.combined).toMatchObject({
      reached: true,
      offenders: [{ metric: "failure", stratum: "" }],
      prefixEndMs: startMs + 3_600_000,
    });
    expect(look(1, [{ ...bad, failure: 12 }]).decision).toBe("hold");
    const diluted = look(1, [bad, { hour: 1, enrolled: 50_000 }]);
    expect(diluted.evidence.stopChecks[0]).toMatchObject({ n: 51_000, count: 13, reached: false });
    expect(diluted.decision).toBe("pause");
  });

  it("stays paused until a person acknowledges that evidence; then new vehicles are judged with a fresh alpha", () => {
    const first = look(1, [bad]);
    const state = first.evidence.state!;
    const { evidenceDigest } = first.evidence;
    expect(state.latch).toEqual({ decision: "pause", evidenceDigest, countedToMs: startMs + 3_600_000 });
    // Retracted: the failures were none.
    const clean = { hour: 0, enrolled: 1_000, success: 1_000 };
    const latched = look(8, [clean], { state });
    expect([latched.decision, codes(latched)]).toEqual(["pause", ["gate_pause_latched"]]);
    expect(latched.evidence.state!.latch).toEqual(state.latch);
    const other = { who: "a.kern", why: "seen", evidenceDigest: latched.evidence.evidenceDigest! };
    expect(look(8, [clean], { state, acknowledgements: [other] }).decision).toBe("pause");

    const acknowledgements = [{ who: "a.kern", why: "a server was down", evidenceDigest: evidenceDigest! }];
    const freed = look(8, [bad, { hour: 3, enrolled: 100, success: 100 }], { state, acknowledgements });
    expect(freed.decision).not.toBe("pause");
    expect(freed.evidence.state).toMatchObject({
      acknowledged: 1,
      countFromMs: startMs + 3_600_000,
      latch: null,
    });
    expect(freed.evidence.budget).toEqual({ alphaPpm: 50_000, alphaSpentPpm: 100_000, betaPpm: 50_000 });
    expect(freed.evidence.stopChecks[0]).toMatchObject({ n: 100, count: 0 });
    // Nobody who acknowledged the pause had seen what was enrolled after it.
    const unseen = look(8, [bad, { hour: 3, enrolled: 100, failure: 8 }], { state, acknowledgements });
    expect([unseen.decision, codes(unseen)[0]]).toEqual(["pause", "gate_stop_evidence"]);

    const next = { state: freed.evidence.state, acknowledgements };
    const old = [bad, { hour: 3, enrolled: 100, success: 100 }];
    expect(look(9, [...old, { hour: 5, enrolled: 1_000, failure: 13 }], next).decision).not.toBe("pause");
    const again = look(9, [...old, { hour: 5, enrolled: 1_000, failure: 14 }], next);
    expect(again.decision).toBe("pause");
    expect(again.evidence.stopChecks[0]).toMatchObject({ n: 1_100, count: 14 });
    expect(again.evidence.state!.latch!.evidenceDigest).not.toBe(evidenceDigest);
    // What has failed before an acknowledgement still keeps the gate shut.
    expect(again.evidence.goChecks[0]).toMatchObject({ n: 2_100, counted: 2_000 });
  });

  it("rolls back for safety, by order and by evidence, above every pause, and for ever", () => {
    const safety = look(1, [{ hour: 0, enrolled: 10, failure: 1, categories: { brake_warning: 1 } }]);
    expect([safety.decision, codes(safety)[0]]).toEqual(["rollback", "gate_safety_limit"]);
    expect(look(1, [{ hour: 0, enrolled: 10, failure: 1, categories: { radio: 1 } }]).decision).toBe("hold");
    const killed = look(1, [bad], { killSwitch: true });
    expect([killed.decision, codes(killed)]).toEqual([
      "rollback",
      ["gate_kill_switch", "gate_stop_evidence", "gate_outcomes_immature"],
    ]);
    const proven = look(1, [{ hour: 0, enrolled: 100, failure: 20 }]);
    expect(codes(proven).slice(0, 2)).toEqual(["gate_rollback_evidence", "gate_stop_evidence"]);
    const { state, evidenceDigest } = killed.evidence;
    const acknowledgements = [{ who: "a.kern", why: "please", evidenceDigest: evidenceDigest! }];
    const later = look(8, [healthy], { state, acknowledgements });
    expect([later.decision, codes(later)[0]]).toEqual(["rollback", "gate_rollback_latched"]);
    expect(later.evidence.state!.latch).toEqual(state!.latch);
  });

  it("lets no bucket without end put the vehicles to come out of the tests", () => {
    const [plan, aggregate] = [plainPlan, pilot(1, bad)];
    const endless = {
      ...aggregate,
      series: aggregate.series.map((one) => ({ ...one, endMs: one.endMs.map(() => Number.MAX_SAFE_INTEGER) })),
    };
    const { state } = evaluate(plan, endless, contextOf(plan, 1)).evidence;
    expect(state!.latch!.countedToMs).toBe(startMs + dayMs + plan.observation.bucketMs);
  });

  it("judges what it has checked, not what a list says later, and survives whatever is thrown", () => {
    const column = pilot(1, bad).series[0]!.failure;
    let reads = 0;
    const shifting = new Proxy([...column], {
      get: (target, name, receiver) => (name === "0" && reads++ > 0 ? 1_000 : Reflect.get(target, name, receiver)),
    });
    const aggregate = pilot(1, bad);
    const shifted = { ...aggregate, series: aggregate.series.map((one) => ({ ...one, failure: shifting })) };
    const judged = evaluate(plainPlan, shifted, contextOf(plainPlan, 1));
    expect(judged.evidence.stopChecks[0]!.count).toBe(column[0]);
    expect(judged).toEqual(evaluate(plainPlan, aggregate, contextOf(plainPlan, 1)));
    const bomb = new Proxy({}, { get: () => expect.unreachable(), has: () => expect.unreachable() });
    const plan = {
      get schema(): never {
        throw bomb;
      },
    };
    expect(evaluate(plan as never, aggregate, contextOf(plainPlan, 1)).evidence.rule).toBe("invalid");
  });

  it("turns a latched pause into a rollback", () => {
    const { state } = look(1, [bad]).evidence;
    const killed = look(2, [bad], { state, killSwitch: true });
    expect(killed.evidence.state!.latch).toEqual({
      decision: "rollback",
      evidenceDigest: killed.evidence.evidenceDigest,
      countedToMs: startMs + 3_600_000,
    });
  });
});

describe("data quality", () => {
  const withSource = (changes: object, cells: readonly SampleCell[] = [healthy], changesOfContext = {}) => {
    const aggregate = { ...pilot(8, ...cells), sources: [{ ...cleanSource(8), ...changes }] };
    return evaluate(plainPlan, aggregate, contextOf(plainPlan, 8, changesOfContext));
  };

  it.each([
    [{ duplicate: 5_000 }, "degraded"],
    [{ duplicate: 5_001 }, "unreliable"],
    [{ conflicting: 101 }, "unreliable"],
    [{ skewed: 1_001 }, "unreliable"],
    [{ rejected: 1_001 }, "unreliable"],
    [{ outOfOrder: 99_999 }, "degraded"],
    [{ received: 95_000 }, "degraded"],
    [{ received: 94_999 }, "unreliable"],
    // What came twice or broke its schema has not arrived: 94,900 have.
    [{ received: 95_400, duplicate: 500 }, "unreliable"],
    [{ received: 95_400, rejected: 500 }, "unreliable"],
    [{ expected: null }, "unreliable"],
  ])("with %j is %s", (changes, severity) => {
    const verdict = withSource(changes);
    expect(assessQuality(verdict.evidence.flags).quality).toBe(severity);
    const red = severity !== "degraded";
    expect(verdict.evidence.rule).toBe(red ? "data_quality" : "approval");
    expect(codes(verdict)).toContain(red ? "gate_data_red" : "gate_approval_missing");
    // Red data leave no number that a dashboard could show.
    const { rate } = verdict.evidence.rates[0]!;
    expect("value" in rate).toBe(!red);
    if ("value" in rate) expect(rate.value).toMatchObject({ estimate: 0.003 });
  });

  it("is red when the watermark is late or ahead of now, and of several sources the last counts", () => {
    const late = withSource({}, [healthy], { nowMs: startMs + 9 * dayMs + 1 });
    expect(late.evidence.flags).toMatchObject([{ code: "stale", severity: "unreliable" }]);
    expect(withSource({}, [healthy], { nowMs: startMs + 9 * dayMs }).evidence.flags).toEqual([]);
    const ahead = withSource({}, [healthy], { nowMs: startMs + 8 * dayMs - 1 });
    expect(ahead.evidence.flags).toMatchObject([{ code: "clock_future" }]);
    const behind = { ...cleanSource(6), source: "workshop" };
    const two = { ...pilot(8, healthy), sources: [cleanSource(8), behind] };
    const verdict = evaluate(plainPlan, two, contextOf(plainPlan, 8));
    expect(verdict.evidence.watermarkMs).toBe(behind.watermarkMs);
    expect(codes(verdict)).toEqual(["gate_data_red", "gate_outcomes_immature"]);
  });

  it("forbids to expand, not to stop", () => {
    const verdict = withSource({ rejected: 50_000 }, [{ hour: 0, enrolled: 1_000, failure: 13 }]);
    expect(codes(verdict)).toContain("gate_data_red");
    expect(verdict.decision).toBe("pause");
  });

  it("is red when the enrolled do not mirror the strata", () => {
    const strata = [
      { key: "EU", size: 60_000, go: "pooled" },
      { key: "JP", size: 40_000, go: "pooled" },
    ] as const;
    const plan = { ...plainPlan, strata };
    const ofStrata = (eu: number) => {
      const all = [
        series("pilot", "EU", [{ hour: 0, enrolled: eu, success: eu }]),
        series("pilot", "JP", [{ hour: 0, enrolled: 1_000 - eu, success: 1_000 - eu }]),
      ];
      return evaluate(plan, aggregateOf(plan, 8, all), contextOf(plan, 8)).evidence.flags;
    };
    expect(ofStrata(610)).toEqual([]);
    expect(ofStrata(700)).toMatchObject([{ code: "unrepresentative" }]);
  });
});

describe("inputs that do not fit", () => {
  it("hold, and say why, with the state as it was", () => {
    const state = look(8, [healthy]).evidence.state!;
    const otherPlan = { ...plainPlan, owner: "someone" };
    const cases: readonly (readonly [Verdict, string])[] = [
      [look(8, [healthy], { approvedPlanDigest: rolloutPlanDigest(otherPlan) }), "gate_plan_not_approved"],
      [evaluate(otherPlan, pilot(8, healthy), contextOf(otherPlan, 8)), "gate_aggregate_of_other_plan"],
      [look(8, [healthy], { state: { ...state, planDigest: "00".repeat(32) } }), "gate_state_of_other_plan"],
      [look(7, [healthy], { state }), "gate_watermark_behind"],
      [look(8, [healthy], { ring: "moon" }), "gate_context_invalid"],
      [look(8, [{ ...healthy, success: 998 }]), "gate_aggregate_invalid"],
      [evaluate({ ...plainPlan, owner: "" }, pilot(8, healthy), contextOf(plainPlan, 8)), "gate_plan_invalid"],
    ];
    for (const [verdict, code] of cases) {
      expect([verdict.decision, verdict.evidence.rule, codes(verdict)]).toEqual(["hold", "invalid", [code]]);
      expect(verdict.evidence.evidenceDigest).toBeNull();
    }
    expect(cases[3]![0].evidence.state).toEqual(state);
    const strange = aggregateOf(plainPlan, 8, [series("moon", "EU", [healthy])]);
    expect(codes(evaluate(plainPlan, strange, contextOf(plainPlan, 8)))).toEqual([
      "gate_aggregate_invalid",
      "gate_aggregate_invalid",
    ]);
  });

  it("are answered whatever they are: nothing throws, nothing expands", () => {
    const hostile = {
      get schema(): never {
        throw new Error("no");
      },
    };
    const anything = fc.oneof(fc.anything(), fc.constant(hostile));
    fc.assert(
      fc.property(anything, anything, anything, (plan, aggregate, context) => {
        const verdict = evaluate(plan as RolloutPlan, aggregate as Aggregate, context as GateContext);
        expect(verdict.decision).toBe("hold");
        expect(codes(verdict)).toEqual(["gate_plan_invalid", "gate_aggregate_invalid", "gate_context_invalid"]);
      }),
    );
  });
});

describe("replay", () => {
  it("gives the same verdict to the byte, and digests that are those of the canonical form", () => {
    const cells = [healthy, { hour: 1, enrolled: 20, failure: 2, categories: { b: 1, "10": 1, "9": 2 } }];
    const aggregate = pilot(8, ...cells);
    const [first, second] = [1, 2].map(() =>
      evaluate(plainPlan, JSON.parse(JSON.stringify(aggregate)), contextOf(plainPlan, 8)),
    );
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(first!.evidence.aggregateDigest).toBe(bytesToHex(sha256(encodeJcs(aggregate))));
    expect(aggregateDigest(aggregate)).toBe(first!.evidence.aggregateDigest);
  });

  it("survives JSON: there is no number that it would lose", () => {
    for (const verdict of [look(1, []), look(8, [healthy]), look(1, [{ hour: 0, enrolled: 9, failure: 9 }])]) {
      expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
    }
  });
});
