import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import {
  bucketOf,
  bucketSql,
  campaignSalt,
  planRings,
  ringOf,
  ringSql,
  type SqlDialect,
} from "../../src/cohort/index.ts";
import { errorOf } from "../error-of.ts";

const salt = campaignSalt("ota-2026-07");
const plan = planRings(salt, [
  { name: "pilot", ppm: 100_000 },
  { name: "early", ppm: 500_000 },
]);

describe("bucketSql", () => {
  it("hashes salt, colon and id in every dialect that can", () => {
    for (const dialect of ["postgres", "duckdb", "clickhouse", "spark"] as const) {
      expect(bucketSql(dialect, salt, "vehicle_id")).toMatch(/sha2?56|sha2\(/i);
      expect(bucketSql(dialect, salt, "vehicle_id")).toContain(`'${salt}'`);
    }
    expect(bucketSql("sqlite", salt, "vehicle_id")).toBe(
      `CASE WHEN \`vehicle_id\` <> '' THEN cohort_bucket('${salt}', \`vehicle_id\`) END`,
    );
  });

  it("takes no text that could say anything else", () => {
    expect(errorOf(() => bucketSql("postgres", "' OR 1=1 --", "id"))).toMatchObject({ code: "ERR_COHORT_SALT" });
    for (const column of ["", 'a"b', "a`b", "a;b", "a\\b", "x".repeat(64), "1a"]) {
      expect(errorOf(() => bucketSql("postgres", salt, column))).toMatchObject({ code: "ERR_COHORT_SQL_COLUMN" });
      expect(errorOf(() => ringSql("postgres", plan, { bucketColumn: column }))).toMatchObject({
        code: "ERR_COHORT_SQL_COLUMN",
      });
    }
    for (const dialect of ["mysql", "constructor"]) {
      expect(() => bucketSql(dialect as SqlDialect, salt, "id")).toThrow(RangeError);
    }
  });

  it("gives SQLite the buckets and rings of JavaScript, by a registered function or a column", () => {
    const database = new DatabaseSync(":memory:");
    database.function("cohort_bucket", { deterministic: true }, (ofSalt, id) => bucketOf(String(ofSalt), String(id)));
    database.exec("CREATE TABLE fleet (`vehicle id` TEXT, bucket INTEGER)");
    const insert = database.prepare("INSERT INTO fleet VALUES (?, ?)");
    const ids = [...Array.from({ length: 200 }, (_, index) => `SIM${index}`), "veh-日本-1", "o'hara", "\u{1f600}"];
    for (const id of ids) insert.run(id, bucketOf(salt, id));
    insert.run(null, null);
    insert.run("", null);
    // What a column holds of a vehicle whose bucket was never computed must not be the first of all buckets.
    insert.run(null, -1);
    const byId = ringSql("sqlite", plan, { idColumn: "vehicle id" });
    const byBucket = ringSql("sqlite", plan, { bucketColumn: "bucket" });
    const bucket = bucketSql("sqlite", salt, "vehicle id");
    const rows = database
      .prepare(`SELECT ${bucket} AS bucket, ${byId} AS id, ${byBucket} AS bucketRing FROM fleet`)
      .all();
    const expected = ids.map((id) => {
      const ring = ringOf(plan, bucketOf(salt, id)) ?? null;
      return { bucket: bucketOf(salt, id), id: ring, bucketRing: ring };
    });
    const none = { bucket: null, id: null, bucketRing: null };
    expect(rows.map((row) => ({ ...row }))).toEqual([...expected, none, none, none]);
    database.close();
  });
});
