/** Puts the border between neighbouring covers where it costs least, joins what continues, and drops covers that do not pay. */

import { coverBytes } from "../patch/map";

/** How far from where a cover was found its start may move back. */
const reach: u32 = 512;
/** How far a cover may grow into what would be inserted. */
const growth: u32 = 1 << 16;

let image: usize = 0;
let imageSize: u32 = 0;
let fresh: usize = 0;
let differ: i32 = 0;
let insert: i32 = 0;
let change: i32 = 0;

// @ts-expect-error: decorator
@inline
function differs(at: u32, shift: u32): bool {
  const position = at + shift;
  return position >= imageSize || load<u8>(image + position) !== load<u8>(fresh + at);
}

/** Refines `count` covers in place and gives how many are left. */
export function refine(
  covers: usize,
  count: u32,
  old: usize,
  oldSize: u32,
  newBytes: usize,
  newSize: u32,
  costDiffer: i32,
  costInsert: i32,
  costChange: i32,
): u32 {
  image = old;
  imageSize = oldSize;
  fresh = newBytes;
  differ = costDiffer;
  insert = costInsert;
  change = costChange;
  for (let i: u32 = 0; i <= count; i++) settle(covers, i, count, newSize);
  return dropIdle(covers, count);
}

/** Settles the border in front of cover `index`: the cover before it may end later or earlier, this one begin earlier or later. */
function settle(covers: usize, index: u32, count: u32, newSize: u32): void {
  const before = covers + (index - 1) * coverBytes;
  const after = covers + index * coverBytes;
  const hasBefore = index > 0;
  const hasAfter = index < count;
  const endBefore = hasBefore ? load<u32>(before) + load<u32>(before, 4) : 0;
  const startAfter = hasAfter ? load<u32>(after) : newSize;
  let low = endBefore;
  if (hasBefore) low = max(load<u32>(before), endBefore > reach ? endBefore - reach : 0);
  let high = startAfter;
  if (hasAfter) high = min(startAfter + load<u32>(after, 4), startAfter + reach);
  // Only the ends of a long gap can be grown into.
  const gap = startAfter - endBefore;
  const shiftBefore = hasBefore ? load<u32>(before, 8) - load<u32>(before) : 0;
  const shiftAfter = hasAfter ? load<u32>(after, 8) - load<u32>(after) : 0;
  if (gap > 2 * growth) {
    if (hasBefore) grow(before, low, endBefore + growth, shiftBefore);
    if (hasAfter) growBack(after, startAfter - growth, high, shiftAfter);
    return;
  }
  // Bytes [low, x) by the one before, [x, y) inserted, [y, high) by the one after.
  let costAfter: i32 = 0;
  for (let at = low; at < high; at++) costAfter += !hasAfter ? insert : differs(at, shiftAfter) ? differ : 0;
  let costBefore: i32 = 0;
  let bestFirst: i32 = 0;
  let bestFirstAt = low;
  let least: i32 = 0x7fffffff;
  let x = low;
  let y = low;
  for (let at = low; ; at++) {
    // With the first part ending here or earlier and the second beginning here.
    const first = costBefore - <i32>(at - low) * insert;
    if (first < bestFirst || at === low) {
      bestFirst = first;
      bestFirstAt = at;
    }
    const total = bestFirst + <i32>(at - low) * insert + costAfter;
    if (total < least) {
      least = total;
      x = bestFirstAt;
      y = at;
    }
    if (at === high) break;
    costAfter -= !hasAfter ? insert : differs(at, shiftAfter) ? differ : 0;
    costBefore += !hasBefore ? insert : differs(at, shiftBefore) ? differ : 0;
  }
  if (hasBefore) store<u32>(before, x - load<u32>(before), 4);
  if (hasAfter) {
    const end = startAfter + load<u32>(after, 4);
    store<u32>(after, y);
    store<u32>(after, end - y, 4);
    store<u32>(after, y + shiftAfter, 8);
  }
}

/** Ends a cover where that costs least, between `low` and `high`. */
function grow(cover: usize, low: u32, high: u32, shift: u32): void {
  let cost: i32 = 0;
  let least: i32 = 0;
  let best = low;
  for (let at = low; at < high; at++) {
    cost += (differs(at, shift) ? differ : 0) - insert;
    if (cost < least) {
      least = cost;
      best = at + 1;
    }
  }
  store<u32>(cover, best - load<u32>(cover), 4);
}

/** Begins a cover where that costs least, between `low` and `high`. */
function growBack(cover: usize, low: u32, high: u32, shift: u32): void {
  let cost: i32 = 0;
  let least: i32 = 0;
  let best = high;
  for (let at = high; at-- > low; ) {
    if (at + shift >= imageSize) break;
    cost += (differs(at, shift) ? differ : 0) - insert;
    if (cost < least) {
      least = cost;
      best = at;
    }
  }
  const end = load<u32>(cover) + load<u32>(cover, 4);
  store<u32>(cover, best);
  store<u32>(cover, end - best, 4);
  store<u32>(cover, best + shift, 8);
}

/** Joins covers that continue each other, drops those that cost more than inserting their bytes, and cuts what lies outside. */
function dropIdle(covers: usize, count: u32): u32 {
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const from = covers + i * coverBytes;
    const start = load<u32>(from);
    let length = load<u32>(from, 4);
    const old = load<u32>(from, 8);
    if (length === 0 || <i32>length < 0) continue;
    if (old >= imageSize) continue;
    length = min(length, imageSize - old);
    const last = covers + (kept - 1) * coverBytes;
    if (kept > 0) {
      const end = load<u32>(last) + load<u32>(last, 4);
      const sameDiagonal = load<u32>(last, 8) - load<u32>(last) === old - start;
      if (sameDiagonal && start - end < 64) {
        let gapCost: i32 = 0;
        for (let at = end; at < start; at++) gapCost += differs(at, old - start) ? differ : 0;
        if (gapCost <= <i32>(start - end) * insert + change) {
          store<u32>(last, start + length - load<u32>(last), 4);
          continue;
        }
      }
    }
    if (length < 256) {
      let cost = change;
      for (let at: u32 = 0; at < length; at++) cost += differs(start + at, old - start) ? differ : 0;
      if (cost >= <i32>length * insert) continue;
    }
    const to = covers + kept * coverBytes;
    store<u32>(to, start);
    store<u32>(to, length, 4);
    store<u32>(to, old, 8);
    kept += 1;
  }
  return kept;
}
