/**
 * The control map: which stretches of the new image are copied from where in the old one (covers), in rising order of the new
 * image, and the same turned round: where an old offset went.
 */

import { behindFile, distanceIn, newAddressOf, oldOffsetOf, oldSizeOf, segmentOfAddress } from "./segments";

/** Bytes of a cover: where it starts in the new image, its length, where it starts in the old one. */
export const coverBytes: u32 = 12;

let covers: usize = 0;
let count: u32 = 0;

/** Turned round: starts in the old image, rising, and what to add to get to the new one. */
let starts: usize = 0;
let shifts: usize = 0;
let intervals: u32 = 0;

/** For each page of the old image the last interval that starts at or before it. */
let pages: usize = 0;
const pageBits: u32 = 12;
let pageCount: u32 = 0;

/** Bytes that the turned map takes, beside the covers. */
export function turnedBytes(coverCount: u32, oldSize: u32): u32 {
  return coverCount * 8 + ((oldSize >> pageBits) + 2) * 4;
}

/** Takes `coverCount` covers at `at`. */
export function setCovers(at: usize, coverCount: u32): void {
  covers = at;
  count = coverCount;
}

// @ts-expect-error: decorator
@inline
export function coverCount(): u32 {
  return count;
}

// @ts-expect-error: decorator
@inline
export function coverNew(index: u32): u32 {
  return load<u32>(covers + index * coverBytes);
}

// @ts-expect-error: decorator
@inline
export function coverLength(index: u32): u32 {
  return load<u32>(covers + index * coverBytes, 4);
}

// @ts-expect-error: decorator
@inline
export function coverOld(index: u32): u32 {
  return load<u32>(covers + index * coverBytes, 8);
}

/**
 * Turns the map round, at `at`.
 *
 * Where covers overlap in the old image, the earlier one keeps what it has, and one that lies within another is left out: an
 * old offset has one place in the new image.
 */
export function turnMap(at: usize, oldSize: u32): void {
  starts = at;
  shifts = at + count * 4;
  pages = shifts + count * 4;
  pageCount = (oldSize >> pageBits) + 1;
  // Indexes first, in order of the old start (of equal ones the earlier in the new image first); then starts in their place.
  for (let i: u32 = 0; i < count; i++) store<u32>(starts + (i << 2), i);
  sortIndexes();
  let end: u32 = 0;
  intervals = 0;
  for (let i: u32 = 0; i < count; i++) {
    const index = load<u32>(starts + (i << 2));
    const start = max(coverOld(index), end);
    const coverEnd = coverOld(index) + coverLength(index);
    if (coverEnd <= start) continue;
    const shift = coverNew(index) - coverOld(index);
    store<u32>(starts + (intervals << 2), start);
    store<u32>(shifts + (intervals << 2), shift);
    intervals += 1;
    end = coverEnd;
  }
  let interval: u32 = 0;
  for (let page: u32 = 0; page <= pageCount; page++) {
    while (interval + 1 < intervals && load<u32>(starts + ((interval + 1) << 2)) <= page << pageBits) interval++;
    store<u32>(pages + (page << 2), interval);
  }
}

/** Whether cover `a` goes before cover `b` in the old image. */
// @ts-expect-error: decorator
@inline
function precedes(a: u32, b: u32): bool {
  const first = coverOld(a);
  const second = coverOld(b);
  return first < second || (first === second && a < b);
}

/** Heap sort: no memory beside the indexes, and no input that makes it slow. */
function sortIndexes(): void {
  if (count < 2) return;
  for (let root = <i32>(count >> 1) - 1; root >= 0; root--) sift(<u32>root, count);
  for (let end = count - 1; end > 0; end--) {
    const top = load<u32>(starts);
    store<u32>(starts, load<u32>(starts + (end << 2)));
    store<u32>(starts + (end << 2), top);
    sift(0, end);
  }
}

function sift(root: u32, end: u32): void {
  const moved = load<u32>(starts + (root << 2));
  while (true) {
    let child = root * 2 + 1;
    if (child >= end) break;
    if (child + 1 < end && precedes(load<u32>(starts + (child << 2)), load<u32>(starts + ((child + 1) << 2)))) child++;
    if (!precedes(moved, load<u32>(starts + (child << 2)))) break;
    store<u32>(starts + (root << 2), load<u32>(starts + (child << 2)));
    root = child;
  }
  store<u32>(starts + (root << 2), moved);
}

/** Where interval `index` starts in the old image. */
// @ts-expect-error: decorator
@inline
export function intervalStart(index: u32): u32 {
  return load<u32>(starts + (index << 2));
}

/** What to add to an old offset in interval `index` to get to the new one. */
// @ts-expect-error: decorator
@inline
export function intervalShift(index: u32): u32 {
  return load<u32>(shifts + (index << 2));
}

/** The first interval that starts at an old offset or behind it, or their number. */
export function intervalFrom(offset: u32): u32 {
  let low: u32 = 0;
  let high = intervals;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(starts + (middle << 2)) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where an old offset went: with the interval that holds it, or with the one before it. */
export function mapOffset(offset: u32): u32 {
  if (intervals === 0) return offset;
  const page = min(offset >> pageBits, pageCount - 1);
  let low = load<u32>(pages + (page << 2));
  let high = min(load<u32>(pages + ((page + 1) << 2)), intervals - 1);
  if (offset >= pageCount << pageBits) high = intervals - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (load<u32>(starts + (middle << 2)) <= offset) low = middle;
    else high = middle - 1;
  }
  return offset + load<u32>(shifts + (low << 2));
}

/** Where an old address went. */
export function mapAddress(address: u32): u32 {
  const segment = segmentOfAddress(address);
  const distance = distanceIn(segment, address);
  if (distance >= oldSizeOf(segment)) return behindFile(segment, address);
  return newAddressOf(mapOffset(oldOffsetOf(segment) + distance));
}
