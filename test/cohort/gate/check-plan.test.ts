import { describe, expect, it } from "vitest";
import { checkPlan, type GateMetric, type RolloutPlan } from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";
import { samplePlan } from "./sample-plan.ts";

const [failure, silence] = samplePlan.metrics;
const ring = { name: "pilot", vehicles: 1_000, maxVehicles: 2_000, approval: "none" } as const;
/** Failures overall with all of alpha, silence with none; the silent are not taken for failures. */
const plan: RolloutPlan = {
  ...samplePlan,
  go: { betaPpm: 50_000, overdueFailedPpm: 0 },
  metrics: [failure!, { ...silence!, weight: 0 } as GateMetric],
  strata: [],
  rings: [ring],
};
const codes = (checked: RolloutPlan) => checkPlan(checked).reasons.map(({ code }) => code);

describe("checkPlan", () => {
  it("forecasts exactly: the table of published chances", () => {
    const rings = [1_000, 4_000, 15_000].map((vehicles) => ({
      ...ring,
      name: `${vehicles}`,
      vehicles,
      maxVehicles: vehicles,
    }));
    const { evidence } = checkPlan({ ...plan, rings });
    expect(
      evidence.gates.map(({ vehicles, maxFailures, neededVehicles }) => [vehicles, maxFailures, neededVehicles]),
    ).toEqual([
      [1_000, 8, 195],
      [5_000, 69, 195],
      [20_000, 333, 195],
    ]);
    expect(evidence.gates[0]!.atMax!.stopped.toFixed(3)).toBe("0.977");
    expect(evidence.gates[0]!.atTolerated!.stopped.toFixed(4)).toBe("0.0217");
    expect(evidence.atMax!.expectedFailuresBeforeStop!.toFixed(1)).toBe("5.9");
    // Every path is stopped, held, or through.
    for (const chances of [evidence.atTolerated!, evidence.atMax!]) {
      const held = chances.gates.reduce((sum, gate) => sum + gate.held, 0);
      expect(chances.gates.at(-1)!.stopped + chances.gates.at(-1)!.passed + held).toBeCloseTo(1, 10);
    }
  });

  it("finds a gate that a clean ring does not pass, and says how many vehicles would", () => {
    const small = checkPlan({ ...plan, rings: [{ ...ring, vehicles: 100, maxVehicles: 100 }] });
    expect(small.decision).toBe("unfit");
    expect(small.reasons).toMatchObject([
      {
        code: "rollout_plan_gate_unreachable",
        message: 'Ring "pilot": "failure" needs at least 195 vehicles to pass 20000 ppm, and has 100',
      },
    ]);
    expect(small.evidence.gates[0]).toMatchObject({ maxFailures: null, neededVehicles: 195 });
    const enough = checkPlan({ ...plan, rings: [{ ...ring, vehicles: 195 }] });
    expect([enough.decision, enough.reasons]).toEqual(["fit", []]);
    const strict = { ...plan, rings: [{ ...ring, vehicles: 195, maxPpm: { failure: 10_000 } }] };
    expect(codes(strict)).toEqual(["rollout_plan_gate_unreachable"]);
  });

  it("finds a stratum that is too small to pass by itself", () => {
    const strata = [
      { key: "EU", size: 80_000, go: "own" },
      { key: "JP", size: 20_000, go: "own" },
    ] as const;
    expect(codes({ ...plan, strata })).toEqual([]);
    const fewer = checkPlan({ ...plan, strata, rings: [{ ...ring, vehicles: 974 }] });
    expect(fewer.reasons).toMatchObject([{ evidence: { stratum: "JP", has: 194, needed: 195 } }]);
    const pooled = [strata[0], { ...strata[1], go: "pooled" }] as const;
    expect(codes({ ...plan, strata: pooled, rings: [{ ...ring, vehicles: 974 }] })).toEqual([]);
  });

  it("finds a gate that normal silence keeps shut", () => {
    // 3 % are silent; taken for failures they are more than 2 % lets pass, at any size.
    const worst = { ...plan, go: { betaPpm: 50_000, overdueFailedPpm: 1_000_000 } };
    expect(codes(worst)).toEqual(["rollout_plan_silence_shuts_gate"]);
    const quarter = { ...plan, go: { betaPpm: 50_000, overdueFailedPpm: 250_000 } };
    expect(codes(quarter)).toEqual([]);
  });

  it("demands a baseline of silence of the right age, and time to report", () => {
    const missing = "rollout_plan_silence_baseline_missing";
    expect(codes({ ...plan, metrics: [failure!] })).toEqual([missing]);
    const stated = {
      ...silence!,
      baseline: { source: "stated", ageMs: 7 * 86_400_000, silentPpm: 30_000 },
    } as GateMetric;
    expect(checkPlan({ ...plan, metrics: [failure!, stated] }).reasons).toMatchObject([
      { code: missing, path: "/metrics/1" },
    ]);
    const hasty = { ...samplePlan.observation, maturityMs: 86_400_000 };
    expect(codes({ ...plan, observation: hasty })).toEqual([missing, "rollout_plan_no_time_to_report"]);
  });

  it("gives no chances beyond what it may compute, and refuses what is no plan", () => {
    const { evidence } = checkPlan(plan, 999);
    expect([evidence.atMax, evidence.gates[0]!.atMax]).toEqual([null, null]);
    expect(evidence.gates[0]!.maxFailures).toBe(8);
    expect(() => checkPlan(plan, 1_000_001)).toThrow(RangeError);
    expect(errorOf(() => checkPlan({ ...plan, owner: "" }))).toMatchObject({ code: "ERR_COHORT_ROLLOUT_PLAN" });
  });
});
