/**
 * Where each eight bytes of the old image occur: positions sorted by hash, ascending within one, so that those near a wanted place are found
 * by halving. Five to six bytes of memory for each of the old image.
 */

import { allocate } from "../arena";
import { matchLength } from "../match/match-length";

/** Bytes that are hashed. */
export const keySize: u32 = 8;
/** Positions tried for one place: half of them in front of the wanted one, half behind. */
const mostTried: u32 = 64;
/** Above this, positions alone would fill the memory. */
const largestImage: u32 = 900_000_000;
/** A match as long as this is taken without a look at others. */
const longEnough: u32 = 64;

let old: usize = 0;
let oldSize: u32 = 0;
let shift: u64 = 0;
/** For each hash the end of its positions. */
let ends: usize = 0;
let endsEnd: usize = 0;
let positions: usize = 0;

/** The golden ratio. */
const multiplier: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

/** Position of the longest match that `findMatch` found. */
export let matchPosition: u32 = 0;

function hashAt(at: usize): usize {
  return (<usize>((load<u64>(at) * multiplier) >>> shift)) << 2;
}

/** Makes room for the index of an image; false without memory. */
export function openIndex(image: usize, size: u32): bool {
  old = image;
  oldSize = size;
  let bits: u64 = 10;
  while (bits < 24 && (<u32>1) << (<u32>bits) < size >>> 2) bits++;
  shift = 64 - bits;
  if (size > largestImage) return false;
  const endsSize: u32 = 4 << (<u32>bits);
  ends = allocate(endsSize);
  endsEnd = ends + endsSize;
  positions = allocate(size * 4);
  if (ends === 0 || positions === 0) return false;
  memory.fill(ends, 0, endsSize);
  return true;
}

/** First pass over the positions from `from` to before `to`: counts them by hash. */
export function countKeys(from: u32, to: u32): void {
  const end = min<i32>(to, oldSize - keySize + 1);
  for (let position = <i32>from; position < end; position++) {
    const count = ends + hashAt(old + position);
    store<u32>(count, load<u32>(count) + 1);
  }
}

/** Between the passes: turns counts into starts. */
export function sumKeys(): void {
  let start: u32 = 0;
  for (let at = ends; at < endsEnd; at += 4) {
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}

/** Second pass: sorts the positions; starts become ends. */
export function sortKeys(from: u32, to: u32): void {
  const end = min<i32>(to, oldSize - keySize + 1);
  for (let position = <i32>from; position < end; position++) {
    const next = ends + hashAt(old + position);
    const place = load<u32>(next);
    store<u32>(next, place + 1);
    store<u32>(positions + ((<usize>place) << 2), position);
  }
}

/**
 * Length of the longest match of the `most` bytes at `at` that is longer than `known`, or `known`; of equal ones that nearest to `wanted`.
 *
 * `matchPosition` is set when it is longer.
 */
export function findMatch(at: usize, most: u32, wanted: i32, known: u32): u32 {
  if (most < keySize || known >= longEnough) return known;
  const bucket = hashAt(at);
  let first: u32 = 0;
  if (bucket > 0) first = load<u32>(ends + bucket - 4);
  const end = load<u32>(ends + bucket);
  if (first === end) return known;
  // The first position that is not in front of the wanted one.
  let above = first;
  let limit = end;
  while (above < limit) {
    const middle = (above + limit) >>> 1;
    if (<i32>load<u32>(positions + ((<usize>middle) << 2)) < wanted) above = middle + 1;
    else limit = middle;
  }
  let below = above;
  let best = known;
  for (let tried: u32 = 0; tried < mostTried; tried++) {
    let place = above;
    if (above < end && (below === first || nearer(above, below - 1, wanted))) above++;
    else if (below > first) place = --below;
    else break;
    const position = load<u32>(positions + ((<usize>place) << 2));
    const candidate = old + position;
    const room = min(most, oldSize - position);
    if (room <= best) continue;
    // Most are refused by the eight bytes that a longer match would end with.
    const last = best - min<u32>(best, 7);
    if (best > 0 && last + 8 <= room && load<u64>(candidate + last) !== load<u64>(at + last)) continue;
    const length = matchLength(candidate, at, room);
    if (length <= best) continue;
    best = length;
    matchPosition = position;
  }
  return best;
}

/** Whether the position at `above` is no farther from the wanted one than that at `below`. */
function nearer(above: u32, below: u32, wanted: i32): bool {
  const ahead = <i32>load<u32>(positions + ((<usize>above) << 2)) - wanted;
  return ahead <= wanted - <i32>load<u32>(positions + ((<usize>below) << 2));
}
