/** What Stirling's formula leaves out of ln Gamma. The large terms around it cancel in binomial statistics; this does not. */

/** Where the series starts to be exact enough; smaller arguments are shifted up to it. */
const seriesFrom = 10;

/**
 * Gives `delta(x)` of `ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi) / 2 + delta(x)`, to a few units of 1e-16.
 *
 * Standard: DLMF 5.11.1 (series) after the shift delta(x) = delta(x + 1) + (x + 1/2) ln(1 + 1/x) - 1, from DLMF 5.5.1.
 *
 * @param x - a number > 0
 */
export function stirlingRemainder(x: number): number {
  let shift = 0;
  let argument = x;
  for (; argument < seriesFrom; argument++) shift += (argument + 0.5) * Math.log1p(1 / argument) - 1;
  const inverse = 1 / argument;
  const square = inverse * inverse;
  // B_2k / (2k (2k - 1)) for k = 7 .. 1, B the Bernoulli numbers; the first omitted term is below 3e-17 for x >= 10. By Horner's rule in
  // one expression: this is the innermost of all.
  const series =
    ((((((1 / 156) * square - 691 / 360_360) * square + 1 / 1188) * square - 1 / 1680) * square + 1 / 1260) * square -
      1 / 360) *
      square +
    1 / 12;
  return shift + inverse * series;
}
