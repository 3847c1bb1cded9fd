/**
 * Writes a selector as SQL that means the same: parameters for every value, quoted names from the catalogue, and no word of a
 * user in the text.
 *
 * SQL's own logic has the three truths of the selector, so a leaf is one comparison whose operand is NULL when the value does not
 * count: `CASE WHEN fresh AND readable THEN column END`.
 */

import { FaultList } from "../faults.ts";
import { type AttributeCatalogue, parseAttributeCatalogue } from "../selector/catalogue.ts";
import { checkSelector, type Holdback } from "../selector/check.ts";
import { idSet } from "../selector/compile.ts";
import { leastKey } from "../selector/leaves.ts";
import type { Selector } from "../selector/selector.ts";
import {
  type AgeLeaf,
  type BucketLeaf,
  type CompareLeaf,
  type KnownAttribute,
  type Leaf,
  type ListLeaf,
  type OneOfLeaf,
  type TreeNode,
  type VersionLeaf,
  wholeTree,
} from "../selector/tree.ts";
import { clickhouse } from "./clickhouse.ts";
import {
  bucketGuards,
  type Dialect,
  guarded,
  isSafeName,
  joined,
  maxParams,
  ParamList,
  type SqlDialect,
} from "./dialect.ts";
import { duckdb } from "./duckdb.ts";
import { postgres } from "./postgres.ts";
import { spark } from "./spark.ts";
import { sqlite } from "./sqlite.ts";

/** A list of vehicle ids in the database. */
export interface SqlListTable {
  readonly table: string;
  readonly column: string;
}

/** What a selector needs beside its text. */
export interface SqlOptions {
  /** The moment at which vehicles are looked at, in epoch milliseconds: an integer. */
  readonly now: number;
  /** Each list that an `inList` names: its ids, which become parameters, or the table that has them. */
  readonly lists?: Readonly<Record<string, readonly string[] | SqlListTable>>;
  readonly holdback?: Holdback;
  /**
   * Columns that hold the bucket of each vehicle, by salt: computed once for a campaign, and indexed. What is no integer in
   * 0 .. 2^32 - 1 there is unknown.
   */
  readonly bucketColumns?: Readonly<Record<string, string>>;
  /** SQLite: `cohort_bucket(salt, id)` is registered and gives `bucketOf(salt, id)`. */
  readonly hasBucketFunction?: boolean;
}

/** A selector in SQL. */
export interface SqlPredicate {
  /** A condition for WHERE: true for the vehicles that are in, else false; never NULL. */
  readonly text: string;
  /** The three-valued answer: true in, false out, NULL unknown. It has the same parameters. */
  readonly truth: string;
  /**
   * Values of the parameters, in the order of their numbers: `$1` (PostgreSQL, DuckDB), `?1` (SQLite), `{p1:String}` (ClickHouse),
   * `:p1` (Spark).
   */
  readonly params: readonly (string | number)[];
  /** Columns that are read, sorted. */
  readonly columns: readonly string[];
}

/** The words of each dialect. Not part of the public face. */
export const dialects: Readonly<Record<SqlDialect, Dialect>> = { postgres, duckdb, sqlite, clickhouse, spark };
const operators = { eq: "=", ne: "<>", lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

/**
 * Writes a selector as a condition for a database. It selects the vehicles that `compileSelector` selects, if each column holds
 * what the record's member holds, with NULL for a missing value.
 *
 * What a dialect has for each type of attribute: texts and enums text, `int` and `timestamp` 64-bit integers (epoch milliseconds),
 * `number` double precision, versions the text of `versionKey` in `keyColumn`; sets text arrays in PostgreSQL, DuckDB and Spark, and
 * lists in JSON text in SQLite and ClickHouse.
 *
 * @throws {@link CohortError} what `compileSelector` throws, and `ERR_COHORT_SQL_COLUMN`, `ERR_COHORT_SQL_BUCKET` or
 * `ERR_COHORT_SQL_PARAMS`
 * @throws RangeError when the dialect does not exist or `now` is no integer; TypeError when a list holds what is no text
 * @example
 * ```ts
 * const { text, params } = toSql(selector, catalogue, "postgres", { now });
 * await client.query(`SELECT vehicle_id FROM vehicle WHERE ${text}`, params);
 * ```
 */
export function toSql(
  selector: Selector,
  catalogue: AttributeCatalogue,
  dialect: SqlDialect,
  options: SqlOptions,
): SqlPredicate {
  if (!Object.hasOwn(dialects, dialect)) {
    throw new RangeError(`"dialect" expected one of ${Object.keys(dialects).join(", ")}, got ${dialect}`);
  }
  if (!Number.isSafeInteger(options.now)) {
    throw new RangeError(`"now" expected integer epoch milliseconds, got ${options.now}`);
  }
  const checked = parseAttributeCatalogue(catalogue);
  const lists = options.lists ?? {};
  const tree = checkSelector(selector, checked, (listId) => Object.hasOwn(lists, listId), options.holdback);
  return new Writer(dialects[dialect], checked, options).predicate(wholeTree(tree));
}

class Writer {
  private readonly faults = new FaultList("selector in SQL");
  private readonly columns = new Set<string>();
  private readonly params: ParamList;
  private readonly dialect: Dialect;
  private readonly catalogue: AttributeCatalogue;
  private readonly options: SqlOptions;

  constructor(dialect: Dialect, catalogue: AttributeCatalogue, options: SqlOptions) {
    this.dialect = dialect;
    this.catalogue = catalogue;
    this.options = options;
    this.params = new ParamList(dialect);
  }

  predicate(tree: TreeNode): SqlPredicate {
    const truth = this.node(tree);
    const text = joined([...this.necessary(tree), `COALESCE(${truth}, FALSE)`], "AND");
    if (this.params.values.length > maxParams) {
      this.faults.add("ERR_COHORT_SQL_PARAMS", [], `at most ${maxParams} parameters`, this.params.values.length);
    }
    this.faults.throwIfAny();
    return { text, truth, params: this.params.values, columns: [...this.columns].sort() };
  }

  private node(node: TreeNode): string {
    switch (node.kind) {
      case "and":
      case "or":
        return `(${joined(
          node.args.map((arg) => this.node(arg)),
          node.kind === "and" ? "AND" : "OR",
        )})`;
      case "not":
        return `(NOT ${this.node(node.arg)})`;
      case "truth": {
        const arg = this.node(node.arg);
        if (node.wanted === 1) return `(${arg} IS NULL)`;
        return `COALESCE(${node.wanted === 2 ? arg : `NOT ${arg}`}, FALSE)`;
      }
      default:
        return `(${this.leaf(node)})`;
    }
  }

  private leaf(leaf: Leaf): string {
    switch (leaf.kind) {
      case "compare":
        return `${this.operand(leaf.attribute, leaf)} ${operators[leaf.relation]} ${this.value(leaf.attribute, leaf.value)}`;
      case "oneOf": {
        const isOneOf = this.dialect.isOneOf(
          this.operand(leaf.attribute, leaf),
          this.values(leaf.attribute, leaf.values),
        );
        return leaf.negated ? `NOT (${isOneOf})` : isOneOf;
      }
      case "text":
        return this.dialect[leaf.form](this.cell(leaf.attribute, leaf), this.params.add("text", leaf.value));
      case "version":
        return this.version(leaf);
      case "has":
        return `${this.cell(leaf.attribute, leaf)} IS NOT NULL`;
      case "set": {
        const params = leaf.values.map((value) => this.params.add("text", value));
        const set = this.cell(leaf.attribute, leaf);
        if (leaf.form === "allOf") return this.dialect.hasAll(set, params);
        return leaf.form === "anyOf" ? this.dialect.hasAny(set, params) : `NOT (${this.dialect.hasAny(set, params)})`;
      }
      case "age":
        return this.age(leaf);
      case "list":
        return this.list(leaf);
      case "bucket":
        return this.bucket(leaf);
    }
  }

  /** The value of an attribute where it counts, else NULL; texts compare by their bytes. */
  private operand(attribute: KnownAttribute, leaf: Leaf): string {
    const cell = this.cell(attribute, leaf);
    const { type } = attribute.definition;
    return type === "string" || type === "enum" || type === "version" ? this.dialect.binary(cell) : cell;
  }

  private cell(attribute: KnownAttribute, leaf: Leaf, ...more: readonly string[]): string {
    const column = this.attributeColumn(attribute, leaf);
    return guarded([...this.currency(attribute, leaf), ...this.typeGuards(attribute, column), ...more], column);
  }

  private typeGuards({ definition }: KnownAttribute, column: string): readonly string[] {
    const { dialect, params } = this;
    switch (definition.type) {
      case "string":
        return dialect.textGuards(column);
      case "enum":
        return [
          ...dialect.textGuards(column),
          `${dialect.binary(column)} IN (${definition.values.map((value) => params.add("text", value)).join(", ")})`,
        ];
      case "int":
      case "timestamp":
        return this.integerGuards(column);
      case "number":
        // NaN is above every number in some databases, and equal to itself.
        return [
          ...dialect.numberGuards(column),
          `${column} BETWEEN ${params.add("float", -Number.MAX_VALUE)} AND ${params.add("float", Number.MAX_VALUE)}`,
        ];
      case "bool":
        return dialect.boolGuards(column);
      case "version":
        return [
          ...dialect.textGuards(column),
          `${dialect.binary(column)} >= ${params.add("text", leastKey(definition.scheme))}`,
        ];
      case "set<string>":
        return dialect.setGuards(column);
    }
  }

  /** Beyond 2^53 JavaScript cannot tell integers apart: there the value is unknown in every engine. */
  private integerGuards(column: string): readonly string[] {
    const [least, most] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER].map((bound) =>
      this.params.add("integer", bound),
    );
    return [...this.dialect.integerGuards(column), `${column} BETWEEN ${least} AND ${most}`];
  }

  /** Conditions of freshness and of agreement. */
  private currency({ freshness, contradiction, maxAheadMs }: KnownAttribute, leaf: Leaf): readonly string[] {
    const guards: string[] = [];
    if (contradiction !== undefined) {
      guards.push(`COALESCE(${this.column(contradiction.column, leaf)}, FALSE) = FALSE`);
    }
    if (freshness !== undefined) {
      const column = this.column(freshness.column, leaf);
      // The bounds are computed here, so that no subtraction overflows there.
      const earliest = this.params.add("integer", this.options.now - freshness.maxAgeMs);
      const latest = this.params.add("integer", this.options.now + maxAheadMs);
      guards.push(...this.dialect.integerGuards(column), `${column} BETWEEN ${earliest} AND ${latest}`);
    }
    return guards;
  }

  private version({ attribute, series, comparators, ...leaf }: VersionLeaf): string {
    const whole = { attribute, series, comparators, ...leaf };
    const column = this.attributeColumn(attribute, whole);
    const guards = series === "" ? [] : [this.dialect.startsWith(column, this.params.add("text", `${series}.`))];
    const key = this.dialect.binary(this.cell(attribute, whole, ...guards));
    return comparators
      .map(({ relation, key: bound }) => `${key} ${operators[relation]} ${this.params.add("text", bound)}`)
      .join(" AND ");
  }

  private age(leaf: AgeLeaf): string {
    const column = this.column(leaf.attribute.observedAt!.column, leaf);
    const earliest = this.params.add("integer", this.options.now - leaf.maxMs);
    const latest = this.params.add("integer", this.options.now + leaf.attribute.maxAheadMs);
    return guarded([...this.integerGuards(column), `${column} <= ${latest}`], `${column} >= ${earliest}`);
  }

  private list(leaf: ListLeaf): string {
    const list = this.options.lists![leaf.listId]!;
    const id = this.dialect.binary(this.id(leaf));
    if (!("table" in list)) {
      // IN () is no SQL; a vehicle with an id is not on an empty list.
      const ids = [...idSet(leaf.listId, list)];
      if (ids.length === 0) return `${id} <> ${id}`;
      return this.dialect.isOneOf(id, ids.map((one) => this.params.add("text", one)).join(", "));
    }
    const [table, column] = [this.name(list.table, leaf), this.name(list.column, leaf)];
    // One NULL in the table would make every "not on it" unknown.
    return this.dialect.isOneOf(id, `SELECT ${column} FROM ${table} WHERE ${column} IS NOT NULL`);
  }

  private bucket(leaf: BucketLeaf): string {
    return this.bucketRange(this.bucketValue(leaf), leaf);
  }

  private bucketRange(bucket: string, { lo, hi }: BucketLeaf): string {
    return `${bucket} >= ${this.params.add("integer", lo)} AND ${bucket} < ${this.params.add("integer", hi)}`;
  }

  /** The column that holds the buckets of a salt, if there is one. */
  private bucketColumn(leaf: BucketLeaf): string | undefined {
    const { bucketColumns = {} } = this.options;
    const name = Object.hasOwn(bucketColumns, leaf.salt) ? bucketColumns[leaf.salt] : undefined;
    return name === undefined ? undefined : this.column(name, leaf);
  }

  private bucketValue(leaf: BucketLeaf): string {
    const column = this.bucketColumn(leaf);
    if (column !== undefined) return guarded(bucketGuards(this.dialect, column), column);
    const salt = this.params.add("text", leaf.salt);
    const { idColumn, guards } = this.idParts(leaf);
    const bucket = this.dialect.bucket(salt, idColumn);
    if (bucket !== undefined) return `CASE WHEN ${guards.join(" AND ")} THEN ${bucket} END`;
    if (this.options.hasBucketFunction) {
      return `CASE WHEN ${guards.join(" AND ")} THEN cohort_bucket(${salt}, ${idColumn}) END`;
    }
    const expected = "a database with SHA-256, a column in bucketColumns, or a registered cohort_bucket";
    this.faults.add("ERR_COHORT_SQL_BUCKET", placeOf(leaf.path), expected);
    return "NULL";
  }

  private id(leaf: Leaf): string {
    const { idColumn, guards } = this.idParts(leaf);
    return `CASE WHEN ${guards.join(" AND ")} THEN ${idColumn} END`;
  }

  /** An empty id is a missing one. */
  private idParts(leaf: Leaf): { readonly idColumn: string; readonly guards: readonly string[] } {
    const { idField = "vehicleId" } = this.catalogue;
    const idColumn = this.column(this.catalogue.idColumn ?? idField, leaf);
    return {
      idColumn,
      guards: [...this.dialect.textGuards(idColumn), `${idColumn} <> ${this.params.add("text", "")}`],
    };
  }

  private attributeColumn({ definition, field }: KnownAttribute, leaf: Leaf): string {
    if (definition.type !== "version") return this.column(definition.column ?? field, leaf);
    const key = definition.keyColumn ?? definition.keyField;
    if (key !== undefined) return this.column(key, leaf);
    this.faults.add("ERR_COHORT_SQL_COLUMN", placeOf(leaf.path), "a version attribute with keyColumn");
    return "NULL";
  }

  private column(name: string, leaf: Leaf): string {
    this.columns.add(name);
    return this.name(name, leaf);
  }

  private name(name: string, leaf: Leaf): string {
    if (!isSafeName(name)) {
      const expected = "a name of letters, digits, blank, _, ., $ or -; at most 63, a letter or _ first";
      this.faults.add("ERR_COHORT_SQL_COLUMN", placeOf(leaf.path), expected, name);
      return "NULL";
    }
    return this.dialect.quote(name);
  }

  private values(attribute: KnownAttribute, values: readonly (string | number)[]): string {
    return values.map((value) => this.value(attribute, value)).join(", ");
  }

  private value({ definition }: KnownAttribute, value: string | number | boolean): string {
    if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
    if (typeof value === "string") return this.params.add("text", value);
    return this.params.add(definition.type === "number" ? "float" : "integer", value);
  }

  /**
   * Plain conditions that every selected vehicle meets: what an index can use, before the guarded condition that decides.
   *
   * Equality of bytes is equality under any collation, so the column keeps its own and with it its index; an order is not.
   */
  private necessary(node: TreeNode): readonly string[] {
    if (node.kind === "and") return node.args.flatMap((arg) => this.necessary(arg));
    if (node.kind === "bucket") {
      const column = this.bucketColumn(node);
      return column === undefined ? [] : [this.bucketRange(column, node)];
    }
    if (node.kind === "oneOf" && !node.negated) {
      return [`${this.plainColumn(node)} IN (${this.values(node.attribute, node.values)})`];
    }
    if (node.kind !== "compare" || node.relation === "ne" || typeof node.value === "boolean") return [];
    return [`${this.plainColumn(node)} ${operators[node.relation]} ${this.value(node.attribute, node.value)}`];
  }

  private plainColumn(leaf: CompareLeaf | OneOfLeaf): string {
    const column = this.attributeColumn(leaf.attribute, leaf);
    const { type } = leaf.attribute.definition;
    return type === "string" || type === "enum" ? this.dialect.indexed(column) : column;
  }
}

/** The place of a JSON pointer that was made by this module: no segment needs unescaping but an attribute's name never is one. */
function placeOf(path: string): readonly string[] {
  return path.split("/").slice(1);
}
