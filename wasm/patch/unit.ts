/**
 * Runs along the new image: which stretch comes next, copied or inserted. Stretches end at every unit of 16 KiB, so that the one that makes and the
 * one that applies a patch cut them alike whatever they hold in memory.
 */

import { isSpent } from "../coder/range";
import { coverCount, coverLength, coverNew, coverOld } from "./map";
import { codeCopied, codeInserted } from "./payload";
import { setView } from "./predict";

export const unitBits: u32 = 14;

/** How many old bytes behind a copy an insertion looks at. */
const aheadBytes: u32 = 32;
const ahead = memory.data(32, 4);
let aheadCount: u32 = 0;

let position: u32 = 0;
let end: u32 = 0;
let cover: u32 = 0;

/** The stretch at hand: its length, and where it is copied from. */
export let stretchLength: u32 = 0;
export let stretchOld: u32 = 0;
export let stretchCopied: bool = false;

/** Starts at `from` of the new image, up to `to`. */
export function startStretches(from: u32, to: u32): void {
  position = from;
  end = to;
  aheadCount = 0;
  // The first cover that ends behind `from`, by halving.
  let low: u32 = 0;
  let high = coverCount();
  while (low < high) {
    const middle = (low + high) >> 1;
    if (coverNew(middle) + coverLength(middle) <= from) low = middle + 1;
    else high = middle;
  }
  cover = low;
}

/** Finds the stretch that comes next; false at the end, and when there is nothing left to read. */
export function nextStretch(): bool {
  if (position >= end || isSpent()) return false;
  const unitEnd = min(end, ((position >> unitBits) + 1) << unitBits);
  const start = cover < coverCount() ? coverNew(cover) : 0xffffffff;
  stretchCopied = start <= position;
  if (stretchCopied) {
    const inside = position - start;
    stretchOld = coverOld(cover) + inside;
    stretchLength = min(coverLength(cover) - inside, unitEnd - position);
  } else {
    stretchLength = min(start, unitEnd) - position;
  }
  return true;
}

/** Codes the stretch at hand: its new bytes are at `out`, byte `o` of the old image of `oldSize` bytes at `view + o`. */
export function codeStretch(out: usize, view: usize, oldSize: u32, kinds: usize): void {
  if (stretchCopied) {
    setView(view);
    codeCopied(stretchOld, stretchLength, position, out, kinds);
    const oldEnd = stretchOld + stretchLength;
    aheadCount = min(aheadBytes, oldSize - oldEnd);
    memory.copy(ahead, view + oldEnd, aheadCount);
    if (stretchOld + stretchLength === coverOld(cover) + coverLength(cover)) cover += 1;
  } else {
    codeInserted(stretchLength, position, out, ahead, aheadCount);
    aheadCount = 0;
  }
  position += stretchLength;
}
