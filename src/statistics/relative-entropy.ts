/**
 * Gives x ln(x/m) + m - x, which is >= 0, for `difference` = x - m.
 *
 * Where x is near m the logarithm cancels against the difference; there v = (x-m) / (x+m) gives ln(x/m) = 2 artanh v
 * (DLMF 4.37.24) and the leading parts cancel on paper.
 */
export function relativeEntropy(x: number, m: number, difference: number): number {
  if (Math.abs(difference) > 0.1 * x) return x * Math.log(x / m) - difference;
  const v = difference / (x + m);
  let power = v;
  let sum = 0;
  for (let exponent = 3; ; exponent += 2) {
    power *= v * v;
    const next = sum + power / exponent;
    if (next === sum) return difference * v + 2 * x * sum;
    sum = next;
  }
}
