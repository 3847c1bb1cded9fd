/** Compares what suites report with what lies in the vectors folder: no vector file, and no row of one, may go unmentioned. */

import type { VectorEntry } from "./inventory.ts";
import { failedRow, type SuiteRow, skippedRow } from "./runner.ts";
import type { ConformanceSuite } from "./suite.ts";

/** Lines to add: vector files that no suite serves (skipped), and rows that the suites of a file left out (failed). */
export function accountFor(
  entries: readonly VectorEntry[],
  suites: readonly ConformanceSuite[],
  rows: readonly SuiteRow[],
): SuiteRow[] {
  return entries.flatMap((entry) => {
    const serving = suites.filter((suite) => serves(suite, entry)).map(({ suite }) => suite);
    if (serving.length === 0) return [skippedRow(entry.suite, entry.rows, "not yet implemented")];
    const reports = rows.filter((row) => serving.includes(row.suite));
    const left = entry.rows - reports.reduce((total, row) => total + row.total, 0);
    // A suite that crashed is red already; its rows are not missing, they were not reached.
    if (left <= 0 || reports.some((row) => row.failed > 0)) return [];
    return [failedRow(`${entry.suite} (rest)`, `${left} of ${entry.rows} rows of ${entry.path} are in no suite`, left)];
  });
}

function serves(suite: ConformanceSuite, entry: VectorEntry): boolean {
  const inside = (path: string): boolean => path === entry.path || path.startsWith(`${entry.path}/`);
  return suite.suite === entry.suite || (suite.file !== undefined && inside(suite.file));
}
