/**
 * Plans, scenarios and seed of `npm run bench:gate`. Fixed and committed before any of them was run; change nothing here, add beside it.
 *
 * A to J are those of the study that the gate was designed with, but for fresh chance; J has a baseline of silence that was measured at
 * the same age. K and later are new: lots, outages, drift over rings, adversarial delay, other rates and ring sizes.
 */

import type { PlanRing, RolloutPlan, RolloutScenario } from "otakit/cohort";

const hour = 3_600_000;
const day = 24 * hour;

/** Chance of the whole benchmark. */
export const seed = "otakit bench:gate 2026-11-26";
/** Time between two looks. */
export const lookEveryMs = 6 * hour;
/** When an undecided run ends. */
export const horizonMs = 60 * day;

const fleetVehicles = 100_000;

function ring(name: string, vehicles: number, failure: number, silence: number, batches = 8): PlanRing {
  const maxVehicles = vehicles * (1 + batches);
  return { name, vehicles, maxVehicles, maxPpm: { failure, silence }, approval: "none" };
}

const full: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "bench-gate",
  owner: "release engineering",
  stop: { alphaPpm: 50_000, safetyLimits: [] },
  recoveryPath: { kind: "rollback", toDigest: "ab".repeat(32), provenOn: "simulation" },
  go: { betaPpm: 50_000, overdueFailedPpm: 0 },
  observation: { soakMs: 0, maturityMs: 7 * day, bucketMs: 6 * hour, excludedCategories: ["infrastructure"] },
  metrics: [
    { id: "failure", kind: "failure", weight: 1, required: true, toleratedPpm: 5_000, maxPpm: 20_000 },
    {
      id: "silence",
      kind: "silence",
      weight: 1,
      required: true,
      // 3 % that never report, and 0.75 % of the others after seven days.
      baseline: { source: "pre_period", ageMs: 7 * day, vehicles: 100_000, silent: 3_730 },
      marginPpm: 5_200,
      maxPpm: 90_000,
      stopPrior: { a: 3, b: 60 },
    },
  ],
  strata: [
    { key: "B", size: 1_000, go: "pooled", stopPrior: { a: 1, b: 10 } },
    { key: "rest", size: 99_000, go: "pooled" },
  ],
  rings: [
    ring("pilot", 50, 100_000, 250_000),
    ring("early", 1_000, 20_000, 90_000),
    ring("cohort 1", 5_000, 15_000, 62_500),
    ring("cohort 2", 20_000, 10_000, 52_500),
    ring("all", 73_950, 10_000, 52_500, 0),
  ],
  dataQuality: {
    maxLagMs: day,
    minReceivedPpm: 950_000,
    maxDuplicatePpm: 50_000,
    maxConflictingPpm: 1_000,
    maxSkewedPpm: 10_000,
    maxRejectedPpm: 10_000,
    sampleRatioAlphaPpm: 1_000,
  },
};

/** The plan for a fleet of which another share is normally silent at the age of seven days: baseline and gates go with it. */
function withBaseline(silent: number, maxima: readonly [number, number, number, number, number]): RolloutPlan {
  const [failure, silence] = full.metrics as readonly [RolloutPlan["metrics"][0], RolloutPlan["metrics"][0]];
  const baseline = { source: "pre_period", ageMs: 7 * day, vehicles: 100_000, silent } as const;
  return {
    ...full,
    metrics: [failure, { ...silence, baseline, marginPpm: 12_500, maxPpm: maxima[0] } as RolloutPlan["metrics"][0]],
    rings: full.rings.map((one, index) => ({
      ...one,
      maxPpm: { failure: one.maxPpm!["failure"]!, silence: maxima[index]! },
    })),
  };
}

/** Other rates, ring sizes and error bounds. */
const strict: RolloutPlan = {
  ...full,
  stop: { alphaPpm: 10_000, safetyLimits: [] },
  go: { betaPpm: 10_000, overdueFailedPpm: 0 },
  metrics: [
    { id: "failure", kind: "failure", weight: 3, required: true, toleratedPpm: 1_000, maxPpm: 5_000 },
    { ...full.metrics[1]!, weight: 1 } as RolloutPlan["metrics"][0],
  ],
  rings: [
    ring("pilot", 2_000, 5_000, 90_000),
    ring("early", 10_000, 3_000, 62_500),
    ring("all", 50_000, 2_500, 52_500, 0),
  ],
};

/** Plans by name. */
export const plans = {
  full,
  /** Failures overall alone: no strata, and silence has no part of alpha and no gate. */
  overall: {
    ...full,
    strata: [],
    metrics: [full.metrics[0]!, { ...full.metrics[1]!, weight: 0, required: false } as RolloutPlan["metrics"][0]],
  },
  /** 14.5 % of the working vehicles report after seven days (J). */
  slowReports: withBaseline(17_040, [400_000, 250_000, 220_000, 205_000, 205_000]),
  /** 9.7 % of them do (U). */
  wideDelays: withBaseline(12_440, [350_000, 210_000, 170_000, 155_000, 155_000]),
  /** Failures of the server count as the release's. */
  nothingExcluded: { ...full, observation: { ...full.observation, excludedCategories: [] } },
  strict,
} as const satisfies Record<string, RolloutPlan>;

/** A scenario of the benchmark. */
export interface GateScenario {
  readonly id: string;
  readonly plan: keyof typeof plans;
  /** Runs of ours in a full benchmark: 10,000 where the release is tolerable, so that a broken bound shows; 1,000 elsewhere. */
  readonly runs: number;
  readonly scenario: RolloutScenario;
}

const lognormal = (medianHours: number, sigmaPermille = 800) =>
  ({ kind: "lognormal", medianMs: medianHours * hour, sigmaPermille }) as const;
const uniform = (fromMs: number, toMs: number) => ({ kind: "uniform", fromMs, toMs }) as const;

function scenario(
  id: string,
  title: string,
  release: RolloutScenario["release"],
  failurePpm: number,
  changes: Partial<RolloutScenario> = {},
  plan: keyof typeof plans = "full",
): GateScenario {
  const shared: RolloutScenario = {
    schema: "otakit.rollout-scenario/1",
    name: `${id} ${title}`,
    release,
    fleetVehicles,
    failurePpm,
    silentPpm: 30_000,
    silentFailurePpm: 30_000,
    successDelay: lognormal(24),
    failureDelay: lognormal(48),
    enrolOverMs: day,
    dataLagMs: 0,
  };
  return { id, plan, runs: release === "tolerable" ? 10_000 : 1_000, scenario: { ...shared, ...changes } };
}

/** In the order of the table. */
export const scenarios: readonly GateScenario[] = [
  scenario("A", "healthy 0.2 %", "tolerable", 2_000),
  scenario("B", "tolerable 0.5 %", "tolerable", 5_000),
  scenario("C", "bad 2 %", "bad", 20_000),
  scenario("D", "bad 5 %", "bad", 50_000),
  scenario("E", "1 % stratum fails 25 %", "other", 2_000, { failurePpmByStratum: { B: 250_000 } }),
  scenario("F", "late failures 3 %", "bad", 30_000, { failureDelay: lognormal(120) }),
  scenario("G", "healthy, 10 % silent", "other", 2_000, { silentPpm: 100_000 }),
  scenario("H", "silent bricks 3 %", "other", 30_000, { silentFailurePpm: 700_000 }),
  scenario(
    "J",
    "tolerable, fast failures",
    "tolerable",
    5_000,
    { failureDelay: lognormal(6), successDelay: lognormal(72) },
    "slowReports",
  ),
  scenario("K", "lots, mixed", "tolerable", 2_777, { lots: { lotPpm: 100_000, failurePpm: 25_000, successive: 1 } }),
  scenario("L", "lots, one by one", "other", 2_777, { lots: { lotPpm: 100_000, failurePpm: 25_000, successive: 500 } }),
  scenario("M", "outage, excluded", "tolerable", 5_000, {
    outage: { fromMs: 0, durationMs: 10 * day, failurePpm: 50_000, category: "infrastructure" },
  }),
  scenario(
    "N",
    "outage, counted",
    "other",
    5_000,
    { outage: { fromMs: 0, durationMs: 10 * day, failurePpm: 50_000, category: "infrastructure" } },
    "nothingExcluded",
  ),
  scenario("O", "drift to 0.5 %", "tolerable", 5_000, {
    failurePpmByRing: { pilot: 1_000, early: 2_000, "cohort 1": 3_000, "cohort 2": 4_000, all: 5_000 },
  }),
  scenario("P", "drift to 3 %", "other", 30_000, {
    failurePpmByRing: { pilot: 2_000, early: 2_000, "cohort 1": 5_000 },
  }),
  scenario("Q", "tolerable, failures first", "tolerable", 5_000, {
    failureDelay: uniform(0, hour),
    successDelay: uniform(7 * day - hour, 7 * day),
    silentPpm: 37_300,
  }),
  scenario("R", "bad 2 %, failures last", "bad", 20_000, {
    failureDelay: uniform(7 * day - hour, 7 * day),
    successDelay: uniform(0, hour),
    silentPpm: 37_300,
  }),
  scenario("S", "bad 3 %, told overdue", "other", 30_000, { failureDelay: uniform(8 * day, 14 * day) }),
  scenario("T", "strict plan, 0.1 %", "tolerable", 1_000, { fleetVehicles: 62_000 }, "strict"),
  scenario("U", "tolerable, wide delays", "tolerable", 5_000, { successDelay: lognormal(24, 1_500) }, "wideDelays"),
];
