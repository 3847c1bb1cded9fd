/** Checks of numeric arguments: what they refuse are mistakes in calling code, so they throw RangeError. */

/** Largest number of vehicles, and largest parameter of a prior, for which the numerics hold. */
export const maxCount = 1_000_000_000;

/** Throws unless `value` is an integer from `min` to `max`. */
export function requireInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`"${name}" expected integer ${min} to ${max}, got ${value}`);
}

/** Throws unless `value` lies strictly between `min` and `max`; NaN does not. */
export function requireBetween(name: string, value: number, min: number, max: number): void {
  if (typeof value === "number" && value > min && value < max) return;
  throw new RangeError(`"${name}" expected number between ${min} and ${max}, got ${value}`);
}

/** Throws unless 0 <= f <= n, in integers. */
export function requireCounts(n: number, f: number): void {
  requireInteger("n", n, 0, maxCount);
  requireInteger("f", f, 0, n);
}
