/**
 * MaxSPRT for Poisson counts: safety surveillance against a base rate that is known, with critical values that are exact.
 *
 * Unlike the e-processes it spends its error bound on a horizon, the events that are expected by the end of surveillance, and is the
 * sharper for it.
 *
 * Source: M. Kulldorff et al., "A Maximized Sequential Probability Ratio Test for Drug and Vaccine Safety Surveillance" (2011).
 */

import { requireBetween, requireInteger } from "./range-checks.ts";

/** Largest expected number of events: the exact value takes time that grows with its square. */
const maxExpected = 500;

/**
 * Gives the log likelihood ratio of the most likely rate above the base rate: (mu - c) + c ln(c / mu) where c > mu, else 0.
 *
 * @param events - events so far, an integer from 0 to 10^9
 * @param expected - events expected so far under the base rate, a number > 0
 * @throws RangeError when an argument is out of range
 * @example
 * ```ts
 * maxSprtLogRatio(10, 4); // 3.1629…: signals if the critical value is lower
 * ```
 */
export function maxSprtLogRatio(events: number, expected: number): number {
  requireInteger("events", events, 0, 1_000_000_000);
  requireBetween("expected", expected, 0, Number.MAX_VALUE);
  return events > expected ? expected - events + events * Math.log(events / expected) : 0;
}

/**
 * Gives the critical value: looked at continuously until `expectedAtEnd` events are expected, the log ratio reaches it with
 * probability `alpha` under the base rate. Exact but for rounding.
 *
 * @param expectedAtEnd - expected events at the end of surveillance under the base rate, above 0, at most 500
 * @param alpha - for each of several strata, alpha divided by their number; 0 < alpha < 1
 * @param minEvents - fewer events never signal; with more than 1 the test is the sharper for it, an integer from 1 to 1,000
 * @throws RangeError when an argument is out of range, or when no critical value is as likely as that: alpha is beyond
 * the chance of `minEvents` events
 * @example
 * ```ts
 * maxSprtCriticalValue(10, 0.05); // 3.467952
 * ```
 */
export function maxSprtCriticalValue(expectedAtEnd: number, alpha: number, minEvents = 1): number {
  requireBetween("expectedAtEnd", expectedAtEnd, 0, maxExpected * (1 + Number.EPSILON));
  requireBetween("alpha", alpha, 0, 1);
  requireInteger("minEvents", minEvents, 1, 1_000);
  if (signalProbability(expectedAtEnd, 0, minEvents) < alpha) {
    throw new RangeError(`"alpha" expected less than the chance of ${minEvents} events, got ${alpha}`);
  }
  let low = 0;
  let high = 1;
  while (signalProbability(expectedAtEnd, high, minEvents) > alpha) high *= 2;
  // To the last digit that a number has: the answer is compared with log ratios of other makers.
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (signalProbability(expectedAtEnd, middle, minEvents) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** Masses of the numbers of events `low`, `low + 1`, ... among the paths that are left. */
interface PathMass {
  readonly low: number;
  readonly mass: readonly number[];
}

/** Mass that is let go at either end of the paths, and at the end of a step: in all far below the last digit of the answer. */
const negligible = 1e-20;

/**
 * Probability that the log ratio reaches a critical value: 1 minus the mass of the paths that never do.
 *
 * With k events it is reached until so many events are expected as the root says, and not after; between two roots the process runs
 * freely, and a path that has k events by the root of k is lost.
 */
function signalProbability(expectedAtEnd: number, criticalValue: number, minEvents: number): number {
  let paths: PathMass = { low: 0, mass: [1] };
  let from = 0;
  for (let events = minEvents; ; events++) {
    const root = Math.min(rootOf(events, criticalValue), expectedAtEnd);
    if (root > from) {
      paths = advance(paths, root - from, events);
      from = root;
    }
    if (root >= expectedAtEnd) return 1 - paths.mass.reduce((sum, part) => sum + part, 0);
  }
}

/** Number of expected events up to which so many events reach the critical value: the root of the log ratio below `events`. */
function rootOf(events: number, criticalValue: number): number {
  let low = 0;
  let high = events;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (maxSprtLogRatio(events, middle) >= criticalValue) low = middle;
    else high = middle;
  }
  return low;
}

/** Runs a Poisson process until `expected` more events are expected; keeps the paths that end with fewer than `limit` events. */
function advance({ low, mass }: PathMass, expected: number, limit: number): PathMass {
  const steps: number[] = [Math.exp(-expected)];
  for (let k = 1; k < limit - low && (k <= expected || steps[k - 1]! > negligible); k++) {
    steps.push((steps[k - 1]! * expected) / k);
  }
  const next: number[] = [];
  for (let end = 0; end < Math.min(limit - low, mass.length + steps.length - 1); end++) {
    let sum = 0;
    for (let start = Math.max(0, end - steps.length + 1); start <= Math.min(end, mass.length - 1); start++) {
      sum += mass[start]! * steps[end - start]!;
    }
    next.push(sum);
  }
  let first = 0;
  while (first < next.length - 1 && next[first]! < negligible) first++;
  return { low: low + first, mass: next.slice(first) };
}
