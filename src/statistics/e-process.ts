/**
 * Evidence on a failure rate from counts alone, which may be looked at after every vehicle.
 *
 * Each e-process is a likelihood ratio against the limit, mixed over a Beta distribution that is truncated to the far side of
 * the limit. Under its null hypothesis it is a non-negative supermartingale that starts at 1, so Ville's inequality bounds
 * the chance that it ever exceeds 1 / level. It depends on the two totals only: neither order nor partition matters.
 *
 * Source: J. Ville, "Etude critique de la notion de collectif" (1939); H. Robbins, "Statistical methods related to the law of
 * the iterated logarithm" (1970).
 */

import { goEvidence, prepareGo, prepareStop, stopEvidence } from "./prepared-test.ts";
import { requireCounts } from "./range-checks.ts";
import type { GoTest, StopTest } from "./rate-tests.ts";

/**
 * Gives log E_stop, the natural logarithm of the evidence that more than `p0` of the vehicles fail.
 *
 * However often it is looked at: if each vehicle fails with probability <= p0 given the outcomes of the vehicles enrolled
 * before it, then P(E_stop >= 1 / alpha at any n) <= alpha. A failure raises it, a success lowers it.
 * The absolute error is below 1e-9, or four units in the last place where log E is above a million.
 *
 * @param n - vehicles enrolled, an integer from 0 to 10^9
 * @param f - confirmed failures among them, an integer from 0 to n
 * @throws RangeError when a count or the test is out of range
 * @example
 * ```ts
 * const test = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
 * logEStop(40, 2, test); // 2.1664399140073
 * Math.log(1 / test.alpha); // 2.9957…: not enough to stop
 * ```
 */
export function logEStop(n: number, f: number, test: StopTest): number {
  requireCounts(n, f);
  return stopEvidence(prepareStop(test), n, f);
}

/**
 * Gives log E_go, the natural logarithm of the evidence that fewer than `p1` of the vehicles fail.
 *
 * However often it is looked at: if each vehicle fails with probability >= p1 given the outcomes of the vehicles enrolled
 * before it, then P(E_go >= 1 / beta at any n) <= beta. A success raises it, a failure lowers it.
 * The error is that of {@link logEStop}.
 *
 * @param n - vehicles whose outcome is due, an integer from 0 to 10^9
 * @param f - failures among them, an integer from 0 to n; an outcome that is due and missing counts as a failure
 * @throws RangeError when a count or the test is out of range
 * @example
 * ```ts
 * const test = createGoTest({ p1: 0.02, beta: 0.05 });
 * logEGo(250, 0, test); // 3.9393416653254: above ln(1 / 0.05), enough to expand
 * ```
 */
export function logEGo(n: number, f: number, test: GoTest): number {
  requireCounts(n, f);
  return goEvidence(prepareGo(test), n, f);
}
