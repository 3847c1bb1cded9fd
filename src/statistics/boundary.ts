/**
 * The stop and go rules in whole failures: what is compared when a verdict falls are integers, never logarithms.
 *
 * A rule acts only where log E exceeds ln(1 / level) by the guard band. The error bound of the test is kept with that margin,
 * and a value that should tie with the bound cannot fall on one side of it in one engine and on the other in the next.
 */

import { goEvidence, type PreparedTest, prepareGo, prepareStop, stopEvidence } from "./prepared-test.ts";
import { maxCount, requireInteger } from "./range-checks.ts";
import type { GoTest, StopTest } from "./rate-tests.ts";
import { lastWhile, lastWhileNear } from "./search.ts";

/** Most vehicles of a table, so that making one takes seconds at worst. */
const maxTableN = 10_000_000;

/** The stop boundaries for every n up to `maxN`: plain data, made by {@link tabulateStopBoundary}. */
export interface StopTable {
  readonly schema: "otakit.stop-table/1";
  readonly test: StopTest;
  /** Largest n that the table covers. */
  readonly maxN: number;
  /** For each number of failures f the largest n, at most `maxN`, at which f failures stop; f - 1 where they never do. */
  readonly lastN: readonly number[];
}

/** The go boundaries for every n up to `maxN`: plain data, made by {@link tabulateGoBoundary}. */
export interface GoTable {
  readonly schema: "otakit.go-table/1";
  readonly test: GoTest;
  /** Largest n that the table covers. */
  readonly maxN: number;
  /** For each number of failures f the smallest n at which f failures allow a go, as far as that is at most `maxN`. */
  readonly firstN: readonly number[];
}

/**
 * Gives the smallest number of failures among `n` vehicles that stops, or `undefined` where not even n failures do.
 *
 * It grows by 0 or 1 from n to n + 1. By a table the answer is a search among integers; by a test it takes some tens of
 * evaluations of log E, and a few when the last search of the same test object was nearby.
 *
 * @param n - vehicles enrolled, an integer from 0 to 10^9, or to `maxN` of the table
 * @throws RangeError when `n` or the test is out of range
 * @example
 * ```ts
 * stopBoundary(1000, createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 })); // 13
 * ```
 */
export function stopBoundary(n: number, source: StopTest | StopTable): number | undefined {
  let boundary: number;
  if ("lastN" in source) {
    requireInteger("n", n, 0, source.maxN);
    boundary = lastWhile(0, source.lastN.length - 1, (f) => source.lastN[f]! < n) + 1;
  } else {
    requireInteger("n", n, 0, maxCount);
    const test = prepareStop(source);
    boundary = searchNear(test, n, (f) => !stops(n, f, test)) + 1;
  }
  return boundary <= n ? boundary : undefined;
}

/**
 * Gives the largest number of failures among `n` vehicles that allows a go, or `undefined` where not even 0 failures do.
 *
 * It grows by 0 or 1 from n to n + 1. Costs are those of {@link stopBoundary}.
 *
 * @param n - vehicles whose outcome is due, an integer from 0 to 10^9, or to `maxN` of the table
 * @throws RangeError when `n` or the test is out of range
 * @example
 * ```ts
 * const test = createGoTest({ p1: 0.02, beta: 0.05 });
 * goBoundary(194, test); // undefined: too few vehicles to say anything
 * goBoundary(1000, test); // 8
 * ```
 */
export function goBoundary(n: number, source: GoTest | GoTable): number | undefined {
  let boundary: number;
  if ("firstN" in source) {
    requireInteger("n", n, 0, source.maxN);
    boundary = lastWhile(0, source.firstN.length - 1, (f) => source.firstN[f]! <= n);
  } else {
    requireInteger("n", n, 0, maxCount);
    const test = prepareGo(source);
    boundary = searchNear(test, n, (f) => goes(n, f, test));
  }
  return boundary >= 0 ? boundary : undefined;
}

/**
 * Tabulates the stop boundary, for many looks at one test; the table holds about p0 times `maxN` integers.
 *
 * @param maxN - largest n to cover, an integer from 0 to 10^7
 * @throws RangeError when `maxN` or the test is out of range
 * @example
 * ```ts
 * const table = tabulateStopBoundary(createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 }), 100_000);
 * stopBoundary(20_000, table); // 136
 * ```
 */
export function tabulateStopBoundary(test: StopTest, maxN: number): StopTable {
  requireInteger("maxN", maxN, 0, maxTableN);
  const lastN: number[] = [];
  const prepared = prepareStop(test);
  // One failure more stops at least one vehicle later, so each search starts where the last one ended.
  for (let f = 0, last = -1; last < maxN; f++) {
    last = lastWhile(Math.max(last + 1, f), maxN, (n) => stops(n, f, prepared));
    lastN.push(last);
  }
  return { schema: "otakit.stop-table/1", test, maxN, lastN };
}

/**
 * Tabulates the go boundary, for many looks at one test; the table holds about p1 times `maxN` integers.
 *
 * @param maxN - largest n to cover, an integer from 0 to 10^7
 * @throws RangeError when `maxN` or the test is out of range
 * @example
 * ```ts
 * tabulateGoBoundary(createGoTest({ p1: 0.02, beta: 0.05 }), 500).firstN;
 * // [195, 319, 424]: vehicles to clear 2 % with 0, 1 and 2 failures
 * ```
 */
export function tabulateGoBoundary(test: GoTest, maxN: number): GoTable {
  requireInteger("maxN", maxN, 0, maxTableN);
  const firstN: number[] = [];
  const prepared = prepareGo(test);
  for (let f = 0, last = -1; ; f++) {
    last = lastWhile(Math.max(last + 1, f), maxN, (n) => !goes(n, f, prepared));
    if (last >= maxN) return { schema: "otakit.go-table/1", test, maxN, firstN };
    firstN.push(last + 1);
  }
}

function stops(n: number, f: number, test: PreparedTest): boolean {
  return stopEvidence(test, n, f) >= test.threshold;
}

function goes(n: number, f: number, test: PreparedTest): boolean {
  return goEvidence(test, n, f) >= test.threshold;
}

/**
 * Gives the last number of failures among `n` for which `holds`, or -1. Starts where the last search of the test leads to: boundaries
 * grow with n by about the limit.
 */
function searchNear(test: PreparedTest, n: number, holds: (failures: number) => boolean): number {
  const near = test.lastBoundary + Math.round(test.p * (n - test.lastN));
  test.lastBoundary = lastWhileNear(0, n, near, holds);
  test.lastN = n;
  return test.lastBoundary;
}
