/** What a look at a rollout costs: the evidence itself, the boundary found from it, and the boundary read from a table. */

import { createStopTest, logEStop, stopBoundary, tabulateStopBoundary } from "otakit/statistics";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const test = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const looks = Array.from({ length: 200 }, (_, index) => 20 + 97 * index);

const lookRow: BenchRowFactory = () => {
  const table = tabulateStopBoundary(test, 20_000);
  const expected = looks.reduce((sum, n) => sum + stopBoundary(n, test)!, 0);
  const row: BenchRow = {
    name: "statistics/stop-boundary",
    work: { operations: looks.length },
    contenders: [
      { name: "otakit boundary from a table", run: () => looks.reduce((sum, n) => sum + stopBoundary(n, table)!, 0) },
      { name: "otakit boundary from the test", run: () => looks.reduce((sum, n) => sum + stopBoundary(n, test)!, 0) },
      { name: "otakit log E alone", run: () => looks.reduce((sum, n) => sum + logEStop(n, n >> 7, test), 0) },
    ],
    check(result, contender) {
      const right = contender.endsWith("alone") ? Number.isFinite(result) : result === expected;
      if (!right) throw new Error(`${contender} gave ${result}, expected ${expected}`);
    },
    note: "one operation is one look at 20 to 19,323 vehicles",
    missing: ["scipy: no Python driver yet"],
  };
  return row;
};

export const rows: Record<string, BenchRowFactory> = { "statistics/stop-boundary": lookRow };
