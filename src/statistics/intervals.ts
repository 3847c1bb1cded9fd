/**
 * The intervals of textbooks, for people who expect them and for comparison. They hold for a single look that was fixed before: watched
 * over time they are wrong several times more often than they say.
 */

import { lnUpperTail } from "./beta-mass.ts";
import { lnGammaUpperTail } from "./gamma-mass.ts";
import { requireBetween, requireCounts } from "./range-checks.ts";

/** An interval for a rate at one look. */
export interface SingleLookInterval {
  readonly lower: number;
  readonly upper: number;
  /** A reminder that travels with the numbers. */
  readonly validFor: "single look only";
}

/**
 * Gives the two-sided interval of Clopper and Pearson: exact, and conservative, for one look.
 *
 * Source: C. Clopper and E. Pearson, "The use of confidence or fiducial limits" (1934).
 *
 * @param n - vehicles, an integer from 1 to 10^9
 * @param f - failures among them
 * @param level - probability that the interval misses the rate, 0 < level < 1
 * @throws RangeError when an argument is out of range
 * @example
 * ```ts
 * clopperPearsonInterval(640, 7, 0.05); // 0.00440843598… to 0.02240492719…
 * ```
 */
export function clopperPearsonInterval(n: number, f: number, level: number): SingleLookInterval {
  requireLook(n, f, level);
  const tail = Math.log(level / 2);
  // P(X >= f) is the mass of Beta(f, n - f + 1) below p; P(X <= f) that of Beta(f + 1, n - f) above it.
  const lower = f === 0 ? 0 : root((p) => lnUpperTail(1 - p, p, n - f + 1, f) < tail);
  const upper = f === n ? 1 : root((p) => lnUpperTail(p, 1 - p, f + 1, n - f) > tail);
  return { lower, upper, validFor: "single look only" };
}

/**
 * Gives the two-sided score interval of Wilson: close on average, for one look.
 *
 * Source: E. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
 *
 * @param n - vehicles, an integer from 1 to 10^9
 * @param f - failures among them
 * @param level - probability that the interval misses the rate, 0 < level < 1
 * @throws RangeError when an argument is out of range
 */
export function wilsonInterval(n: number, f: number, level: number): SingleLookInterval {
  requireLook(n, f, level);
  const squared = chiSquareQuantile(level);
  const center = (f + squared / 2) / (n + squared);
  const half = (Math.sqrt(squared) / (n + squared)) * Math.sqrt((f / n) * (n - f) + squared / 4);
  const lower = f === 0 ? 0 : center - half;
  return { lower, upper: f === n ? 1 : center + half, validFor: "single look only" };
}

/** The square of the normal deviate that is exceeded in magnitude with probability `level`. */
function chiSquareQuantile(level: number): number {
  const tail = Math.log(level);
  return 2 * 800 * root((share) => lnGammaUpperTail(800 * share, 0.5) > tail);
}

/** Where `holds` turns from true to false between 0 and 1. */
function root(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function requireLook(n: number, f: number, level: number): void {
  requireCounts(n, f);
  if (n === 0) throw new RangeError('"n" expected at least 1, got 0');
  // Beyond this no double tells a rate's bound from 0 or 1.
  requireBetween("level", level, 1e-300, 1);
}
