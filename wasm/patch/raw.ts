/**
 * Inserted stretches that look random: coded as they are, which takes neither more bytes than they have nor the model's time, and teaches it
 * nothing of what will not come again.
 */

import { codeFlag, flagContext } from "../coder/counters";
import { code } from "../coder/range";

/** Class of the flag; those of the payload and the map stand in front. */
const flagRaw: u32 = 19;
/** Shorter stretches have no flag. */
const least: u32 = 1024;

/** How the last stretches were coded. */
let history: u32 = 0;

/** Forgets everything, as each block does. */
export function resetRaw(): void {
  history = 0;
}

/** Codes a stretch of `length` inserted bytes at `out` if it is one of those; false when it is left to the model. */
export function codeRaw(out: usize, length: u32): bool {
  if (length < least) return false;
  let raw: u32 = 0;
  if (isDefined(ENCODER)) raw = looksRandom(out, length) ? 1 : 0;
  flagContext(0, history & 255);
  flagContext(1, history & 15);
  flagContext(2, history & 3);
  flagContext(3, length);
  flagContext(4, 0);
  flagContext(5, 1);
  raw = codeFlag(raw, flagRaw, history & 1);
  history = (history << 1) | raw;
  if (!raw) return false;
  for (let at = out; at < out + length; at++) {
    let byte: u32 = 0;
    if (isDefined(ENCODER)) byte = load<u8>(at);
    for (let bit = 7; bit >= 0; bit--) byte = (byte & ~(1 << bit)) | (code((byte >> bit) & 1, 0x8000) << bit);
    if (!isDefined(ENCODER)) store<u8>(at, <u8>byte);
  }
  return true;
}

// Lazy: the vehicle's module has no room to spare for what it does not use.
// @ts-expect-error: decorator
@lazy
const counts: usize = memory.data(256 * 2, 2);
const seenBits: u32 = 12;
/** Where in the stretch four bytes were seen last, by their hash; one more than the offset. */
// @ts-expect-error: decorator
@lazy
const seen: usize = memory.data(2 << 12, 2);

/** Whether no byte value is more frequent than chance makes it, by five deviations of the sum of squares, and hardly anything comes twice. */
function looksRandom(at: usize, length: u32): bool {
  memory.fill(counts, 0, 512);
  memory.fill(seen, 0, 2 << seenBits);
  let repeats: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const count = counts + (<usize>load<u8>(at + i) << 1);
    store<u16>(count, load<u16>(count) + 1);
    if (i + 4 > length) continue;
    const word = load<u32>(at + i, 0, 1);
    const slot = seen + (<usize>((word * 0x9e3779b1) >> (32 - seenBits)) << 1);
    const before = <u32>load<u16>(slot);
    if (before !== 0 && load<u32>(at + before - 1, 0, 1) === word) repeats++;
    store<u16>(slot, <u16>(i + 1));
  }
  // 256 sum(n^2) / length - length has a mean of 255 and a deviation of 22.6 when all values are alike frequent.
  let squares: u64 = 0;
  for (let value: usize = 0; value < 512; value += 2) {
    const n = <u64>load<u16>(counts + value);
    squares += n * n;
  }
  return (squares << 8) / length < <u64>length + 368 && repeats < 8;
}
