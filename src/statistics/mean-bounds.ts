/** Bounds of a mean at all looks together, for quantities rather than counts. They hold for large numbers only: each is marked so. */

import { maxCount, requireBetween, requireInteger } from "./range-checks.ts";

/** Sums of a quantity that was measured in whole units: mergeable by addition, in any order, without rounding. */
export interface MeasureSums {
  /** Vehicles, an integer from 2 to 10^9. */
  readonly n: number;
  /** Sum of their values, an integer of magnitude below 2^53. */
  readonly sum: number;
  /** Sum of the squares, an integer below 2^53. */
  readonly sumOfSquares: number;
}

/** Bounds of a mean. */
export interface MeanBounds {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** The error bound holds in the limit of many vehicles, not for any number. */
  readonly asymptotic: true;
}

/**
 * Gives an asymptotic confidence sequence for the mean: both bounds together fail at some look with a probability near `level`.
 *
 * Source: I. Waudby-Smith et al., "Time-uniform central limit theory and asymptotic confidence sequences" (2024), theorem 2.2.
 *
 * @param level - probability of error over all looks, 0 < level < 1
 * @param tunedFor - number of vehicles at which the bounds are closest: what a plan expects, an integer >= 1, chosen before
 * @throws RangeError when an argument is out of range, or the sums can be of no values
 * @example
 * ```ts
 * asymptoticMeanBounds({ n: 2000, sum: 40_000, sumOfSquares: 820_000 }, 0.05, 1000); // mean 20, 19.78 to 20.22
 * ```
 */
export function asymptoticMeanBounds(sums: MeasureSums, level: number, tunedFor: number): MeanBounds {
  const { n, sum, sumOfSquares } = sums;
  requireInteger("n", n, 2, maxCount);
  requireInteger("sum", sum, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  requireInteger("sumOfSquares", sumOfSquares, 0, Number.MAX_SAFE_INTEGER);
  requireBetween("level", level, 0, 1);
  requireInteger("tunedFor", tunedFor, 1, maxCount);
  // In whole numbers: the difference of two large squares would leave nothing of a small variance.
  const scatter = BigInt(n) * BigInt(sumOfSquares) - BigInt(sum) ** 2n;
  if (scatter < 0n) throw new RangeError(`"sumOfSquares" expected at least sum^2 / n, got ${sumOfSquares}`);
  const deviation = Math.sqrt(Number(scatter) / n / (n - 1));
  const doubt = -2 * Math.log(level);
  const squaredRho = (doubt + Math.log(doubt + 1)) / tunedFor;
  const spread = n * squaredRho + 1;
  const width = deviation * Math.sqrt(((2 * spread) / (n * n * squaredRho)) * (Math.log(spread) / 2 - Math.log(level)));
  const mean = sum / n;
  return { mean, lower: mean - width, upper: mean + width, asymptotic: true };
}
