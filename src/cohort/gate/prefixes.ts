/** The counters of a rollout at the ends of prefixes of enrolment time, overall and for each stratum. */

import type { Aggregate, AggregateSeries } from "./aggregate.ts";
import { isSameColumn } from "./digests.ts";

/** Sums up to the end of each prefix. */
export interface StratumCounts {
  readonly enrolled: Float64Array;
  readonly success: Float64Array;
  readonly failure: Float64Array;
  readonly conflict: Float64Array;
  readonly excluded: Float64Array;
  readonly onTime: Float64Array;
  /** By category; a category that nobody failed with has no column. */
  readonly categories: ReadonlyMap<string, Float64Array>;
}

/** Prefixes of enrolment time that no bucket of any series lies across. */
export interface Prefixes {
  /** Ends, rising; epoch milliseconds. */
  readonly endMs: readonly number[];
  /** By key of stratum; `""` is all vehicles. */
  readonly strata: ReadonlyMap<string, StratumCounts>;
  /** How many of the prefixes hold vehicles only whose outcome is due. */
  readonly matureCount: number;
}

/**
 * Sums up the buckets that begin at `fromMs` or later.
 *
 * A prefix has to be one of all series at once: evidence of several strata may only be added up at one place in the order of enrolment.
 *
 * @param keys - strata of the plan
 * @param matureBeforeMs - a bucket that ends by then is mature
 */
export function sumPrefixes(
  { series }: Aggregate,
  keys: readonly string[],
  fromMs: number,
  matureBeforeMs: number,
): Prefixes {
  const endMs = commonEnds(series, fromMs);
  const names = [...new Set(series.flatMap(({ categories }) => Object.keys(categories)))];
  const strata = new Map(["", ...keys].map((key) => [key, emptyCounts(endMs.length, names)] as const));
  const all = strata.get("")!;
  for (const one of series) {
    const places = placesOf(one, endMs, fromMs);
    addSeries(all, one, places);
    if (one.stratum !== "") addSeries(strata.get(one.stratum)!, one, places);
  }
  for (const counts of strata.values()) accumulate(counts);
  let matureCount = 0;
  while (matureCount < endMs.length && endMs[matureCount]! <= matureBeforeMs) matureCount++;
  return { endMs, strata, matureCount };
}

/** Ends of buckets that no other bucket lies across: the ends of the unions of overlapping buckets. */
function commonEnds(series: readonly AggregateSeries[], fromMs: number): readonly number[] {
  // Series mostly have the same buckets: few are left to be sorted.
  const latest = new Map<number, number>();
  series.forEach(({ startMs, endMs }, index) => {
    const before = series[index - 1];
    if (before !== undefined && isSameColumn(startMs, before.startMs) && isSameColumn(endMs, before.endMs)) return;
    startMs.forEach((start, at) => {
      if (start >= fromMs) latest.set(start, Math.max(latest.get(start) ?? 0, endMs[at]!));
    });
  });
  const ends: number[] = [];
  for (const [start, end] of [...latest].sort(([left], [right]) => left - right)) {
    const last = ends.length - 1;
    if (last >= 0 && start < ends[last]!) ends[last] = Math.max(ends[last]!, end);
    else ends.push(end);
  }
  return ends;
}

/** For each bucket the prefix whose end is the first that is not before the bucket's, or -1 for one that is left out. */
function placesOf({ startMs, endMs }: AggregateSeries, ends: readonly number[], fromMs: number): Int32Array {
  const places = new Int32Array(startMs.length).fill(-1);
  let prefix = 0;
  for (let at = 0; at < places.length; at++) {
    if (startMs[at]! < fromMs) continue;
    while (ends[prefix]! < endMs[at]!) prefix++;
    places[at] = prefix;
  }
  return places;
}

function emptyCounts(length: number, names: readonly string[]): StratumCounts {
  const column = (): Float64Array => new Float64Array(length);
  return {
    enrolled: column(),
    success: column(),
    failure: column(),
    conflict: column(),
    excluded: column(),
    onTime: column(),
    categories: new Map(names.map((name) => [name, column()])),
  };
}

function addSeries(target: StratumCounts, source: AggregateSeries, places: Int32Array): void {
  const add = (sums: Float64Array, column: readonly number[]): void => {
    for (let at = 0; at < places.length; at++) if (places[at]! >= 0) sums[places[at]!]! += column[at]!;
  };
  add(target.enrolled, source.enrolled);
  add(target.success, source.success);
  add(target.failure, source.failure);
  add(target.conflict, source.conflict);
  add(target.excluded, source.excluded);
  add(target.onTime, source.onTime);
  for (const [name, column] of Object.entries(source.categories)) add(target.categories.get(name)!, column);
}

function accumulate({ categories, ...columns }: StratumCounts): void {
  for (const column of [...Object.values(columns), ...categories.values()]) {
    for (let at = 1; at < column.length; at++) column[at]! += column[at - 1]!;
  }
}

/** Last sum of the first `count` prefixes; 0 where there are none. */
export function sumAt(column: Float64Array | undefined, count: number): number {
  return count === 0 ? 0 : (column?.[count - 1] ?? 0);
}
