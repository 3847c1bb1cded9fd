/** Order-preserving text of a decimal number, the brick of every version key. */

/** A number of at most 26 digits after its leading zeros, so that the length letter stays within `a` .. `z`. */
const boundedNumber = /^0*(0|[1-9][0-9]{0,25})$/;

/**
 * Writes a decimal number as the letter of its length and its digits: `9` is `a9`, `10` is `b10`.
 *
 * A longer number has a later letter, and numbers of one length compare digit by digit: byte order is numeric order.
 *
 * @returns `undefined` for what is no decimal number or has more than 26 digits
 */
export function numberKey(digits: string): string | undefined {
  const number = boundedNumber.exec(digits)?.[1];
  return number === undefined ? undefined : String.fromCharCode(96 + number.length) + number;
}

/** Joins the keys of components; one unreadable component makes the whole unreadable. */
export function joinKeys(keys: readonly (string | undefined)[], joint: string): string | undefined {
  return keys.includes(undefined) ? undefined : keys.join(joint);
}
