import { describe, expect, it } from "vitest";
import {
  createGoTest,
  createStopTest,
  parseGoTable,
  parseStopTable,
  StatisticsError,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "../../src/statistics/index.ts";

const stop = tabulateStopBoundary(createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 }), 500);
const go = tabulateGoBoundary(createGoTest({ p1: 0.02, beta: 0.05 }), 500);

function faultOf(parse: () => unknown): unknown[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof StatisticsError) return [error.code, error.path];
    throw error;
  }
  throw new Error("expected a StatisticsError, got none");
}

const changed = (list: readonly number[], index: number, by: number) => list.with(index, list[index]! + by);

describe("parseStopTable and parseGoTable", () => {
  it("read back every table that was made", () => {
    for (const maxN of [0, 1, 2, 100, 5_000]) {
      const stopTable = tabulateStopBoundary(stop.test, maxN);
      const goTable = tabulateGoBoundary(go.test, maxN);
      expect(parseStopTable(JSON.parse(JSON.stringify(stopTable)))).toEqual(stopTable);
      expect(parseGoTable(JSON.parse(JSON.stringify(goTable)))).toEqual(goTable);
    }
  });

  it.each([
    ["no object", 1, ""],
    ["null", null, ""],
    ["no schema", { ...stop, schema: undefined }, "/schema"],
    ["no test", { ...stop, test: null }, "/test"],
    ["a test of no rate", { ...stop, test: { ...stop.test, p0: 1 } }, "/test"],
    ["a test without prior", { ...stop, test: { p0: 0.1, alpha: 0.1 } }, "/test"],
    ["a maximum that is none", { ...stop, maxN: 0.5 }, "/maxN"],
    ["a maximum too large", { ...stop, maxN: 10_000_001 }, "/maxN"],
    ["no list", { ...stop, lastN: {} }, "/lastN"],
    ["an empty list", { ...stop, lastN: [] }, "/lastN"],
    ["a list that falls", { ...stop, lastN: [3, 2] }, "/lastN/1"],
    ["a list of texts", { ...stop, lastN: ["1"] }, "/lastN/0"],
    ["an entry beyond the maximum", { ...stop, lastN: [...stop.lastN, 501] }, `/lastN/${stop.lastN.length}`],
    ["an entry too many", { ...stop, lastN: stop.lastN.slice(0, -1) }, "/lastN"],
    ["a boundary too late", { ...stop, lastN: changed(stop.lastN, 3, 1) }, "/lastN/3"],
    ["a boundary too early", { ...stop, lastN: changed(stop.lastN, 3, -1) }, "/lastN/3"],
  ])("refuse a stop table with %s", (_, table, path) => {
    expect(faultOf(() => parseStopTable(table))).toEqual(["ERR_STATISTICS_TABLE", path]);
  });

  it.each([
    ["a test of no rate", { ...go, test: { ...go.test, p1: 0 } }, "/test"],
    ["an entry below one vehicle", { ...go, firstN: [0] }, "/firstN/0"],
    ["a boundary too early", { ...go, firstN: changed(go.firstN, 1, -1) }, "/firstN/1"],
    ["a boundary too late", { ...go, firstN: changed(go.firstN, 1, 1) }, "/firstN/1"],
    ["an entry too few", { ...go, firstN: go.firstN.slice(0, -1) }, "/firstN"],
  ])("refuse a go table with %s", (_, table, path) => {
    expect(faultOf(() => parseGoTable(table))).toEqual(["ERR_STATISTICS_TABLE", path]);
  });

  it("refuse another version by its own code", () => {
    const found = faultOf(() => parseStopTable({ schema: "otakit.stop-table/2" }));
    expect(found).toEqual(["ERR_STATISTICS_TABLE_VERSION", "/schema"]);
    expect(faultOf(() => parseGoTable(stop))).toEqual(["ERR_STATISTICS_TABLE_VERSION", "/schema"]);
  });
});
