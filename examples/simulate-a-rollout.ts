import { checkPlan, type RolloutPlan, renderSimulation, simulatePlan, standardScenarios } from "otakit/cohort";

const hour = 3_600_000;
const day = 24 * hour;

const plan: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "brake-controller-4.2",
  owner: "r.meier",
  stop: { alphaPpm: 50_000, safetyLimits: [{ category: "brake_warning", atLeast: 1 }] },
  recoveryPath: { kind: "rollback", toDigest: "ab".repeat(32), provenOn: "bench, 2026-10-20" },
  go: { betaPpm: 50_000, overdueFailedPpm: 0 },
  observation: { soakMs: day, maturityMs: 7 * day, bucketMs: 6 * hour, excludedCategories: ["infrastructure"] },
  metrics: [
    { id: "failure", kind: "failure", weight: 1, required: true, toleratedPpm: 5_000, maxPpm: 20_000 },
    {
      id: "silence",
      kind: "silence",
      weight: 1,
      required: true,
      baseline: { source: "pre_period", ageMs: 7 * day, vehicles: 50_000, silent: 1_500 },
      marginPpm: 12_500,
      maxPpm: 60_000,
    },
  ],
  strata: [],
  rings: [
    { name: "pilot", vehicles: 1_000, maxVehicles: 2_000, approval: "required" },
    { name: "all", vehicles: 9_000, maxVehicles: 9_000, approval: "none" },
  ],
  dataQuality: {
    maxLagMs: day,
    minReceivedPpm: 900_000,
    maxDuplicatePpm: 100_000,
    maxConflictingPpm: 1_000,
    maxSkewedPpm: 10_000,
    maxRejectedPpm: 10_000,
    sampleRatioAlphaPpm: 0,
  },
};

// Exactly, for failures alone and a look after each vehicle: can every gate be passed, and how often?
console.log(checkPlan(plan).decision);
// fit

// With delays, silence and data gaps: what does the plan do to good and bad releases?
const simulation = simulatePlan(plan, standardScenarios(plan), {
  seed: "brake-controller-4.2",
  runs: 20,
  lookEveryMs: 6 * hour,
  horizonMs: 60 * day,
});
for (const { scenario, stopped, completed, exposurePpm } of simulation.scenarios) {
  const exposed = (exposurePpm.mean / 10_000).toFixed(0);
  console.log(`${scenario}: ${stopped.runs} stopped, ${completed.runs} completed, ${exposed} % exposed`);
}
// healthy: 0 stopped, 20 completed, 100 % exposed
// tolerable: 0 stopped, 20 completed, 100 % exposed
// tolerable, failures told first: 0 stopped, 20 completed, 100 % exposed
// bad: 20 stopped, 0 completed, 10 % exposed
// bad, failures told last: 20 stopped, 0 completed, 10 % exposed
// very bad: 20 stopped, 0 completed, 10 % exposed
// silent bricks: 9 stopped, 0 completed, 18 % exposed
// data gap: 20 stopped, 0 completed, 10 % exposed

console.log(renderSimulation(simulation).split("\n")[0]);
// Looks every 6.0 h, at most 60.0 d; seed "brake-controller-4.2"
