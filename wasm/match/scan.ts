/**
 * Finds which stretches of the new image to copy from where: a dynamic programme along the new image over the few diagonals
 * (old position minus new one) that are worth following, each with the cost of the best way to have come there.
 *
 * A diagonal costs for each byte that differs, inserting costs for each byte, changing costs once; so a change is made only where it pays,
 * even if what pays for it comes later.
 */

import { coverBytes } from "../patch/map";
import { bucketEnd, bucketStart, hashAt, placeNear, positionAt } from "./index";
import { matchLength } from "./match-length";

/** A way: its diagonal, cost, where it took it up, the way before it, and for how many bytes it has matched. */
const wayBytes: u32 = 20;
const maxWays: u32 = 8;
const ways = memory.data(9 * 20, 4);
let wayCount: u32 = 0;

/** A finished stretch of a way: where it starts, its diagonal, the stretch before it, and a place to note something. */
export const recordBytes: u32 = 16;
let records: usize = 0;
let recordCount: u32 = 0;
let maxRecords: u32 = 0;
/** Full of what is still needed, the records are looked through once in so many bytes, or what makes a way of each few bytes would take for ever. */
const leastPause: u32 = 4096;
let compactFrom: u32 = 0;
/** The record of the best way at `recordedAt`, shared by all that branch off there. */
let recordedAt: u32 = 0xffffffff;
let recorded: u32 = 0;

/** No diagonal: bytes are inserted. */
const inserting: i32 = 0x7fffffff;
const none: u32 = 0xffffffff;

let costDiffer: i32 = 0;
let costInsert: i32 = 0;
let costChange: i32 = 0;
let costInsertChange: i32 = 0;
let depth: u32 = 0;
let calm: u32 = 0;
let idle: u32 = 0;

let image: usize = 0;
let imageSize: u32 = 0;
let fresh: usize = 0;
let size: u32 = 0;

/** The place in the new image that the scan has reached, and the way that costs least there. */
let reached: u32 = 0;
let leading: u32 = 0;

/**
 * Sets what things cost, in sixteenths of a bit, how many positions of a bucket are looked at, after how many matching bytes of the best way no
 * others are looked for, and a bit of the new positions at which none are: 0, or the step of the index, so that half the looks still meet each diagonal.
 */
export function setCosts(differ: i32, insert: i32, change: i32, insertChange: i32, look: u32, run: u32, idleBit: u32): void {
  costDiffer = differ;
  costInsert = insert;
  costChange = change;
  costInsertChange = insertChange;
  depth = look;
  calm = run;
  idle = idleBit;
}

// @ts-expect-error: decorator
@inline
function way(index: u32): usize {
  return ways + index * wayBytes;
}

/** Gives the record of way `index` up to `at`. */
function record(index: u32, at: u32): u32 {
  if (recordedAt === at) return recorded;
  if (recordCount === maxRecords && (at < compactFrom || !compact(at))) return none;
  const from = way(index);
  const to = records + recordCount * recordBytes;
  store<u32>(to, load<u32>(from, 8));
  store<i32>(to, load<i32>(from), 4);
  store<u32>(to, load<u32>(from, 12), 8);
  recordedAt = at;
  recorded = recordCount++;
  return recorded;
}

/** Drops the records that no way leads back to; false when none were. `at` is the place in the new image. */
function compact(at: u32): bool {
  for (let i: u32 = 0; i < recordCount; i++) store<u32>(records + i * recordBytes, 0, 12);
  for (let i: u32 = 0; i < wayCount; i++) {
    let each = load<u32>(way(i), 12);
    while (each !== none) {
      const entry = records + each * recordBytes;
      if (load<u32>(entry, 12)) break;
      store<u32>(entry, 1, 12);
      each = load<u32>(entry, 8);
    }
  }
  // A parent stands in front of its children; the fourth field stays at the old place and tells the new one.
  let kept: u32 = 0;
  for (let i: u32 = 0; i < recordCount; i++) {
    const from = records + i * recordBytes;
    if (!load<u32>(from, 12)) continue;
    const to = records + kept * recordBytes;
    store<u32>(to, load<u32>(from));
    store<u32>(to, load<u32>(from, 4), 4);
    store<u32>(to, renumbered(load<u32>(from, 8)), 8);
    store<u32>(from, kept, 12);
    kept += 1;
  }
  for (let i: u32 = 0; i < wayCount; i++) store<u32>(way(i), renumbered(load<u32>(way(i), 12)), 12);
  const freed = recordCount - kept;
  recordCount = kept;
  if (freed < maxRecords >> 3) compactFrom = at + max(size >> 8, leastPause);
  return freed > 0;
}

// @ts-expect-error: decorator
@inline
function renumbered(index: u32): u32 {
  return index === none ? none : load<u32>(records + index * recordBytes, 12);
}

/** Starts to look for covers of the `newSize` bytes at `newBytes` in the indexed image at `old`. `work` has room for `workRecords` records. */
export function scanStart(old: usize, oldSize: u32, newBytes: usize, newSize: u32, work: usize, workRecords: u32): void {
  image = old;
  imageSize = oldSize;
  fresh = newBytes;
  size = newSize;
  records = work;
  recordCount = 0;
  maxRecords = workRecords;
  recordedAt = none;
  compactFrom = 0;
  // Way 0 always inserts.
  wayCount = 1;
  store<i32>(ways, inserting);
  store<i32>(ways, 0, 4);
  store<u32>(ways, 0, 8);
  store<u32>(ways, none, 12);
  store<u32>(ways, 0, 16);
  leading = 0;
  reached = 0;
}

/** Looks on up to `limit` of the new image, or somewhat further, and gives the place reached. */
export function scanTo(limit: u32): u32 {
  let i = reached;
  let best = leading;
  while (i < limit) {
    const bestWay = way(best);
    const diagonal = load<i32>(bestWay);
    // One way alone that matches: run ahead.
    if (diagonal !== inserting && load<u32>(bestWay, 16) >= 16) {
      const run = matchLength(image + i + diagonal, fresh + i, min(size - i, imageSize - (i + diagonal)));
      if (run >= 32) {
        i += run;
        store<u32>(bestWay, load<u32>(bestWay, 16) + run, 16);
        dropOthers(best, run);
        best = 1;
        if (i >= size) break;
      }
    }
    if (load<u32>(way(best), 16) < calm && !(i & idle) && i + 8 <= size) look(fresh + i, i, best);
    // One byte further on every way.
    const byte = load<u8>(fresh + i);
    let least: i32 = 0x7fffffff;
    let next: u32 = 0;
    for (let w: u32 = 1; w < wayCount; w++) {
      const each = way(w);
      const position = i + load<i32>(each);
      let cost = load<i32>(each, 4);
      if (position < imageSize && load<u8>(image + position) === byte) {
        store<u32>(each, load<u32>(each, 16) + 1, 16);
      } else {
        cost += costDiffer;
        store<i32>(each, cost, 4);
        store<u32>(each, 0, 16);
      }
      if (cost < least) {
        least = cost;
        next = w;
      }
    }
    // To insert may begin here.
    const bestCost = load<i32>(way(best), 4);
    if (best !== 0) {
      // `best` has moved already; what it cost in front of this byte is at most its cost now.
      if (bestCost + costInsertChange < load<i32>(ways, 4)) {
        const parent = record(best, i);
        if (parent !== none) {
          store<i32>(ways, bestCost + costInsertChange, 4);
          store<u32>(ways, i, 8);
          store<u32>(ways, parent, 12);
        }
      }
    }
    const insertCost = load<i32>(ways, 4) + costInsert;
    store<i32>(ways, insertCost, 4);
    if (insertCost < least) {
      least = insertCost;
      next = 0;
    }
    best = next;
    i += 1;
    // Ways that can not win any more end; costs are kept small.
    const limit = least + costChange + (costChange >> 1);
    let kept: u32 = 1;
    for (let w: u32 = 1; w < wayCount; w++) {
      if (load<i32>(way(w), 4) > limit) continue;
      if (kept !== w) memory.copy(way(kept), way(w), wayBytes);
      if (best === w) best = kept;
      kept += 1;
    }
    wayCount = kept;
    if (least > 0x20000000) {
      for (let w: u32 = 0; w < wayCount; w++) store<i32>(way(w), load<i32>(way(w), 4) - least, 4);
    }
  }
  reached = i;
  leading = best;
  return i;
}

/** All other ways fell behind while the best ran ahead: it becomes way 1, and to insert costs what it costs at least. */
function dropOthers(best: u32, run: u32): void {
  const cost = load<i32>(way(best), 4);
  const insertCost = min(<i64>load<i32>(ways, 4) + <i64>run * costInsert, <i64>cost + costInsertChange * 2 + costInsert);
  store<i32>(ways, <i32>insertCost, 4);
  if (best !== 1) memory.copy(way(1), way(best), wayBytes);
  wayCount = 2;
}

/** Takes up diagonals on which the next bytes match. */
function look(at: usize, i: u32, best: u32): void {
  const hash = hashAt(at);
  let start = bucketStart(hash);
  let end = bucketEnd(hash);
  if (start === end) return;
  const diagonal = load<i32>(way(best));
  const around = diagonal === inserting ? load<i32>(way(1)) : diagonal;
  if (end - start > depth) {
    const near = placeNear(start, end, i + (wayCount > 1 ? around : 0));
    start = max(start, near > depth >> 1 ? near - (depth >> 1) : 0);
    end = min(end, start + depth);
  }
  let longest: u32 = 0;
  let chosen: u32 = 0;
  let distance: u32 = 0;
  for (let place = start; place < end; place++) {
    const position = positionAt(place);
    const length = matchLength(image + position, at, min(64, imageSize - position));
    if (length < 6) continue;
    const far = <u32>abs<i32>(<i32>(position - i) - around);
    if (length > longest || (length === longest && far < distance)) {
      longest = length;
      chosen = position;
      distance = far;
    }
  }
  if (longest >= 6) takeUp(<i32>(chosen - i), i, best);
}

/** Adds a way on a diagonal that branches off the best one here. */
function takeUp(diagonal: i32, i: u32, best: u32): void {
  const cost = load<i32>(way(best), 4) + (best === 0 ? costChange - costInsertChange : costChange);
  let worst: u32 = 0;
  for (let w: u32 = 1; w < wayCount; w++) {
    if (load<i32>(way(w)) === diagonal) {
      if (load<i32>(way(w), 4) <= cost) return;
      worst = w;
      break;
    }
    if (wayCount > maxWays && (worst === 0 || load<i32>(way(w), 4) > load<i32>(way(worst), 4))) worst = w;
  }
  if (worst === best && worst !== 0) return;
  const parent = record(best, i);
  if (parent === none) return;
  const to = way(worst !== 0 ? worst : wayCount++);
  store<i32>(to, diagonal);
  store<i32>(to, cost, 4);
  store<u32>(to, i, 8);
  store<u32>(to, parent, 12);
  store<u32>(to, 0, 16);
}

/** Writes the covers of the best way, 12 bytes each, in rising order, to `out` (room for `maxCovers`), and gives their number. */
export function scanEnd(out: usize, maxCovers: u32): u32 {
  // From the end: as many as there are, written from the back of the room, then moved to its front.
  let to = maxCovers;
  let end = size;
  let start = load<u32>(way(leading), 8);
  let diagonal = load<i32>(way(leading));
  let parent = load<u32>(way(leading), 12);
  while (true) {
    if (diagonal !== inserting && end > start && to > 0) {
      to -= 1;
      const cover = out + to * coverBytes;
      store<u32>(cover, start);
      store<u32>(cover, end - start, 4);
      store<u32>(cover, start + diagonal, 8);
    }
    end = start;
    if (parent === none) break;
    const entry = records + parent * recordBytes;
    start = load<u32>(entry);
    diagonal = load<i32>(entry, 4);
    parent = load<u32>(entry, 8);
  }
  memory.copy(out, out + to * coverBytes, (maxCovers - to) * coverBytes);
  return maxCovers - to;
}
