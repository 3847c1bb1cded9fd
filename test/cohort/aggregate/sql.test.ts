import { describe, expect, test } from "vitest";
import { type AggregateDialect, aggregateFromRows, aggregateSql, type RolloutPlan } from "../../../src/cohort/index.ts";
import { countedPlan as plan } from "./random-events.ts";

const row = {
  placement: 1,
  start_ms: "3600000",
  enrolled: 3n,
  started: 2,
  success: 1,
  failure: 1,
  conflict: 0,
  excluded: 0,
  provisional: 0,
  on_time: 2,
  category_1: 1,
  category_2: 0,
  events_0: 0,
  exposure_0: 0,
  vehicles_0: 0,
  sum_0: "-0",
  squares_0: 0,
};
const source = {
  source: "telematics",
  received: 9,
  rejected: 1,
  events: 5,
  conflicting: 0,
  out_of_order: 0,
  skewed: 0,
};

describe("aggregateSql", () => {
  test.each<AggregateDialect>(["postgres", "duckdb", "sqlite", "spark"])(
    "%s: names of the plan are parameters",
    (dialect) => {
      const hostile = "x'); DROP TABLE fleet; --";
      const named: RolloutPlan = {
        ...plan,
        strata: [{ key: hostile, size: 1, go: "own" }],
        observation: { ...plan.observation, excludedCategories: [hostile] },
      };
      const { cells, sources } = aggregateSql(named, dialect, {
        table: "vehicle event",
        columns: { vehicleId: "vin" },
      });
      for (const { text, params } of [cells, sources]) {
        expect(text).not.toContain("DROP");
        expect(text).toContain("vin");
        expect(params).toContain(hostile);
        expect(new Set(params).size).toBe(params.length);
      }
    },
  );

  test("names that cannot be quoted, and other dialects, are refused", () => {
    for (const name of ['x"', "", "a`b", "x".repeat(64)]) {
      const refused = expect.objectContaining({ code: "ERR_COHORT_SQL_COLUMN" });
      expect(() => aggregateSql(plan, "postgres", { table: name })).toThrow(refused);
      expect(() => aggregateSql(plan, "postgres", { table: "event", columns: { seq: name } })).toThrow(refused);
    }
    expect(() => aggregateSql(plan, "clickhouse" as AggregateDialect, { table: "event" })).toThrow(RangeError);
  });
});

describe("aggregateFromRows", () => {
  const progress = { telematics: { watermarkMs: 7 }, ledger: { watermarkMs: 8, expected: 1 } };

  test("numbers, bigints and decimal texts are read", () => {
    const { series, sources } = aggregateFromRows(plan, { cells: [row], sources: [source] }, progress);
    expect(series).toMatchObject([
      {
        ring: "pilot",
        stratum: "EU",
        startMs: [3_600_000],
        enrolled: [3],
        categories: { brake_warning: [1] },
        measures: {},
      },
    ]);
    expect(sources).toMatchObject([
      { source: "ledger", watermarkMs: 8, expected: 1, received: 0 },
      { source: "telematics", watermarkMs: 7, expected: null, received: 9, duplicate: 3, rejected: 1 },
    ]);
  });

  test("a source of which nobody tells how far it is, is at 0", () => {
    expect(aggregateFromRows(plan, { cells: [], sources: [source] }, {}).sources).toMatchObject([{ watermarkMs: 0 }]);
  });

  test.each<[string, unknown]>([
    ["placement", 3_003],
    ["placement", 4],
    ["placement", null],
    ["start_ms", "1e3"],
    ["enrolled", 1.5],
    ["success", -1],
    ["failure", 2n ** 60n],
    ["started", 9],
    ["category_1", undefined],
  ])("a row with %s %s is refused", (column, value) => {
    const read = () => aggregateFromRows(plan, { cells: [{ ...row, [column]: value }], sources: [source] }, progress);
    expect(read).toThrow(expect.objectContaining({ code: "ERR_COHORT_AGGREGATE" }));
  });

  test.each<[string, unknown]>([
    ["source", 5],
    ["source", ""],
    ["received", null],
    ["events", 9],
  ])("a source with %s %s is refused", (column, value) => {
    const read = () => aggregateFromRows(plan, { cells: [], sources: [{ ...source, [column]: value }] }, progress);
    expect(read).toThrow(expect.objectContaining({ code: "ERR_COHORT_AGGREGATE" }));
  });
});
