/** How long two stretches of bytes are the same; eight at a time. */

/** Number of equal bytes from both addresses on, at most `most`. */
export function matchLength(left: usize, right: usize, most: u32): u32 {
  let length: u32 = 0;
  while (length + 8 <= most) {
    const different = load<u64>(left + length) ^ load<u64>(right + length);
    if (different !== 0) return length + (<u32>ctz(different) >>> 3);
    length += 8;
  }
  while (length < most && load<u8>(left + length) === load<u8>(right + length)) length++;
  return length;
}
