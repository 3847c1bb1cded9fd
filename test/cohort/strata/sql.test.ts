import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../scripts/random.ts";
import {
  bucketOf,
  campaignSalt,
  compileStratifiedRings,
  parseStratifiedRingPlan,
  type SqlDialect,
  type StratifiedRingPlan,
  stratifiedRingSql,
} from "../../../src/cohort/index.ts";
import { errorOf } from "../../error-of.ts";

const salt = campaignSalt("ota-2026-07");
const source = { stratumColumn: "region", idColumn: "vin" };

/** Two strata, the first ring of the first one ends inside a bucket. */
function planOf(ids: readonly string[]): StratifiedRingPlan {
  const sorted = ids.toSorted((left, right) => bucketOf(salt, left) - bucketOf(salt, right));
  const last = sorted[Math.floor(ids.length / 3)]!;
  const bucket = bucketOf(salt, last);
  return parseStratifiedRingPlan({
    schema: "otakit.stratified-ring-plan/1",
    salt,
    rings: [
      { name: "pilot", vehicles: 1 },
      { name: "all", vehicles: 2 },
    ],
    strata: [
      { key: "EU's", size: ids.length, cuts: [{ below: bucket, ids: [last] }, { below: 2 ** 31 + 2 ** 30 }] },
      { key: "日本", size: ids.length, cuts: [{ below: 2 ** 31 }, { below: 2 ** 32 }] },
    ],
  });
}

const random = seededRandom("stratified sql");
const ids = Array.from({ length: 300 }, (_, index) => `VIN'${index}-${random.u32()}`);
const plan = planOf(ids);

describe("stratifiedRingSql", () => {
  it("gives SQLite the rings of JavaScript, by a registered function or a column of buckets", () => {
    const database = new DatabaseSync(":memory:");
    database.function("cohort_bucket", { deterministic: true }, (ofSalt, id) => bucketOf(String(ofSalt), String(id)));
    database.exec("CREATE TABLE fleet (vin TEXT COLLATE NOCASE, region TEXT COLLATE NOCASE, bucket)");
    const insert = database.prepare("INSERT INTO fleet VALUES (?, ?, ?)");
    const regions = ["EU's", "日本", "eu's", "elsewhere", null];
    const rows = ids.map((vin, index) => ({ vin, region: regions[index % regions.length]! }));
    for (const { vin, region } of rows) insert.run(vin, region, bucketOf(salt, vin));
    const ringOfVehicle = compileStratifiedRings(plan);
    const wanted = rows.map(({ vin, region }) => (region === null ? undefined : ringOfVehicle(region, vin)) ?? null);
    expect(new Set(wanted)).toEqual(new Set([0, 1, null]));
    for (const bucketColumn of [undefined, "bucket"]) {
      const { text, params } = stratifiedRingSql("sqlite", plan, {
        ...source,
        ...(bucketColumn === undefined ? {} : { bucketColumn }),
      });
      const found = database.prepare(`SELECT ${text} AS ring FROM fleet`).all(...params);
      expect(found.map(({ ring }) => ring)).toEqual(wanted);
    }
    // A vehicle whose bucket was never computed is in no ring, not in the first one.
    database.exec("DELETE FROM fleet");
    for (const bucket of [null, -1, 2 ** 32, "0"]) insert.run("A", "日本", bucket);
    const { text, params } = stratifiedRingSql("sqlite", plan, { ...source, bucketColumn: "bucket" });
    const none = database.prepare(`SELECT ${text} AS ring FROM fleet`).all(...params);
    expect(none.map(({ ring }) => ring)).toEqual([null, null, null, null]);
  });

  it("puts keys and ids into parameters, numbered after those that are there", () => {
    const { text, params } = stratifiedRingSql("postgres", plan, { ...source, params: ["first", 2] });
    expect(params.slice(0, 2)).toEqual(["first", 2]);
    expect(params.slice(2)).toEqual(expect.arrayContaining(["EU's", "日本"]));
    expect(text).not.toContain("EU's");
    const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
    expect([Math.min(...numbers), Math.max(...numbers)]).toEqual([3, params.length]);
    for (const dialect of ["duckdb", "clickhouse", "spark", "sqlite"] as const) {
      expect(stratifiedRingSql(dialect, plan, source).text).not.toContain("EU's");
    }
  });

  it("takes no plan, column or dialect that could say anything else", () => {
    const forged = { ...plan, strata: [{ key: "a", size: 1, cuts: [{ below: "1 OR 1=1" }, { below: 1 }] }] };
    expect(errorOf(() => stratifiedRingSql("postgres", forged as never, source))).toMatchObject({
      code: "ERR_COHORT_RING_PLAN",
    });
    for (const column of ['a"b', "", "1a"]) {
      for (const names of [{ stratumColumn: column }, { idColumn: column }, { bucketColumn: column }]) {
        expect(errorOf(() => stratifiedRingSql("duckdb", plan, { ...source, ...names }))).toMatchObject({
          code: "ERR_COHORT_SQL_COLUMN",
        });
      }
    }
    expect(() => stratifiedRingSql("mysql" as SqlDialect, plan, source)).toThrow(RangeError);
  });

  it("refuses more parameters than an engine takes", () => {
    const params = Array.from({ length: 32_000 }, (_, index) => index);
    expect(errorOf(() => stratifiedRingSql("postgres", plan, { ...source, params }))).toMatchObject({
      code: "ERR_COHORT_SQL_PARAMS",
    });
  });
});
