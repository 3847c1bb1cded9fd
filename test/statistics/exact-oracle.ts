/**
 * log E_stop and log E_go in exact rational arithmetic, for small counts: with an integer prior the truncated Beta mass is a
 * binomial tail, and everything is a ratio of integers.
 */

function choose(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

function factorial(n: number): bigint {
  let result = 1n;
  for (let i = 2; i <= n; i++) result *= BigInt(i);
  return result;
}

/** ln of a positive integer of any size. */
function lnBig(value: bigint): number {
  const bits = value.toString(2).length;
  const shift = Math.max(0, bits - 60);
  return Math.log(Number(value >> BigInt(shift))) + shift * Math.LN2;
}

/** Mass of Beta(a, b) above (or below) numerator / denominator, times denominator^(a+b-1): a binomial tail. */
function scaledMass(side: "above" | "below", numerator: bigint, denominator: bigint, a: number, b: number): bigint {
  const trials = a + b - 1;
  const q = denominator - numerator;
  let mass = 0n;
  const [from, to] = side === "above" ? [0, a - 1] : [a, trials];
  for (let j = from; j <= to; j++) mass += choose(trials, j) * numerator ** BigInt(j) * q ** BigInt(trials - j);
  return mass;
}

/** ln E of n vehicles with f failures against the rate numerator / denominator, mixed over Beta(a, b) on one side of it. */
export function exactLogE(
  side: "above" | "below",
  [n, f]: readonly [number, number],
  [numerator, denominator]: readonly [number, number],
  { a, b }: { readonly a: number; readonly b: number },
): number {
  const [p, d] = [BigInt(numerator), BigInt(denominator)];
  // B(a + f, b + n - f) / B(a, b) in factorials; the powers of the denominator in mass and likelihood cancel.
  const top = factorial(a + f - 1) * factorial(b + n - f - 1) * factorial(a + b - 1);
  const bottom = factorial(a + b + n - 1) * factorial(a - 1) * factorial(b - 1);
  const after = scaledMass(side, p, d, a + f, b + n - f);
  const before = scaledMass(side, p, d, a, b);
  return lnBig(top * after) - lnBig(bottom * before * p ** BigInt(f) * (d - p) ** BigInt(n - f));
}
