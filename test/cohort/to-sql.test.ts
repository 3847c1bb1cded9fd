import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { type Expression, type Selector, type SqlDialect, type SqlOptions, toSql } from "../../src/cohort/index.ts";
import { errorOf } from "../error-of.ts";
import { randomCatalogue, randomSelector } from "./random-fleet.ts";
import { sampleNow as now, sampleCatalogue } from "./sample-catalogue.ts";

const dialects: readonly SqlDialect[] = ["postgres", "duckdb", "sqlite", "clickhouse", "spark"];

function only(include: Expression): Selector {
  return { schema: "otakit.selector/1", include };
}

function textOf(include: Expression, dialect: SqlDialect, options: Partial<SqlOptions> = {}): string {
  return toSql(only(include), sampleCatalogue, dialect, { now, ...options }).truth;
}

describe("toSql", () => {
  it("writes numbered parameters, a condition that is never NULL, and what an index can use before it", () => {
    const selector: Selector = {
      schema: "otakit.selector/1",
      include: {
        op: "and",
        args: [
          { op: "eq", attr: "dealer", value: "D-17" },
          { op: "ver", attr: "firmware", rel: "lt", value: "2.0.0" },
        ],
      },
      exclude: { op: "isTrue", arg: { op: "eq", attr: "electric", value: true } },
    };
    const { text, truth, params, columns } = toSql(selector, sampleCatalogue, "postgres", { now });
    expect(params).toEqual(["D-17", now - 30 * 86_400_000, now + 300_000, "a", "a2.a0.a0~"]);
    expect(columns).toEqual(["dealer", "electric", "firmware_at", "firmware_disputed", "firmware_key"]);
    const key =
      'CASE WHEN COALESCE("firmware_disputed", FALSE) = FALSE THEN ' +
      'CASE WHEN "firmware_at" BETWEEN $2::bigint AND $3::bigint THEN ' +
      'CASE WHEN "firmware_key" COLLATE "C" >= $4::text THEN "firmware_key" END END END';
    expect(truth).toBe(
      `((("dealer" COLLATE "C" = $1::text) AND (${key} COLLATE "C" < $5::text)) AND ` +
        `(NOT COALESCE(("electric" = TRUE), FALSE)))`,
    );
    expect(text).toBe(`"dealer" = $1::text AND COALESCE(${truth}, FALSE)`);
  });

  it.each([
    ["postgres", `("dealer" COLLATE "C" IN ($1::text, $2::text))`],
    ["duckdb", `("dealer" COLLATE POSIX IN (CAST($1 AS VARCHAR), CAST($2 AS VARCHAR)))`],
    ["sqlite", "(CASE WHEN typeof(`dealer`) = 'text' THEN `dealer` END COLLATE BINARY IN (?1, ?2))"],
    ["clickhouse", "(CASE WHEN `dealer` IS NOT NULL THEN `dealer` IN ({p1:String}, {p2:String}) END)"],
    ["spark", "(`dealer` COLLATE UTF8_BINARY IN (CAST(:p1 AS STRING), CAST(:p2 AS STRING)))"],
  ] as const)("asks for one of a list in the words of %s", (dialect, text) => {
    expect(textOf({ op: "in", attr: "dealer", values: ["a", "b"] }, dialect)).toBe(text);
  });

  it("never lets a word of the selector into the text", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const catalogue = randomCatalogue(random);
        const selector = randomSelector(random, catalogue, { escapes: true });
        const lists = { recall: ["'; DROP TABLE fleet; --"], nobody: [] };
        const hostile = JSON.parse(
          JSON.stringify(selector, (name, value) =>
            name === "value" && typeof value === "string" ? hostileOf(value) : value,
          ),
        ) as Selector;
        for (const dialect of dialects) {
          const options = { now, lists, hasBucketFunction: true };
          const plain = toSql(selector, catalogue, dialect, options);
          const { text, params } = toSql(hostile, catalogue, dialect, options);
          expect(text).not.toContain("DROP");
          // The same statement: a text is one parameter, whatever it says (equal ones share a parameter).
          if (params.length === plain.params.length) expect(text).toBe(plain.text);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("uses a parameter again that is there already", () => {
    const twice = { op: "eq", attr: "dealer", value: "D" } as const;
    expect(toSql(only({ op: "or", args: [twice, twice] }), sampleCatalogue, "duckdb", { now }).params).toEqual(["D"]);
    // A text and a number that are written alike are two.
    const alike: Expression = {
      op: "or",
      args: [
        { op: "eq", attr: "dealer", value: "1" },
        { op: "age", attr: "firmware", maxMs: now - 1 },
      ],
    };
    expect(toSql(only(alike), sampleCatalogue, "duckdb", { now }).params).toContain(1);
  });

  it("takes a bucket from SHA-256, a column or a registered function, and refuses SQLite without", () => {
    const bucket: Expression = { op: "bucket", salt: "192289bceb0360f2", lo: 0, hi: 1 };
    expect(textOf(bucket, "postgres")).toContain("sha256");
    expect(textOf(bucket, "sqlite", { hasBucketFunction: true })).toContain("cohort_bucket(?1, `vehicle_id`)");
    const value = 'CASE WHEN "bucket_07" BETWEEN 0 AND 4294967295 THEN "bucket_07" END';
    const column = toSql(only(bucket), sampleCatalogue, "postgres", {
      now,
      bucketColumns: { "192289bceb0360f2": "bucket_07" },
    });
    expect(column.truth).toBe(`(${value} >= $1::bigint AND ${value} < $2::bigint)`);
    // For an index on the column.
    expect(column.text).toMatch(/^"bucket_07" >= \$1::bigint AND "bucket_07" < \$2::bigint AND COALESCE\(/);
    expect(errorOf(() => textOf(bucket, "sqlite"))).toMatchObject({ code: "ERR_COHORT_SQL_BUCKET", path: "/include" });
    const holdback = { salt: "192289bceb0360f2", lo: 0, hi: 1 };
    expect(errorOf(() => textOf({ op: "has", attr: "model" }, "sqlite", { holdback }))).toMatchObject({
      code: "ERR_COHORT_SQL_BUCKET",
      path: "/holdback",
    });
  });

  it.each([
    ["a version without a key column", { op: "has", attr: "level" }, {}, "ERR_COHORT_SQL_COLUMN", "/include"],
    [
      "a table with a quote",
      { op: "inList", listId: "r" },
      { lists: { r: { table: 'a"b', column: "vin" } } },
      "ERR_COHORT_SQL_COLUMN",
      "/include",
    ],
    [
      "a bucket column with a quote",
      { op: "bucket", salt: "192289bceb0360f2", lo: 0, hi: 1 },
      { bucketColumns: { "192289bceb0360f2": "b`" } },
      "ERR_COHORT_SQL_COLUMN",
      "/include",
    ],
    ["a list that was not given", { op: "inList", listId: "r" }, {}, "ERR_COHORT_LIST", "/include/listId"],
    [
      "a member of the prototype of lists",
      { op: "inList", listId: "toString" },
      { lists: {} },
      "ERR_COHORT_LIST",
      "/include/listId",
    ],
  ] as const)("refuses %s", (_, include, options, code, path) => {
    for (const dialect of dialects)
      expect(errorOf(() => textOf(include, dialect, options))).toMatchObject({ code, path });
  });

  it("refuses more parameters than databases count", () => {
    const args = [0, 1, 2, 3].map(
      (part): Expression => ({
        op: "in",
        attr: "dealer",
        values: Array.from({ length: 9_000 }, (__, index) => `${part}-${index}`),
      }),
    );
    expect(errorOf(() => textOf({ op: "or", args }, "postgres"))).toMatchObject({ code: "ERR_COHORT_SQL_PARAMS" });
    expect(toSql(only({ op: "or", args: args.slice(1) }), sampleCatalogue, "postgres", { now }).params).toHaveLength(
      27_000,
    );
  });

  it("counts only buckets in a column of buckets of SQLite: no mark, no text", () => {
    const bucketSalt = "192289bceb0360f2";
    const options = { bucketColumns: { [bucketSalt]: "bucket" }, holdback: { salt: bucketSalt, lo: 0, hi: 1_000_000 } };
    const include: Expression = { op: "has", attr: "dealer" };
    const buckets = [5, 5_000_000, -1, "5", "5000000", 2 ** 32, null];
    for (const type of ["INTEGER", "TEXT", ""]) {
      const rows = buckets.map((bucket) => ["D1", bucket] as const);
      const wanted = buckets.map((bucket) => (type === "TEXT" || bucket !== 5_000_000 ? 0 : 1));
      // INTEGER columns make numbers of texts.
      if (type === "INTEGER") wanted[4] = 1;
      expect(selectedBySqlite(include, `dealer TEXT, bucket ${type}`, rows, options)).toEqual(wanted);
    }
  });

  it("looks at the end of a text of SQLite, not before its first U+0000", () => {
    const rows = ["ab\0x", "x\0ab", "xab", "b", ""].map((text) => [text] as const);
    expect(selectedBySqlite({ op: "endsWith", attr: "dealer", value: "ab" }, "dealer TEXT", rows)).toEqual([
      0, 1, 1, 0, 0,
    ]);
    // Of an empty text it is known that it ends otherwise; of none it is not.
    const otherwise: Expression = { op: "not", arg: { op: "endsWith", attr: "dealer", value: "ab" } };
    expect(selectedBySqlite(otherwise, "dealer TEXT", [...rows, [null]])).toEqual([1, 0, 0, 1, 1, 0]);
    const umlaut: Expression = { op: "endsWith", attr: "dealer", value: "\u{1f600}\u00fc" };
    const others = ["x\u{1f600}\u00fc", "\u00fc", "\u{1f601}\u00fc"].map((text) => [text] as const);
    expect(selectedBySqlite(umlaut, "dealer TEXT", others)).toEqual([1, 0, 0]);
  });

  it.each(["and", "or"] as const)("writes as many conditions as a selector may have for SQLite (%s)", (op) => {
    const args = Array.from({ length: 999 }, (_, index): Expression => ({ op: "ge", attr: "doors", value: index }));
    expect(selectedBySqlite({ op, args }, "doors INTEGER", [[998], [0]])).toEqual([1, op === "or" ? 1 : 0]);
  });

  it("refuses a list that holds what is no text: a database would make one of it", () => {
    const include: Expression = { op: "inList", listId: "r" };
    for (const list of [[5], [null], ["a", 1]]) {
      expect(() => textOf(include, "postgres", { lists: { r: list as string[] } })).toThrow(TypeError);
    }
  });

  it("refuses a moment that is none and a dialect that is none", () => {
    const { include } = only({ op: "has", attr: "model" });
    for (const moment of [Number.NaN, 1.5, undefined]) {
      expect(() => toSql(only(include), sampleCatalogue, "duckdb", { now: moment as number })).toThrow(RangeError);
    }
    expect(() => toSql(only(include), sampleCatalogue, "constructor" as SqlDialect, { now })).toThrow(RangeError);
  });
});

/** Which rows SQLite selects: 1 or 0 for each. */
function selectedBySqlite(
  include: Expression,
  columns: string,
  rows: readonly (readonly (string | number | null)[])[],
  options: Partial<SqlOptions> = {},
): readonly unknown[] {
  const { text, params } = toSql(only(include), sampleCatalogue, "sqlite", { now, ...options });
  const database = new DatabaseSync(":memory:");
  database.exec(`CREATE TABLE fleet (${columns})`);
  for (const row of rows) {
    database.prepare(`INSERT INTO fleet VALUES (${row.map(() => "?").join(", ")})`).run(...row);
  }
  const selected = database.prepare(`SELECT ${text} AS selected FROM fleet ORDER BY rowid`).all(...params);
  database.close();
  return selected.map((row) => row["selected"]);
}

/** Another text of the same kind: an enum's value and a version have to stay what they are. */
function hostileOf(value: string): string {
  return /^(red|green|blue|[0-9].*|[sS]1.*)$/.test(value) ? value : `'; DROP TABLE fleet; -- "${value}\``;
}
