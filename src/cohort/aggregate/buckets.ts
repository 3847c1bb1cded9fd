/** Series over other buckets: how aggregates with different buckets are brought together, and how old buckets become few. */

import type { AggregateSeries, MeasureColumns } from "../gate/aggregate.ts";

/** A stretch of enrolment time. */
export interface Bucket {
  readonly startMs: number;
  readonly endMs: number;
}

/** The fewest stretches, in order, such that every bucket of the series lies in one of them and none lies in two. */
export function hullOf(series: readonly AggregateSeries[]): readonly Bucket[] {
  const buckets = series
    .flatMap(({ startMs, endMs }) => startMs.map((start, at) => ({ startMs: start, endMs: endMs[at]! })))
    .sort((left, right) => left.startMs - right.startMs || left.endMs - right.endMs);
  const hull: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of buckets) {
    const last = hull.at(-1);
    if (last !== undefined && startMs < last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else hull.push({ startMs, endMs });
  }
  return hull;
}

/**
 * Adds up series of one ring and stratum over given buckets, of which each bucket of theirs lies in one.
 *
 * @param all - at least one series
 */
export function addSeries(all: readonly AggregateSeries[], buckets: readonly Bucket[]): AggregateSeries {
  const { ring, stratum } = all[0]!;
  const used = buckets.filter(({ startMs, endMs }) =>
    all.some((series) => series.startMs.some((start) => start >= startMs && start < endMs)),
  );
  const add = (pick: (series: AggregateSeries) => readonly number[] | undefined): readonly number[] => {
    const sums = used.map(() => 0);
    for (const series of all) {
      const column = pick(series);
      if (column === undefined) continue;
      let place = 0;
      series.startMs.forEach((start, at) => {
        while (start >= used[place]!.endMs) place++;
        sums[place]! += column[at]!;
      });
    }
    return sums;
  };
  return {
    ring,
    stratum,
    startMs: used.map(({ startMs }) => startMs),
    endMs: used.map(({ endMs }) => endMs),
    enrolled: add(({ enrolled }) => enrolled),
    started: add(({ started }) => started),
    success: add(({ success }) => success),
    failure: add(({ failure }) => failure),
    conflict: add(({ conflict }) => conflict),
    excluded: add(({ excluded }) => excluded),
    provisional: add(({ provisional }) => provisional),
    onTime: add(({ onTime }) => onTime),
    categories: Object.fromEntries(
      namesOf(all.map(({ categories }) => categories)).map((name) => [
        name,
        add(({ categories }) => own(categories, name)),
      ]),
    ),
    measures: Object.fromEntries(
      namesOf(all.map(({ measures }) => measures)).map((name) => [name, addMeasure(all, name, add)]),
    ),
  };
}

/** Series of one plan have one kind for one metric. */
function addMeasure(
  all: readonly AggregateSeries[],
  name: string,
  add: (pick: (series: AggregateSeries) => readonly number[] | undefined) => readonly number[],
): MeasureColumns {
  const measureOf = (series: AggregateSeries): MeasureColumns | undefined => own(series.measures, name);
  const column = (of: (measure: MeasureColumns) => readonly number[] | undefined): readonly number[] =>
    add((series) => {
      const measure = measureOf(series);
      return measure && of(measure);
    });
  const kinds = new Set(all.flatMap((series) => measureOf(series)?.kind ?? []));
  if (kinds.size > 1) throw new RangeError(`"measures" expected one kind for "${name}"`);
  if (kinds.has("exposure")) {
    return {
      kind: "exposure",
      events: column((measure) => (measure.kind === "exposure" ? measure.events : undefined)),
      exposure: column((measure) => (measure.kind === "exposure" ? measure.exposure : undefined)),
    };
  }
  return {
    kind: "continuous",
    vehicles: column((measure) => (measure.kind === "continuous" ? measure.vehicles : undefined)),
    sum: column((measure) => (measure.kind === "continuous" ? measure.sum : undefined)),
    sumOfSquares: column((measure) => (measure.kind === "continuous" ? measure.sumOfSquares : undefined)),
  };
}

/** Names of members of any, sorted. */
function namesOf(records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
