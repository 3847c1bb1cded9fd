/** The counters of a rollout at the ends of prefixes of enrolment time, overall and for each stratum. */

import type { Aggregate, AggregateSeries } from "./aggregate.ts";
import { isSameColumn } from "./canonical-writer.ts";

/** Sums up to the end of each prefix. */
export interface StratumCounts {
  readonly enrolled: Float64Array;
  readonly success: Float64Array;
  readonly failure: Float64Array;
  readonly conflict: Float64Array;
  readonly excluded: Float64Array;
  readonly onTime: Float64Array;
  /** By category, of those that a metric counts. */
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
 * @param categories - those that a metric counts; others take no memory
 */
export function sumPrefixes(
  { series }: Aggregate,
  keys: readonly string[],
  fromMs: number,
  matureBeforeMs: number,
  categories: readonly string[],
): Prefixes {
  const endMs = commonEnds(series, fromMs);
  const strata = emptyStrata(["", ...keys], endMs.length, categories);
  const all = strata.get("")!;
  for (const one of series) {
    const places = placesOf(one, endMs, fromMs);
    addSeries(all, one.stratum === "" ? undefined : strata.get(one.stratum)!, one, places);
  }
  for (const counts of strata.values()) accumulate(counts);
  let matureCount = 0;
  while (matureCount < endMs.length && endMs[matureCount]! <= matureBeforeMs) matureCount++;
  return { endMs, strata, matureCount };
}

/** Ends of buckets that no other bucket lies across: the ends of the unions of overlapping buckets. */
function commonEnds(series: readonly AggregateSeries[], fromMs: number): readonly number[] {
  const buckets: { readonly start: number; readonly end: number }[] = [];
  let isSorted = true;
  series.forEach(({ startMs, endMs }, index) => {
    // Series mostly have the same buckets: few are left to be sorted.
    const before = series[index - 1];
    if (before !== undefined && isSameColumn(startMs, before.startMs) && isSameColumn(endMs, before.endMs)) return;
    for (let at = 0; at < startMs.length; at++) {
      const start = startMs[at]!;
      if (start < fromMs) continue;
      if (buckets.length > 0 && start < buckets[buckets.length - 1]!.start) isSorted = false;
      buckets.push({ start, end: endMs[at]! });
    }
  });
  if (!isSorted) buckets.sort((left, right) => left.start - right.start);
  const ends: number[] = [];
  for (const { start, end } of buckets) {
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

/** Zeros for each stratum, in one piece of memory: typed arrays of their own would take longer to make than to fill. */
function emptyStrata(
  keys: readonly string[],
  length: number,
  categories: readonly string[],
): ReadonlyMap<string, StratumCounts> {
  const { buffer } = new Float64Array(keys.length * (6 + categories.length) * length);
  let columns = 0;
  const column = (): Float64Array => new Float64Array(buffer, 8 * length * columns++, length);
  return new Map(
    keys.map((key) => [
      key,
      {
        enrolled: column(),
        success: column(),
        failure: column(),
        conflict: column(),
        excluded: column(),
        onTime: column(),
        categories: new Map(categories.map((name) => [name, column()])),
      },
    ]),
  );
}

/** Adds a series to all vehicles, and to its stratum if it has one. */
function addSeries(
  all: StratumCounts,
  stratum: StratumCounts | undefined,
  series: AggregateSeries,
  places: Int32Array,
): void {
  addColumn(all.enrolled, stratum?.enrolled, series.enrolled, places);
  addColumn(all.success, stratum?.success, series.success, places);
  addColumn(all.failure, stratum?.failure, series.failure, places);
  addColumn(all.conflict, stratum?.conflict, series.conflict, places);
  addColumn(all.excluded, stratum?.excluded, series.excluded, places);
  addColumn(all.onTime, stratum?.onTime, series.onTime, places);
  for (const [name, counts] of all.categories) {
    const column = Object.hasOwn(series.categories, name) ? series.categories[name] : undefined;
    if (column !== undefined) addColumn(counts, stratum?.categories.get(name), column, places);
  }
}

function addColumn(
  all: Float64Array,
  stratum: Float64Array | undefined,
  column: readonly number[],
  places: Int32Array,
): void {
  for (let at = 0; at < places.length; at++) {
    const place = places[at]!;
    const count = column[at]!;
    if (place < 0 || count === 0) continue;
    all[place]! += count;
    if (stratum !== undefined) stratum[place]! += count;
  }
}

function accumulate({ categories, ...columns }: StratumCounts): void {
  for (const column of [...Object.values(columns), ...categories.values()]) {
    let sum = 0;
    for (let at = 0; at < column.length; at++) {
      sum += column[at]!;
      column[at] = sum;
    }
  }
}

/** Last sum of the first `count` prefixes; 0 where there are none. */
export function sumAt(column: Float64Array | undefined, count: number): number {
  return count === 0 ? 0 : (column?.[count - 1] ?? 0);
}
