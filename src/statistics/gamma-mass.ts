/**
 * Mass of a Gamma distribution above or below a point, in logarithms, relative to its kernel K(x; a) = x^a e^-x / Gamma(a): the
 * mixture e-processes of events are ratios in which the kernel drops out. Arguments are trusted: a >= 1, x > 0.
 */

import { relativeEntropy } from "./relative-entropy.ts";
import { stirlingRemainder } from "./stirling.ts";

/** Most steps of the continued fraction and the series; the slowest case, near a = x = 10^9, takes about 200,000. */
const maxSteps = 1_000_000;

/** Relative change at which they have converged. */
const tolerance = 4 * Number.EPSILON;

/** Gives ln of the integral over t from x to infinity of (t/x)^a e^(x-t) / t. */
export function lnGammaUpperMass(x: number, a: number): number {
  if (x > a) return Math.log(upperFraction(x, a));
  return lnRest(lowerSeries(x, a), x, a);
}

/** Gives ln of the integral over t from 0 to x of (t/x)^a e^(x-t) / t. */
export function lnGammaLowerMass(x: number, a: number): number {
  if (x > a) return lnRest(upperFraction(x, a), x, a);
  return Math.log(lowerSeries(x, a));
}

/** Gives ln of Q(a, x), the mass of Gamma(a, 1) above x; for a >= 0.5. */
export function lnGammaUpperTail(x: number, a: number): number {
  return lnGammaUpperMass(x, a) + lnGammaKernel(x, a);
}

/** ln of what a mass leaves of the whole; the mass is the one on the small side, so that little is lost. */
function lnRest(mass: number, x: number, a: number): number {
  const kernel = lnGammaKernel(x, a);
  return Math.log1p(-mass * Math.exp(kernel)) - kernel;
}

/** Gives ln of x^a e^-x / Gamma(a) by the saddle-point form, as for the Beta distribution. */
function lnGammaKernel(x: number, a: number): number {
  return 0.5 * Math.log(a / (2 * Math.PI)) - relativeEntropy(a, x, a - x) - stirlingRemainder(a);
}

/** Standard: DLMF 8.11.4 (series of the lower incomplete Gamma function). */
function lowerSeries(x: number, a: number): number {
  let term = 1 / a;
  let sum = term;
  for (let step = 1; step <= maxSteps && term > sum * Number.EPSILON * 0.25; step++) {
    term *= x / (a + step);
    sum += term;
  }
  return sum;
}

/** Standard: DLMF 8.9.2 (continued fraction of the upper one), even part, by the modified Lentz algorithm. */
function upperFraction(x: number, a: number): number {
  // Partial denominators x + 1 - a, x + 3 - a, ...; partial numerators step (a - step).
  let place = x + 1 - a;
  let denominator = 1 / place;
  let numerator = Number.POSITIVE_INFINITY;
  let value = denominator;
  for (let step = 1; step <= maxSteps; step++) {
    const partial = step * (a - step);
    place += 2;
    denominator = 1 / (place + partial * denominator);
    numerator = place + partial / numerator;
    const change = denominator * numerator;
    value *= change;
    if (Math.abs(change - 1) <= tolerance) break;
  }
  return value;
}
