/** The rows that the statements of `aggregate-sql.ts` give, as an aggregate. */

import type { HashProvider } from "../../core/index.ts";
import { CohortError } from "../errors.ts";
import type { Aggregate, ControlCounts, SourceCounts } from "../gate/aggregate.ts";
import { parseAggregate } from "../gate/parse-aggregate.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { Counters, placesOf } from "./counters.ts";
import type { SourceProgress } from "./fold.ts";
import { type PlanWords, planWords, ringStep } from "./plan-words.ts";

/** A row by the names of its columns. Counts are numbers, bigints or decimal texts, as drivers give 64-bit integers. */
export type SqlRow = Readonly<Record<string, unknown>>;

/**
 * Makes an aggregate of the rows that the statements of `aggregateSql` gave; rows are untrusted input.
 *
 * @param progress - how far each source is, by name; one that is not there is at watermark 0
 * @throws {@link CohortError} `ERR_COHORT_AGGREGATE` when a row is none of the statement's, or no source is known; what the plan's check throws
 */
export function aggregateFromRows(
  plan: RolloutPlan,
  rows: { readonly cells: Iterable<SqlRow>; readonly sources: Iterable<SqlRow> },
  progress: Readonly<Record<string, SourceProgress>>,
  controls: readonly ControlCounts[] = [],
  provider?: HashProvider,
): Aggregate {
  const words = planWords(plan, provider);
  const counters = new Counters(words);
  const columns = columnsOf(words);
  for (const row of rows.cells) {
    const placement = readCount(row, "placement");
    const isKnown = placement < words.rings.length * ringStep && placement % ringStep < words.strata.length;
    if (!isKnown) throw badRow("placement");
    const cell = counters.cell(placement, readCount(row, "start_ms"));
    columns.forEach((column, place) => {
      if (column !== undefined) cell[place] = readInteger(row, column);
    });
  }
  const sources = new Map<string, SourceCounts>();
  for (const [name, { watermarkMs, expected }] of Object.entries(progress)) {
    sources.set(name, { ...noEvents, source: name, watermarkMs, expected: expected ?? null });
  }
  for (const row of rows.sources) {
    const source = row["source"];
    if (typeof source !== "string") throw badRow("source");
    const [received, rejected] = [readCount(row, "received"), readCount(row, "rejected")];
    sources.set(source, {
      ...noEvents,
      ...sources.get(source),
      source,
      received,
      rejected,
      duplicate: received - rejected - readCount(row, "events"),
      conflicting: readCount(row, "conflicting"),
      outOfOrder: readCount(row, "out_of_order"),
      skewed: readCount(row, "skewed"),
    });
  }
  return parseAggregate({
    schema: "otakit.aggregate/1",
    planDigest: words.planDigest,
    series: counters.series(),
    controls,
    sources: [...sources.values()].sort((left, right) => (left.source < right.source ? -1 : 1)),
  });
}

const noEvents = {
  watermarkMs: 0,
  expected: null,
  received: 0,
  duplicate: 0,
  conflicting: 0,
  outOfOrder: 0,
  skewed: 0,
  rejected: 0,
} as const;

/** Names of the columns in the places of a cell; undefined for a category that is not counted apart. */
function columnsOf(words: PlanWords): readonly (string | undefined)[] {
  const columns: (string | undefined)[] = [
    "enrolled",
    "started",
    "success",
    "failure",
    "conflict",
    "excluded",
    "provisional",
    "on_time",
    ...words.isCounted.map((is, at) => (is ? `category_${at}` : undefined)),
    ...words.exposureMetrics.flatMap((_, at) => [`events_${at}`, `exposure_${at}`]),
    ...words.continuousMetrics.flatMap((_, at) => [`vehicles_${at}`, `sum_${at}`, `squares_${at}`]),
  ];
  if (columns.length !== placesOf(words).length) throw new TypeError("unreachable");
  return columns;
}

function readCount(row: SqlRow, column: string): number {
  const count = readInteger(row, column);
  if (count < 0) throw badRow(column);
  return count;
}

function readInteger(row: SqlRow, column: string): number {
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  const isWritten = typeof value === "bigint" || (typeof value === "string" && /^-?[0-9]{1,16}$/.test(value));
  const number = isWritten ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw badRow(column);
  return number;
}

function badRow(column: string): CohortError {
  return new CohortError("ERR_COHORT_AGGREGATE", `Cannot use rows: "${column}" is none that the statement gives`, {
    details: { column },
  });
}
