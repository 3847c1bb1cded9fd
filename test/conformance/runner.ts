/**
 * Runs conformance suites and keeps their books: counts add up, a crash is a failure, and a suite that ran nothing is not green.
 *
 * Uses the language alone, so that the same suites run on every runtime.
 */

import type { ConformanceSuite, LoadVectors, SuiteEffort, SuiteOutcome } from "./suite.ts";

/** One line of the result: `passed + failed + skipped === total`, and `total > 0`. */
export interface SuiteRow {
  readonly suite: string;
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why rows were skipped, what a pass covers, or what is wrong with the suite; may be empty. */
  readonly why: string;
  readonly failures: readonly string[];
}

/** Sums over all rows. */
export interface Totals {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Runs the suites one after another and gives their rows in order of name; `onStart` hears each name first.
 *
 * A missing vector file is one skipped row, never a pass; two suites of one name are a failure.
 */
export async function runSuites(
  suites: readonly ConformanceSuite[],
  load: LoadVectors,
  onStart: (suite: string) => void = () => {},
  effort: SuiteEffort = "usual",
): Promise<SuiteRow[]> {
  const rows: SuiteRow[] = [];
  const seen = new Set<string>();
  for (const suite of suites) {
    onStart(suite.suite);
    if (seen.has(suite.suite)) rows.push(failedRow(suite.suite, "two suites have this name"));
    else if (isMissing(suite, load)) rows.push(skippedRow(suite.suite, 1, `vector file ${suite.file} is missing`));
    else rows.push(await run(suite, load, effort));
    seen.add(suite.suite);
  }
  return rows.sort(bySuite);
}

/** A suite that could not run, or whose books are wrong: its rows count as failed. */
export function failedRow(suite: string, why: string, total = 1): SuiteRow {
  return { suite, total, passed: 0, failed: total, skipped: 0, why, failures: [why] };
}

/** Rows that are there and were not checked. */
export function skippedRow(suite: string, total: number, why: string): SuiteRow {
  return { suite, total, passed: 0, failed: 0, skipped: total, why, failures: [] };
}

/** Orders rows by the name of their suite. */
export function bySuite(left: SuiteRow, right: SuiteRow): number {
  return left.suite < right.suite ? -1 : left.suite > right.suite ? 1 : 0;
}

/** Adds the counts of all rows. */
export function addUp(rows: readonly SuiteRow[]): Totals {
  const sum = (count: (row: SuiteRow) => number): number => rows.reduce((total, row) => total + count(row), 0);
  return {
    total: sum((row) => row.total),
    passed: sum((row) => row.passed),
    failed: sum((row) => row.failed),
    skipped: sum((row) => row.skipped),
  };
}

function isMissing(suite: ConformanceSuite, load: LoadVectors): boolean {
  if (suite.file === undefined) return false;
  try {
    load(suite.file);
    return false;
  } catch {
    return true;
  }
}

async function run(suite: ConformanceSuite, load: LoadVectors, effort: SuiteEffort): Promise<SuiteRow> {
  try {
    const outcome = await suite.run(load, effort);
    const mistake = wrongBooks(outcome);
    if (mistake !== undefined) return failedRow(suite.suite, mistake, Math.max(1, outcome.total || 0));
    const { total, passed, failed, skipped, why = "", failures = [] } = outcome;
    return { suite: suite.suite, total, passed, failed, skipped, why, failures };
  } catch (error) {
    return failedRow(
      suite.suite,
      `crashed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    );
  }
}

/** What is wrong with a suite's counts, if anything. */
function wrongBooks({ total, passed, failed, skipped, why, failures = [] }: SuiteOutcome): string | undefined {
  if ([total, passed, failed, skipped].some((count) => !Number.isSafeInteger(count) || count < 0)) {
    return `counts are not whole numbers: total ${total}, passed ${passed}, failed ${failed}, skipped ${skipped}`;
  }
  if (passed + failed + skipped !== total) {
    return `counts do not add up: ${passed} passed + ${failed} failed + ${skipped} skipped is not ${total}`;
  }
  if (total === 0) return "ran no row";
  if (skipped > 0 && !why) return `skipped ${skipped} rows without saying why`;
  if (failures.length > failed) return `describes ${failures.length} failures, counts ${failed}`;
  return undefined;
}
