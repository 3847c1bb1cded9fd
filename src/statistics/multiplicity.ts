/** Evidence from several tests at once: one bound for all, and the names of those that carry it. */

import { requireBetween } from "./range-checks.ts";

/**
 * Gives the natural logarithm of the weighted sum of evidence: with weights that sum to at most 1 it is evidence itself.
 *
 * Evidence of one instant only: a sum of values that were each largest at another look is none.
 *
 * @param logs - log E of each test
 * @param weights - as many numbers >= 0, which sum to at most 1
 * @throws RangeError when there are not as many weights, or they are negative or sum to more than 1
 * @example
 * ```ts
 * combineLogE([Math.log(30), 0], [0.5, 0.5]); // ln 15.5
 * ```
 */
export function combineLogE(logs: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + (weight >= 0 ? weight : Number.NaN), 0);
  // A sum of rounded weights may be above 1 by its rounding.
  if (weights.length !== logs.length || !(total <= 1 + 1e-9)) {
    throw new RangeError('"weights" expected one for each test, none negative, with a sum of at most 1');
  }
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < logs.length; index++) if (weights[index]! > 0) largest = Math.max(largest, logs[index]!);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let index = 0; index < logs.length; index++) sum += weights[index]! * Math.exp(logs[index]! - largest);
  return largest + Math.log(sum);
}

/**
 * Names the tests whose evidence is large enough that at most `alpha` of the named ones are expected to be named wrongly, whatever
 * the tests have to do with each other: the procedure e-BH.
 *
 * Source: R. Wang and A. Ramdas, "False discovery rate control with e-values" (2022).
 *
 * @param logs - log E of each test, times its weight if they have any: E_j w_j K for K tests
 * @returns indices, by falling evidence
 * @throws RangeError when `alpha` is not between 0 and 1
 * @example
 * ```ts
 * selectByEvidence([Math.log(80), 0, Math.log(50)], 0.05); // [0, 2]: two of three have at least 3 / (2 * 0.05)
 * ```
 */
export function selectByEvidence(logs: readonly number[], alpha: number): readonly number[] {
  requireBetween("alpha", alpha, 0, 1);
  const order = logs.map((_, index) => index).sort((left, right) => logs[right]! - logs[left]! || left - right);
  let named = 0;
  order.forEach((index, rank) => {
    if (logs[index]! >= Math.log(logs.length / ((rank + 1) * alpha))) named = rank + 1;
  });
  return order.slice(0, named);
}
