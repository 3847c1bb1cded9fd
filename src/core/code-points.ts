/** The order of texts that every program and database can give: by code points, which is the order of their UTF-8 bytes. */

/**
 * Compares two texts by code points, as `COLLATE "C"` and comparisons of UTF-8 bytes do; JavaScript's own order differs from it
 * above U+FFFF.
 *
 * @returns negative, 0 or positive, as `sort` wants it
 * @example
 * ```ts
 * compareCodePoints("\u{1f600}", "\ufffd") > 0; // true, whereas "\u{1f600}" < "\ufffd"
 * ```
 */
export function compareCodePoints(left: string, right: string): number {
  const common = Math.min(left.length, right.length);
  for (let index = 0; index < common; index++) {
    const difference = codePointRank(left.charCodeAt(index)) - codePointRank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Lifts surrogates, which stand for U+10000 and above, over U+E000 .. U+FFFF. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2000 + 0x800 : unit;
}
