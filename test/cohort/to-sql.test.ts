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
    expect(params).toEqual(["D-17", now - 30 * 86_400_000, now + 300_000, "", "a2.a0.a0~"]);
    expect(columns).toEqual(["dealer", "electric", "firmware_at", "firmware_disputed", "firmware_key"]);
    const key =
      'CASE WHEN COALESCE("firmware_disputed", FALSE) = FALSE THEN ' +
      'CASE WHEN "firmware_at" BETWEEN $2::bigint AND $3::bigint THEN ' +
      'CASE WHEN "firmware_key" COLLATE "C" <> $4::text THEN "firmware_key" END END END';
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
    expect(textOf(bucket, "sqlite", { bucketColumns: { "192289bceb0360f2": "bucket_07" } })).toBe(
      "(`bucket_07` >= ?1 AND `bucket_07` < ?2)",
    );
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

  it("refuses a moment that is none and a dialect that is none", () => {
    const { include } = only({ op: "has", attr: "model" });
    for (const moment of [Number.NaN, 1.5, undefined]) {
      expect(() => toSql(only(include), sampleCatalogue, "duckdb", { now: moment as number })).toThrow(RangeError);
    }
    expect(() => toSql(only(include), sampleCatalogue, "constructor" as SqlDialect, { now })).toThrow(RangeError);
  });
});

/** Another text of the same kind: an enum's value and a version have to stay what they are. */
function hostileOf(value: string): string {
  return /^(red|green|blue|[0-9].*|[sS]1.*)$/.test(value) ? value : `'; DROP TABLE fleet; -- "${value}\``;
}
