/** One bound for all metrics and strata: their evidence, weighted and added up at each common prefix of enrolment. */

import { combineLogE, logEStop, selectByEvidence } from "../../statistics/index.ts";
import { type Prefixes, type StratumCounts, sumAt } from "./prefixes.ts";
import type { ShareTest } from "./stop-tests.ts";
import type { CombinedCheck } from "./verdict.ts";

/** As of the integer boundaries: the sum has to pass its level by so much in its logarithm. */
const guardBand = 1e-6;

/** Vehicles and failing or silent ones of a metric, up to the end of each prefix. */
export interface ShareCounts {
  readonly n: Float64Array;
  readonly count: Float64Array;
}

/**
 * Counts what a test looks at, at every prefix. What is not known yet is not counted: evidence grows with every failure, so that
 * no delay of reports can make more of it than the complete data has.
 */
export function shareCounts({ metric, stratum }: ShareTest, prefixes: Prefixes): ShareCounts {
  const counts = prefixes.strata.get(stratum)!;
  const { length } = prefixes.endMs;
  if (metric.kind === "silence") return silenceCounts(counts, prefixes.matureCount);
  const n = withoutExcluded(counts, length);
  if (metric.category === undefined) return { n, count: counts.failure };
  // Counters of another maker may name a category of vehicles that they exclude.
  const failed = counts.categories.get(metric.category) ?? new Float64Array(length);
  return { n, count: failed.map((count, at) => Math.min(count, n[at]!)) };
}

function withoutExcluded({ enrolled, excluded }: StratumCounts, length: number): Float64Array {
  // Sums rise: where the last is 0, all are.
  if (sumAt(excluded, length) === 0) return enrolled;
  return enrolled.map((all, at) => all - excluded[at]!);
}

/** Silent are those without an outcome by maturity; vehicles that are not mature are not silent yet. */
function silenceCounts({ enrolled, onTime }: StratumCounts, matureCount: number): ShareCounts {
  const count = new Float64Array(enrolled.length);
  for (let at = 0; at < matureCount; at++) count[at] = enrolled[at]! - onTime[at]!;
  if (matureCount > 0) count.fill(count[matureCount - 1]!, matureCount);
  return { n: enrolled, count };
}

/**
 * Finds whether the weighted sum of the evidence reaches 1 / alpha at any prefix.
 *
 * The sum is computed at the last prefix, and at those where a bound that costs little does not rule it out; the largest is given.
 *
 * @param lastLogs - log E of each test at the last prefix
 */
export function combineAtPrefixes(
  tests: readonly ShareTest[],
  counts: readonly ShareCounts[],
  lastLogs: readonly number[],
  endMs: readonly number[],
  alpha: number,
): CombinedCheck {
  const weights = tests.map(({ weight }) => weight);
  const threshold = guardBand - Math.log(alpha);
  const last = endMs.length - 1;
  const logsAt = (prefix: number): readonly number[] =>
    tests.map(({ test }, index) => logEStop(counts[index]!.n[prefix]!, counts[index]!.count[prefix]!, test));
  if (last < 0) {
    const logE = Math.log(weights.reduce((sum, weight) => sum + weight, 0));
    return { reached: false, prefixEndMs: null, logE, offenders: [], largest: null };
  }
  let best = { prefix: last, logs: lastLogs, logE: 0 };
  best.logE = combineLogE(best.logs, weights);
  const bounds = upperBounds(tests, counts, last);
  const open = bounds.flatMap((bound, prefix) => (bound >= threshold ? [prefix] : []));
  for (const prefix of open.sort((left, right) => bounds[right]! - bounds[left]! || left - right)) {
    if (bounds[prefix]! <= best.logE) break;
    const logs = logsAt(prefix);
    const logE = combineLogE(logs, weights);
    if (logE > best.logE) best = { prefix, logs, logE };
  }
  const reached = best.logE >= threshold;
  const scaled = best.logs.map((logE, index) => logE + Math.log(weights[index]! * tests.length));
  const name = (index: number): { readonly metric: string; readonly stratum: string } => {
    const { metric, stratum } = tests[index]!;
    return { metric: metric.id, stratum };
  };
  return {
    reached,
    prefixEndMs: endMs[best.prefix]!,
    logE: best.logE,
    offenders: reached ? selectByEvidence(scaled, alpha).map(name) : [],
    largest: name(scaled.indexOf(Math.max(...scaled))),
  };
}

/**
 * Gives for each prefix before the last the logarithm of a bound of the sum: no mixture of likelihood ratios is above the largest of
 * them, which is that of the rate observed, or 1 where that is tolerable.
 */
function upperBounds(tests: readonly ShareTest[], counts: readonly ShareCounts[], length: number): readonly number[] {
  const bounds: number[] = [];
  // Tests without a failure have the bound 1 at every prefix.
  const counted = tests.flatMap((test, index) => {
    const { n, count } = counts[index]!;
    return count.some((failed) => failed > 0) ? [{ p0: test.test.p0, weight: test.weight, n, count }] : [];
  });
  const constant =
    tests.reduce((sum, { weight }) => sum + weight, 0) - counted.reduce((sum, { weight }) => sum + weight, 0);
  const logs = new Float64Array(counted.length);
  for (let prefix = 0; prefix < length; prefix++) {
    let largest = 0;
    for (let index = 0; index < logs.length; index++) {
      const { n, count, p0 } = counted[index]!;
      const log = logMaximumRatio(n[prefix]!, count[prefix]!, p0);
      logs[index] = log;
      if (log > largest) largest = log;
    }
    const one = Math.exp(-largest);
    let sum = Math.max(0, constant) * one;
    for (let index = 0; index < logs.length; index++) {
      const log = logs[index]!;
      sum += counted[index]!.weight * (log === 0 ? one : Math.exp(log - largest));
    }
    // A margin for rounding: the bound decides what is computed, never what is stopped.
    bounds.push(largest + Math.log(sum) + guardBand);
  }
  return bounds;
}

/** ln of the likelihood ratio of the observed rate against p0, 0 where the observed rate is at most p0. */
export function logMaximumRatio(n: number, count: number, p0: number): number {
  if (count <= n * p0) return 0;
  const rest = n - count;
  return count * Math.log(count / (n * p0)) + (rest === 0 ? 0 : rest * Math.log(rest / (n * (1 - p0))));
}
