import type { RolloutPlan } from "../../../src/cohort/index.ts";

const dayMs = 86_400_000;

/** A plan of three rings whose gates can be passed; tests change single members. */
export const samplePlan: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "brake-controller-4.2",
  owner: "r.meier",
  stop: {
    alphaPpm: 50_000,
    rollback: { abovePpm: 30_000, alphaPpm: 1_000 },
    safetyLimits: [{ category: "brake_warning", atLeast: 1 }],
  },
  recoveryPath: { kind: "rollback", toDigest: "ab".repeat(32), provenOn: "pilot fleet, 2026-06-30" },
  go: { betaPpm: 50_000, overdueFailedPpm: 1_000_000 },
  observation: {
    soakMs: dayMs,
    maturityMs: 7 * dayMs,
    bucketMs: 3_600_000,
    excludedCategories: ["infrastructure"],
  },
  metrics: [
    { id: "failure", kind: "failure", weight: 1, required: true, toleratedPpm: 5_000, maxPpm: 20_000 },
    {
      id: "silence",
      kind: "silence",
      weight: 1,
      required: false,
      baseline: { source: "pre_period", ageMs: 7 * dayMs, vehicles: 50_000, silent: 1_500 },
      marginPpm: 12_500,
      maxPpm: 90_000,
    },
  ],
  strata: [
    { key: "EU", size: 70_000, go: "own" },
    { key: "JP", size: 1_000, go: "pooled", stopPrior: { a: 1, b: 10 } },
  ],
  rings: [
    { name: "pilot", vehicles: 1_000, maxVehicles: 2_000, approval: "required" },
    { name: "early", vehicles: 5_000, maxVehicles: 10_000, approval: "none", maxPpm: { failure: 15_000 } },
    { name: "all", vehicles: 94_000, maxVehicles: 100_000, approval: "none" },
  ],
  dataQuality: {
    maxLagMs: dayMs,
    minReceivedPpm: 950_000,
    maxDuplicatePpm: 50_000,
    maxConflictingPpm: 1_000,
    maxSkewedPpm: 10_000,
    maxRejectedPpm: 10_000,
    sampleRatioAlphaPpm: 1_000,
  },
  pace: {
    failuresPerWave: 25,
    maxGrowth: 4,
    rate: { basePerMinute: 60, factorTenths: 20, maxPerMinute: 1_000, counts: "succeeded", vehiclesPerStep: 2_000 },
    windows: [{ days: [6, 7], startMinute: 60, durationMinutes: 240 }],
  },
};
