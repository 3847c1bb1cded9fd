/** Aggregates of partitions brought together, and aggregates with fewer buckets. */

import type { Aggregate, ControlCounts, SourceCounts } from "../gate/aggregate.ts";
import { parseAggregate } from "../gate/parse-aggregate.ts";
import { addSeries, type Bucket, hullOf } from "./buckets.ts";

/**
 * Adds up aggregates of partitions of a fleet: each vehicle was counted in one of them. The result does not depend on their order, nor on
 * which were added up first; it is what one aggregation of the whole gives.
 *
 * The watermark of a source is the earliest of its partitions; what is expected of it is unknown when one does not know. Buckets that
 * overlap become one.
 *
 * For partitions that share vehicles, use `OutcomeFold.merge`.
 *
 * @param aggregates - at least one
 * @throws RangeError when there is none, they are of different plans, or name a measure of different kinds
 * @throws {@link CohortError} what `parseAggregate` throws for one of them or their sum
 * @example
 * ```ts
 * mergeAggregates([europe, japan]); // the same digest as mergeAggregates([japan, europe])
 * ```
 */
export function mergeAggregates(aggregates: readonly Aggregate[]): Aggregate {
  const checked = aggregates.map(parseAggregate);
  const [first] = checked;
  if (first === undefined) throw new RangeError('"aggregates" expected at least one');
  if (checked.some(({ planDigest }) => planDigest !== first.planDigest)) {
    throw new RangeError('"aggregates" expected aggregates of one plan');
  }
  return parseAggregate({
    schema: "otakit.aggregate/1",
    planDigest: first.planDigest,
    series: merged(
      checked.flatMap(({ series }) => series),
      ({ ring, stratum }) => [ring, stratum],
      (all) => addSeries(all, hullOf(all)),
    ),
    controls: merged(
      checked.flatMap(({ controls }) => controls),
      ({ metric, stratum }) => [metric, stratum],
      addControls,
    ),
    sources: merged(
      checked.flatMap(({ sources }) => sources),
      ({ source }) => [source, ""],
      addSources,
    ),
  });
}

/**
 * Gives the same counters over fewer buckets of enrolment time, alike in all series: the newest stay as they are, older ones are joined,
 * twice as many each time.
 *
 * A verdict on fewer buckets is never more ready to stop or to expand: a stop test looks at fewer beginnings of the enrolment, and a
 * joined bucket is mature when its youngest vehicle is.
 *
 * @param maxBuckets - most buckets of all series together, an integer >= 8; 256 when absent
 * @throws RangeError when it is out of range
 * @throws {@link CohortError} what `parseAggregate` throws
 */
export function coarsenAggregate(aggregate: Aggregate, maxBuckets = 256): Aggregate {
  if (!(Number.isSafeInteger(maxBuckets) && maxBuckets >= 8)) {
    throw new RangeError(`"maxBuckets" expected integer >= 8, got ${maxBuckets}`);
  }
  const checked = parseAggregate(aggregate);
  const buckets = joinOldest(hullOf(checked.series), maxBuckets);
  return parseAggregate({ ...checked, series: checked.series.map((series) => addSeries([series], buckets)) });
}

/** Joins buckets from the newest to the oldest: some stay single, as many are pairs, as many are fours, and so on. */
function joinOldest(buckets: readonly Bucket[], most: number): readonly Bucket[] {
  if (buckets.length <= most) return buckets;
  let levels = 1;
  while (Math.floor(most / levels) * (2 ** levels - 1) < buckets.length) levels++;
  const each = Math.floor(most / levels);
  const joined: Bucket[] = [];
  for (let end = buckets.length; end > 0; ) {
    const start = Math.max(0, end - 2 ** Math.floor(joined.length / each));
    joined.push({ startMs: buckets[start]!.startMs, endMs: buckets[end - 1]!.endMs });
    end = start;
  }
  return joined.reverse();
}

/** Adds up the entries of each key, ordered by it. */
function merged<T>(
  entries: readonly T[],
  keyOf: (entry: T) => readonly [string, string],
  add: (entries: readonly T[]) => T,
): readonly T[] {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const key = JSON.stringify(keyOf(entry));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map(add).sort((left, right) => {
    const [a, b] = keyOf(left);
    const [c, d] = keyOf(right);
    return a < c || (a === c && b < d) ? -1 : 1;
  });
}

function addControls(all: readonly ControlCounts[]): ControlCounts {
  const { metric, stratum } = all[0]!;
  return {
    metric,
    stratum,
    vehicles: sumOf(all, "vehicles"),
    count: sumOf(all, "count"),
    overdue: sumOf(all, "overdue"),
  };
}

function addSources(all: readonly SourceCounts[]): SourceCounts {
  return {
    source: all[0]!.source,
    watermarkMs: Math.min(...all.map(({ watermarkMs }) => watermarkMs)),
    expected: all.reduce<number | null>(
      (sum, { expected }) => (sum === null || expected === null ? null : sum + expected),
      0,
    ),
    received: sumOf(all, "received"),
    duplicate: sumOf(all, "duplicate"),
    conflicting: sumOf(all, "conflicting"),
    outOfOrder: sumOf(all, "outOfOrder"),
    skewed: sumOf(all, "skewed"),
    rejected: sumOf(all, "rejected"),
  };
}

function sumOf<Name extends string>(all: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return all.reduce((sum, entry) => sum + entry[name], 0);
}
