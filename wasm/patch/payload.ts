/**
 * The new bytes of a block: copied words with what is wrong about their prediction, and inserted bytes.
 *
 * One model for both directions: the module that makes patches finds the new bytes at the output address and codes them; the one
 * that applies them puts them there.
 */

import { byteBytes, byteContext, codeByte, resetBytes } from "../coder/bytes";
import { codeFlag, flagBytes, flagContext, resetFlags } from "../coder/counters";
import { chunkBits, predict } from "./predict";
import { codeRaw, resetRaw } from "./raw";

// Classes of flags; those of the map come behind.
const flagChunk: u32 = 0;
const flagLine: u32 = 1;
const flagWord: u32 = 2;
const flagSeen: u32 = 3;
const flagTop: u32 = 4;
const flagLast: u32 = 5;
const flagSign: u32 = 6;
const flagMask: u32 = 7;
const flagMatch: u32 = 8;

/** Class of inserted bytes; the bytes of a correction have those of their index. */
const byteInserted: u32 = 4;

const predictedBytes = memory.data(1 << 10, 16);
const types = memory.data(1 << 8, 16);

let corrections: usize = 0;
let correctionMask: u32 = 0;
/** Last correction of each kind and top byte. */
let topCorrections: usize = 0;
const topBytes: u32 = 256 * 8 * 4;
let matches: usize = 0;
const matchBits: u32 = 13;
let windowSize: u32 = 0;

/** Words of the piece at hand; behind them the buffer holds what earlier pieces left. */
let pieceWords: u32 = 0;
let chunkHistory: u32 = 0;
let lineHistory: u32 = 0;
let wordHistory: u32 = 0;
let seenHistory: u32 = 0;
let lastCorrection: u32 = 0;

/** Where the block begins in memory. */
let blockStart: usize = 0;

/** Memory of the model: 2^`flagBits` counters, 2^`lineBits` lines of states, 2^`correctionBits` corrections, and so many contexts of a byte. */
export function payloadBytes(flagBits: u32, lineBits: u32, correctionBits: u32, contexts: u32): u32 {
  return byteBytes(lineBits, contexts) + flagBytes(flagBits) + (8 << correctionBits) + topBytes + (4 << matchBits);
}

/** Forgets everything, as each block does; the model then lives at `at` and the block's new bytes begin at `start`. */
export function resetPayload(
  at: usize,
  flagBits: u32,
  lineBits: u32,
  correctionBits: u32,
  contexts: u32,
  window: u32,
  start: usize,
): void {
  resetBytes(at, lineBits, contexts);
  at += byteBytes(lineBits, contexts);
  resetFlags(at, flagBits);
  at += flagBytes(flagBits);
  corrections = at;
  correctionMask = (1 << correctionBits) - 1;
  topCorrections = corrections + (8 << correctionBits);
  matches = topCorrections + topBytes;
  memory.fill(corrections, 0, (8 << correctionBits) + topBytes + (4 << matchBits));
  windowSize = window;
  chunkHistory = 0;
  lineHistory = 0;
  wordHistory = 0;
  seenHistory = 0;
  lastCorrection = 0;
  matchLength = 0;
  blockStart = start;
  resetRaw();
}

/** The block's new bytes now begin at another address: they were moved. */
export function moveBlock(start: usize): void {
  blockStart = start;
}

// --- copied bytes ---

/**
 * Codes `length` bytes at `out` that are copied from `from` of the old image to `newFrom` of the new one; the kind of a chunk
 * is at `chunkKinds`.
 */
export function codeCopied(from: u32, length: u32, newFrom: u32, out: usize, chunkKinds: usize): void {
  const end = from + length;
  while (from < end) {
    const chunk = from >> chunkBits;
    const pieceEnd = min(end, (chunk + 1) << chunkBits);
    codePiece(from, pieceEnd, newFrom, out, load<u8>(chunkKinds + chunk));
    newFrom += pieceEnd - from;
    out += pieceEnd - from;
    from = pieceEnd;
  }
}

/** Codes what is copied from one chunk. */
function codePiece(from: u32, end: u32, newFrom: u32, out: usize, kind: u32): void {
  const first = from & ~3;
  pieceWords = (end - first + 3) >> 2;
  predict(kind, first, end - first, newFrom - (from - first), predictedBytes, types);
  const predicted = predictedBytes + (from - first);
  const size = end - from;
  let same: u32 = 0;
  if (isDefined(ENCODER)) same = memory.compare(predicted, out, size) === 0 ? 1 : 0;
  const sizeClass = 32 - clz(size);
  flagContext(0, chunkHistory & 255);
  flagContext(1, (kind << 2) | (chunkHistory & 3));
  flagContext(2, (sizeClass << 1) | (chunkHistory & 1));
  flagContext(3, (sizeClass << 8) | (kind << 4) | (lineHistory & 15));
  flagContext(4, (chunkHistory & 0xffff) | (kind << 16));
  flagContext(5, load<u32>(predictedBytes));
  same = codeFlag(same, flagChunk, sizeClass);
  chunkHistory = (chunkHistory << 1) | (same ^ 1);
  if (same) {
    if (!isDefined(ENCODER)) memory.copy(out, predicted, size);
    return;
  }
  const shift = out - from;
  for (let line = from; line < end; ) {
    const lineEnd = min(end, (line & ~63) + 64);
    codeLine(line, lineEnd, first, shift, kind);
    line = lineEnd;
  }
}

/** Codes the part of a chunk that lies in one line of 64 bytes; new bytes are `shift` behind old ones. */
function codeLine(from: u32, end: u32, first: u32, shift: usize, kind: u32): void {
  const predicted = predictedBytes + (from - first);
  const size = end - from;
  let references: u32 = 0;
  for (let word = (from - first) >> 2; word < (end - first + 3) >> 2; word++) {
    references += load<u8>(types + word) ? 1 : 0;
  }
  let same: u32 = 0;
  if (isDefined(ENCODER)) same = memory.compare(predicted, from + shift, size) === 0 ? 1 : 0;
  flagContext(0, lineHistory & 255);
  flagContext(1, (kind << 12) | (lineHistory & 4095));
  flagContext(2, (references << 8) | (kind << 4) | (lineHistory & 15));
  flagContext(3, (((from >> 6) & 15) << 8) | (chunkHistory & 7) << 4 | (lineHistory & 15));
  flagContext(4, load<u32>(predictedBytes + ((from & ~3) - first)));
  flagContext(5, (size << 8) | (references << 2) | (lineHistory & 3));
  same = codeFlag(same, flagLine, ((lineHistory & 3) << 3) | min(references, 7));
  lineHistory = (lineHistory << 1) | (same ^ 1);
  if (same) {
    if (!isDefined(ENCODER)) memory.copy(from + shift, predicted, size);
    return;
  }
  for (let word = from; word < end; ) {
    const wordEnd = min(end, (word & ~3) + 4);
    codeWord(word, wordEnd, first, shift, kind);
    word = wordEnd;
  }
}

/** Codes the bytes of one word, of which a cover may begin or end inside. */
function codeWord(from: u32, end: u32, first: u32, shift: usize, kind: u32): void {
  const index = (from - first) >> 2;
  const type = <u32>load<u8>(types + index);
  const whole = load<u32>(predictedBytes + (index << 2));
  const before = index > 0 ? load<u32>(predictedBytes + ((index - 1) << 2)) : 0;
  const after = index + 1 < pieceWords ? load<u32>(predictedBytes + ((index + 1) << 2)) : 0;
  const bits = (end - from) << 3;
  const mask: u32 = bits === 32 ? 0xffffffff : (1 << bits) - 1;
  const predicted = (whole >> ((from & 3) << 3)) & mask;
  let wanted: u32 = 0;
  if (isDefined(ENCODER)) wanted = readPart(from + shift, end - from);

  const hash = hashOf(whole, (kind << 4) | (from & 3));
  const entry = corrections + (<usize>(hash & correctionMask) << 3);
  const check = hash >> 8;
  const state = load<u32>(entry, 4);
  const known = state >> 8 === check;
  const confidence = known ? state & 255 : 0;
  const seen = known ? load<u32>(entry) : 0;
  const top = whole >> 24;
  const place = (kind << 3) | type;
  const outlook = known ? (seen === 0 ? 1 : 2) : 0;

  let same: u32 = 0;
  if (isDefined(ENCODER)) same = wanted === predicted ? 1 : 0;
  flagContext(0, whole ^ (place << 27));
  flagContext(1, wordHistory & 0xffff);
  flagContext(2, (top << 8) | (kind << 4) | (wordHistory & 15));
  flagContext(3, (outlook << 14) | (min(confidence, 15) << 10) | (place << 4) | (wordHistory & 3));
  flagContext(4, ((whole >> 21) << 8) | (type << 5) | (wordHistory & 31));
  flagContext(5, ((before >> 24) << 24) | ((after >> 24) << 16) | (top << 8) | type);
  same = codeFlag(same, flagWord, (min(outlook, 1) << 4) | (min(type, 7) << 1) | (wordHistory & 1));
  wordHistory = (wordHistory << 1) | (same ^ 1);

  let correction: u32 = 0;
  if (!same) {
    correction = codeCorrection((wanted - predicted) & mask, end - from, whole, predicted, seen, confidence, place, known);
  }
  if (!isDefined(ENCODER)) writePart(from + shift, end - from, (predicted + correction) & mask);

  if (known && seen === correction) store<u32>(entry, (check << 8) | min(confidence + 1, 255), 4);
  else if (known && confidence > 3) store<u32>(entry, (check << 8) | (confidence >> 1), 4);
  else {
    store<u32>(entry, correction);
    store<u32>(entry, (check << 8) | 1, 4);
  }
}

// @ts-expect-error: decorator
@inline
function hashOf(value: u32, salt: u32): u32 {
  const hash = (value ^ (salt * 0x9e3779b1)) * 0x85ebca6b;
  return (hash ^ (hash >> 15)) * 0xc2b2ae35;
}

/** Codes what to add to a predicted word, which is not 0. */
function codeCorrection(
  wanted: u32,
  size: u32,
  whole: u32,
  predicted: u32,
  seen: u32,
  confidence: u32,
  place: u32,
  known: bool,
): u32 {
  const top = whole >> 24;
  const topEntry = topCorrections + ((((place >> 3) << 8) | top) << 2);
  const byTop = load<u32>(topEntry);
  let found: u32 = 0;
  if (known && seen !== 0) found = tryCandidate(wanted, seen, flagSeen, min(confidence, 15), place, whole);
  if (!found && byTop !== 0 && !(known && byTop === seen)) {
    found = tryCandidate(wanted, byTop, flagTop, 0, place, whole);
  }
  if (!found && lastCorrection !== 0 && lastCorrection !== byTop && !(known && lastCorrection === seen)) {
    found = tryCandidate(wanted, lastCorrection, flagLast, 0, place, whole);
  }
  seenHistory = (seenHistory << 1) | (found ? 0 : 1);
  if (!found) found = codeDifference(wanted, size, whole, predicted, place);
  store<u32>(topEntry, found);
  lastCorrection = found;
  return found;
}

function tryCandidate(wanted: u32, candidate: u32, kind: u32, confidence: u32, place: u32, whole: u32): u32 {
  let taken: u32 = 0;
  if (isDefined(ENCODER)) taken = wanted === candidate ? 1 : 0;
  const top = whole >> 24;
  flagContext(0, (confidence << 8) | place);
  flagContext(1, (seenHistory & 255) | (place << 8));
  flagContext(2, (top << 8) | place);
  flagContext(3, whole);
  flagContext(4, candidate);
  flagContext(5, (seenHistory & 15) | (confidence << 4) | ((32 - clz(candidate)) << 8));
  return codeFlag(taken, kind, min(confidence, 7) | ((seenHistory & 3) << 3)) ? candidate : 0;
}

/** Codes a correction as sign, which bytes of its size are not zero, and those bytes from the top. */
function codeDifference(wanted: u32, size: u32, whole: u32, predicted: u32, place: u32): u32 {
  const unused = (4 - size) << 3;
  const signed = <i32>(wanted << unused) >> unused;
  let sign: u32 = signed < 0 ? 1 : 0;
  let magnitude = sign ? <u32>-signed : <u32>signed;
  const top = whole >> 24;
  flagContext(0, place);
  flagContext(1, (top << 8) | place);
  flagContext(2, whole);
  flagContext(3, (lastCorrection >> 31) | (place << 1));
  flagContext(4, whole >> 16);
  flagContext(5, size);
  sign = codeFlag(sign, flagSign, place & 31);

  let mask: u32 = 0;
  if (isDefined(ENCODER)) {
    for (let i: u32 = 0; i < 4; i++) mask |= ((magnitude >> (i << 3)) & 255 ? 1 : 0) << i;
  }
  let node: u32 = 1;
  for (let i: i32 = 3; i >= 0; i--) {
    if (<u32>i >= size) {
      node = node << 1;
      continue;
    }
    flagContext(0, (node << 8) | place);
    flagContext(1, (node << 17) | (top << 9) | (sign << 8) | place);
    flagContext(2, (node << 28) ^ whole);
    flagContext(3, (node << 9) | (sign << 8) | (seenHistory & 255));
    flagContext(4, (node << 17) | (whole >> 16 << 1) | sign);
    flagContext(5, (node << 14) | ((clz(lastCorrection) >> 1) << 9) | (sign << 8) | place);
    node = (node << 1) | codeFlag((mask >> i) & 1, flagMask, node);
  }
  mask = node & 15;

  let value: u32 = 0;
  for (let i: i32 = 3; i >= 0; i--) {
    value <<= 8;
    if (!((mask >> i) & 1)) continue;
    const j = <u32>i;
    byteContext(0, (j << 5) | (mask << 1) | sign);
    byteContext(1, hashOf((value << 8) ^ top, (j << 16) | (place << 1) | sign));
    byteContext(2, hashOf(((predicted >> (j << 3)) & 255) | (top << 8) | ((value & 255) << 16), (j << 8) | place));
    byteContext(3, hashOf(value ^ (predicted >> (j << 3) << 8), (j << 1) | sign | 0x10000));
    byteContext(4, hashOf((value << 16) ^ (whole >> 16), (j << 1) | sign | 0x20000));
    byteContext(5, hashOf(value, (j << 16) | (place << 8) | (mask << 1) | sign));
    byteContext(6, hashOf(value, (j << 1) | sign) ^ lastCorrection);
    const expected = (lastCorrection >> (j << 3)) & 255;
    const byte = codeByte((magnitude >> (j << 3)) & 255, j, place >> 3, <i32>expected, min(seenHistory & 3, 3));
    value |= byte;
  }
  magnitude = value;
  const found = sign ? <u32>-(<i32>magnitude) : magnitude;
  return size === 4 ? found : found & ((1 << (size << 3)) - 1);
}

function readPart(at: usize, size: u32): u32 {
  if (size === 4) return load<u32>(at, 0, 1);
  let value: u32 = 0;
  for (let i: u32 = 0; i < size; i++) value |= <u32>load<u8>(at + i) << (i << 3);
  return value;
}

function writePart(at: usize, size: u32, value: u32): void {
  if (size === 4) {
    store<u32>(at, value, 0, 1);
    return;
  }
  for (let i: u32 = 0; i < size; i++) store<u8>(at + i, <u8>(value >> (i << 3)));
}

// --- inserted bytes ---

/** How many bytes in front of the next one equal those in front of `matchAt`, and where that is in the block. */
let matchLength: u32 = 0;
let matchAt: u32 = 0;

/**
 * Codes `length` bytes at `out` that are in the patch as they are; `newFrom` is their place in the new image, and `ahead` old
 * bytes at `old` are those that would have come next.
 */
export function codeInserted(length: u32, newFrom: u32, out: usize, old: usize, ahead: u32): void {
  if (codeRaw(out, length)) return;
  const start = <u32>(out - blockStart);
  let word1 = wordBefore(out, start, 4);
  let word2 = wordBefore(out, start, 8);
  let word3 = wordBefore(out, start, 12);
  matchLength = 0;
  for (let i: u32 = 0; i < length; i++) {
    const at = out + i;
    const offset = start + i;
    const slot = matches + (<usize>(hashOf(word1, word2 & 0xffff) >> (32 - matchBits)) << 2);
    if (matchLength === 0 && offset >= 6) {
      // Entries are offsets + 1; what lies too far back is not in memory any more.
      const candidate = load<u32>(slot);
      if (candidate > 0 && offset - (candidate - 1) <= windowSize) {
        matchAt = candidate - 1;
        while (matchLength < 31 && matchLength < matchAt && load<u8>(at - 1 - matchLength) === load<u8>(blockStart + matchAt - 1 - matchLength)) {
          matchLength += 1;
        }
        if (matchLength < 5) matchLength = 0;
      }
    }
    store<u32>(slot, offset + 1);
    const expected: i32 = matchLength > 0 ? <i32>load<u8>(blockStart + matchAt) : -1;
    let byte: u32 = 0;
    if (isDefined(ENCODER)) byte = load<u8>(at);
    let done: u32 = 0;
    if (matchLength > 7) {
      flagContext(0, min(matchLength, 31));
      flagContext(1, (min(matchLength, 31) << 8) | <u32>expected);
      flagContext(2, (<u32>expected << 8) | (word1 >> 24));
      flagContext(3, word1);
      flagContext(4, (newFrom + i) & 3);
      flagContext(5, seenHistory & 15);
      done = codeFlag(byte === <u32>expected ? 1 : 0, flagMatch, min(matchLength, 31));
      if (done) byte = <u32>expected;
      else matchLength = 0;
    }
    if (!done) {
      const q = (newFrom + i) & 3;
      const parallel = i < ahead ? <u32>load<u8>(old + i) + 1 : 0;
      byteContext(0, q);
      byteContext(1, ((word1 >> 24) << 2) | q);
      byteContext(2, hashOf((word1 & 255) | ((word2 & 255) << 8) | ((word3 & 255) << 16), q));
      byteContext(3, hashOf(word1 >> 16, 0x100));
      byteContext(4, hashOf(word1 >> ((3 - q) << 3), q | 0x200));
      byteContext(5, hashOf(q ? word1 >> ((4 - q) << 3) : 0, word3 ^ (q << 8)));
      byteContext(6, hashOf(parallel | ((word1 >> 24) << 9), q | 0x400));
      byte = codeByte(byte, byteInserted, 8 | q | (matchLength > 0 ? 4 : 0), matchLength > 0 ? expected : -1, min(matchLength, 31));
    }
    if (!isDefined(ENCODER)) store<u8>(at, <u8>byte);
    if (matchLength > 0) {
      if (<i32>byte === expected) {
        matchLength = min(matchLength + 1, 65535);
        matchAt += 1;
      } else matchLength = 0;
    }
    word3 = (word3 >> 8) | (word2 << 24);
    word2 = (word2 >> 8) | (word1 << 24);
    word1 = (word1 >> 8) | (byte << 24);
  }
}

/** The word that begins `back` bytes in front of `at`, or 0 where the block has none. */
function wordBefore(at: usize, offset: u32, back: u32): u32 {
  return offset >= back ? load<u32>(at - back, 0, 1) : 0;
}
