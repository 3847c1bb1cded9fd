/** What differs from one database to the next. Everything else about a selector's SQL is in `to-sql.ts`. */

import { bucketCount } from "../bucket.ts";

/** Databases for which a selector can be written. */
export type SqlDialect = "postgres" | "duckdb" | "sqlite" | "clickhouse" | "spark";

/** Type of a parameter. */
export type ParamType = "text" | "integer" | "float";

/**
 * The words of a dialect. Arguments are SQL texts that the caller made: quoted columns, parameters, and what these functions gave.
 * Not part of the public face.
 */
export interface Dialect {
  /** A name that is always read as a column, never as a text or a keyword. */
  quote(name: string): string;
  /** A place for the parameter of this number, counted from 1. */
  param(number: number, type: ParamType): string;
  /** A text that compares byte by byte, whatever the collation of its column. */
  binary(text: string): string;
  /** Conditions under which a cell of a column holds a value of a kind, beyond those that hold in every database. */
  textGuards(column: string): readonly string[];
  boolGuards(column: string): readonly string[];
  numberGuards(column: string): readonly string[];
  integerGuards(column: string): readonly string[];
  /** Conditions, of which each makes the next one safe to evaluate. */
  setGuards(column: string): readonly string[];
  /** `value IN (…)` that is NULL for NULL. */
  isOneOf(value: string, list: string): string;
  startsWith(text: string, part: string): string;
  endsWith(text: string, part: string): string;
  contains(text: string, part: string): string;
  /** Whether a set, known to be none but texts, holds one of the parameters, or all; NULL for NULL. */
  hasAny(set: string, params: readonly string[]): string;
  hasAll(set: string, params: readonly string[]): string;
  /** The bucket of a vehicle's id; `undefined` when the database has no SHA-256. */
  bucket(salt: string, id: string): string | undefined;
  /** A column of texts in a comparison for equality that an index can serve. */
  indexed(column: string): string;
}

// PostgreSQL cuts names after 63 bytes without a word; quotes, backslashes and controls mean something to some engine.
const safeName = /^[A-Za-z_][A-Za-z0-9_ .$-]{0,62}$/;

/** Whether a name of a table or column can stand in a statement, quoted. */
export function isSafeName(name: unknown): name is string {
  return typeof name === "string" && safeName.test(name);
}

/** What a column of buckets has to hold for its value to count; a mark such as -1 is none. */
export function bucketGuards(dialect: Dialect, column: string): readonly string[] {
  return [...dialect.integerGuards(column), `${column} BETWEEN 0 AND ${bucketCount - 1}`];
}

/** A value where all conditions hold, else NULL. */
export function guarded(guards: readonly string[], value: string): string {
  // One inside the other, because AND does not promise an order and some guards fail on what another one rules out.
  return guards.reduceRight((inner, guard) => `CASE WHEN ${guard} THEN ${inner} END`, value);
}

/** Joins conditions as a tree, because databases bound the depth of an expression: SQLite to 1,000. */
export function joined(parts: readonly string[], word: "AND" | "OR"): string {
  if (parts.length <= 32) return parts.join(` ${word} `);
  const half = parts.length >> 1;
  return `(${joined(parts.slice(0, half), word)}) ${word} (${joined(parts.slice(half), word)})`;
}

/** Longest list of parameters: PostgreSQL counts them in 16 bits, SQLite to 32,766. */
export const maxParams = 32_000;

/** The parameters of a statement; one that is there already is used again. Not part of the public face. */
export class ParamList {
  readonly values: (string | number)[];
  private readonly numbers = new Map<string, number>();
  private readonly dialect: Dialect;

  /** @param given - parameters that the statement has already; the list's own are numbered after them */
  constructor(dialect: Dialect, given: readonly (string | number)[] = []) {
    this.dialect = dialect;
    this.values = [...given];
  }

  add(type: ParamType, value: string | number): string {
    const key = `${type} ${value}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.values.push(value);
      this.numbers.set(key, number);
    }
    return this.dialect.param(number, type);
  }
}
