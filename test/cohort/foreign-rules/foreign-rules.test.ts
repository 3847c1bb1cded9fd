import { describe, expect, test } from "vitest";
import {
  type Aggregate,
  compareRules,
  importAwsJob,
  importAwsRate,
  importHawkbitGroups,
  type PlanFrame,
  ratePerMinute,
  renderComparison,
  rolloutPlanDigest,
} from "../../../src/cohort/index.ts";
import { aggregateOf, contextOf, series } from "../gate/sample-aggregate.ts";
import { samplePlan } from "../gate/sample-plan.ts";

const { schema: _, metrics: __, rings, strata: ___, ...rest } = samplePlan;
const frame: PlanFrame = {
  ...rest,
  strata: [],
  metrics: [samplePlan.metrics[1]!],
  vehicles: 10_000,
  toleratedPpm: 5_000,
};
const threshold = (expression: string) => ({ condition: "THRESHOLD", expression });
const group = (name: string, targetPercentage: number, error: string, success: string) => ({
  name,
  targetPercentage,
  errorCondition: threshold(error),
  errorAction: { action: "PAUSE", expression: "" },
  successCondition: threshold(success),
  successAction: { action: "NEXTGROUP", expression: "" },
});
const groups = [group("pilot", 10, "2", "90"), group("early", 50, "1", "50"), group("all", 100, "1", "50")];
const refused = (path: string) => expect.objectContaining({ code: "ERR_COHORT_FOREIGN_RULES", path });

describe("hawkBit groups", () => {
  const { plan, rules, notes } = importHawkbitGroups(groups, frame);

  test("become rings: a share is of the targets that are left, a threshold the share that must not expand", () => {
    expect(plan.rings).toEqual([
      { name: "pilot", vehicles: 1_000, maxVehicles: 1_000, maxPpm: { failure: 20_000 }, approval: "none" },
      { name: "early", vehicles: 4_500, maxVehicles: 4_500, maxPpm: { failure: 10_000 }, approval: "none" },
      { name: "all", vehicles: 4_500, maxVehicles: 4_500, maxPpm: { failure: 10_000 }, approval: "none" },
    ]);
    expect(plan.metrics[0]).toMatchObject({ kind: "failure", toleratedPpm: 5_000, maxPpm: 20_000, required: true });
    expect(rules.map((rule) => ("errorPercent" in rule ? [rule.errorPercent, rule.successPercent] : []))).toEqual([
      [2, 90],
      [1, 50],
      [1, 50],
    ]);
    expect(notes.join(" ")).toContain("silent");
  });

  test("what hawkBit would take for no error is refused, with its place", () => {
    for (const expression of ["x", "2.5", "", "101", "-1", " 2"]) {
      expect(() => importHawkbitGroups([group("a", 100, expression, "50")], frame)).toThrow(
        refused("/0/errorCondition/expression"),
      );
    }
    expect(() => importHawkbitGroups([{ ...groups[0], targetPercentage: 0 }], frame)).toThrow(
      refused("/0/targetPercentage"),
    );
    expect(() => importHawkbitGroups([groups[2], groups[0]], frame)).toThrow(refused("/1/targetPercentage"));
    expect(() => importHawkbitGroups([], frame)).toThrow(refused(""));
    expect(() => importHawkbitGroups([null], frame)).toThrow(refused("/0/name"));
    const other = { ...groups[0], successCondition: { condition: "OTHER", expression: "1" } };
    expect(() => importHawkbitGroups([other], frame)).toThrow(refused("/0/successCondition/condition"));
  });

  test("a threshold that is tolerated makes no plan", () => {
    expect(() => importHawkbitGroups([group("a", 100, "0", "50")], frame)).toThrow(
      expect.objectContaining({ code: "ERR_COHORT_ROLLOUT_PLAN" }),
    );
  });

  test("a group without an error condition is told, and so are vehicles in no group", () => {
    const { notes: told } = importHawkbitGroups([{ name: "a", targetPercentage: 50 }], frame);
    expect(told.join(" ")).toMatch(/"a" has no error condition.*|5000 vehicles are in no group/);
    expect(told).toHaveLength(4);
  });
});

describe("AWS IoT Jobs", () => {
  const criterion = {
    action: "CANCEL",
    failureType: "FAILED",
    minNumberOfExecutedThings: 100,
    thresholdPercentage: 1.25,
  };
  const exponentialRate = {
    baseRatePerMinute: 60,
    incrementFactor: 1.1,
    rateIncreaseCriteria: { numberOfSucceededThings: 2_000 },
  };
  const job = {
    abortConfig: { criteriaList: [criterion, { ...criterion, thresholdPercentage: 20, failureType: "ALL" }] },
    jobExecutionsRolloutConfig: { maximumPerMinute: 1_000, exponentialRate },
    targets: ["not looked at"],
  };
  const plain = rings.map(({ maxPpm: ____, ...ring }) => ring);

  test("the smallest threshold is the share that must not expand; the rate is kept", () => {
    const { plan, rules, notes } = importAwsJob(job, frame, plain, "notified");
    expect(plan.metrics[0]).toMatchObject({ maxPpm: 12_500 });
    expect(plan.pace?.rate).toEqual({
      basePerMinute: 60,
      factorTenths: 11,
      maxPerMinute: 1_000,
      counts: "succeeded",
      vehiclesPerStep: 2_000,
    });
    expect([0, 2_000, 4_000, 1_000_000].map((count) => ratePerMinute(plan.pace!.rate!, count))).toEqual([
      60, 66, 72, 1_000,
    ]);
    expect(rules[0]).toEqual({
      system: "aws_iot_jobs",
      failureType: "FAILED",
      thresholdHundredths: 125,
      minThings: 100,
      of: "notified",
    });
    expect(notes).toHaveLength(1);
  });

  test("a constant rate, and one without a maximum", () => {
    expect(importAwsRate({ maximumPerMinute: 50 })).toMatchObject({
      basePerMinute: 50,
      factorTenths: 10,
      maxPerMinute: 50,
    });
    expect(importAwsRate({ exponentialRate })).toMatchObject({ basePerMinute: 60, maxPerMinute: 1_000 });
  });

  test.each<[string, unknown]>([
    ["/jobExecutionsRolloutConfig", {}],
    ["/jobExecutionsRolloutConfig/maximumPerMinute", { maximumPerMinute: 1_001 }],
    ["/jobExecutionsRolloutConfig/other", { maximumPerMinute: 1, other: 1 }],
    [
      "/jobExecutionsRolloutConfig/exponentialRate/incrementFactor",
      { exponentialRate: { ...exponentialRate, incrementFactor: 1.15 } },
    ],
    [
      "/jobExecutionsRolloutConfig/exponentialRate/incrementFactor",
      { exponentialRate: { ...exponentialRate, incrementFactor: 1 } },
    ],
    ["/jobExecutionsRolloutConfig/exponentialRate/baseRatePerMinute", { maximumPerMinute: 10, exponentialRate }],
    [
      "/jobExecutionsRolloutConfig/exponentialRate/rateIncreaseCriteria",
      { exponentialRate: { ...exponentialRate, rateIncreaseCriteria: {} } },
    ],
  ])("a rate is refused at %s", (path, config) => {
    expect(() => importAwsRate(config)).toThrow(refused(path));
  });

  test.each<[string, object]>([
    ["action", { action: "NOTHING" }],
    ["failureType", { failureType: "SOME" }],
    ["thresholdPercentage", { thresholdPercentage: 1.255 }],
    ["thresholdPercentage", { thresholdPercentage: 0 }],
    ["minNumberOfExecutedThings", { minNumberOfExecutedThings: 0 }],
  ])("a criterion is refused by its %s", (name, change) => {
    const abortConfig = { criteriaList: [{ ...criterion, ...change }] };
    expect(() => importAwsJob({ abortConfig }, frame, plain, "executed")).toThrow(
      refused(`/abortConfig/criteriaList/0/${name}`),
    );
  });

  test("a job that nothing aborts is no plan", () => {
    expect(() => importAwsJob({}, frame, plain, "executed")).toThrow(refused("/abortConfig"));
    for (const job of [undefined, null, [], "job"]) {
      expect(() => importAwsJob(job as never, frame, plain, "executed")).toThrow(refused(""));
    }
  });
});

describe("compareRules", () => {
  const { plan, rules } = importHawkbitGroups(groups, frame);
  const aws = (failureType: "FAILED" | "TIMED_OUT" | "ALL", of: "executed" | "notified") =>
    ({ system: "aws_iot_jobs", failureType, thresholdHundredths: 200, minThings: 100, of }) as const;
  const compared = (days: number, aggregate: Aggregate, asked = rules) => {
    const { state: ____, ...context } = contextOf(plan, days);
    return compareRules(plan, [{ aggregate, context }], asked)[0]!;
  };
  const pilot = (days: number, cell: object) =>
    aggregateOf(plan, days, [series("pilot", "", [{ hour: 0, enrolled: 1_000, ...cell }])]);

  test("hawkBit goes on while errors are fewer than the group, however few vehicles have reported", () => {
    // 20 of 40 reports are errors: 2 % of the group, which is not above 2 %.
    const { ours, theirs } = compared(1, pilot(1, { failure: 20, success: 20 }));
    expect(theirs[0]).toMatchObject({ decision: "continue", seen: { notified: 1_000, failed: 20, succeeded: 20 } });
    expect(ours.decision).toBe("pause");
    expect(compared(1, pilot(1, { failure: 21 })).theirs[0]!.decision).toBe("stop");
    expect(theirs[1]).toMatchObject({ decision: "continue", message: "The group has not started" });
  });

  test("hawkBit opens the next group on ends, and on a group of which nobody is open", () => {
    expect(compared(1, pilot(1, { success: 900, failure: 20 })).theirs[0]!.decision).toBe("open_next");
    expect(compared(1, pilot(1, { success: 899, failure: 20 })).theirs[0]!.decision).toBe("continue");
    const lax = importHawkbitGroups([group("pilot", 10, "50", "90"), groups[2]], frame).rules;
    expect(compared(10, pilot(10, { success: 600, failure: 400 }), lax).theirs[0]).toMatchObject({
      decision: "open_next",
    });
  });

  test("AWS: what a share is of, and timeouts", () => {
    const early = pilot(1, { failure: 10, success: 100 });
    expect(
      compared(1, early, [aws("FAILED", "executed"), aws("FAILED", "notified")]).theirs.map(({ decision }) => decision),
    ).toEqual(["stop", "continue"]);
    const late = pilot(10, { failure: 0, success: 950 });
    const asked = [aws("FAILED", "executed"), aws("ALL", "executed"), aws("TIMED_OUT", "notified")];
    expect(compared(10, late, asked).theirs.map(({ decision }) => decision)).toEqual(["continue", "stop", "stop"]);
    expect(compared(1, pilot(1, { success: 950 }), asked).theirs.map(({ decision }) => decision)).toEqual([
      "continue",
      "continue",
      "continue",
    ]);
    const few = pilot(1, { failure: 99 });
    expect(compared(1, few, [aws("FAILED", "executed")]).theirs[0]!.message).toContain("fewer than 100");
  });

  test("a pause of ours stays over looks, and the text tells both sides", () => {
    const { state: ____, ...context } = contextOf(plan, 1);
    const later = { ...contextOf(plan, 2), state: undefined };
    const looks = [
      { aggregate: pilot(1, { failure: 30, success: 20 }), context },
      { aggregate: pilot(2, { failure: 30, success: 970 }), context: { ...context, nowMs: later.nowMs } },
    ];
    const comparison = compareRules(plan, looks, rules);
    expect(comparison.map(({ ours }) => ours.decision)).toEqual(["pause", "pause"]);
    const text = renderComparison(comparison);
    expect(text.split("\n")).toHaveLength(2 * (2 + rules.length));
    expect(text).toMatch(/otakit: pause \(pause\): .+\n {2}hawkBit group "pilot": stop: 30 errors/);
    expect(rolloutPlanDigest(plan)).toBe(comparison[0]!.ours.evidence.planDigest);
  });
});
