import { describe, expect, it } from "vitest";
import {
  type Aggregate,
  type ControlCounts,
  evaluate,
  type GateMetric,
  type MeasureColumns,
  type RolloutPlan,
  type Verdict,
} from "../../../src/cohort/index.ts";
import { createStopTest, lowerRateBound, stopBoundary, upperRateBound } from "../../../src/statistics/index.ts";
import { aggregateOf, contextOf, dayMs, type SampleCell, series } from "./sample-aggregate.ts";
import { samplePlan } from "./sample-plan.ts";

const [failure, silence] = samplePlan.metrics;
const base = { weight: 1, required: true } as const;

function planOf(metrics: readonly GateMetric[], strata: RolloutPlan["strata"] = []): RolloutPlan {
  const dataQuality = { ...samplePlan.dataQuality, sampleRatioAlphaPpm: 0 };
  return { ...samplePlan, metrics, strata, dataQuality, rings: samplePlan.rings.slice(0, 1) };
}

/** A look at a pilot on day 8, with measures and controls. */
function lookAt(
  plan: RolloutPlan,
  cells: readonly SampleCell[],
  measures: Readonly<Record<string, MeasureColumns>> = {},
  controls: Aggregate["controls"] = [],
): Verdict {
  const aggregate = { ...aggregateOf(plan, 8, [{ ...series("pilot", "", cells), measures }]), controls };
  return evaluate(plan, aggregate, contextOf(plan, 8));
}

const codes = ({ reasons }: Verdict) => reasons.map(({ code }) => code);
const healthy = { hour: 0, enrolled: 1_000, success: 997, failure: 3 };
/** Boundary of a test with half of alpha, as two metrics of equal weight have. */
const half = (p0: number, pMax: number, n: number) => stopBoundary(n, createStopTest({ p0, pMax, alpha: 0.025 }))!;

describe("silence", () => {
  it("pauses by an excess over a measured baseline of the same age, with its part of alpha", () => {
    const plan = planOf([failure!, silence!]);
    const boundary = half(0.0425, 0.09, 1_000);
    const quiet = (count: number) => lookAt(plan, [{ hour: 0, enrolled: 1_000, success: 1_000 - count }]);
    const paused = quiet(boundary + 40);
    expect(paused.evidence.stopChecks[1]).toMatchObject({ metric: "silence", n: 1_000, boundary, holdsOnly: false });
    expect([paused.decision, codes(paused)[0]]).toEqual(["pause", "gate_stop_evidence"]);
    expect(paused.evidence.combined).toMatchObject({ offenders: [{ metric: "silence", stratum: "" }] });
    // At its own boundary it is an offender already, though it has but half of alpha: there are two tests, and 2 / 2 of 1 / alpha.
    expect(quiet(boundary).evidence.combined!.offenders).toEqual([{ metric: "silence", stratum: "" }]);
    expect(quiet(42).decision).not.toBe("pause");
  });

  it("counts vehicles as silent from maturity on, also when they report later", () => {
    const plan = planOf([failure!, silence!]);
    const fresh = [{ hour: 100, enrolled: 1_000 }];
    expect(lookAt(plan, fresh).evidence.stopChecks[1]).toMatchObject({ n: 1_000, count: 0 });
    const late = [{ hour: 0, enrolled: 1_000, success: 1_000, onTime: 800 }];
    expect(lookAt(plan, late).evidence.stopChecks[1]).toMatchObject({ count: 200, reached: true });
    // What is not mature dilutes it, and the prefix that is mature still tells.
    const diluted = lookAt(plan, [...late, { hour: 100, enrolled: 25_000 }, { hour: 101, enrolled: 25_000 }]);
    expect(diluted.decision).toBe("pause");
    expect(diluted.evidence.stopChecks[1]).toMatchObject({ n: 51_000, count: 200, reached: false });
  });

  it.each([
    ["stated", { source: "stated", ageMs: 7 * dayMs, silentPpm: 30_000 }],
    ["measured at another age", { source: "pre_period", ageMs: 6 * dayMs, vehicles: 50_000, silent: 1_500 }],
  ] as const)("only holds where its baseline is %s, and says so", (_, baseline) => {
    const plan = planOf([failure!, { ...silence!, baseline } as GateMetric]);
    const verdict = lookAt(plan, [{ hour: 0, enrolled: 1_000, success: 800, failure: 1 }]);
    expect([verdict.decision, verdict.evidence.rule, codes(verdict)[0]]).toEqual([
      "hold",
      "data_quality",
      "gate_silence_unmeasured",
    ]);
    expect(verdict.evidence.stopChecks[1]).toMatchObject({ holdsOnly: true, reached: true });
    expect(verdict.evidence.state!.latch).toBeNull();
  });

  it("can be required to expand", () => {
    const plan = planOf([failure!, { ...silence!, required: true }]);
    const verdict = lookAt(plan, [{ hour: 0, enrolled: 1_000, success: 1_000, onTime: 936 }]);
    expect(verdict.evidence.goChecks[1]).toMatchObject({
      metric: "silence",
      n: 1_000,
      count: 64,
      boundary: 62,
      passed: false,
    });
    expect(verdict.decision).toBe("extend");
  });
});

describe("a category of failures", () => {
  it("is a metric of its own", () => {
    const brakes: GateMetric = {
      ...base,
      id: "brakes",
      kind: "failure",
      toleratedPpm: 100,
      maxPpm: 5_000,
      category: "brakes",
    };
    const plan = planOf([failure!, brakes]);
    const verdict = lookAt(plan, [{ ...healthy, categories: { brakes: 3 } }]);
    expect(verdict.evidence.stopChecks[1]).toMatchObject({ count: 3, boundary: half(0.0001, 0.005, 1_000) });
    expect(codes(verdict)[0]).toBe("gate_stop_evidence");
    expect(lookAt(plan, [{ ...healthy, categories: { radio: 3 } }]).decision).not.toBe("pause");
  });

  it("never counts more vehicles than there are, whatever the counters say", () => {
    const plan = planOf([failure!, { ...failure!, id: "brakes", category: "brakes" } as GateMetric]);
    const cell = { hour: 0, enrolled: 1_000, success: 5, excluded: 990, categories: { brakes: 900 } };
    const { evidence } = lookAt(plan, [cell]);
    expect(evidence.stopChecks[1]).toMatchObject({ n: 10, count: 10 });
    expect(evidence.goChecks[1]).toMatchObject({ n: 10, count: 10, overdue: 5, counted: 10 });
  });
});

describe("events by exposure", () => {
  const codesMetric: GateMetric = {
    ...base,
    id: "codes",
    kind: "exposure",
    toleratedPerMillion: 20_000,
    maxPerMillion: 40_000,
  };
  const plan = planOf([failure!, codesMetric]);
  const withEvents = (events: number, exposure: number) =>
    lookAt(plan, [healthy], { codes: { kind: "exposure", events: [events], exposure: [exposure] } });

  it("stop by a part of alpha of their own", () => {
    const { evidence } = withEvents(0, 1_000);
    const boundary = evidence.stopChecks[1]!.boundary!;
    expect(evidence.stopChecks[1]).toMatchObject({ metric: "codes", n: 1_000, count: 0, reached: false });
    expect(withEvents(boundary - 1, 1_000).decision).not.toBe("pause");
    const paused = withEvents(boundary, 1_000);
    expect([paused.decision, codes(paused)[0]]).toEqual(["pause", "gate_stop_metric"]);
  });

  it("have to pass a gate", () => {
    const few = withEvents(0, 10);
    expect(few.evidence.goChecks[1]).toMatchObject({ metric: "codes", boundary: null, passed: false });
    expect(withEvents(200, 10_000).evidence.goChecks[1]).toMatchObject({ n: 10_000, count: 200, passed: true });
    expect(withEvents(200, 10_000).evidence.rule).toBe("approval");
  });

  it("must be of a metric of the plan", () => {
    const stray = lookAt(plan, [healthy], { other: { kind: "exposure", events: [0], exposure: [0] } });
    expect(codes(stray)).toEqual(["gate_aggregate_invalid"]);
    const wrong = { codes: { kind: "continuous", vehicles: [0], sum: [0], sumOfSquares: [0] } } as const;
    expect(codes(lookAt(plan, [healthy], wrong))).toEqual(["gate_aggregate_invalid"]);
  });
});

describe("a comparison with vehicles without the update", () => {
  const comparison: GateMetric = {
    ...base,
    id: "control",
    kind: "comparison",
    of: "failure",
    marginPpm: 1_000,
    nonInferiorityPpm: 20_000,
  };
  const plan = planOf([failure!, comparison]);
  const control: ControlCounts = { metric: "control", stratum: "", vehicles: 20_000, count: 40, overdue: 0 };

  it("stops where the bounds are apart by the margin, whatever share is tolerated", () => {
    const lenient = planOf([{ ...failure!, toleratedPpm: 100_000, maxPpm: 200_000 } as GateMetric, comparison]);
    const cells = [{ hour: 0, enrolled: 1_000, success: 970, failure: 30 }];
    const verdict = lookAt(lenient, cells, {}, [control]);
    expect([verdict.decision, codes(verdict)[0]]).toEqual(["pause", "gate_stop_metric"]);
    const alike = { ...control, count: 600 };
    expect(lookAt(lenient, cells, {}, [alike]).decision).not.toBe("pause");
    // Vehicles of the control whose outcome is missing may all have failed.
    expect(lookAt(lenient, cells, {}, [{ ...control, overdue: 600 }]).decision).not.toBe("pause");
  });

  it("passes where they are not", () => {
    const verdict = lookAt(plan, [healthy], {}, [control]);
    expect(verdict.evidence.goChecks[1]).toMatchObject({ passed: true, boundary: null, tippingPoint: null });
    const open = lookAt(plan, [{ hour: 0, enrolled: 1_000, success: 970, failure: 3 }], {}, [control]);
    const { passed, tippingPoint } = open.evidence.goChecks[1]!;
    expect(passed).toBe(false);
    expect(tippingPoint).toBeGreaterThan(0);
    expect(tippingPoint).toBeLessThan(27);
  });

  it("gives each of the two bounds half of beta", () => {
    const limit = lowerRateBound(control.vehicles, control.count, 0.025) + 0.02;
    let most = 0;
    while (upperRateBound(1_000, most + 1, 0.025) < limit) most++;
    const passes = (count: number) =>
      lookAt(plan, [{ hour: 0, enrolled: 1_000, success: 1_000 - count, failure: count }], {}, [control]).evidence
        .goChecks[1]!.passed;
    expect([most > 0, passes(most), passes(most + 1)]).toEqual([true, true, false]);
  });

  it("is red without a control", () => {
    const verdict = lookAt(plan, [healthy]);
    expect(verdict.evidence.flags).toMatchObject([{ code: "baseline_missing" }]);
    expect(verdict.evidence.goChecks[1]!.passed).toBe(false);
    expect(codes(verdict)[0]).toBe("gate_data_red");
    const empty = lookAt(plan, [healthy], {}, [{ ...control, vehicles: 0, count: 0 }]);
    expect(empty.evidence.flags).toMatchObject([{ code: "baseline_missing" }]);
    const strata = [
      { key: "EU", size: 9, go: "own" },
      { key: "JP", size: 1, go: "pooled" },
    ] as const;
    const ofStrata = lookAt(planOf([failure!, comparison], strata), [healthy], {}, [control]);
    expect(ofStrata.reasons.filter(({ code }) => code === "gate_data_red").map(({ message }) => message)).toEqual([
      'There is no control for "control" in stratum "EU"',
    ]);
  });
});

describe("the mean of a quantity", () => {
  const minutes: GateMetric = {
    ...base,
    id: "minutes",
    kind: "continuous",
    toleratedMean: 20,
    maxMean: 25,
    minVehicles: 1_000,
  };
  const plan = planOf([failure!, minutes]);
  /** So many vehicles, half a minute to either side of a mean. */
  const around = (n: number, mean: number): Readonly<Record<string, MeasureColumns>> => ({
    minutes: {
      kind: "continuous",
      vehicles: [n],
      sum: [n * mean],
      sumOfSquares: [(n / 2) * ((mean - 3) ** 2 + (mean + 3) ** 2)],
    },
  });

  it("stops and passes, flagged as asymptotic", () => {
    const fine = lookAt(plan, [healthy], around(1_000, 20));
    expect(fine.evidence.goChecks[1]).toMatchObject({ metric: "minutes", passed: true, asymptotic: true });
    expect(fine.evidence.stopChecks[1]).toMatchObject({ reached: false, asymptotic: true, boundary: null });
    const slow = lookAt(plan, [healthy], around(1_000, 21));
    expect([slow.decision, codes(slow)[0]]).toEqual(["pause", "gate_stop_metric"]);
    expect(lookAt(plan, [healthy], around(1_000, 25)).evidence.goChecks[1]!.passed).toBe(false);
  });

  it("says nothing of few vehicles", () => {
    const few = lookAt(plan, [healthy], around(998, 90));
    expect(few.evidence.stopChecks[1]!.reached).toBe(false);
    expect(few.evidence.goChecks[1]!.passed).toBe(false);
    expect(few.decision).toBe("extend");
  });
});

describe("strata", () => {
  const plan = planOf(
    [failure!],
    [
      { key: "EU", size: 90_000, go: "own" },
      { key: "JP", size: 10_000, go: "pooled", stopPrior: { a: 1, b: 10 } },
    ],
  );
  const lookOf = (eu: readonly SampleCell[], jp: readonly SampleCell[]) => {
    const all = [series("pilot", "EU", eu), series("pilot", "JP", jp)];
    return evaluate(plan, aggregateOf(plan, 8, all), contextOf(plan, 8));
  };

  it("stop on a fault of one of them, and name it", () => {
    const verdict = lookOf(
      [{ hour: 0, enrolled: 5_000, success: 4_990, failure: 10 }],
      [{ hour: 0, enrolled: 50, success: 38, failure: 12 }],
    );
    expect(verdict.decision).toBe("pause");
    expect(verdict.evidence.combined).toMatchObject({ offenders: [{ metric: "failure", stratum: "JP" }] });
    expect(verdict.evidence.stopChecks).toMatchObject([
      { stratum: "", n: 5_050, count: 22, reached: false },
      { stratum: "EU", n: 5_000, count: 10, reached: false },
      { stratum: "JP", n: 50, count: 12, reached: true },
    ]);
  });

  it("have to pass by themselves unless they are pooled", () => {
    const [small, large] = [
      { hour: 0, enrolled: 100, success: 100 },
      { hour: 0, enrolled: 900, success: 900 },
    ];
    expect(lookOf([large], [small]).evidence.goChecks.map(({ stratum, passed }) => [stratum, passed])).toEqual([
      ["", true],
      ["EU", true],
    ]);
    const verdict = lookOf([small], [large]);
    expect(verdict.evidence.goChecks.map(({ passed }) => passed)).toEqual([true, false]);
    // 95 more of EU clear 2 % with none failing, and nine of ten vehicles are of EU.
    expect([verdict.decision, verdict.evidence.next.extendBy]).toEqual(["extend", Math.ceil(95 / 0.9)]);
  });
});
