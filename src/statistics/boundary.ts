/**
 * The stop and go rules in whole failures: what is compared when a verdict falls are integers, never logarithms.
 *
 * A rule acts only where log E exceeds ln(1 / level) by the guard band. The error bound of the test is kept with that margin,
 * and a value that should tie with the bound cannot fall on one side of it in one engine and on the other in the next.
 */

import { logEGo, logEStop } from "./e-process.ts";
import { maxCount, requireInteger } from "./range-checks.ts";
import type { GoTest, StopTest } from "./rate-tests.ts";
import { guardBand, lastWhile } from "./search.ts";

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
 * evaluations of log E.
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
    boundary = lastWhile(0, n, (f) => !stops(n, f, source)) + 1;
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
    boundary = lastWhile(0, n, (f) => goes(n, f, source));
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
  // One failure more stops at least one vehicle later, so each search starts where the last one ended.
  for (let f = 0, last = -1; last < maxN; f++) {
    last = lastWhile(Math.max(last + 1, f), maxN, (n) => stops(n, f, test));
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
  for (let f = 0, last = -1; ; f++) {
    last = lastWhile(Math.max(last + 1, f), maxN, (n) => !goes(n, f, test));
    if (last >= maxN) return { schema: "otakit.go-table/1", test, maxN, firstN };
    firstN.push(last + 1);
  }
}

function stops(n: number, f: number, test: StopTest): boolean {
  return logEStop(n, f, test) >= guardBand - Math.log(test.alpha);
}

function goes(n: number, f: number, test: GoTest): boolean {
  return logEGo(n, f, test) >= guardBand - Math.log(test.beta);
}
