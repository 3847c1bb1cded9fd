/** A look at a large rollout: 200 strata of 256 buckets each, two metrics, digests included. No peer answers this question. */

import { type Aggregate, evaluate, type GateContext, type RolloutPlan, rolloutPlanDigest } from "otakit/cohort";
import { createStopTest, logEStop } from "otakit/statistics";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const hourMs = 3_600_000;
const startMs = 480_000 * hourMs;
const strata = 200;
const buckets = 256;

const plan: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "bench",
  owner: "bench",
  stop: { alphaPpm: 50_000, rollback: { abovePpm: 30_000, alphaPpm: 1_000 }, safetyLimits: [] },
  recoveryPath: { kind: "forward_fix", procedure: "none" },
  go: { betaPpm: 50_000, overdueFailedPpm: 1_000_000 },
  observation: { soakMs: 24 * hourMs, maturityMs: 168 * hourMs, bucketMs: hourMs, excludedCategories: [] },
  metrics: [
    { id: "failure", kind: "failure", weight: 1, required: true, toleratedPpm: 5_000, maxPpm: 20_000 },
    {
      id: "silence",
      kind: "silence",
      weight: 1,
      required: true,
      baseline: { source: "pre_period", ageMs: 168 * hourMs, vehicles: 50_000, silent: 1_500 },
      marginPpm: 12_500,
      maxPpm: 90_000,
    },
  ],
  strata: Array.from({ length: strata }, (_, index) => ({ key: `s${1_000 + index}`, size: 5_000, go: "pooled" })),
  rings: [{ name: "all", vehicles: 100_000, maxVehicles: 1_000_000, approval: "none" }],
  dataQuality: {
    maxLagMs: hourMs,
    minReceivedPpm: 0,
    maxDuplicatePpm: 1_000_000,
    maxConflictingPpm: 1_000_000,
    maxSkewedPpm: 1_000_000,
    maxRejectedPpm: 1_000_000,
    sampleRatioAlphaPpm: 1_000,
  },
};

/** Counters of vehicles that fail with a probability, all of them mature. */
function aggregateOf(rate: number): Aggregate {
  const random = seededRandom(`rollout gate ${rate}`);
  const zeros = new Array<number>(buckets).fill(0);
  const starts = zeros.map((_, index) => startMs + index * hourMs);
  const series = plan.strata.map(({ key }) => {
    const enrolled = zeros.map(() => 10 + random.below(21));
    const failure = enrolled.map((count) => {
      let failed = 0;
      for (let vehicle = 0; vehicle < count; vehicle++) if (random.below(1_000_000) < rate * 1_000_000) failed++;
      return failed;
    });
    const success = enrolled.map((count, at) => count - failure[at]!);
    return {
      ring: "all",
      stratum: key,
      startMs: starts,
      endMs: starts.map((start) => start + hourMs),
      enrolled,
      started: enrolled,
      success,
      failure,
      conflict: zeros,
      excluded: zeros,
      provisional: zeros,
      onTime: enrolled,
      categories: {},
      measures: {},
    };
  });
  const watermarkMs = startMs + 1_000 * hourMs;
  const source = { source: "bench", watermarkMs, expected: null, received: 0, duplicate: 0, conflicting: 0 };
  const sources = [{ ...source, outOfOrder: 0, skewed: 0, rejected: 0 }];
  return { schema: "otakit.aggregate/1", planDigest: rolloutPlanDigest(plan), series, controls: [], sources };
}

const evaluateRow: BenchRowFactory = () => {
  const context: GateContext = {
    nowMs: startMs + 1_000 * hourMs,
    approvedPlanDigest: rolloutPlanDigest(plan),
    ring: "all",
    state: null,
    killSwitch: false,
    approvals: [],
    acknowledgements: [],
  };
  const healthy = aggregateOf(0.002);
  const bad = aggregateOf(0.02);
  const row: BenchRow = {
    name: "cohort/evaluate",
    work: { operations: 1 },
    contenders: [
      { name: "otakit, healthy release", run: () => evaluate(plan, healthy, context).decision },
      { name: "otakit, bad release", run: () => evaluate(plan, bad, context).decision },
    ],
    check(result, contender) {
      const right = contender.endsWith("bad release") ? "pause" : "complete";
      if (result !== right) throw new Error(`${contender} gave ${result}, expected ${right}`);
    },
    note: `one operation is one verdict on ${strata} strata of ${buckets} buckets, two metrics, all digests`,
    missing: [],
  };
  return row;
};

const test = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
/** Counts as a rollout has them: up to a million vehicles, failures about the tolerance. */
const looks = Array.from({ length: 2_000 }, (_, index) => {
  const n = Math.round(20 * 50_000 ** (index / 2_000));
  return [n, Math.min(n, Math.round(n * (0.002 + 0.00001 * (index % 700))))] as const;
});

const evidenceRow: BenchRowFactory = () => ({
  name: "statistics/log-e",
  work: { operations: looks.length },
  contenders: [{ name: "otakit log E_stop", run: () => looks.reduce((sum, [n, f]) => sum + logEStop(n, f, test), 0) }],
  check(result, contender) {
    if (!Number.isFinite(result)) throw new Error(`${contender} gave ${result}`);
  },
  note: "one operation is log E of one pair of counts, 20 to 10^6 vehicles",
  missing: ["scipy: no Python driver yet"],
});

export const rows: Record<string, BenchRowFactory> = {
  "cohort/evaluate": evaluateRow,
  "statistics/log-e": evidenceRow,
};
