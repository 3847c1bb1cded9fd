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
  const excess = (p: number): number => {
    const b = Math.min(maxCount, Math.max(1, 0.5 / p));
    return lnUpperMass(p, 1 - p, 1 + f, b + n - f) - lnUpperMass(p, 1 - p, 1, b) - needed;
  };
  return new Crossing(0, f / n, excess, false).bisect(n, guessBound(n, f, needed, -1))[0];
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
  const excess = (p: number): number => {
    const b = Math.min(maxCount, 2 / p);
    return lnUpperMass(1 - p, p, b + n - f, 1 + f) - lnUpperMass(1 - p, p, b, 1) - needed;
  };
  return new Crossing(f / n, 1, excess, true).bisect(n, guessBound(n, f, needed, 1))[1];
}

/** A bound to begin with, from the normal distribution. */
function guessBound(n: number, f: number, needed: number, side: 1 | -1): number {
  const square = 2 * needed + 4;
  return (f + square / 2 + side * Math.sqrt(square * (f + square / 4))) / (n + square);
}

/** Most steps of the secant; what it has not found by then, the halving finds. */
const maxSecants = 9;

/** Where evidence passes its level between two rates. */
class Crossing {
  /** Rates between which it surely lies: evidence there is beyond its level by more than rounding. */
  private low: number;
  private high: number;
  private readonly excess: (rate: number) => number;
  private readonly rises: boolean;
  private rounding = 0;

  /** @param excess - evidence beyond its level; `rises` from below 0 to above, or falls from 0 or above to below */
  constructor(low: number, high: number, excess: (rate: number) => number, rises: boolean) {
    this.low = low;
    this.high = high;
    this.excess = excess;
    this.rises = rises;
  }

  /**
   * Gives two rates close to each other, as far as such bounds are known, between which the evidence passes its level.
   *
   * By halving. A secant comes first, so that most halves are known without a look; the result is the same.
   *
   * @param n - vehicles that the evidence is of
   */
  bisect(n: number, guess: number): readonly [number, number] {
    let { low, high } = this;
    this.rounding = 16 * Number.EPSILON * (n + 2 / guess);
    this.approach(guess);
    while (high - low > 1e-12 * high) {
      const middle = (low + high) / 2;
      if (this.isBelow(middle)) low = middle;
      else high = middle;
    }
    return [low, high];
  }

  private isBelow(rate: number): boolean {
    if (rate <= this.low) return true;
    if (rate >= this.high) return false;
    const excess = this.look(rate);
    return this.rises ? excess < 0 : excess >= 0;
  }

  private approach(guess: number): void {
    let last = this.inside(guess);
    let lastExcess = this.look(last);
    let at = this.inside(last * 1.01);
    for (let step = 0; step < maxSecants; step++) {
      const excess = this.look(at);
      // Evidence is nearly linear in the logarithm of the rate.
      const slope = (excess - lastExcess) / Math.log(at / last);
      [last, lastExcess] = [at, excess];
      at = this.inside(last * Math.exp(-excess / slope));
      if (Math.abs(at - last) > 1e-8 * last) continue;
      const width = Math.max(5e-13, (2 * this.rounding) / Math.abs(slope));
      for (const edge of [at * (1 - width), at * (1 + width)]) if (edge > this.low && edge < this.high) this.look(edge);
      return;
    }
  }

  /** The rate, if it lies between those that are known, or else one that does; NaN does not. */
  private inside(rate: number): number {
    return rate > this.low && rate < this.high ? rate : (this.low + this.high) / 2;
  }

  private look(rate: number): number {
    const excess = this.excess(rate);
    const sign = this.rises ? excess : -excess;
    if (sign < -this.rounding) this.low = rate;
    else if (sign > this.rounding) this.high = rate;
    return excess;
  }
}
