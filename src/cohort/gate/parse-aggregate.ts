/** Aggregates read back: shapes, and counters that can be true together. Columns are checked in plain loops: they may be long. */

import { isPlainObject, type Place } from "../faults.ts";
import { PlanReader } from "../plan-document.ts";
import type { Aggregate, AggregateSeries, ControlCounts, MeasureColumns, SourceCounts } from "./aggregate.ts";
import { isDigest } from "./parse-plan.ts";

const reader = /* @__PURE__ */ new PlanReader("aggregate", "ERR_COHORT_AGGREGATE", "ERR_COHORT_AGGREGATE_VERSION");
const largest = Number.MAX_SAFE_INTEGER;
/** Most buckets of all series together. */
const maxCells = 400_000;
/** Most categories of a series: what a plan can name in safety limits and metrics. */
const maxCategories = 100 + 32;
/** Most vehicles, or events of one measure: what the statistics reach to. */
const maxCount = 1_000_000_000;

const counters = [
  "enrolled",
  "started",
  "success",
  "failure",
  "conflict",
  "excluded",
  "provisional",
  "onTime",
] as const;

/**
 * Checks an aggregate; it is untrusted input. At most 10,000 series, 400,000 buckets and 10^9 vehicles.
 *
 * @throws {@link CohortError} `ERR_COHORT_AGGREGATE` with the JSON pointer of the fault, or `ERR_COHORT_AGGREGATE_VERSION`
 */
export function parseAggregate(value: unknown): Aggregate {
  const known = ["planDigest", "series", "controls", "sources"];
  const { planDigest, series, controls, sources } = reader.document(value, "otakit.aggregate/1", known);
  reader.require(isDigest(planDigest), ["planDigest"], "64 lower-case hexadecimal digits");
  const totals: Totals = { cells: 0, enrolled: 0, measures: new Map() };
  const checked = reader.list(series, 0, 10_000, ["series"], "series", (entry, path) =>
    readSeries(entry, totals, path),
  );
  requireOrder(checked, ({ ring, stratum }) => [ring, stratum], "series", "ring and stratum");
  const checkedControls = reader.list(controls, 0, 1_000, ["controls"], "controls", readControl);
  requireOrder(checkedControls, ({ metric, stratum }) => [metric, stratum], "controls", "metric and stratum");
  const checkedSources = reader.list(sources, 1, 1_000, ["sources"], "sources", readSource);
  requireOrder(checkedSources, ({ source }) => [source, ""], "sources", "source");
  return {
    schema: "otakit.aggregate/1",
    planDigest: planDigest as string,
    series: checked,
    controls: checkedControls,
    sources: checkedSources,
  };
}

/** What adds up over the series. */
interface Totals {
  cells: number;
  enrolled: number;
  /** Sums by metric and column. */
  readonly measures: Map<string, number>;
}

function readSeries(value: unknown, totals: Totals, path: Place): AggregateSeries {
  const known = ["ring", "stratum", "startMs", "endMs", ...counters, "categories", "measures"];
  const found = reader.members(value, known, path);
  const { startMs } = found;
  reader.require(Array.isArray(startMs), [...path, "startMs"], "a column");
  const { length } = startMs as unknown[];
  totals.cells += length;
  reader.require(totals.cells <= maxCells, [...path, "startMs"], `at most ${maxCells} buckets altogether`);
  const column = (name: string): readonly number[] => readColumn(found[name], length, 0, path, name);
  const series: AggregateSeries = {
    ring: reader.name(found["ring"], [...path, "ring"]),
    stratum: readStratum(found["stratum"], [...path, "stratum"]),
    startMs: column("startMs"),
    endMs: column("endMs"),
    enrolled: column("enrolled"),
    started: column("started"),
    success: column("success"),
    failure: column("failure"),
    conflict: column("conflict"),
    excluded: column("excluded"),
    provisional: column("provisional"),
    onTime: column("onTime"),
    categories: readColumns(found["categories"], maxCategories, [...path, "categories"], (entry, at) =>
      readColumn(entry, length, 0, at),
    ),
    measures: readColumns(found["measures"], 32, [...path, "measures"], (entry, at) => readMeasure(entry, length, at)),
  };
  requireTruth(series, path);
  for (const enrolled of series.enrolled) totals.enrolled += enrolled;
  reader.require(totals.enrolled <= maxCount, [...path, "enrolled"], `at most ${maxCount} vehicles altogether`);
  for (const [id, measure] of Object.entries(series.measures))
    addMeasure(totals, id, measure, [...path, "measures", id]);
  return series;
}

/** Buckets rise without overlap, and no vehicle is counted for two outcomes. */
function requireTruth(series: AggregateSeries, path: Place): void {
  const { startMs, endMs, enrolled, started, success, failure, conflict, excluded, provisional, onTime } = series;
  for (let at = 0; at < startMs.length; at++) {
    const rises = endMs[at]! > startMs[at]! && (at === 0 || startMs[at]! >= endMs[at - 1]!);
    if (!rises) reader.require(false, [...path, "startMs", at], "buckets that rise and do not overlap");
    const settled = success[at]! + failure[at]! + conflict[at]! + excluded[at]!;
    const counted = settled + provisional[at]! <= started[at]! && started[at]! <= enrolled[at]!;
    if (!counted) reader.require(false, [...path, "started", at], "all outcomes, and at most the enrolled");
    if (onTime[at]! > settled) reader.require(false, [...path, "onTime", at], "at most the outcomes");
  }
  for (const [category, counts] of Object.entries(series.categories)) {
    const at = counts.findIndex((count, index) => count > enrolled[index]!);
    reader.require(at < 0, [...path, "categories", category, at], "at most the enrolled");
  }
}

function readMeasure(value: unknown, length: number, path: Place): MeasureColumns {
  const kind = isPlainObject(value) ? value["kind"] : undefined;
  reader.require(kind === "exposure" || kind === "continuous", [...path, "kind"], "exposure or continuous");
  if (kind === "exposure") {
    const { events, exposure } = reader.members(value, ["kind", "events", "exposure"], path);
    return {
      kind,
      events: readColumn(events, length, 0, [...path, "events"]),
      exposure: readColumn(exposure, length, 0, [...path, "exposure"]),
    };
  }
  const found = reader.members(value, ["kind", "vehicles", "sum", "sumOfSquares"], path);
  const vehicles = readColumn(found["vehicles"], length, 0, [...path, "vehicles"]);
  const sum = readColumn(found["sum"], length, -largest, [...path, "sum"]);
  const sumOfSquares = readColumn(found["sumOfSquares"], length, 0, [...path, "sumOfSquares"]);
  for (let at = 0; at < length; at++) {
    // Whatever the values are, the square of their sum is at most their number times the sum of their squares.
    const possible = BigInt(sum[at]!) ** 2n <= BigInt(vehicles[at]!) * BigInt(sumOfSquares[at]!);
    if (!possible) reader.require(false, [...path, "sumOfSquares", at], "at least sum^2 / vehicles");
  }
  return { kind: "continuous", vehicles, sum, sumOfSquares };
}

/** Sums stay whole numbers over all series. */
function addMeasure(totals: Totals, id: string, measure: MeasureColumns, path: Place): void {
  for (const [name, column] of Object.entries(measure)) {
    if (typeof column === "string") continue;
    const key = `${name} ${id}`;
    let total = totals.measures.get(key) ?? 0;
    for (const entry of column as readonly number[]) total += Math.abs(entry);
    const most = name === "events" || name === "vehicles" ? maxCount : name === "exposure" ? 1e15 : largest;
    reader.require(total <= most, [...path, name], `at most ${most} altogether`);
    totals.measures.set(key, total);
  }
}

function readControl(value: unknown, path: Place): ControlCounts {
  const found = reader.members(value, ["metric", "stratum", "vehicles", "count", "overdue"], path);
  const vehicles = reader.integer(found["vehicles"], 0, maxCount, [...path, "vehicles"]);
  const count = reader.integer(found["count"], 0, vehicles, [...path, "count"]);
  return {
    metric: reader.name(found["metric"], [...path, "metric"]),
    stratum: readStratum(found["stratum"], [...path, "stratum"]),
    vehicles,
    count,
    overdue: reader.integer(found["overdue"], 0, vehicles - count, [...path, "overdue"]),
  };
}

function readSource(value: unknown, path: Place): SourceCounts {
  const names = ["received", "duplicate", "conflicting", "outOfOrder", "skewed", "rejected"] as const;
  const found = reader.members(value, ["source", "watermarkMs", "expected", ...names], path);
  const received = reader.integer(found["received"], 0, largest, [...path, "received"]);
  const part = (name: (typeof names)[number]): number => reader.integer(found[name], 0, received, [...path, name]);
  const source: SourceCounts = {
    source: reader.name(found["source"], [...path, "source"]),
    watermarkMs: reader.integer(found["watermarkMs"], 0, largest, [...path, "watermarkMs"]),
    expected: found["expected"] === null ? null : reader.integer(found["expected"], 0, largest, [...path, "expected"]),
    received,
    duplicate: part("duplicate"),
    conflicting: part("conflicting"),
    outOfOrder: part("outOfOrder"),
    skewed: part("skewed"),
    rejected: part("rejected"),
  };
  reader.require(
    source.duplicate + source.rejected <= received,
    [...path, "received"],
    "duplicate and rejected events",
  );
  return source;
}

function readStratum(value: unknown, path: Place): string {
  return value === "" ? "" : reader.name(value, path);
}

/** @param name - of the member that is the column, where `path` is of the object around it */
function readColumn(value: unknown, length: number, least: number, path: Place, name?: string): readonly number[] {
  const place = (): Place => (name === undefined ? path : [...path, name]);
  // A copy: what was checked is what is judged, whatever the caller's list does afterwards.
  const column: readonly unknown[] | undefined = Array.isArray(value) ? value.slice() : undefined;
  if (column?.length !== length) reader.require(false, place(), `a column of ${length}`);
  for (let at = 0; at < length; at++) {
    const entry = column![at];
    if (!(Number.isSafeInteger(entry) && (entry as number) >= least)) {
      reader.require(false, [...place(), at], `an integer in ${least} .. ${largest}`);
    }
  }
  return column as readonly number[];
}

function readColumns<T>(
  value: unknown,
  most: number,
  path: Place,
  read: (entry: unknown, path: Place) => T,
): Readonly<Record<string, T>> {
  reader.require(isPlainObject(value), path, "an object");
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  reader.require(entries.length <= most, path, `at most ${most} members`);
  return Object.fromEntries(
    entries.map(([name, entry]) => [reader.name(name, path), read(entry, [...path, name])] as const),
  );
}

/** Entries differ and are in order, so that equal counters have one digest. */
function requireOrder<T>(
  entries: readonly T[],
  keyOf: (entry: T) => readonly [string, string],
  list: string,
  what: string,
): void {
  entries.forEach((entry, index) => {
    if (index === 0) return;
    const [a, b] = keyOf(entries[index - 1]!);
    const [c, d] = keyOf(entry);
    reader.require(a < c || (a === c && b < d), [list, index], `an order by ${what}, none twice`);
  });
}
