/** Columns of a table in memory, laid out as Apache Arrow lays them out, and how a row of one is read. */

import { CohortError } from "../errors.ts";

/** Row numbers into a dictionary. */
export type DictionaryIndices = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Numbers of a column. */
export type ColumnNumbers = DictionaryIndices | Float32Array | Float64Array | BigInt64Array | BigUint64Array;

/** What every column may have. */
export interface ColumnBase {
  /** Arrow's bitmap: bit `row % 8` (least first) of byte `row >> 3` is 1 where the row has a value; every row when absent. */
  readonly validity?: Uint8Array;
}

/** Few different values: texts, versions, sets. An index outside `values` is a missing value. */
export interface DictionaryColumn extends ColumnBase {
  readonly kind: "dictionary";
  readonly indices: DictionaryIndices;
  readonly values: readonly unknown[];
}

/** Numbers and times. */
export interface NumberColumn extends ColumnBase {
  readonly kind: "numbers";
  readonly values: ColumnNumbers;
}

/** Booleans as Arrow's bitmap, least bit first. */
export interface BooleanColumn extends ColumnBase {
  readonly kind: "booleans";
  readonly bits: Uint8Array;
}

/** Values as they are in records; the slowest. */
export interface ValueColumn extends ColumnBase {
  readonly kind: "values";
  readonly values: readonly unknown[];
}

/** A column of a {@link ColumnTable}. */
export type Column = DictionaryColumn | NumberColumn | BooleanColumn | ValueColumn;

/** A fleet in columns. */
export interface ColumnTable {
  /** Number of rows. */
  readonly length: number;
  /** Column by member of a vehicle's record, as the catalogue names them. */
  readonly columns: Readonly<Record<string, Column>>;
}

/** Finds a column and checks that it has all rows: a short one would read as missing values. */
export function requireColumn({ columns, length }: ColumnTable, field: string): Column {
  const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
  const rows = column && rowsOf(column);
  const bits = column?.validity ? column.validity.length * 8 : length;
  if (column !== undefined && rows !== undefined && rows >= length && bits >= length) return column;
  const found = column === undefined ? "none" : `one of ${Math.min(rows ?? 0, bits)}`;
  throw new CohortError("ERR_COHORT_COLUMNS", `Cannot read columns: "${field}" expected ${length} rows, got ${found}`, {
    details: { field },
  });
}

function rowsOf(column: Column): number | undefined {
  switch (column.kind) {
    case "dictionary":
      return column.indices.length;
    case "booleans":
      return column.bits.length * 8;
    case "numbers":
    case "values":
      return column.values.length;
    default:
      return undefined;
  }
}

/** Reads one row as a record would have it. */
export function columnReader(column: Column): (row: number) => unknown {
  const { validity } = column;
  const read = plainReader(column);
  return validity === undefined ? read : (row) => (hasBit(validity, row) ? read(row) : undefined);
}

function plainReader(column: Column): (row: number) => unknown {
  switch (column.kind) {
    case "dictionary":
      return (row) => column.values[column.indices[row]!];
    case "booleans":
      return (row) => hasBit(column.bits, row);
    case "values":
      return (row) => column.values[row];
    case "numbers":
      // A 64-bit integer that a number cannot hold exactly becomes one that is not safe, and thus unknown.
      return (row) => Number(column.values[row]);
  }
}

/** Whether a bit of an Arrow bitmap is set. */
export function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3]! >> (index & 7)) & 1) === 1;
}
