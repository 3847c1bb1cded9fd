/**
 * bzip2 compression that gives the bytes of libbz2 1.0.8: the same blocks, tables and selectors. Only the sort is another, in linear time.
 */

import { allocate } from "../arena";
import { crcTablesSize, crcUpdate, initCrc } from "./crc32";
import { assignCodes, makeCodeLengths } from "./huffman-lengths";
import { sortSuffixes } from "./suffix-array";

const groupSize: u32 = 50;
const maxTables: u32 = 6;
const maxSymbols: u32 = 258;
const maxLength: u32 = 17;
/** Entries that libbz2 keeps free in a block. */
const reserve: u32 = 19;
/** Longest run that one count stands for. */
const longestRun: u32 = 255;

let capacity: u32 = 0;
let block: usize = 0;
let rotated: usize = 0;
let suffixes: usize = 0;
let work: usize = 0;
let output: usize = 0;
let tables: usize = 0;

// The block being filled, and the run that is not in it yet.
let filled: u32 = 0;
let runByte: u32 = 256;
let runLength: u32 = 0;
let crc: u32 = 0;
let streamCrc: u32 = 0;
/** A run is written here once, for its CRC. */
let runBytes: usize = 0;

// Bits on their way out; most significant first.
let out: usize = 0;
let held: u64 = 0;
let heldCount: u32 = 0;

// Layout of `tables`: for each table 258 lengths (bytes), frequencies (words) and codes (words); then the work of the Huffman coder.
const lengthsSize: usize = 264;
const wordsSize: usize = 264 * 4;
function lengthsOf(table: u32): usize {
  return tables + <usize>table * lengthsSize;
}
function frequenciesOf(table: u32): usize {
  return tables + <usize>maxTables * lengthsSize + <usize>table * wordsSize;
}
function codesOf(table: u32): usize {
  return frequenciesOf(maxTables) + <usize>table * wordsSize;
}

/** Makes room for blocks of `level` x 100,000 entries, or fewer when no more than `most` entries come; false without memory. */
export function bzip2EncodeOpen(level: u32, most: u32): bool {
  capacity = level * 100_000 - reserve;
  // A run may stand out of a full block; small lists are kept in place of suffixes.
  const room = min(capacity, most) + 256;
  block = allocate(room);
  rotated = allocate(room);
  suffixes = allocate(room * 4);
  work = allocate(room * 10 + 4096);
  // The longest code for each entry, the selectors, and the tables.
  output = allocate(room * 2 + (room >>> 5) + 8192);
  tables = allocate(<u32>(<usize>maxTables * (lengthsSize + 2 * wordsSize) + wordsSize + 8192));
  const area = allocate(<u32>crcTablesSize + 256);
  if (area === 0 || tables === 0 || output === 0 || work === 0 || suffixes === 0) return false;
  initCrc(area);
  runBytes = area + crcTablesSize;
  filled = 0;
  runByte = 256;
  runLength = 0;
  crc = 0;
  streamCrc = 0;
  out = output;
  held = 0;
  heldCount = 0;
  writeBits(32, 0x425a6830 + level);
  return true;
}

/** Start of the output; it is to be taken after each call. */
export function bzip2EncodeOutput(): usize {
  return output;
}

/** Bytes of output so far; forgets them. */
export function bzip2EncodeTake(): u32 {
  const length = out - output;
  out = output;
  return <u32>length;
}

/** Takes input, at most 64 KiB, and compresses the block when it is full. */
export function bzip2EncodeWrite(at: usize, end: usize): void {
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte === runByte && runLength < longestRun) {
      runLength++;
      continue;
    }
    flushRun();
    runByte = byte;
    runLength = 1;
    if (filled >= capacity) compressBlock();
  }
}

function compressBlock(): void {
  streamCrc = rotl<u32>(streamCrc, 1) ^ crc;
  const origin = transform();
  writeBits(24, 0x314159);
  writeBits(24, 0x265359);
  writeBits(32, crc);
  writeBits(1, 0);
  writeBits(24, origin);
  writeSymbols();
  filled = 0;
  crc = 0;
}

/** Compresses what is left and ends the stream. */
export function bzip2EncodeFinish(): void {
  flushRun();
  runByte = 256;
  if (filled > 0) compressBlock();
  writeBits(24, 0x177245);
  writeBits(24, 0x385090);
  writeBits(32, streamCrc);
  if (heldCount > 0) writeBits(8 - (heldCount & 7), 0);
  while (heldCount >= 8) writeByte();
}

/** Puts the run into the block: up to three bytes as they are, more as four and a count. */
function flushRun(): void {
  if (runByte === 256) return;
  const written = min<u32>(runLength, 4);
  const at = block + filled;
  for (let index: u32 = 0; index < written; index++) store<u8>(at + index, runByte);
  filled += written;
  if (runLength >= 4) store<u8>(block + filled++, runLength - 4);
  memory.fill(runBytes, <u8>runByte, runLength);
  crc = crcUpdate(crc, runBytes, runBytes + runLength);
}

function writeByte(): void {
  heldCount -= 8;
  store<u8>(out++, <u8>(held >>> heldCount));
}

/** Writes the low `count` bits, at most 32. */
function writeBits(count: u32, value: u32): void {
  held = (held << count) | <u64>value;
  heldCount += count;
  while (heldCount >= 8) writeByte();
}

/**
 * Sorts the rotations of the block, and puts the byte in front of each into `block`; gives the place of the block itself.
 *
 * The rotations of a Lyndon word are in the order of its suffixes, so the block is turned to its least rotation first. A block that
 * repeats a part is sorted as that part.
 */
function transform(): u32 {
  const length = filled;
  const start = leastRotation(length);
  memory.copy(rotated, block + start, length - start);
  memory.copy(rotated + length - start, block, start);
  const part = periodOf(length);
  sortSuffixes<u8>(rotated, suffixes, part, 256, work);
  const repeats = length / part;
  // The part's suffix at which the block as it was starts.
  const first = (part - (start % part)) % part;
  let origin: u32 = 0;
  let at = block;
  for (let index: u32 = 0; index < part; index++) {
    const suffix = load<u32>(suffixes + ((<usize>index) << 2));
    if (suffix === first) origin = index * repeats;
    const byte = load<u8>(rotated + (suffix === 0 ? part : suffix) - 1);
    for (let repeat: u32 = 0; repeat < repeats; repeat++) store<u8>(at++, byte);
  }
  return origin;
}

/** Where the least rotation of the block starts; of equal ones the first. */
function leastRotation(length: u32): u32 {
  let left: u32 = 0;
  let right: u32 = 1;
  let same: u32 = 0;
  while (left < length && right < length && same < length) {
    let leftAt = left + same;
    let rightAt = right + same;
    if (leftAt >= length) leftAt -= length;
    if (rightAt >= length) rightAt -= length;
    const leftByte = load<u8>(block + leftAt);
    const rightByte = load<u8>(block + rightAt);
    if (leftByte === rightByte) {
      same++;
      continue;
    }
    if (leftByte > rightByte) left += same + 1;
    else right += same + 1;
    if (left === right) right++;
    same = 0;
  }
  return min(left, right);
}

/** Length of the Lyndon word that `rotated`, a least rotation, repeats. */
function periodOf(length: u32): u32 {
  // Duval's step: a text that starts with its least rotation is a power of one word.
  let period: u32 = 1;
  for (let at: u32 = 1; at < length; at++) {
    if (load<u8>(rotated + at) !== load<u8>(rotated + at - period)) period = at + 1;
  }
  return length % period === 0 ? period : length;
}

/** Move-to-front and runs of the transformed block, then tables, selectors and codes. */
function writeSymbols(): void {
  const recent = work;
  const frequencies = work + 256;
  const symbols = work + 2048;
  const used = writeSymbolMap(recent);
  const endSymbol = used + 1;
  memory.fill(frequencies, 0, (<usize>maxSymbols) << 2);
  const end = toSymbols(recent, symbols, frequencies, endSymbol);
  const count = <u32>((end - symbols) >>> 1);
  const alphabet = used + 2;
  const tableCount: u32 = count < 200 ? 2 : count < 600 ? 3 : count < 1200 ? 4 : count < 2400 ? 5 : 6;
  startTables(tableCount, alphabet, count, frequencies);
  // The suffixes are used up.
  const selectors = suffixes;
  for (let round = 0; round < 4; round++) refineTables(tableCount, alphabet, symbols, end, selectors);
  writeSelectors(tableCount, (count + groupSize - 1) / groupSize, selectors);
  for (let table: u32 = 0; table < tableCount; table++) {
    writeLengths(lengthsOf(table), alphabet);
    assignCodes(codesOf(table), lengthsOf(table), alphabet);
  }
  writeCodes(symbols, end, selectors);
}

/** Writes which byte values occur, and lists them in `recent`; gives their number. */
function writeSymbolMap(recent: usize): u32 {
  const inUse = suffixes;
  memory.fill(inUse, 0, 256);
  for (let at = block; at < block + filled; at++) store<u8>(inUse + load<u8>(at), 1);
  let used: u32 = 0;
  let ranges: u32 = 0;
  for (let value: u32 = 0; value < 256; value++) {
    if (load<u8>(inUse + value) === 0) continue;
    store<u8>(recent + used++, value);
    ranges |= 0x8000 >>> (value >>> 4);
  }
  writeBits(16, ranges);
  for (let range: u32 = 0; range < 16; range++) {
    if ((ranges & (0x8000 >>> range)) === 0) continue;
    for (let value = range * 16; value < range * 16 + 16; value++) writeBits(1, load<u8>(inUse + value));
  }
  return used;
}

function emit(at: usize, frequencies: usize, symbol: u32): usize {
  store<u16>(at, symbol);
  const frequency = frequencies + ((<usize>symbol) << 2);
  store<u32>(frequency, load<u32>(frequency) + 1);
  return at + 2;
}

/** Turns bytes into places of the move-to-front list, with runs of place 0 in digits of value 1 and 2; gives the end. */
function toSymbols(recent: usize, symbols: usize, frequencies: usize, endSymbol: u32): usize {
  let at = symbols;
  let zeros: u32 = 0;
  for (let entry = block; entry <= block + filled; entry++) {
    const last = entry === block + filled;
    const byte = last ? 0 : load<u8>(entry);
    if (!last && byte === load<u8>(recent)) {
      zeros++;
      continue;
    }
    for (; zeros > 0; zeros = (zeros - 1) >>> 1) at = emit(at, frequencies, (zeros - 1) & 1);
    if (last) break;
    let place: u32 = 0;
    let moved = byte;
    do {
      const other = load<u8>(recent + place);
      store<u8>(recent + place, moved);
      moved = other;
      place++;
    } while (moved !== byte);
    at = emit(at, frequencies, place);
  }
  return emit(at, frequencies, endSymbol);
}

/** First tables: each takes a range of symbols that makes up its share of the block. */
function startTables(tableCount: u32, alphabet: u32, count: u32, frequencies: usize): void {
  let left = count;
  let start: i32 = 0;
  for (let part = tableCount; part > 0; part--) {
    const wanted = left / part;
    let end = start - 1;
    let sum: u32 = 0;
    while (sum < wanted && end < <i32>alphabet - 1) {
      end++;
      sum += load<u32>(frequencies + ((<usize>end) << 2));
    }
    if (end > start && part !== tableCount && part !== 1 && ((tableCount - part) & 1) === 1) {
      sum -= load<u32>(frequencies + ((<usize>end) << 2));
      end--;
    }
    const lengths = lengthsOf(part - 1);
    for (let symbol: i32 = 0; symbol < <i32>alphabet; symbol++) {
      store<u8>(lengths + symbol, symbol >= start && symbol <= end ? 0 : 15);
    }
    start = end + 1;
    left -= sum;
  }
}

/** Gives each group the table that codes it shortest, and each table the lengths for its groups. */
function refineTables(tableCount: u32, alphabet: u32, symbols: usize, end: usize, selectors: usize): void {
  memory.fill(frequenciesOf(0), 0, <usize>maxTables * wordsSize);
  let selector = selectors;
  for (let group = symbols; group < end; group += groupSize * 2) {
    const groupEnd = min(group + groupSize * 2, end);
    let best: u32 = 0;
    let bestCost: u32 = 0xffffffff;
    for (let table: u32 = 0; table < tableCount; table++) {
      const lengths = lengthsOf(table);
      let cost: u32 = 0;
      for (let at = group; at < groupEnd; at += 2) cost += load<u8>(lengths + load<u16>(at));
      if (cost < bestCost) {
        bestCost = cost;
        best = table;
      }
    }
    store<u8>(selector++, best);
    const frequencies = frequenciesOf(best);
    for (let at = group; at < groupEnd; at += 2) {
      const frequency = frequencies + ((<usize>load<u16>(at)) << 2);
      store<u32>(frequency, load<u32>(frequency) + 1);
    }
  }
  for (let table: u32 = 0; table < tableCount; table++) {
    makeCodeLengths(lengthsOf(table), frequenciesOf(table), alphabet, maxLength, codesOf(maxTables));
  }
}

function writeSelectors(tableCount: u32, count: u32, selectors: usize): void {
  writeBits(3, tableCount);
  writeBits(15, count);
  // Move-to-front of up to six tables, one nibble each.
  let order: u32 = 0x543210;
  for (let at = selectors; at < selectors + count; at++) {
    const table = <u32>load<u8>(at);
    let place: u32 = 0;
    while (((order >>> (place * 4)) & 15) !== table) place++;
    writeBits(place + 1, (1 << (place + 1)) - 2);
    const front = (1 << (place * 4)) - 1;
    order = (order & ~((front << 4) | 15)) | ((order & front) << 4) | table;
  }
}

/** Writes code lengths as steps from one to the next. */
function writeLengths(lengths: usize, alphabet: u32): void {
  let length = <u32>load<u8>(lengths);
  writeBits(5, length);
  for (let symbol: u32 = 0; symbol < alphabet; symbol++) {
    const wanted = <u32>load<u8>(lengths + symbol);
    for (; length < wanted; length++) writeBits(2, 2);
    for (; length > wanted; length--) writeBits(2, 3);
    writeBits(1, 0);
  }
}

function writeCodes(symbols: usize, end: usize, selectors: usize): void {
  let selector = selectors;
  for (let group = symbols; group < end; group += groupSize * 2) {
    const table = <u32>load<u8>(selector++);
    const lengths = lengthsOf(table);
    const codes = codesOf(table);
    const groupEnd = min(group + groupSize * 2, end);
    for (let at = group; at < groupEnd; at += 2) {
      const symbol = <usize>load<u16>(at);
      writeBits(load<u8>(lengths + symbol), load<u32>(codes + (symbol << 2)));
    }
  }
}
