/**
 * The inner loops of bzip2 decompression: symbols to entries, the first run-length coding; the transform between is in `follow.ts`.
 *
 * Headers, code tables and every refusal are TypeScript's (`src/delta/bzip2`), which lays out the arrays that are used here, so that both
 * back ends read one description of a block. Numbers between calls stand in a `State`, streams have one each for their runs.
 */

import { bigEndian, crcTablesSize, crcUpdate, initCrc } from "./crc32";
import { follow, initFollow } from "./follow";

/** Symbols between two changes of the code table. */
const groupSize = 50;
const lookupBits: u32 = 10;
const maxCodeLength: u32 = 20;
const perLength: u32 = maxCodeLength + 1;
/** Most input that a group takes (50 codes of 20 bits), and what is read ahead. */
const groupInput = 136;

// What a call of `bzip2Entries` ends with.
const endedBlock: u32 = 0;
const endedNeedsInput: u32 = 1;
const endedSelectors: u32 = 2;
const endedCode: u32 = 3;
const endedRun: u32 = 4;

/** Addresses of the arrays, and where decoding stands; 32 bits each, in the order of `src/delta/bzip2/wasm-block.ts`. */
@unmanaged
class EntriesState {
  // Given by TypeScript.
  lookup: usize;
  limits: usize;
  shifts: usize;
  sorted: usize;
  selectors: usize;
  recent: usize;
  links: usize;
  selectorCount: u32;
  endSymbol: u32;
  capacity: u32;
  input: usize;
  inputEnd: usize;
  /** Whether nothing follows `inputEnd`: then `groupInput` zero bytes do. */
  lastInput: u32;
  // Carried from call to call.
  position: usize;
  held: u32;
  available: u32;
  group: u32;
  length: u32;
  runLength: u32;
  runDigit: u32;
}

/** Number of entries with each byte value; then the first place of each among the sorted ones. */
let counts: usize = 0;

/** Makes the instance ready, with 14 KiB for its tables; once. */
export function bzip2Init(area: usize): void {
  initCrc(area);
  counts = area + crcTablesSize;
  initFollow(counts + 256 * 4);
}

/** Turns the entries of a block into its bytes, in room for 17 KiB more than it has. */
export function bzip2Follow(links: usize, length: u32, origin: u32, entries: usize): void {
  follow(counts, links, length, origin, entries);
}

/** Forgets the counts of the last block. */
export function bzip2Begin(): void {
  memory.fill(counts, 0, 256 * 4);
}

/** Finds a code longer than the lookup: `symbol << 5 | length`, or 0. */
function findLong(state: EntriesState, table: u32, window: u32): u32 {
  for (let length = lookupBits + 1; length <= maxCodeLength; length++) {
    const code = window >>> (maxCodeLength - length);
    const place = (<usize>(table * perLength + length)) << 2;
    if (<i32>code < load<i32>(state.limits + place)) {
      const sorted = load<i32>(state.shifts + place) + <i32>code;
      return ((<u32>load<u16>(state.sorted + ((<usize>sorted) << 1))) << 5) | length;
    }
  }
  return 0;
}

/** Moves the byte at `place` to the front of the list, in words of eight bytes, and gives it. */
function moveToFront(recent: usize, place: usize): u32 {
  const byte = <u64>load<u8>(recent + place);
  let carried = byte;
  let at = recent;
  while (place >= 8) {
    const word = load<u64>(at);
    store<u64>(at, (word << 8) | carried);
    carried = word >>> 56;
    at += 8;
    place -= 8;
  }
  const word = load<u64>(at);
  const kept = (<u64>-256) << (place << 3);
  store<u64>(at, (word & kept) | (((word << 8) | carried) & ~kept));
  return <u32>byte;
}

/**
 * Decodes symbols to entries, each `rank << 8 | byte`: how many equal bytes stand before it, and the byte.
 *
 * Gives back whole bytes that were read ahead before it returns, so that `available < 8`.
 */
export function bzip2Entries(state: EntriesState): u32 {
  const lookup = state.lookup;
  const selectors = state.selectors;
  const recent = state.recent;
  const links = state.links;
  const countsStart = counts;
  const selectorCount = state.selectorCount;
  const endSymbol = state.endSymbol;
  const capacity = state.capacity;
  const inputEnd = state.inputEnd;
  const lastInput = state.lastInput !== 0;
  let position = state.position;
  let held = <u64>state.held;
  let available = state.available;
  let group = state.group;
  let length = state.length;
  let runLength = state.runLength;
  let runDigit = state.runDigit;
  let ended: u32 = endedSelectors;

  for (; group < selectorCount; group++) {
    if (position + groupInput > inputEnd) {
      if (!lastInput) {
        ended = endedNeedsInput;
        break;
      }
      // Bits behind the end were used: TypeScript will find out.
      if (position - (available >>> 3) > inputEnd) break;
    }
    const table = <u32>load<u8>(selectors + group);
    const tableLookup = lookup + ((<usize>table) << (lookupBits + 1));
    for (let left = groupSize; left > 0; left--) {
      if (available < maxCodeLength) {
        held = (held << 32) | <u64>bigEndian(load<u32>(position));
        position += 4;
        available += 32;
      }
      const ahead = <u32>(held >>> (available - maxCodeLength)) & ((1 << maxCodeLength) - 1);
      const found = <u32>load<u16>(tableLookup + ((<usize>(ahead >>> (maxCodeLength - lookupBits))) << 1));
      let symbol = found >>> 4;
      if (found !== 0) available -= found & 15;
      else {
        const long = findLong(state, table, ahead);
        symbol = long >>> 5;
        available -= long & 31;
        if (long === 0) {
          ended = endedCode;
          break;
        }
      }

      if (symbol <= 1) {
        runLength += runDigit << symbol;
        runDigit <<= 1;
        if (runLength <= capacity - length) continue;
        length += runLength;
        ended = endedRun;
        break;
      }
      if (runLength > 0) {
        const byte = <u32>load<u8>(recent);
        const count = countsStart + ((<usize>byte) << 2);
        let entry = (load<u32>(count) << 8) | byte;
        store<u32>(count, load<u32>(count) + runLength);
        let at = links + ((<usize>length) << 2);
        length += runLength;
        for (const end = links + ((<usize>length) << 2); at < end; at += 4, entry += 256) store<u32>(at, entry);
        runLength = 0;
        runDigit = 1;
      }
      if (symbol === endSymbol) {
        ended = endedBlock;
        break;
      }
      if (length === capacity) {
        length++;
        ended = endedRun;
        break;
      }
      const byte = moveToFront(recent, <usize>(symbol - 1));
      const count = countsStart + ((<usize>byte) << 2);
      const rank = load<u32>(count);
      store<u32>(count, rank + 1);
      store<u32>(links + ((<usize>length) << 2), (rank << 8) | byte);
      length++;
    }
    if (ended !== endedSelectors) break;
  }
  const back = available >>> 3;
  state.position = position - back;
  state.held = <u32>(held >>> (back << 3));
  state.available = available & 7;
  state.group = group;
  state.length = length;
  state.runLength = runLength;
  state.runDigit = runDigit;
  return ended;
}

/** Equal bytes after which a count of further ones follows. */
const runTrigger: u32 = 4;

/** The block that a stream hands out, in the order of `src/delta/bzip2/wasm-block.ts`. */
@unmanaged
class RunsState {
  next: usize;
  end: usize;
  runByte: u32;
  runLength: u32;
  repeats: u32;
  crc: u32;
}

/** Undoes the first run-length coding into the bytes from `out` to before `outEnd`, and their CRC; gives the number of bytes. */
export function bzip2Unfold(state: RunsState, out: usize, outEnd: usize): usize {
  const end = state.end;
  let next = state.next;
  let runByte = state.runByte;
  let runLength = state.runLength;
  let repeats = state.repeats;
  let reached = out;
  for (;;) {
    if (repeats > 0) {
      const length = min<u32>(<u32>(outEnd - reached), repeats);
      memory.fill(reached, <u8>runByte, length);
      repeats -= length;
      reached += length;
    }
    // A count is taken at once, so that a piece never ends with nothing to show for it.
    if (next === end || (reached === outEnd && runLength !== runTrigger)) break;
    if (ASC_FEATURE_SIMD) {
      if (runLength <= 1 && reached >= out + runLength) {
        let from = next - runLength;
        let to = reached - runLength;
        // Up to where four equal bytes start, entries are copied as they are; the last three of sixteen may start them.
        while (from + 17 <= end && to + 16 <= outEnd) {
          const bytes = v128.load(from);
          const pairs = i8x16.bitmask(i8x16.eq(bytes, v128.load(from, 1)));
          const starts = pairs & (pairs >>> 1) & (pairs >>> 2) & 0x1fff;
          v128.store(to, bytes);
          const copied = starts === 0 ? 13 : ctz(starts) + runTrigger;
          next = from += copied;
          reached = to += copied;
          runLength = 0;
          if (starts === 0) continue;
          runByte = load<u8>(from - 1);
          runLength = runTrigger;
          break;
        }
      }
    }
    const byte = <u32>load<u8>(next++);
    if (runLength === runTrigger) {
      repeats = byte;
      runLength = 0;
    } else {
      runLength = byte === runByte ? runLength + 1 : 1;
      runByte = byte;
      store<u8>(reached++, byte);
    }
  }
  state.next = next;
  state.runByte = runByte;
  state.runLength = runLength;
  state.repeats = repeats;
  state.crc = crcUpdate(state.crc, out, reached);
  return reached - out;
}
