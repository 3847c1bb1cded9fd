/**
 * Evidence on a rate of events by exposure: fault codes per 1,000 km, support cases per vehicle-day.
 *
 * The counterpart of the tests of failure rates, for counts that a Poisson process makes: each e-process is a likelihood ratio against
 * the limit, mixed over a Gamma distribution that is truncated to the far side of the limit, and Ville's inequality bounds it at all
 * looks together.
 */

import { lnGammaLowerMass, lnGammaUpperMass } from "./gamma-mass.ts";
import { maxCount, requireBetween, requireInteger } from "./range-checks.ts";
import { guardBand, lastWhile } from "./search.ts";

/** Weights over the event rates that a test looks for: a Gamma distribution of shape `a`, an integer >= 1, and rate `b` > 0. */
export interface GammaPrior {
  readonly a: number;
  readonly b: number;
}

/** A test of H0 "at most `rate0` events for each unit of exposure"; evidence against it is a reason to stop. */
export interface EventStopTest {
  /** Tolerable rate, 0 < rate0 <= 10^9. */
  readonly rate0: number;
  /** Bound on the probability that a tolerable release is ever stopped, 0 < alpha < 1. */
  readonly alpha: number;
  readonly prior: GammaPrior;
}

/** A test of H0 "at least `rate1` events for each unit of exposure"; evidence against it is a reason to expand. */
export interface EventGoTest {
  /** Maximum rate, 0 < rate1 <= 10^9. */
  readonly rate1: number;
  /** Bound on the probability that a release at or above the maximum ever gets a go, 0 < beta < 1. */
  readonly beta: number;
  readonly prior: GammaPrior;
}

/**
 * Gives the natural logarithm of the evidence that events come at more than `rate0`.
 *
 * However often it is looked at: if events come at a rate of at most `rate0` whatever happened before, then
 * P(E >= 1 / alpha at any look) <= alpha. Events that come in clusters break that.
 *
 * @param events - an integer from 0 to 10^9
 * @param exposure - in the unit of the rate, a number from 0 to 10^15
 * @throws RangeError when a count or the test is out of range
 * @example
 * ```ts
 * logEEventStop(5, 80, { rate0: 0.02, alpha: 0.05, prior: { a: 2, b: 30 } }); // 1.7609054921009
 * ```
 */
export function logEEventStop(events: number, exposure: number, test: EventStopTest): number {
  requireEvents(events, exposure);
  requireEventTest(test.rate0, test.alpha, test.prior);
  const { a, b } = test.prior;
  return lnGammaUpperMass((b + exposure) * test.rate0, a + events) - lnGammaUpperMass(b * test.rate0, a);
}

/**
 * Gives the natural logarithm of the evidence that events come at less than `rate1`, with the bound of {@link logEEventStop}.
 *
 * @param events - an integer from 0 to 10^9
 * @param exposure - in the unit of the rate, a number from 0 to 10^15
 * @throws RangeError when a count or the test is out of range
 */
export function logEEventGo(events: number, exposure: number, test: EventGoTest): number {
  requireEvents(events, exposure);
  requireEventTest(test.rate1, test.beta, test.prior);
  const { a, b } = test.prior;
  return lnGammaLowerMass((b + exposure) * test.rate1, a + events) - lnGammaLowerMass(b * test.rate1, a);
}

/**
 * Gives the smallest number of events that stops at an exposure; there always is one up to 10^9, or `undefined`.
 *
 * @throws RangeError when the exposure or the test is out of range
 * @example
 * ```ts
 * eventStopBoundary(80, { rate0: 0.02, alpha: 0.05, prior: { a: 2, b: 30 } }); // 7
 * ```
 */
export function eventStopBoundary(exposure: number, test: EventStopTest): number | undefined {
  const level = guardBand - Math.log(test.alpha);
  const boundary = lastWhile(0, maxCount, (events) => logEEventStop(events, exposure, test) < level) + 1;
  return boundary <= maxCount ? boundary : undefined;
}

/**
 * Gives the largest number of events that allows a go at an exposure, or `undefined` where not even none does.
 *
 * @throws RangeError when the exposure or the test is out of range
 */
export function eventGoBoundary(exposure: number, test: EventGoTest): number | undefined {
  const level = guardBand - Math.log(test.beta);
  const boundary = lastWhile(0, maxCount, (events) => logEEventGo(events, exposure, test) >= level);
  return boundary >= 0 ? boundary : undefined;
}

function requireEvents(events: number, exposure: number): void {
  requireInteger("events", events, 0, maxCount);
  if (!(exposure >= 0 && exposure <= 1e15)) {
    throw new RangeError(`"exposure" expected number 0 to 10^15, got ${exposure}`);
  }
}

function requireEventTest(rate: number, level: number, { a, b }: GammaPrior): void {
  requireBetween("rate", rate, 0, 1_000_000_001);
  requireBetween("level", level, 0, 1);
  requireInteger("prior.a", a, 1, maxCount);
  requireBetween("prior.b", b, 0, 1e15);
}
