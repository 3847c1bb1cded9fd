/**
 * Bounds of a failure rate that hold at all looks together, by inverting the stop and the go test: a rate is within them as long as the
 * test against it has not spoken.
 *
 * The weights over rates move with the rate that is tested, Beta(1, 1 / (2 p)) to stop and Beta(1, 2 / p) to go: each test looks for
 * rates of about twice or half of its own, so that evidence changes in one direction only along the rates.
 */

import { lnUpperMass } from "./beta-mass.ts";
import { maxCount, requireBetween, requireCounts } from "./range-checks.ts";

/**
 * Gives the lower bound of the failure rate: with probability 1 - `level`, it is below the rate at every look.
 *
 * @param n - vehicles, an integer from 0 to 10^9
 * @param f - failures among them
 * @param level - probability of error over all looks, 0 < level < 1
 * @returns a rate from 0 to f / n, rounded down; 0 without failures
 * @throws RangeError when an argument is out of range
 * @example
 * ```ts
 * lowerRateBound(1000, 40, 0.05); // 0.02418…
 * ```
 */
export function lowerRateBound(n: number, f: number, level: number): number {
  requireCounts(n, f);
  requireBetween("level", level, 0, 1);
  if (f === 0) return 0;
  const needed = -Math.log(level);
  return bisect(0, f / n, (p) => {
    const b = Math.min(maxCount, Math.max(1, 0.5 / p));
    return lnUpperMass(p, 1 - p, 1 + f, b + n - f) - lnUpperMass(p, 1 - p, 1, b) >= needed;
  })[0];
}

/**
 * Gives the upper bound of the failure rate: with probability 1 - `level`, it is above the rate at every look.
 *
 * @param n - vehicles whose outcome is due, an integer from 0 to 10^9
 * @param f - failures among them; an outcome that is due and missing counts as a failure
 * @param level - probability of error over all looks, 0 < level < 1
 * @returns a rate from f / n to 1, rounded up; 1 without vehicles
 * @throws RangeError when an argument is out of range
 * @example
 * ```ts
 * upperRateBound(195, 0, 0.05); // 0.01998…: 195 vehicles without a failure clear 2 %
 * ```
 */
export function upperRateBound(n: number, f: number, level: number): number {
  requireCounts(n, f);
  requireBetween("level", level, 0, 1);
  if (f === n) return 1;
  const needed = -Math.log(level);
  return bisect(f / n, 1, (p) => {
    const b = Math.min(maxCount, 2 / p);
    return lnUpperMass(1 - p, p, b + n - f, 1 + f) - lnUpperMass(1 - p, p, b, 1) < needed;
  })[1];
}

/** Two numbers close to each other, as far as such bounds are known, between which `holds` turns from true to false. */
function bisect(from: number, to: number, holds: (rate: number) => boolean): readonly [number, number] {
  let low = from;
  let high = to;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}
