import { describe, expect, it } from "vitest";
import { parseRolloutPlan, rolloutPlanDigest } from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";
import { changed } from "./changed.ts";
import { samplePlan } from "./sample-plan.ts";

describe("parseRolloutPlan", () => {
  it("gives the plan as it was written", () => {
    expect(parseRolloutPlan(JSON.parse(JSON.stringify(samplePlan)))).toEqual(samplePlan);
    const { pace, ...withoutPace } = samplePlan;
    expect(parseRolloutPlan(withoutPace)).toEqual(withoutPace);
  });

  it.each(["/owner", "/stop", "/recoveryPath", "/go", "/observation", "/campaign", "/dataQuality"])(
    "refuses a plan without %s",
    (pointer) => {
      const error = errorOf(() => parseRolloutPlan(changed(samplePlan, pointer, undefined)));
      expect(error).toMatchObject({ code: "ERR_COHORT_ROLLOUT_PLAN", path: pointer });
    },
  );

  it.each([
    ["/owner", ""],
    ["/stop/alphaPpm", 0],
    ["/stop/alphaPpm", 500_001],
    ["/stop/alphaPpm", 0.05],
    ["/stop/safetyLimits/0/atLeast", 0],
    ["/stop/rollback/abovePpm", 1_000_000],
    ["/recoveryPath/kind", "hope"],
    ["/recoveryPath/toDigest", "AB".repeat(32)],
    ["/recoveryPath/provenOn", "\ud800"],
    ["/go/overdueFailedPpm", 1_000_001],
    ["/observation/soakMs", -1],
    ["/observation/maturityMs", 86_399_999],
    ["/observation/bucketMs", 59_999],
    ["/observation/excludedCategories/0", ""],
    ["/metrics/0/weight", 0],
    ["/metrics/0/required", false],
    ["/metrics/0/maxPpm", 5_000],
    ["/metrics/1/id", "failure"],
    ["/metrics/1/required", "yes"],
    ["/metrics/1/kind", "toString"],
    ["/metrics/1/baseline/source", "guess"],
    ["/metrics/1/baseline/silent", 50_001],
    ["/metrics/1/maxPpm", 42_500],
    ["/strata/1/key", "EU"],
    ["/strata/0/go", "maybe"],
    ["/rings/0/maxVehicles", 999],
    ["/rings/1/maxPpm/failure", 5_000],
    ["/rings/1/maxPpm/unknown", 5_000],
    ["/rings/2/name", "pilot"],
    ["/rings/0/approval", true],
    ["/dataQuality/maxLagMs", -1],
    ["/pace/rate/factorTenths", 9],
    ["/pace/rate/maxPerMinute", 59],
    ["/pace/windows/0/days/1", 6],
    ["/surprise", 1],
    ["/stop/surprise", 1],
    ["/metrics/0/surprise", 1],
    ["/rings/0/surprise", 1],
  ])("refuses %s = %j, and says where", (pointer, value) => {
    const error = errorOf(() => parseRolloutPlan(changed(samplePlan, pointer, value)));
    expect(error).toMatchObject({ code: "ERR_COHORT_ROLLOUT_PLAN", path: pointer });
  });

  it("wants failures first", () => {
    const error = errorOf(() => parseRolloutPlan({ ...samplePlan, metrics: [...samplePlan.metrics].reverse() }));
    expect(error).toMatchObject({ code: "ERR_COHORT_ROLLOUT_PLAN", path: "/metrics/0/kind" });
  });

  it("takes the other kinds of metrics and recovery paths", () => {
    const base = { weight: 1, required: false };
    const metrics = [
      samplePlan.metrics[0]!,
      { ...base, id: "brakes", kind: "failure", toleratedPpm: 10, maxPpm: 100, category: "brakes" },
      { ...base, id: "control", kind: "comparison", of: "silence", marginPpm: 0, nonInferiorityPpm: 5_000 },
      { ...base, id: "codes", kind: "exposure", toleratedPerMillion: 20_000, maxPerMillion: 40_000 },
      { ...base, id: "minutes", kind: "continuous", toleratedMean: 20, maxMean: 30, minVehicles: 1_000 },
      {
        ...samplePlan.metrics[1]!,
        id: "quiet",
        baseline: { source: "stated", ageMs: 1, silentPpm: 30_000 },
        stopPrior: { a: 3, b: 60 },
      },
    ];
    for (const recoveryPath of [
      { kind: "forward_fix", procedure: "4.2.1" },
      { kind: "service_visit", capacityPerDay: 40 },
      { kind: "safe_state", procedure: "limp home" },
    ]) {
      const plan = { ...samplePlan, rings: samplePlan.rings.slice(0, 1), metrics, recoveryPath };
      expect(parseRolloutPlan(plan)).toEqual(plan);
    }
  });

  it("does not read a plan of another version, nor what is none", () => {
    const error = errorOf(() => parseRolloutPlan(changed(samplePlan, "/schema", "otakit.rollout-plan/2")));
    expect(error).toMatchObject({ code: "ERR_COHORT_ROLLOUT_PLAN_VERSION", path: "/schema" });
    for (const value of [null, 1, "plan", [], {}]) {
      expect(errorOf(() => parseRolloutPlan(value))).toMatchObject({ code: "ERR_COHORT_ROLLOUT_PLAN" });
    }
  });
});

describe("rolloutPlanDigest", () => {
  it("names the plan, whatever the order of its members", () => {
    const digest = rolloutPlanDigest(samplePlan);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const reversed = Object.fromEntries(Object.entries(samplePlan).reverse()) as unknown as typeof samplePlan;
    expect(rolloutPlanDigest(reversed)).toBe(digest);
    expect(rolloutPlanDigest({ ...samplePlan, owner: "someone" })).not.toBe(digest);
  });
});
