/**
 * Mass of a Beta distribution above a point, in logarithms and without cancellation.
 *
 * Everything is measured against the kernel K(p; a, b) = p^a (1-p)^b / B(a, b): the mixture e-processes are ratios in which
 * the kernel drops out, so most of the digits that the textbook form loses are never at stake. Arguments are trusted:
 * 0 < p < 1, a and b >= 1, a + b <= 2e9. Points come as a pair (p, 1 - p), so that the mirrored case keeps the digits of the
 * small one.
 */

import { relativeEntropy } from "./relative-entropy.ts";
import { stirlingRemainder } from "./stirling.ts";

/** Most steps of the continued fraction; the slowest case within a + b <= 2e9, near the mean, takes about 6,000. */
const maxSteps = 20_000;

/** Relative change at which the continued fraction has converged. */
const tolerance = 4 * Number.EPSILON;

/**
 * Gives ln of the integral over t from p to 1 of (t/p)^a ((1-t)/q)^b / (t (1-t)): the mass of Beta(a, b) above p, relative to
 * its kernel at p.
 *
 * The side on which the continued fraction converges is small, so one subtraction from 1 at most is needed.
 *
 * Standard: DLMF 8.17.4 (reflection), 8.17.22 (continued fraction).
 */
export function lnUpperMass(p: number, q: number, a: number, b: number): number {
  // Above the mean the upper mass is the continued fraction itself: the kernel cancels before it is computed.
  if (a + 1 < p * (a + b + 2)) return Math.log(betaFraction(q, b, a) / b);
  const kernel = lnBetaKernel(p, q, a, b);
  const lower = (Math.exp(kernel) * betaFraction(p, a, b)) / a;
  return Math.log1p(-lower) - kernel;
}

/** Gives ln of 1 - I_p(a, b), the mass of Beta(a, b) above p. */
export function lnUpperTail(p: number, q: number, a: number, b: number): number {
  return lnUpperMass(p, q, a, b) + lnBetaKernel(p, q, a, b);
}

/**
 * Gives ln of p^a q^b / B(a, b) by the saddle-point form: entropy of the deviation from the mean, and Stirling remainders.
 *
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000), carried over to real a and b.
 */
function lnBetaKernel(p: number, q: number, a: number, b: number): number {
  const total = a + b;
  // a - total p = total q - b: the product with the smaller factor has the smaller rounding error.
  const difference = p <= q ? a - total * p : total * q - b;
  const deviance = relativeEntropy(a, total * p, difference) + relativeEntropy(b, total * q, -difference);
  const remainders = stirlingRemainder(a) + stirlingRemainder(b) - stirlingRemainder(total);
  return 0.5 * Math.log(((a / total) * b) / (2 * Math.PI)) - deviance - remainders;
}

/**
 * Gives the continued fraction F of I_x(a, b) = K(x; a, b) F / a, for x not far above the mean, by the modified Lentz
 * algorithm.
 *
 * Standard: DLMF 8.17.22.
 */
function betaFraction(x: number, a: number, b: number): number {
  let numerator = 1;
  let denominator = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let step = 1; step <= maxSteps; step++) {
    const place = a + 2 * step;
    const even = (step * (b - step) * x) / ((place - 1) * place);
    denominator = 1 / (1 + even * denominator);
    numerator = 1 + even / numerator;
    value *= numerator * denominator;
    const odd = (-(a + step) * (a + b + step) * x) / (place * (place + 1));
    denominator = 1 / (1 + odd * denominator);
    numerator = 1 + odd / numerator;
    const change = numerator * denominator;
    value *= change;
    if (Math.abs(change - 1) <= tolerance) break;
  }
  return value;
}
