/** Plays whole rollouts of a plan, with late and missing reports, and shows which releases reach the fleet. */

import { checkPlan, type RolloutPlan, simulatePlan, standardScenarios } from "otakit/cohort";
import type { Report } from "./report.ts";

const hour = 3_600_000;
const day = 24 * hour;
const runs = 10;

const plan: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "hub-firmware-7.28",
  owner: "release engineering",
  stop: { alphaPpm: 50_000, safetyLimits: [] },
  recoveryPath: { kind: "rollback", toDigest: "ab".repeat(32), provenOn: "demonstration" },
  go: { betaPpm: 50_000, overdueFailedPpm: 0 },
  observation: { soakMs: day, maturityMs: 7 * day, bucketMs: 6 * hour, excludedCategories: [] },
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
  strata: [
    { key: "old battery", size: 1_000, go: "pooled", stopPrior: { a: 1, b: 10 } },
    { key: "others", size: 99_000, go: "pooled" },
  ],
  rings: [
    { name: "pilot", vehicles: 1_000, maxVehicles: 2_000, approval: "required" },
    { name: "early", vehicles: 5_000, maxVehicles: 10_000, approval: "none" },
    { name: "all", vehicles: 94_000, maxVehicles: 94_000, approval: "none" },
  ],
  dataQuality: {
    maxLagMs: day,
    minReceivedPpm: 900_000,
    maxDuplicatePpm: 100_000,
    maxConflictingPpm: 1_000,
    maxSkewedPpm: 10_000,
    maxRejectedPpm: 10_000,
    sampleRatioAlphaPpm: 1_000,
  },
};

/** How each scenario has to end, in every run. */
const expected = {
  healthy: "completed",
  bad: "stopped",
  "very bad": "stopped",
  "data gap": "stopped",
  "one stratum fails": "stopped",
} as const;

export function showSimulation(report: Report, progress: (text: string) => void): void {
  report.section(
    "Whole rollouts of 100,000 vehicles, with reports that come late or never, before the plan is approved",
  );
  report.expect("every gate of the plan can be passed", "fit", checkPlan(plan).decision);
  const scenarios = standardScenarios(plan).filter(({ name }) => Object.hasOwn(expected, name));
  const simulation = simulatePlan(plan, scenarios, {
    seed: "demonstration",
    runs,
    lookEveryMs: 6 * hour,
    horizonMs: 60 * day,
    onRun: ({ name }, done) => void progress(`${name}: rollout ${done} of ${runs}`),
  });
  progress("");
  for (const { scenario, stopped, completed, exposurePpm, failed } of simulation.scenarios) {
    const end = stopped.runs === runs ? "stopped" : completed.runs === runs ? "completed" : "mixed";
    report.expect(`${scenario}: ${runs} rollouts`, expected[scenario as keyof typeof expected], end);
    const exposed = (exposurePpm.mean / 10_000).toFixed(1);
    report.line(`       ${exposed} % of the fleet exposed, ${failed.mean.toFixed(0)} vehicles failed (means)`);
  }
  report.facts["simulation"] = simulation;
}
