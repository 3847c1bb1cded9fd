/** Codes the control map and the kinds of the old image's chunks; one model for both directions. */

import { codeFlag, flagContext } from "../coder/counters";
import { isSpent } from "../coder/range";
import { countsTypes, insertedTypes, knowsTypes, setInsertedTypes } from "./btf";
import { coverBytes } from "./map";
import { chunkBits } from "./predict";

// Classes of flags, behind those of the payload.
const flagSame: u32 = 9;
const flagRecent: u32 = 10;
const flagSign: u32 = 11;
const flagKind: u32 = 12;
/** Each number has a class for its length and one for its bits. */
const numberInsert: u32 = 13;
const numberCopy: u32 = 15;
const numberJump: u32 = 17;
const flagResume: u32 = 19;

// In place of the class of a length: what is counted is no length.
const typesClass: u32 = 255;
const endClass: u32 = 254;
const wayClass: u32 = 253;

/** Diagonals that covers went back to lately. */
const recentCount: u32 = 8;
const recent = memory.data(8 * 4, 4);

/** Where covers lately ended in the old image: what follows is likely to be copied later. */
const endCount: u32 = 16;
const ends = memory.data(16 * 4, 4);
const longestWay: u32 = 4096;
let lastChosen: u32 = 0;
let resumed: u32 = 0;

/** What was wrong about a map that was read: a cover reaches beyond an image, or the coded bytes end elsewhere than the code. */
export let mapFault: u32 = 0;
const faultNew: u32 = 1;
const faultOld: u32 = 2;
export const faultLength: u32 = 3;

/**
 * Codes `count` covers at `covers`, which must be in rising order, apart, and inside both images.
 *
 * Reading stops at the first that is not, with `mapFault` set.
 */
export function codeCovers(covers: usize, count: u32, oldSize: u32, newSize: u32): void {
  mapFault = 0;
  let newEnd: u32 = 0;
  let oldEnd: u32 = 0;
  let insertClass: u32 = 0;
  let copyClass: u32 = 0;
  let sameHistory: u32 = 0;
  memory.fill(recent, 0, recentCount * 4);
  memory.fill(ends, 0, endCount * 4);
  lastChosen = 0;
  resumed = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (isSpent()) {
      mapFault = faultLength;
      return;
    }
    const at = covers + i * coverBytes;
    let start: u32 = 0;
    let length: u32 = 0;
    let old: u32 = 0;
    if (isDefined(ENCODER)) {
      start = load<u32>(at);
      length = load<u32>(at, 4);
      old = load<u32>(at, 8);
    }
    const inserted = codeNumber(start - newEnd, numberInsert, copyClass, insertClass);
    if (inserted > newSize - newEnd) {
      mapFault = faultNew;
      return;
    }
    start = newEnd + inserted;
    insertClass = lengthOf(inserted);
    if (inserted !== 0 && countsTypes(start)) {
      setInsertedTypes(i, codeNumber(insertedTypes(i), numberInsert, typesClass, insertClass));
    }
    // The old position, as the diagonal (new - old) of an earlier cover or as a jump from where the last one ended.
    const diagonal = newEnd - oldEnd;
    let same: u32 = 0;
    if (isDefined(ENCODER)) same = start - old === diagonal ? 1 : 0;
    flagContext(0, sameHistory & 255);
    flagContext(1, (insertClass << 8) | (sameHistory & 15));
    flagContext(2, inserted);
    flagContext(3, (copyClass << 8) | insertClass);
    flagContext(4, i === 0 ? 1 : 0);
    flagContext(5, copyClass);
    same = codeFlag(same, flagSame, min(insertClass, 31));
    sameHistory = (sameHistory << 1) | same;
    if (same) old = start - diagonal;
    else {
      const end = knowsTypes() ? codeEnd(old, insertClass, copyClass) : endCount;
      if (end < endCount) {
        const from = load<u32>(ends + (end << 2));
        old = from + codeNumber(old - from, numberInsert, wayClass, end);
      } else {
        const index = codeRecent(start - old, insertClass, sameHistory);
        if (index < recentCount) old = start - load<u32>(recent + (index << 2));
        else old = codeJump(old, oldEnd, insertClass, copyClass, sameHistory);
      }
      remember(start - old);
    }
    length = codeNumber(length - 1, numberCopy, insertClass, (copyClass << 1) | same) + 1;
    if (length === 0 || length > newSize - start) {
      mapFault = faultNew;
      return;
    }
    if (old > oldSize || length > oldSize - old) {
      mapFault = faultOld;
      return;
    }
    copyClass = lengthOf(length);
    store<u32>(at, start);
    store<u32>(at, length, 4);
    store<u32>(at, old, 8);
    newEnd = start + length;
    oldEnd = old + length;
    if (knowsTypes()) noteEnd(old, oldEnd);
  }
}

/** Codes which of the ends an old position is a short way behind; `endCount` for none. */
function codeEnd(old: u32, insertClass: u32, copyClass: u32): u32 {
  let chosen = endCount;
  if (isDefined(ENCODER)) {
    let least: u32 = 0xffffffff;
    for (let i: u32 = 0; i < endCount; i++) {
      const way = old - load<u32>(ends + (i << 2));
      if (way >= longestWay) continue;
      const cost = lengthOf(i) + lengthOf(way);
      if (cost >= least) continue;
      least = cost;
      chosen = i;
    }
  }
  flagContext(0, resumed & 1);
  flagContext(1, resumed & 15);
  flagContext(2, resumed & 255);
  flagContext(3, insertClass);
  flagContext(4, (insertClass << 8) | copyClass);
  flagContext(5, 3);
  const resumes = codeFlag(chosen < endCount ? 1 : 0, flagResume, min(insertClass, 31));
  resumed = (resumed << 1) | resumes;
  if (!resumes) return endCount;
  lastChosen = min(codeNumber(chosen, numberInsert, endClass, lastChosen), endCount - 1);
  return lastChosen;
}

/** Codes an old position as a way from where the last cover ended. */
function codeJump(old: u32, oldEnd: u32, insertClass: u32, copyClass: u32, history: u32): u32 {
  const jump = old - oldEnd;
  let sign: u32 = <i32>jump < 0 ? 1 : 0;
  flagContext(0, insertClass);
  flagContext(1, copyClass);
  flagContext(2, history & 255);
  flagContext(3, 0);
  flagContext(4, 1);
  flagContext(5, 2);
  sign = codeFlag(sign, flagSign, min(insertClass, 31));
  const size = codeNumber(sign ? <u32>-(<i32>jump) - 1 : jump, numberJump, (insertClass << 1) | sign, sign);
  return sign ? oldEnd - size - 1 : oldEnd + size;
}

/** Puts the end of a cover in front of the others, in place of the one it went on from. */
function noteEnd(old: u32, end: u32): void {
  let carried = end;
  for (let i: u32 = 0; i < endCount; i++) {
    const each = load<u32>(ends + (i << 2));
    store<u32>(ends + (i << 2), carried);
    if (old - each < longestWay) return;
    carried = each;
  }
}

/** Codes which of the recent diagonals it is; `recentCount` for none. */
function codeRecent(diagonal: u32, insertClass: u32, history: u32): u32 {
  for (let i: u32 = 0; i < recentCount; i++) {
    let hit: u32 = 0;
    if (isDefined(ENCODER)) hit = load<u32>(recent + (i << 2)) === diagonal ? 1 : 0;
    flagContext(0, i);
    flagContext(1, (i << 8) | insertClass);
    flagContext(2, (i << 8) | (history & 255));
    flagContext(3, (i << 16) | (insertClass << 8) | (history & 15));
    flagContext(4, 0);
    flagContext(5, 1);
    if (codeFlag(hit, flagRecent, i)) return i;
  }
  return recentCount;
}

/** Puts a diagonal in front of the recent ones. */
function remember(diagonal: u32): void {
  let carried = diagonal;
  for (let i: u32 = 0; i < recentCount; i++) {
    const each = load<u32>(recent + (i << 2));
    store<u32>(recent + (i << 2), carried);
    if (each === diagonal) return;
    carried = each;
  }
}

/** Marks the chunks, of `chunks`, that covers read, a byte each. */
export function markUsed(covers: usize, count: u32, used: usize, chunks: u32): void {
  memory.fill(used, 0, chunks);
  for (let i: u32 = 0; i < count; i++) {
    const cover = covers + i * coverBytes;
    const old = load<u32>(cover, 8);
    const last = (old + load<u32>(cover, 4) - 1) >> chunkBits;
    memory.fill(used + (old >> chunkBits), 1, last - (old >> chunkBits) + 1);
  }
}

/** Codes the kind of each of `count` chunks at `kinds` that a cover reads, as `used` tells by a byte each. */
export function codeKinds(kinds: usize, used: usize, count: u32): void {
  let history: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (!load<u8>(used + i)) {
      store<u8>(kinds + i, 0);
      continue;
    }
    let kind: u32 = 0;
    if (isDefined(ENCODER)) kind = load<u8>(kinds + i);
    let node: u32 = 1;
    for (let bit: i32 = 2; bit >= 0; bit--) {
      flagContext(0, (node << 3) | (history & 7));
      flagContext(1, (node << 6) | (history & 63));
      flagContext(2, (node << 9) | (history & 511));
      flagContext(3, (node << 15) | (history & 32767));
      flagContext(4, node);
      flagContext(5, (node << 21) | (history & 0x1fffff));
      node = (node << 1) | codeFlag((kind >> bit) & 1, flagKind, node);
    }
    kind = node & 7;
    history = (history << 3) | kind;
    store<u8>(kinds + i, <u8>kind);
  }
}

/** How many bits a number has. */
// @ts-expect-error: decorator
@inline
function lengthOf(value: u32): u32 {
  return 32 - clz(value);
}

/** Codes a number: how many bits it has, then the bits below the highest one. */
export function codeNumber(value: u32, field: u32, first: u32, second: u32): u32 {
  const bits = lengthOf(value);
  let node: u32 = 1;
  for (let i: i32 = 5; i >= 0; i--) {
    flagContext(0, node);
    flagContext(1, (node << 8) | first);
    flagContext(2, (node << 8) | second);
    flagContext(3, (node << 16) | (first << 8) | second);
    flagContext(4, node & 7);
    flagContext(5, node << 4);
    node = (node << 1) | codeFlag((bits >> i) & 1, field, <u32>i);
  }
  const length = min(node & 63, 32);
  if (length < 2) return length;
  let found: u32 = 1;
  for (let i = <i32>length - 2; i >= 0; i--) {
    const known = <u32>(<i32>length - 1 - i);
    flagContext(0, (length << 8) | <u32>i);
    flagContext(1, known <= 3 ? (length << 8) | found : (length << 8) | 128 | <u32>i);
    flagContext(2, known <= 7 ? (length << 16) | found : (length << 16) | 0x8000 | <u32>i);
    flagContext(3, (length << 16) | (first << 8) | <u32>i);
    flagContext(4, known <= 10 ? (length << 24) | (found << 8) | first : <u32>i);
    flagContext(5, i < 3 ? (found & 3) << 2 | <u32>i : 1);
    found = (found << 1) | codeFlag((value >> i) & 1, field + 1, <u32>i);
  }
  return found;
}
