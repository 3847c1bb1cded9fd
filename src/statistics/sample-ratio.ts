/** Evidence that a sample does not mirror the whole: a Dirichlet-multinomial e-process over the shares of its parts. */

import { maxCount, requireBetween, requireInteger } from "./range-checks.ts";
import { relativeEntropy } from "./relative-entropy.ts";
import { stirlingRemainder } from "./stirling.ts";

/**
 * Gives the natural logarithm of the evidence that a sample is not drawn with the given shares.
 *
 * However often it is looked at: for a sample with those shares, P(E >= 1 / alpha at any look) <= alpha.
 *
 * Source: M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data" (2022).
 *
 * @param counts - of each part, integers from 0 to 10^9
 * @param shares - as many numbers above 0, whose sum is 1
 * @param concentration - as many numbers from 1 to 10^9: the Dirichlet distribution of shares that the test looks for; `shares` times
 * a number looks around them, the closer the larger
 * @throws RangeError when an argument is out of range
 * @example
 * ```ts
 * logESampleRatio([310, 60, 30], [0.6, 0.25, 0.15], [6, 3, 1]); // 23.613183110882
 * ```
 */
export function logESampleRatio(
  counts: readonly number[],
  shares: readonly number[],
  concentration: readonly number[],
): number {
  if (counts.length !== shares.length || counts.length !== concentration.length || counts.length === 0) {
    throw new RangeError('"counts", "shares" and "concentration" expected lists of one length');
  }
  for (const count of counts) requireInteger("counts", count, 0, maxCount);
  for (const share of shares) requireBetween("shares", share, 0, 1 + Number.EPSILON);
  for (const value of concentration) requireBetween("concentration", value, 0.999_999, maxCount + 1);
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-9) throw new RangeError(`"shares" expected a sum of 1, got ${total}`);
  const after = counts.map((count, index) => concentration[index]! + count);
  return lnDirichletRatio(after, shares) - lnDirichletRatio(concentration, shares);
}

/**
 * ln of (product of Gamma(y_i)) / (Gamma(N) times the product of shares_i^y_i), up to a constant, where N is the sum of y.
 *
 * In Stirling's form the large terms are relative entropies against N times the share, of which nothing cancels.
 */
function lnDirichletRatio(values: readonly number[], shares: readonly number[]): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  let result = 0.5 * Math.log(total) - stirlingRemainder(total);
  values.forEach((value, index) => {
    const mean = total * shares[index]!;
    result += relativeEntropy(value, mean, value - mean) - 0.5 * Math.log(value) + stirlingRemainder(value);
  });
  return result;
}
