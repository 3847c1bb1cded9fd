/**
 * The scan of bsdiff (Percival 2003) over the new image: matches that beat the current alignment by some bytes begin a new one,
 * both alignments are stretched towards each other as long as at least half of their bytes agree, and an overlap is split where it costs least.
 */

import { allocate } from "../arena";
import { matchLength } from "../match/match-length";
import { countKeys, findMatch, matchPosition, openIndex, sortKeys, sumKeys } from "./index";

/** A match must agree in more bytes than the current alignment and these; bsdiff's number is 8. */
let advantage: i32 = 8;
/** Triples that wait to be taken. */
const mostTriples: u32 = 4096;

let old: usize = 0;
let oldSize: i32 = 0;
let fresh: usize = 0;
let freshSize: i32 = 0;
let triples: usize = 0;
let tripleCount: u32 = 0;

// Where the scan stands, and the match found there.
let scan: i32 = 0;
let length: i32 = 0;
let position: i32 = 0;
/** Up to where the bytes of the current alignment are compared, and how many of those from `scan` on agree. */
let scored: i32 = 0;
let score: i32 = 0;
let between: bool = true;
// The current alignment: from where it holds, and the distance from the new image to the old one.
let lastScan: i32 = 0;
let lastPosition: i32 = 0;
let lastOffset: i32 = 0;

/** Makes room for both images; gives the address of the old one, followed by that of the new one, or 0 without memory. */
export function bsdiffOpen(oldLength: u32, freshLength: u32): usize {
  const addresses = allocate(8);
  // Words are read across the ends.
  old = allocate(oldLength + 16);
  fresh = allocate(freshLength + 16);
  triples = allocate(mostTriples * 12);
  if (triples === 0 || fresh === 0 || !openIndex(old, oldLength)) return 0;
  store<u32>(addresses, old);
  store<u32>(addresses, fresh, 4);
  oldSize = oldLength;
  freshSize = freshLength;
  return addresses;
}

/** Begins a scan in which matches need this advantage. */
export function bsdiffStart(needed: i32): void {
  advantage = needed;
  scan = length = position = scored = score = lastScan = lastPosition = lastOffset = 0;
  between = true;
  tripleCount = 0;
}

/** Counts or, in the second pass, sorts the positions of the old image from `from` to before `to`. */
export function bsdiffIndex(from: u32, to: u32, second: bool): void {
  if (second) {
    if (from === 0) sumKeys();
    sortKeys(from, to);
  } else countKeys(from, to);
}

/** Address of the triples (add, copy, seek), each three integers of 32 bits. */
export function bsdiffTriples(): usize {
  return triples;
}

/** Number of triples that wait; forgets them. */
export function bsdiffTake(): u32 {
  const count = tripleCount;
  tripleCount = 0;
  return count;
}

/** Scans `steps` places more, or until triples must be taken; gives the place reached, the size of the new image at the end. */
export function bsdiffScan(steps: u32): u32 {
  while (scan < freshSize) {
    if (between) {
      scan += length;
      length = 0;
      scored = scan;
      score = 0;
      between = false;
    }
    while (scan < freshSize) {
      if (steps-- === 0) return scan;
      search();
      if ((length === score && length !== 0) || length > score + advantage) break;
      if (agrees(scan)) score--;
      scan++;
    }
    if (length !== score || scan === freshSize) emit();
    between = true;
    if (tripleCount === mostTriples) break;
  }
  return min(scan, freshSize);
}

/** Whether the byte of the new image at `at` is that of the current alignment. */
function agrees(at: i32): bool {
  const place = at + lastOffset;
  return place >= 0 && place < oldSize && load<u8>(old + place) === load<u8>(fresh + at);
}

/** Finds the longest match at `scan`: the current alignment's, that of the match before, or one of the index. */
function search(): void {
  const most = freshSize - scan;
  const earlier = length - 1;
  const here = scan + lastOffset;
  let best: i32 = 0;
  if (here >= 0 && here < oldSize) best = matchLength(old + here, fresh + scan, min(most, oldSize - here));
  let found = here;
  if (earlier > best) {
    best = earlier;
    found = position + 1;
  }
  length = findMatch(fresh + scan, most, here, best);
  position = length > best ? matchPosition : found;
  for (; scored < scan + length; scored++) if (agrees(scored)) score++;
}

/** Ends the current alignment where the match at `scan`, if any, takes over. */
function emit(): void {
  let forward: i32 = 0;
  let agreed: i32 = 0;
  let most: i32 = 0;
  const forwardEnd = min(scan - lastScan, oldSize - lastPosition);
  for (let step: i32 = 0; step < forwardEnd; ) {
    if (load<u8>(old + lastPosition + step) === load<u8>(fresh + lastScan + step)) agreed++;
    step++;
    if (agreed * 2 - step > most) {
      most = agreed * 2 - step;
      forward = step;
    }
  }
  let backward: i32 = 0;
  if (scan < freshSize) {
    agreed = 0;
    most = 0;
    const backwardEnd = min(scan - lastScan, position);
    for (let step: i32 = 1; step <= backwardEnd; step++) {
      if (load<u8>(old + position - step) === load<u8>(fresh + scan - step)) agreed++;
      if (agreed * 2 - step > most) {
        most = agreed * 2 - step;
        backward = step;
      }
    }
  }
  const overlap = lastScan + forward - (scan - backward);
  if (overlap > 0) {
    agreed = 0;
    most = 0;
    let kept: i32 = 0;
    const ours = old + lastPosition + forward - overlap;
    const theirs = old + position - backward;
    const bytes = fresh + scan - backward;
    for (let step: i32 = 0; step < overlap; step++) {
      const byte = load<u8>(bytes + step);
      if (byte === load<u8>(ours + step)) agreed++;
      if (byte === load<u8>(theirs + step)) agreed--;
      if (agreed > most) {
        most = agreed;
        kept = step + 1;
      }
    }
    forward += kept - overlap;
    backward -= kept;
  }
  const triple = triples + <usize>tripleCount * 12;
  tripleCount++;
  store<i32>(triple, forward);
  store<i32>(triple, scan - backward - (lastScan + forward), 4);
  store<i32>(triple, position - backward - (lastPosition + forward), 8);
  lastScan = scan - backward;
  lastPosition = position - backward;
  lastOffset = position - scan;
}
