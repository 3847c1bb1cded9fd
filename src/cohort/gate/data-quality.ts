/** Which data a verdict may rest on: flags of every source and of the sample, each with its words. */

import { type QualityFlag, qualityFlag } from "../../core/index.ts";
import { logESampleRatio } from "../../statistics/index.ts";
import type { Aggregate, SourceCounts } from "./aggregate.ts";
import type { DataQualityLimits, RolloutPlan } from "./plan.ts";
import { type Prefixes, sumAt } from "./prefixes.ts";

const million = 1_000_000;
const guardBand = 1e-6;

/** A flag, and what a person has to know of it. */
export interface QualityFinding {
  readonly flag: QualityFlag;
  readonly message: string;
  /** Name of the source, if one is at fault. */
  readonly source?: string;
}

/** Watermark of an aggregate: the smallest of its sources. */
export function watermarkOf({ sources }: Aggregate): number {
  return sources.reduce((least, { watermarkMs }) => Math.min(least, watermarkMs), Number.MAX_SAFE_INTEGER);
}

/** Flags everything that is wrong with the data of a look. */
export function findQualityFlags(
  plan: RolloutPlan,
  aggregate: Aggregate,
  prefixes: Prefixes,
  nowMs: number,
): readonly QualityFinding[] {
  return [
    ...aggregate.sources.flatMap((source) => flagSource(source, plan.dataQuality, nowMs)),
    ...flagSample(plan, prefixes),
    ...flagControls(plan, aggregate),
  ];
}

/** Whether a flag forbids to expand. */
export function isRed({ flag }: QualityFinding): boolean {
  return flag.severity !== "degraded";
}

function flagSource(counts: SourceCounts, limits: DataQualityLimits, nowMs: number): readonly QualityFinding[] {
  const { source, watermarkMs, expected, received } = counts;
  const findings: QualityFinding[] = [];
  const add = (flag: QualityFlag, message: string): void => void findings.push({ flag, message, source });
  const ageMs = nowMs - watermarkMs;
  if (ageMs > limits.maxLagMs) {
    const flag = qualityFlag("stale", { ageMs, maxAgeMs: limits.maxLagMs });
    add(flag, `"${source}" is ${ageMs} ms behind; ${limits.maxLagMs} are allowed`);
  }
  if (ageMs < 0) add(qualityFlag("clock_future", { aheadMs: -ageMs }), `"${source}" is ahead of now`);
  const arrived = received - counts.duplicate - counts.rejected;
  if (expected === null) {
    if (limits.minReceivedPpm > 0) {
      const flag = qualityFlag("partial", { missingFields: ["expected"] }, "unreliable");
      add(flag, `It is not known how many events "${source}" should have received`);
    }
  } else if (arrived < expected) {
    const red = exceeds(expected - arrived, million - limits.minReceivedPpm, expected);
    const flag = qualityFlag("gap", { missing: expected - arrived }, red ? "unreliable" : "degraded");
    add(flag, `${expected - arrived} of ${expected} events of "${source}" are missing`);
  }
  const parts = [
    [counts.duplicate, limits.maxDuplicatePpm, "came twice"],
    [counts.conflicting, limits.maxConflictingPpm, "contradict another"],
    [counts.skewed, limits.maxSkewedPpm, "are dated ahead of their receipt"],
    [counts.rejected, limits.maxRejectedPpm, "break their schema"],
    [counts.outOfOrder, million, "came out of order"],
  ] as const;
  parts.forEach(([count, limitPpm, what], part) => {
    if (count === 0) return;
    const severity = exceeds(count, limitPpm, received) ? "unreliable" : "degraded";
    const flags = [
      () => qualityFlag("duplicated", { count }, severity),
      () => qualityFlag("inconsistent", { rule: "one outcome for each sequence number" }, severity),
      () => qualityFlag("inconsistent", { rule: "no event is dated ahead of its receipt" }, severity),
      () => qualityFlag("partial", { missingFields: ["rejected events"] }, severity),
      () => qualityFlag("out_of_order", { count }, severity),
    ];
    add(flags[part]!(), `${count} of ${received} events of "${source}" ${what}; ${limitPpm} ppm are allowed`);
  });
  return findings;
}

/** Whether a count is more than a share of a whole, in whole numbers. */
function exceeds(count: number, limitPpm: number, whole: number): boolean {
  return BigInt(count) * BigInt(million) > BigInt(limitPpm) * BigInt(whole);
}

/** The enrolled vehicles have to mirror the strata. Vehicles that are in none say nothing about the others. */
function flagSample({ dataQuality, strata }: RolloutPlan, prefixes: Prefixes): readonly QualityFinding[] {
  if (dataQuality.sampleRatioAlphaPpm === 0 || strata.length < 2) return [];
  const fleet = strata.reduce((sum, { size }) => sum + size, 0);
  const shares = strata.map(({ size }) => size / fleet);
  const counts = strata.map(({ key }) => sumAt(prefixes.strata.get(key)!.enrolled, prefixes.endMs.length));
  // Looks for shares near the planned ones, with ten vehicles' worth of doubt, and at least one for each stratum.
  const logE = logESampleRatio(
    counts,
    shares,
    shares.map((share) => Math.max(1, 10 * share)),
  );
  if (logE < guardBand - Math.log(dataQuality.sampleRatioAlphaPpm / million)) return [];
  const flag = qualityFlag("unrepresentative", { attribute: "stratum" });
  return [{ flag, message: "The enrolled vehicles do not mirror the strata of the fleet" }];
}

/** A comparison needs a control overall and, to open a ring, in each stratum that has to pass by itself. */
function flagControls({ metrics, strata }: RolloutPlan, { controls }: Aggregate): readonly QualityFinding[] {
  const own = strata.filter(({ go }) => go === "own").map(({ key }) => key);
  return metrics.flatMap((metric): readonly QualityFinding[] => {
    if (metric.kind !== "comparison") return [];
    const keys = metric.required ? ["", ...own] : [""];
    return keys.flatMap((key): readonly QualityFinding[] => {
      if (controls.some((one) => one.metric === metric.id && one.stratum === key && one.vehicles > 0)) return [];
      const where = key === "" ? "" : ` in stratum "${key}"`;
      const flag = qualityFlag("baseline_missing", { baseline: metric.id });
      return [{ flag, message: `There is no control for "${metric.id}"${where}` }];
    });
  });
}
