/**
 * The law that makes looks free: whatever is reported when, a look never stops a rollout that its complete outcomes do not stop.
 *
 * Each case fixes the outcome of every vehicle, then shows the gate parts of it by schedules that an adversary would choose.
 */

import type { Aggregate, AggregateSeries, GateContext, RolloutPlan, Verdict } from "../../../src/cohort/index.ts";

/** What is under test: the sources, or the built package. */
export interface GateUnderTest {
  readonly evaluate: (plan: RolloutPlan, aggregate: Aggregate, context: GateContext) => Verdict;
  readonly rolloutPlanDigest: (plan: RolloutPlan) => string;
}

/** What a run found. */
export interface ScheduleCount {
  /** Cases whose complete outcomes do not stop: those that were looked at. */
  readonly quiet: number;
  /** Cases whose complete outcomes stop. */
  readonly stopping: number;
  readonly looks: number;
  /** A seed and a look for each violation. */
  readonly violations: readonly string[];
}

interface Vehicle {
  readonly bucket: number;
  readonly stratum: "EU" | "JP" | "";
  readonly outcome: "success" | "failure" | "conflict" | "excluded" | "silent";
  readonly brakes: boolean;
}

const hourMs = 3_600_000;
const startMs = 20_000 * 24 * hourMs;
const maturityMs = 20 * hourMs;
const reveals = ["failures first", "successes first", "at random", "failures only", "everything"] as const;

/** Failures and silence on two strata; few vehicles are enough to stop. */
const plan: RolloutPlan = {
  schema: "otakit.rollout-plan/1",
  campaign: "schedules",
  owner: "nobody",
  stop: { alphaPpm: 300_000, safetyLimits: [] },
  recoveryPath: { kind: "forward_fix", procedure: "none" },
  go: { betaPpm: 50_000, overdueFailedPpm: 1_000_000 },
  observation: { soakMs: 0, maturityMs, bucketMs: hourMs, excludedCategories: [] },
  metrics: [
    { id: "failure", kind: "failure", weight: 2, required: true, toleratedPpm: 50_000, maxPpm: 300_000 },
    { id: "brakes", kind: "failure", weight: 1, required: false, toleratedPpm: 10_000, maxPpm: 200_000, category: "b" },
    {
      id: "silence",
      kind: "silence",
      weight: 1,
      required: false,
      baseline: { source: "pre_period", ageMs: maturityMs, vehicles: 100, silent: 5 },
      marginPpm: 50_000,
      maxPpm: 400_000,
    },
  ],
  strata: [
    { key: "EU", size: 900, go: "pooled" },
    { key: "JP", size: 100, go: "pooled" },
  ],
  rings: [{ name: "all", vehicles: 1_000, maxVehicles: 1_000, approval: "none" }],
  dataQuality: {
    maxLagMs: 0,
    minReceivedPpm: 0,
    maxDuplicatePpm: 1_000_000,
    maxConflictingPpm: 1_000_000,
    maxSkewedPpm: 1_000_000,
    maxRejectedPpm: 1_000_000,
    sampleRatioAlphaPpm: 0,
  },
};

/** Runs so many cases, each with its own seed from `firstSeed` on. */
export function countScheduleViolations(gate: GateUnderTest, firstSeed: number, cases: number): ScheduleCount {
  const planDigest = gate.rolloutPlanDigest(plan);
  const stops = (aggregate: Aggregate): boolean => {
    const context = {
      nowMs: aggregate.sources[0]!.watermarkMs,
      approvedPlanDigest: planDigest,
      ring: "all",
      state: null,
      killSwitch: false,
      approvals: [],
      acknowledgements: [],
    };
    const { decision, evidence } = gate.evaluate(plan, aggregate, context);
    if (evidence.rule === "invalid") throw new Error("The case is not valid");
    return decision === "pause";
  };
  const violations: string[] = [];
  let [quiet, looks] = [0, 0];
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const random = mulberry32(seed);
    const fleet = randomFleet(random);
    const buckets = fleet.at(-1)!.bucket + 1;
    if (stops(aggregateOf(planDigest, fleet, buckets, buckets + 21, () => true))) continue;
    quiet++;
    for (const reveal of reveals) {
      const shown = 1 + Math.floor(random() * buckets);
      const hours = shown + Math.floor(random() * 22);
      const part = random();
      looks++;
      const known = (vehicle: Vehicle): boolean => {
        const bad = vehicle.outcome === "failure";
        if (reveal === "everything") return true;
        if (reveal === "failures only") return bad;
        if (reveal === "failures first") return bad || random() < part;
        return reveal === "successes first" ? !bad || random() < part : random() < part;
      };
      if (!stops(aggregateOf(planDigest, fleet, shown, hours, known))) continue;
      violations.push(`seed ${seed}, ${reveal}, ${shown} of ${buckets} buckets, after ${hours} hours`);
    }
  }
  return { quiet, stopping: cases - quiet, looks, violations };
}

function randomFleet(random: () => number): readonly Vehicle[] {
  const count = 1 + Math.floor(random() * 30);
  const rate = [0.02, 0.05, 0.1, 0.25][Math.floor(random() * 4)]!;
  const quietRate = [0, 0.05, 0.2][Math.floor(random() * 3)]!;
  let bucket = 0;
  return Array.from({ length: count }, (): Vehicle => {
    if (random() < 0.5) bucket++;
    const stratum = random() < 0.6 ? "EU" : random() < 0.6 ? "JP" : "";
    const failed = random() < rate;
    const silent = random() < quietRate;
    const odd = random();
    const other = odd < 0.02 ? "conflict" : odd < 0.08 ? "excluded" : "success";
    const outcome = failed ? "failure" : silent ? "silent" : other;
    return { bucket, stratum, outcome, brakes: failed && random() < 0.3 };
  });
}

/** Counters of the first buckets of a fleet after so many hours; what is due by then is known in any case. */
function aggregateOf(
  planDigest: string,
  fleet: readonly Vehicle[],
  shown: number,
  hours: number,
  known: (vehicle: Vehicle) => boolean,
): Aggregate {
  const series = (["", "EU", "JP"] as const).map((stratum): AggregateSeries => {
    const column = (): number[] => new Array<number>(shown).fill(0);
    const [enrolled, success, failure, conflict, excluded, onTime, brakes] = Array.from({ length: 7 }, column);
    const columns = { success, failure, conflict, excluded };
    for (const vehicle of fleet) {
      if (vehicle.stratum !== stratum || vehicle.bucket >= shown) continue;
      enrolled![vehicle.bucket]!++;
      const due = (vehicle.bucket + 1) * hourMs + maturityMs <= hours * hourMs;
      if (vehicle.outcome === "silent" || !(known(vehicle) || due)) continue;
      columns[vehicle.outcome]![vehicle.bucket]!++;
      onTime![vehicle.bucket]!++;
      if (vehicle.brakes) brakes![vehicle.bucket]!++;
    }
    return {
      ring: "all",
      stratum,
      startMs: column().map((_, at) => startMs + at * hourMs),
      endMs: column().map((_, at) => startMs + (at + 1) * hourMs),
      enrolled: enrolled!,
      started: enrolled!,
      success: success!,
      failure: failure!,
      conflict: conflict!,
      excluded: excluded!,
      provisional: column(),
      onTime: onTime!,
      categories: { b: brakes! },
      measures: {},
    };
  });
  const source = {
    source: "test",
    watermarkMs: startMs + hours * hourMs,
    expected: null,
    received: 0,
    duplicate: 0,
    conflicting: 0,
    outOfOrder: 0,
    skewed: 0,
    rejected: 0,
  };
  return { schema: "otakit.aggregate/1", planDigest, series, controls: [], sources: [source] };
}

/** A small generator of numbers in [0, 1), the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
