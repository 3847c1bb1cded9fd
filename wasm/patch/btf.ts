/**
 * Type information of Linux (BTF): tables of types that refer to each other by number and to names by their place among the strings.
 *
 * Builds of one kernel hold the same types in other orders, so that most of these numbers change. Like an address, a number leads to a place in the
 * old image, and the map tells where that went. What it needs beside the map is which words are references, and how many types begin in front of
 * each place: both are found by one run over the old table.
 *
 * Standard: Linux kernel documentation, bpf/btf, kinds 0 to 19, little-endian.
 */

import { coverCount, coverLength, coverNew, coverOld, intervalFrom, intervalShift, intervalStart, mapOffset } from "./map";

// What a word of the table is.
const wordType: u32 = 1;
const wordString: u32 = 2;
/** The first word of a type, which names it. */
const wordStart: u32 = 3;

/**
 * Per kind: how many words what follows the first three takes (bits 0 and 1), whether it comes as often as the type says and not once (2), whether the third
 * word is a type (3), and what the words that follow are (4 and 5, 6 and 7, 8 and 9).
 */
const shapes = memory.data<u16>([
  0, 0x01, 0x08, 0x53, 0x67, 0x67, 0x26, 0, 0x08, 0x08, 0x08, 0x08, 0x08, 0x6e, 0x09, 0x17,
  0, 0x09, 0x08, 0x27, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

// The table in both images: where its types begin and end, and its strings.
let oldTypes: u32 = 0;
let oldEnd: u32 = 0;
let oldStrings: u32 = 0;
let oldStringBytes: u32 = 0;
let newTypes: u32 = 0;
let newEnd: u32 = 0;
let newStrings: u32 = 0;

/** Two bits for each word of the old table. */
let classes: usize = 0;
/** For each KiB of it, how many types begin in front. */
let ranks: usize = 0;
const rankBits: u32 = 10;
/** For each cover, how many types are inserted in front of it. */
let inserted: usize = 0;
/** For each interval of the old table: the first type that begins in it or behind it, and what to add to numbers of its types. */
let firsts: usize = 0;
let moves: usize = 0;
let firstInterval: u32 = 0;
let intervals: u32 = 0;

// What is being read: the next word, which word of its type it is, and what follows the first three words.
let next: u32 = 0;
let field: u32 = 0;
let shape: u32 = 0;
let left: u32 = 0;
let unitWord: u32 = 0;

/** Types that were read. */
let typeCount: u32 = 0;

/** Memory of what is known about an old table of `bytes` bytes and a map of `covers` covers. */
export function btfBytes(bytes: u32, covers: u32): u32 {
  return ((bytes >> rankBits) + 1) * (64 + 4) + covers * 12;
}

/**
 * Takes a table whose old types are the `bytes` bytes from `types` on, a multiple of 4, and whose old strings are `stringBytes`; what is
 * known about it will be at `at`, for up to `covers` covers. None is known when `bytes` is 0.
 */
export function setBtf(
  at: usize,
  covers: u32,
  types: u32,
  bytes: u32,
  strings: u32,
  stringBytes: u32,
  typesInNew: u32,
  bytesInNew: u32,
  stringsInNew: u32,
): void {
  oldTypes = types;
  oldEnd = types + bytes;
  oldStrings = strings;
  oldStringBytes = stringBytes;
  newTypes = typesInNew;
  newEnd = typesInNew + bytesInNew;
  newStrings = stringsInNew;
  classes = at;
  ranks = classes + (((bytes >> rankBits) + 1) << 6);
  inserted = ranks + (((bytes >> rankBits) + 1) << 2);
  firsts = inserted + (covers << 2);
  moves = firsts + (covers << 2);
  if (bytes !== 0) memory.fill(at, 0, btfBytes(bytes, covers));
  next = 0;
  field = 0;
  typeCount = 0;
  intervals = 0;
}

/** Reads the next `length` bytes of the old table, in order, a multiple of 4 but for the last ones. */
export function readBtf(at: usize, length: u32): void {
  const end = min(next + (length >> 2), (oldEnd - oldTypes) >> 2);
  for (; next < end; at += 4) {
    if ((next & 255) === 0) store<u32>(ranks + ((next >> 8) << 2), typeCount);
    const found = classify(load<u32>(at));
    const place = classes + (next >> 2);
    store<u8>(place, <u8>(load<u8>(place) | (found << ((next & 3) << 1))));
    next += 1;
  }
}

/** What the next word is. */
function classify(word: u32): u32 {
  if (field === 0) {
    field = 1;
    typeCount += 1;
    return wordStart;
  }
  if (field === 1) {
    field = 2;
    shape = load<u16>(shapes + (((word >> 24) & 31) << 1));
    left = (shape & 3) * (shape & 4 ? word & 0xffff : 1);
    unitWord = 0;
    return 0;
  }
  if (field === 2) {
    field = left === 0 ? 0 : 3;
    return shape & 8 ? wordType : 0;
  }
  const found = (shape >> (4 + (unitWord << 1))) & 3;
  unitWord = unitWord + 1 === (shape & 3) ? 0 : unitWord + 1;
  left -= 1;
  if (left === 0) field = 0;
  return found;
}

/** How many types begin in front of an old offset. */
function rankOf(offset: u32): u32 {
  if (offset <= oldTypes) return 0;
  if (offset + 3 >= oldEnd) return typeCount;
  const word = (offset - oldTypes + 3) >> 2;
  let rank = load<u32>(ranks + ((word >> 8) << 2));
  let at = classes + ((word >> 8) << 6);
  const last = classes + ((word >> 4) << 2);
  for (; at < last; at += 4) rank += startsIn(load<u32>(at));
  return rank + startsIn(load<u32>(at) & ((1 << ((word & 15) << 1)) - 1));
}

/** How many of 16 words begin a type. */
// @ts-expect-error: decorator
@inline
function startsIn(bits: u32): u32 {
  return popcnt(bits & (bits >> 1) & 0x55555555);
}

/** Whether there is a table. */
// @ts-expect-error: decorator
@inline
export function knowsTypes(): bool {
  return oldEnd !== oldTypes;
}

/** Whether types that are inserted in front of a cover that starts at `start` of the new image are counted. */
export function countsTypes(start: u32): bool {
  return start > newTypes && start < newEnd;
}

/** How many types are inserted in front of cover `index`. */
export function insertedTypes(index: u32): u32 {
  return load<u32>(inserted + (index << 2));
}

export function setInsertedTypes(index: u32, count: u32): void {
  store<u32>(inserted + (index << 2), count);
}

/** Takes over the map, which has been turned round, once the old table has been read. */
export function turnBtf(): void {
  if (oldEnd === oldTypes) return;
  firstInterval = intervalFrom(oldTypes);
  intervals = intervalFrom(oldEnd) - firstInterval;
  for (let i: u32 = 0; i < intervals; i++) {
    store<u32>(firsts + (i << 2), rankOf(intervalStart(firstInterval + i)) + 1);
    store<u32>(moves + (i << 2), 0);
  }
  let number: u32 = 1;
  for (let index: u32 = 0; index < coverCount(); index++) {
    const start = coverNew(index);
    if (start >= newEnd || start + coverLength(index) <= newTypes) continue;
    if (countsTypes(start)) number += insertedTypes(index);
    const old = coverOld(index);
    const before = rankOf(old);
    // Where covers overlap, the interval may be another one's: numbers of its types are that one's to move.
    const interval = intervalFrom(old);
    if (interval >= firstInterval && interval < firstInterval + intervals && intervalShift(interval) === start - old) {
      store<u32>(moves + ((interval - firstInterval) << 2), number - before - 1);
    }
    number += rankOf(old + coverLength(index)) - before;
  }
}

/** The new number of a type: that of its interval, or of the one in front of it. */
function newNumberOf(number: u32): u32 {
  if (number === 0 || number > typeCount || intervals === 0) return number;
  let low: u32 = 0;
  let high = intervals - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (load<u32>(firsts + (middle << 2)) <= number) low = middle;
    else high = middle - 1;
  }
  return number + load<u32>(moves + (low << 2));
}

/** The new place of a string. */
function newPlaceOf(string: u32): u32 {
  if (string === 0 || string >= oldStringBytes) return string;
  return mapOffset(oldStrings + string) - newStrings;
}

/** Whether some of the old bytes [from, to) are types of the table. */
// @ts-expect-error: decorator
@inline
export function touchesBtf(from: u32, to: u32): bool {
  return from < oldEnd && to > oldTypes;
}

/**
 * Predicts those of the old bytes [from, to), `from` a multiple of 4, that refer to types or strings of the table. Byte `o` of the old image is at
 * `view + o`; writes to `out` and the type of each word to `types`.
 */
export function predictBtf(view: usize, from: u32, to: u32, out: usize, types: usize): void {
  const end = min(to, oldEnd);
  for (let offset = max(from, oldTypes); offset < end; offset += 4) {
    const word = (offset - oldTypes) >> 2;
    const found = (load<u8>(classes + (word >> 2)) >> <u8>((word & 3) << 1)) & 3;
    if (found === 0) continue;
    const value = load<u32>(view + offset);
    store<u32>(out + (offset - from), found === wordType ? newNumberOf(value) : newPlaceOf(value));
    store<u8>(types + ((offset - from) >> 2), <u8>found);
  }
}
