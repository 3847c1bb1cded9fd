/** What the stop and the go test of a rollout are: plain data that a plan can hold, and the checks of it. */

import { maxCount, requireBetween, requireInteger } from "./range-checks.ts";

/** Weights over the failure rates that a test looks for: a Beta(a, b) distribution, a and b integers from 1 to 10^9. */
export interface BetaPrior {
  readonly a: number;
  readonly b: number;
}

/** A test of H0 "at most `p0` of the vehicles fail"; evidence against it is a reason to stop. */
export interface StopTest {
  /** Tolerable failure rate, 0 < p0 < 1. */
  readonly p0: number;
  /** Bound on the probability that a tolerable release is ever stopped, 0 < alpha < 1. */
  readonly alpha: number;
  readonly prior: BetaPrior;
}

/** A test of H0 "at least `p1` of the vehicles fail"; evidence against it is a reason to expand. */
export interface GoTest {
  /** Maximum failure rate, 0 < p1 < 1. */
  readonly p1: number;
  /** Bound on the probability that a release at or above the maximum ever gets a go, 0 < beta < 1. */
  readonly beta: number;
  readonly prior: BetaPrior;
}

/**
 * Makes a stop test. Its prior is the given one, or Beta(1, 1 / `pMax` rounded), which looks for rates about `pMax`.
 *
 * @param options - `pMax`, the maximum failure rate, is above `p0` and below 1
 * @throws RangeError when a rate, a level or the prior is out of range
 * @example
 * ```ts
 * createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
 * // { p0: 0.005, alpha: 0.05, prior: { a: 1, b: 50 } }
 * ```
 */
export function createStopTest(
  options: { readonly p0: number; readonly alpha: number } & (
    | { readonly pMax: number; readonly prior?: never }
    | { readonly prior: BetaPrior; readonly pMax?: never }
  ),
): StopTest {
  const { p0, alpha } = options;
  if (options.prior === undefined) requireBetween("pMax", options.pMax, p0, 1);
  const { a, b } = options.prior ?? { a: 1, b: Math.round(1 / options.pMax) };
  const test = { p0, alpha, prior: { a, b } };
  requireStopTest(test);
  return test;
}

/**
 * Makes a go test. Its prior is the given one, or Beta(1, 2 / `p1` rounded), which looks for rates about half of `p1`.
 *
 * @throws RangeError when a rate, a level or the prior is out of range
 * @example
 * ```ts
 * createGoTest({ p1: 0.02, beta: 0.05 });
 * // { p1: 0.02, beta: 0.05, prior: { a: 1, b: 100 } }
 * ```
 */
export function createGoTest(options: {
  readonly p1: number;
  readonly beta: number;
  readonly prior?: BetaPrior;
}): GoTest {
  const { p1, beta } = options;
  const { a, b } = options.prior ?? { a: 1, b: Math.round(2 / p1) };
  const test = { p1, beta, prior: { a, b } };
  requireGoTest(test);
  return test;
}

/** Throws RangeError unless {@link createStopTest} could have made the test: it may have been read from a plan. */
export function requireStopTest(test: StopTest): void {
  requireBetween("p0", test.p0, 0, 1);
  requireBetween("alpha", test.alpha, 0, 1);
  requirePrior(test.prior);
}

/** Throws RangeError unless {@link createGoTest} could have made the test. */
export function requireGoTest(test: GoTest): void {
  requireBetween("p1", test.p1, 0, 1);
  requireBetween("beta", test.beta, 0, 1);
  requirePrior(test.prior);
}

function requirePrior(prior: BetaPrior): void {
  requireInteger("prior.a", prior.a, 1, maxCount);
  requireInteger("prior.b", prior.b, 1, maxCount);
}
