/** Reads events that stand in columns, as Apache Arrow lays them out: a text of a dictionary is looked up once, whatever number of rows have it. */

import { type Column, type ColumnTable, columnReader, hasBit, requireColumn } from "../selector/column-readers.ts";
import { type EventWords, isReport } from "./read-event.ts";
import { kind, rowLength } from "./reports.ts";

/** Gives a number for a row; NaN for what is none. */
type RowNumber = (row: number) => number;

/** Rows of one batch, read one after another. */
export class EventBatch {
  /** What was read last; each reading writes over it. */
  readonly row: Float64Array = new Float64Array(rowLength);
  private readonly kinds: RowNumber;
  private readonly seqs: RowNumber;
  private readonly instants: RowNumber;
  private readonly receipts: RowNumber;
  private readonly rings: RowNumber;
  private readonly strata: RowNumber;
  private readonly categories: RowNumber;
  private readonly retractedSeqs: RowNumber;
  private readonly exposureMetrics: RowNumber;
  private readonly continuousMetrics: RowNumber;
  private readonly events: RowNumber;
  private readonly exposures: RowNumber;
  private readonly values: RowNumber;

  /**
   * @param source - number of who delivered them
   * @throws {@link CohortError} `ERR_COHORT_COLUMNS`
   */
  constructor(table: ColumnTable, words: EventWords, source: number) {
    const numbers = (field: string): RowNumber => numbersOf(columnOf(table, field));
    const coded = (field: string, code: (value: unknown) => number): RowNumber => codesOf(columnOf(table, field), code);
    this.row[0] = source;
    this.kinds = codesOf(requireColumn(table, "kind"), (value) => words.kindOf(value));
    this.instants = numbersOf(requireColumn(table, "atMs"));
    this.receipts = numbersOf(requireColumn(table, "receivedMs"));
    this.seqs = numbers("seq");
    this.rings = coded("ring", (value) => words.ringOf(value));
    this.strata = coded("stratum", (value) => words.stratumOf(value));
    this.categories = coded("category", (value) => words.categoryOf(value));
    this.retractedSeqs = numbers("retractedSeq");
    this.exposureMetrics = coded("metric", (value) => words.exposureMetricOf(value));
    this.continuousMetrics = coded("metric", (value) => words.continuousMetricOf(value));
    this.events = numbers("events");
    this.exposures = numbers("exposure");
    this.values = numbers("value");
  }

  /** Reads a row of the table into {@link row}; false when it breaks the schema of events. */
  read(at: number): boolean {
    const { row } = this;
    const what = this.kinds(at);
    row[1] = what === kind.enrolled ? 0 : this.seqs(at);
    row[2] = what;
    row[3] = this.instants(at);
    row[4] = row[5] = row[6] = 0;
    row[7] = this.receipts(at);
    switch (what) {
      case kind.enrolled:
        row[4] = this.rings(at) + this.strata(at);
        break;
      case kind.failed:
        row[4] = this.categories(at);
        break;
      case kind.retracted:
        row[4] = this.retractedSeqs(at);
        break;
      case kind.exposed:
        row[4] = this.exposureMetrics(at);
        row[5] = this.events(at);
        row[6] = this.exposures(at);
        break;
      case kind.measured:
        row[4] = this.continuousMetrics(at);
        row[5] = this.values(at);
        break;
    }
    return isReport(row);
  }
}

/** What the texts of dictionaries were read as: of one that comes again, with the next batch, nothing has to be looked up again. */
export type ReadDictionaries = WeakMap<readonly unknown[], ReadDictionary>;

interface ReadDictionary {
  /** What was read in each place; {@link unread} where nothing was. */
  readonly values: unknown[];
  readonly numbers: number[];
}

const unread = /* @__PURE__ */ Symbol("unread");

/**
 * Reads the vehicles of a batch.
 *
 * @param vehicleOf - number of the vehicle with an id that is not empty, or NaN for an id that is none; asked once for each id of a
 * dictionary, when a row first needs it
 * @param dictionaries - what `vehicleOf` said before
 * @throws {@link CohortError} `ERR_COHORT_COLUMNS`
 */
export function vehiclesOf(
  table: ColumnTable,
  vehicleOf: (vehicleId: string) => number,
  dictionaries: ReadDictionaries,
): RowNumber {
  const code = (value: unknown): number => (typeof value === "string" && value !== "" ? vehicleOf(value) : Number.NaN);
  return codesOf(requireColumn(table, "vehicleId"), code, dictionaries);
}

/** A column that the table may do without. */
function columnOf(table: ColumnTable, field: string): Column | undefined {
  return Object.hasOwn(table.columns, field) ? requireColumn(table, field) : undefined;
}

/** A missing value, or null, is a member that the event does not have. */
function codesOf(
  column: Column | undefined,
  code: (value: unknown) => number,
  dictionaries: ReadDictionaries = new WeakMap(),
): RowNumber {
  const missing = code(undefined);
  if (column === undefined) return () => missing;
  if (column.kind !== "dictionary") {
    const read = columnReader(column);
    return (row) => code(read(row) ?? undefined);
  }
  const { indices, values, validity } = column;
  const known = dictionaries.get(values) ?? { values: [], numbers: [] };
  dictionaries.set(values, known);
  for (let place = known.values.length; place < values.length; place++) {
    known.values.push(unread);
    known.numbers.push(Number.NaN);
  }
  return (row) => {
    const index = indices[row]!;
    if (!(index >= 0 && index < values.length) || (validity !== undefined && !hasBit(validity, row))) return missing;
    const value = values[index];
    // The caller may write to a dictionary.
    if (known.values[index] !== value) {
      known.numbers[index] = code(value ?? undefined);
      known.values[index] = value;
    }
    return known.numbers[index]!;
  };
}

function numbersOf(column: Column | undefined): RowNumber {
  if (column === undefined) return () => Number.NaN;
  if (column.kind === "numbers" && column.validity === undefined) {
    const { values } = column;
    if (values instanceof Float64Array) return (row) => values[row]!;
  }
  const read = columnReader(column);
  return (row) => {
    const value = read(row);
    return typeof value === "number" ? value : Number.NaN;
  };
}
