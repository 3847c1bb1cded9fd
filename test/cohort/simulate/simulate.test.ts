import { describe, expect, it } from "vitest";
import {
  type Aggregate,
  CohortError,
  evaluate,
  type GateState,
  gatePolicy,
  OutcomeFold,
  parseAggregate,
  parseRolloutScenario,
  type RolloutPlan,
  type RolloutPolicy,
  type RolloutScenario,
  renderSimulation,
  rolloutPlanDigest,
  simulatePlan,
  simulateRun,
  standardScenarios,
  summariseRuns,
} from "../../../src/cohort/index.ts";
import { samplePlan } from "../gate/sample-plan.ts";

const hour = 3_600_000;
const day = 24 * hour;

const { pace: _, ...unpaced } = samplePlan;
/** The sample plan with the reported failures alone deciding, and no safety limit. */
const plan: RolloutPlan = {
  ...unpaced,
  go: { ...samplePlan.go, overdueFailedPpm: 0 },
  stop: { alphaPpm: 50_000, safetyLimits: [] },
};
const scenario: RolloutScenario = {
  schema: "otakit.rollout-scenario/1",
  name: "tolerable",
  release: "tolerable",
  fleetVehicles: 100_000,
  failurePpm: 5_000,
  silentPpm: 22_000,
  silentFailurePpm: 22_000,
  successDelay: { kind: "lognormal", medianMs: day, sigmaPermille: 800 },
  failureDelay: { kind: "lognormal", medianMs: 2 * day, sigmaPermille: 800 },
  enrolOverMs: day,
  dataLagMs: 0,
};
const options = { seed: "test", lookEveryMs: 6 * hour, horizonMs: 60 * day };

/** Looks on without deciding, and keeps what it saw. */
function watcher(): { readonly seen: Aggregate[]; readonly policy: RolloutPolicy } {
  const seen: Aggregate[] = [];
  return {
    seen,
    policy: () => (look) => {
      seen.push(structuredClone(look.aggregate));
      return { step: "wait", why: "watching" };
    },
  };
}

const sum = (aggregate: Aggregate, name: "enrolled" | "success" | "failure" | "excluded" | "onTime"): number =>
  aggregate.series.reduce((all, series) => all + series[name].reduce((total, count) => total + count, 0), 0);

describe("simulateRun", () => {
  it("gives one history for one seed and run, and another for another", () => {
    const first = simulateRun(plan, scenario, 0, options);
    expect(simulateRun(plan, scenario, 0, options)).toEqual(first);
    const others = [1, 2, 3].map((run) => simulateRun(plan, scenario, run, options).failed);
    expect(new Set([first.failed, ...others]).size).toBeGreaterThan(1);
    expect(simulateRun(plan, scenario, 0, { ...options, seed: "other" }).failed).not.toBe(first.failed);
  });

  it("gives every policy the same vehicles", () => {
    const openAll: RolloutPolicy = () => () => ({ step: "open_next" });
    const gate = simulateRun(plan, scenario, 5, options);
    const hasty = simulateRun(plan, scenario, 5, { ...options, policy: openAll });
    // The hasty one completes after three looks, with all vehicles that had been enrolled by then.
    expect(hasty).toMatchObject({ end: "completed", durationMs: 18 * hour, rings: 3 });
    expect(gate.enrolled).toBeGreaterThanOrEqual(100_000);
    const sameVehicles = simulateRun(plan, scenario, 5, { ...options, policy: watcher().policy });
    const first = simulateRun(plan, { ...scenario, silentPpm: 500_000 }, 5, { ...options, policy: watcher().policy });
    expect(first.failed).toBe(sameVehicles.failed);
  });

  it("shows counters that a fold could have made, which grow with every look", () => {
    const { seen, policy } = watcher();
    const run = simulateRun(plan, scenario, 1, { ...options, policy });
    expect(seen).toHaveLength(240);
    for (const aggregate of seen) expect(parseAggregate(aggregate)).toEqual(aggregate);
    const enrolled = seen.map((aggregate) => sum(aggregate, "enrolled"));
    expect(enrolled.slice(0, 5)).toEqual([251, 501, 751, 1_000, 1_000]);
    const known = seen.map((aggregate) => sum(aggregate, "success") + sum(aggregate, "failure"));
    expect(known).toEqual([...known].sort((a, b) => a - b));
    const last = seen.at(-1)!;
    expect(sum(last, "failure")).toBeLessThanOrEqual(run.failed);
    expect(run).toMatchObject({ end: "open", why: "watching", enrolled: 1_000, durationMs: 60 * day });
    // About 22 of 1,000 never report.
    expect(1_000 - known.at(-1)!).toBeGreaterThan(5);
    expect(1_000 - known.at(-1)!).toBeLessThan(60);
  });

  it.each([
    ["that is watched", "brake_warning"],
    ["that nobody watches", "radio"],
    ["that is excluded", "infrastructure"],
  ])("counts as the fold does, vehicle by vehicle, a category %s", (_what, category) => {
    const { seen, policy } = watcher();
    const exact: RolloutScenario = {
      ...scenario,
      failurePpm: 1_000_000,
      silentPpm: 0,
      silentFailurePpm: 0,
      enrolOverMs: 0,
      categories: { [category]: 1_000_000 },
      failureDelay: { kind: "uniform", fromMs: 3 * hour, toMs: 3 * hour },
    };
    const limited = { ...plan, strata: [], stop: samplePlan.stop };
    simulateRun(limited, exact, 0, { ...options, horizonMs: day, policy });
    const fold = new OutcomeFold(limited);
    for (let index = 0; index < 1_000; index++) {
      const vehicleId = `v${index}`;
      fold.add("simulation", { kind: "enrolled", vehicleId, atMs: 0, receivedMs: 0, ring: "pilot", stratum: "" });
      fold.add("simulation", { kind: "failed", vehicleId, seq: 1, atMs: 3 * hour, receivedMs: 3 * hour, category });
    }
    fold.observe("simulation", { watermarkMs: 6 * hour, expected: 2_000 });
    expect(seen[0]).toEqual(fold.aggregate());
  });

  it("leaves a success before the end of the soak for later", () => {
    const { seen, policy } = watcher();
    const early: RolloutScenario = {
      ...scenario,
      failurePpm: 0,
      silentPpm: 0,
      enrolOverMs: 0,
      successDelay: { kind: "uniform", fromMs: 0, toMs: hour },
    };
    simulateRun(plan, early, 0, { ...options, horizonMs: 2 * day, policy });
    expect(seen.map((aggregate) => sum(aggregate, "success"))).toEqual([0, 0, 0, 1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  it("counts a report after maturity, but not as in time", () => {
    const { seen, policy } = watcher();
    const late: RolloutScenario = {
      ...scenario,
      failurePpm: 0,
      silentPpm: 0,
      enrolOverMs: 0,
      successDelay: { kind: "uniform", fromMs: 7 * day + 1, toMs: 7 * day + 1 },
    };
    simulateRun(plan, late, 0, { ...options, horizonMs: 8 * day, policy });
    expect([sum(seen.at(-1)!, "success"), sum(seen.at(-1)!, "onTime")]).toEqual([1_000, 0]);
  });

  it("shows a report at the first look after it was received, and one at the very end of maturity as in time", () => {
    const atAge = (age: number) => {
      const { seen, policy } = watcher();
      const successDelay = { kind: "uniform", fromMs: age, toMs: age } as const;
      const exact: RolloutScenario = { ...scenario, failurePpm: 0, silentPpm: 0, enrolOverMs: 0, successDelay };
      simulateRun(plan, exact, 0, { ...options, horizonMs: 8 * day, policy });
      const first = seen.findIndex((aggregate) => sum(aggregate, "success") > 0);
      return [(first + 1) * options.lookEveryMs, sum(seen[first]!, "onTime")];
    };
    expect(atAge(day + hour)).toEqual([day + 6 * hour, 1_000]);
    expect(atAge(7 * day)).toEqual([7 * day, 1_000]);
  });

  it("counts each ring by itself, also those that open in one bucket", () => {
    const { seen, policy } = watcher();
    const coarse = { ...plan, observation: { ...plan.observation, bucketMs: day } };
    const opening: RolloutPolicy = () => {
      const watch = policy();
      return (look) => {
        const waiting = watch(look);
        return look.ring.name === "pilot" ? { step: "open_next" } : waiting;
      };
    };
    simulateRun(coarse, { ...scenario, enrolOverMs: 0 }, 0, { ...options, horizonMs: 12 * hour, policy: opening });
    const enrolled = (aggregate: Aggregate, name: string) =>
      sum({ ...aggregate, series: aggregate.series.filter(({ ring }) => ring === name) }, "enrolled");
    expect(seen.map((aggregate) => [enrolled(aggregate, "pilot"), enrolled(aggregate, "early")])).toEqual([
      [1_000, 0],
      [1_000, 5_000],
    ]);
  });

  it("excludes failures of an outage that the plan excludes", () => {
    const { seen, policy } = watcher();
    const outage = { fromMs: 0, durationMs: 12 * hour, failurePpm: 500_000, category: "infrastructure" };
    const struck: RolloutScenario = { ...scenario, failurePpm: 0, silentPpm: 0, silentFailurePpm: 0, outage };
    const run = simulateRun(plan, struck, 0, { ...options, policy });
    const last = seen.at(-1)!;
    expect([sum(last, "excluded"), sum(last, "failure")]).toEqual([run.failed, 0]);
    // Half of the half that was enrolled in time.
    expect(run.failed).toBeGreaterThan(200);
    expect(run.failed).toBeLessThan(300);
  });

  it("fails whole lots, and every lot alike when they are mixed", () => {
    const lots = { lotPpm: 500_000, failurePpm: 1_000_000, successive: 250 };
    const failed = [0, 1, 2, 3].map(
      (run) =>
        simulateRun(plan, { ...scenario, failurePpm: 0, lots }, run, { ...options, policy: watcher().policy }).failed,
    );
    for (const count of failed) expect(count % 250).toBe(0);
    expect(new Set(failed).size).toBeGreaterThan(1);
    const mixed = { ...scenario, failurePpm: 0, lots: { ...lots, successive: 1 } };
    const { failed: half } = simulateRun(plan, mixed, 0, { ...options, policy: watcher().policy });
    expect(Math.abs(half - 500)).toBeLessThan(80);
  });

  it("fails by stratum, and else by ring", () => {
    const { seen, policy } = watcher();
    const apart = { ...scenario, failurePpmByStratum: { JP: 1_000_000 }, failurePpmByRing: { pilot: 0 } };
    simulateRun(plan, { ...apart, silentFailurePpm: 0 }, 0, { ...options, policy });
    for (const { stratum, enrolled, failure } of seen.at(-1)!.series) {
      const total = (column: readonly number[]) => column.reduce((all, count) => all + count, 0);
      expect(total(failure)).toBe(stratum === "JP" ? total(enrolled) : 0);
    }
  });

  it("enrols at the plan's rate, which grows with success", () => {
    const rate = {
      basePerMinute: 1,
      factorTenths: 20,
      maxPerMinute: 1_000,
      counts: "notified",
      vehiclesPerStep: 300,
    } as const;
    const paced = { ...plan, pace: { failuresPerWave: 25, maxGrowth: 4, rate } };
    const { seen, policy } = watcher();
    simulateRun(paced, { ...scenario, enrolOverMs: 0 }, 0, { ...options, horizonMs: day, policy });
    // 360 minutes at one a minute, then at two.
    expect(seen.map((aggregate) => sum(aggregate, "enrolled"))).toEqual([361, 1_000, 1_000, 1_000]);
  });

  it("installs in the plan's windows only", () => {
    // The epoch began on a Thursday; the window opens on Saturday.
    const windows = [{ days: [6], startMinute: 0, durationMinutes: 60 }];
    const { seen, policy } = watcher();
    const fast: RolloutScenario = {
      ...scenario,
      failurePpm: 0,
      silentPpm: 0,
      enrolOverMs: 0,
      successDelay: { kind: "uniform", fromMs: 0, toMs: 0 },
    };
    const windowed = { ...plan, pace: { failuresPerWave: 25, maxGrowth: 4, windows } };
    simulateRun(windowed, fast, 0, { ...options, horizonMs: 3 * day, policy });
    expect(seen.findIndex((aggregate) => sum(aggregate, "success") > 0) + 1).toBe(8);
    const east = watcher();
    simulateRun(windowed, { ...fast, utcOffsetMinutes: 720 }, 0, {
      ...options,
      horizonMs: 3 * day,
      policy: east.policy,
    });
    expect(east.seen.findIndex((aggregate) => sum(aggregate, "success") > 0) + 1).toBe(6);
  });

  it("tells how far a stop came too late: what was enrolled until then counts", () => {
    const stop: RolloutPolicy = () => () => ({ step: "stop", why: "test" });
    const run = simulateRun(plan, { ...scenario, dataLagMs: 6 * hour }, 0, { ...options, policy: stop });
    expect(run).toMatchObject({ end: "stopped", why: "test", durationMs: 12 * hour, enrolled: 501 });
  });

  it("counts a report that comes at once", () => {
    const { seen, policy } = watcher();
    const atOnce = { kind: "uniform", fromMs: 0, toMs: 0 } as const;
    const instant = { ...scenario, failurePpm: 500_000, silentFailurePpm: 0, enrolOverMs: 0, failureDelay: atOnce };
    const { failed } = simulateRun(plan, instant, 0, { ...options, horizonMs: day, policy });
    expect(sum(seen[0]!, "failure")).toBe(failed);
  });

  it.each(["__proto__", "constructor"])("counts a category called %s, and nothing else changes", (category) => {
    const limited: RolloutPlan = { ...plan, stop: { ...plan.stop, safetyLimits: [{ category, atLeast: 5 }] } };
    const outage = { fromMs: 0, durationMs: day, failurePpm: 500_000, category };
    const run = simulateRun(limited, { ...scenario, outage, silentFailurePpm: 0 }, 0, options);
    expect(run).toMatchObject({ end: "stopped", why: "rollback: gate_safety_limit" });
    expect([Object.keys(Object.prototype), ({} as Record<string, unknown>)["0"]]).toEqual([[], undefined]);
  });

  it("refuses what cannot be simulated", () => {
    const extend = (by: number) => (): RolloutPolicy => () => () => ({ step: "extend", by });
    expect(() => simulateRun(plan, scenario, 0, { ...options, policy: extend(0)() })).toThrow(RangeError);
    expect(() => simulateRun(plan, scenario, 0, { ...options, policy: extend(Infinity)() })).toThrow(RangeError);
    expect(() => simulateRun(plan, scenario, -1, options)).toThrow(RangeError);
    expect(() => simulateRun(plan, scenario, 0, { ...options, lookEveryMs: 1 })).toThrow(RangeError);
    expect(() => simulateRun(plan, scenario, 0, { ...options, horizonMs: hour })).toThrow(RangeError);
  });
});

describe("gatePolicy", () => {
  /** What the gate's policy promises, by `evaluate` itself and with the approvals that it asks for. */
  function byVerdicts(plan: RolloutPlan, met: Set<string>): RolloutPolicy {
    const approvedPlanDigest = rolloutPlanDigest(plan);
    return () => {
      let state: GateState | null = null;
      return ({ nowMs, aggregate, ring }) => {
        const look = { nowMs, approvedPlanDigest, ring: ring.name, state, killSwitch: false, acknowledgements: [] };
        let verdict = evaluate(plan, aggregate, { ...look, approvals: [] });
        if (verdict.evidence.rule === "approval") {
          met.add("approval");
          const approval = { approver: "approver", ring: ring.name, evidenceDigest: verdict.evidence.evidenceDigest! };
          const approvals = [{ ...approval, atMs: nowMs, expiresMs: nowMs + 1 }];
          verdict = evaluate(plan, aggregate, { ...look, approvals });
        }
        const { decision, evidence, reasons } = verdict;
        met.add(decision);
        state = evidence.state;
        if (decision === "expand" || decision === "complete") return { step: "open_next" };
        if (decision === "extend") return { step: "extend", by: evidence.next.extendBy! };
        if (decision === "rollback") return { step: "stop", why: `rollback: ${reasons[0]!.code}` };
        if (decision === "hold") return { step: "wait", why: `hold: ${evidence.rule}` };
        const { metric, stratum } = evidence.combined!.largest!;
        return { step: "stop", why: stratum === "" ? `pause: ${metric}` : `pause: ${metric} in ${stratum}` };
      };
    };
  }

  it("ends every run as verdicts would, with their words", () => {
    const met = new Set<string>();
    const limited = { ...plan, stop: { ...samplePlan.stop, safetyLimits: [{ category: "brakes", atLeast: 2 }] } };
    const releases = [
      { failurePpm: 2_000 },
      { failurePpm: 9_000 },
      { failurePpm: 60_000, categories: { brakes: 100_000 } },
      { failurePpm: 300_000 },
    ];
    releases.forEach((release, index) => {
      for (let run = 0; run < 3; run++) {
        const one = { ...scenario, ...release, dataLagMs: index * hour };
        const policy = byVerdicts(limited, met);
        const expected = simulateRun(limited, one, run, { ...options, policy });
        expect(simulateRun(limited, one, run, options)).toEqual(expected);
      }
    });
    expect([...met].sort()).toEqual(["approval", "complete", "expand", "extend", "hold", "pause", "rollback"]);
  });

  it("refuses a plan that does not parse before anybody looks", () => {
    expect(() => gatePolicy({ ...plan, owner: "" })).toThrow(CohortError);
  });

  it("waits on counters that do not parse, or are of another plan", () => {
    const step = gatePolicy(plan)();
    const look = { nowMs: 10 * day, ring: plan.rings[0]!, ringVehicles: 1_000 };
    const aggregate = new OutcomeFold({ ...plan, campaign: "another" });
    aggregate.observe("telematics", { watermarkMs: 10 * day });
    expect(step({ ...look, aggregate: aggregate.aggregate() })).toEqual({ step: "wait", why: "hold: invalid" });
    expect(step({ ...look, aggregate: {} as Aggregate })).toEqual({ step: "wait", why: "hold: invalid" });
  });
});

describe("simulatePlan", () => {
  it("keeps the plan's bounds, stops bad releases and completes good ones", () => {
    const simulation = simulatePlan(plan, standardScenarios(plan), { ...options, runs: 12 });
    const by = Object.fromEntries(simulation.scenarios.map((one) => [one.scenario, one]));
    for (const { bound } of simulation.scenarios) expect(bound?.kept).not.toBe(false);
    expect(by["healthy"]).toMatchObject({ completed: { runs: 12 }, bound: { of: "stopped", boundPpm: 50_000 } });
    expect(by["very bad"]).toMatchObject({ stopped: { runs: 12 }, exposedNineTenths: { runs: 0 } });
    expect(by["data gap"]!.completed.runs).toBe(0);
    expect(by["one stratum fails"]!.stopped.runs).toBe(12);
    const text = renderSimulation(simulation);
    expect(text).toContain("bound: stopped in at most 5.00 %; found 0.00 %, kept");
    expect(text).not.toContain("BROKEN");
  });

  it("breaks its bound where a test is wrong: the check can fail", () => {
    const runs = [{ end: "stopped", why: "x", durationMs: 1, enrolled: 1, failed: 0, rings: 1 } as const];
    expect(summariseRuns(plan, scenario, Array(100).fill(runs[0]))).toMatchObject({
      bound: { of: "stopped", foundPpm: 1_000_000, kept: false },
      stopped: { runs: 100, share: 1 },
    });
    expect(() => summariseRuns(plan, scenario, [])).toThrow(RangeError);
  });

  it("sums runs up whatever their order", () => {
    const runs = [0, 1, 2, 3, 4].map((run) => simulateRun(plan, { ...scenario, failurePpm: 20_000 }, run, options));
    expect(summariseRuns(plan, scenario, [...runs].reverse())).toEqual(summariseRuns(plan, scenario, runs));
  });

  it("ends when it is told to, with the runs that there are", () => {
    const all = simulatePlan(plan, [scenario, { ...scenario, name: "second" }], {
      ...options,
      runs: 50,
      onRun: (_one, done) => done < 2,
    });
    expect(all.scenarios.map(({ runs }) => runs)).toEqual([2]);
  });
});

describe("standardScenarios", () => {
  it("are scenarios of their plan, whatever its metrics are called", () => {
    const metrics = [{ ...plan.metrics[0]!, id: "toString" }, plan.metrics[1]!];
    const rings = plan.rings.map((ring) => ({ ...ring, maxPpm: { silence: 95_000 } }));
    const named = { ...plan, metrics, rings };
    for (const one of standardScenarios(named)) expect(parseRolloutScenario(one, named)).toEqual(one);
  });

  it("makes as many vehicles silent at maturity as the plan's baseline says", () => {
    const [healthy] = standardScenarios(plan);
    const { seen, policy } = watcher();
    const one = { ...plan, rings: [{ name: "all", vehicles: 50_000, maxVehicles: 50_000, approval: "none" as const }] };
    const still = { ...healthy!, failurePpm: 0 };
    simulateRun(one, still, 0, { ...options, horizonMs: 9 * day, policy });
    // 3 % of 50,000, within five standard errors.
    expect(Math.abs(50_000 - sum(seen.at(-1)!, "onTime") - 1_500)).toBeLessThan(191);
  });

  it("feeds every kind of metric, so that a good release can complete", () => {
    const fed: RolloutPlan = {
      ...plan,
      strata: [],
      metrics: [
        ...plan.metrics,
        { id: "dtc", kind: "exposure", weight: 1, required: true, toleratedPerMillion: 1_000, maxPerMillion: 5_000 },
        {
          id: "minutes",
          kind: "continuous",
          weight: 1,
          required: true,
          toleratedMean: 20,
          maxMean: 30,
          minVehicles: 1_000,
        },
        {
          id: "versus",
          kind: "comparison",
          of: "failure",
          weight: 1,
          required: true,
          marginPpm: 5_000,
          nonInferiorityPpm: 20_000,
        },
      ],
    };
    const [healthy] = standardScenarios(fed);
    const { seen, policy } = watcher();
    simulateRun(fed, healthy!, 0, { ...options, policy });
    const { measures } = seen.at(-1)!.series[0]!;
    expect(Object.keys(measures)).toEqual(["dtc", "minutes"]);
    expect(seen.at(-1)!.controls).toMatchObject([{ metric: "versus", stratum: "", vehicles: 100_000 }]);
    const context = {
      nowMs: 60 * day,
      approvedPlanDigest: seen.at(-1)!.planDigest,
      ring: "pilot",
      state: null,
      killSwitch: false,
      approvals: [],
      acknowledgements: [],
    };
    expect(evaluate(fed, seen.at(-1)!, context).evidence.rule).not.toBe("invalid");
    expect(simulateRun(fed, healthy!, 0, options)).toMatchObject({ end: "completed" });
  });
});
