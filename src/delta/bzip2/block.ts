/**
 * Decodes one bzip2 block: code tables, Huffman codes, zero runs and move-to-front, then the inverse Burrows-Wheeler
 * transform. The first run-length coding is left to the decoder.
 */

import type { DeltaErrorCode } from "../errors.ts";
import type { BitReader } from "./bits.ts";
import { BlockHeaderReader, maxSelectors } from "./block-header.ts";
import { HuffmanTables, lookupBits, maxCodeLength } from "./huffman.ts";

/** Symbols between two changes of the code table. */
const groupSize = 50;
const lookupMask = (1 << lookupBits) - 1;
const windowMask = (1 << maxCodeLength) - 1;

/**
 * Decodes blocks, one after the other, of any number of streams: nothing in it outlives a call.
 *
 * Sharing it between the streams of a patch saves memory, and time: the links, which are followed at random, stay in the
 * processor's cache.
 */
export class BlockDecoder {
  readonly #huffman: HuffmanTables = new HuffmanTables();
  readonly #selectors: Uint8Array = new Uint8Array(maxSelectors);
  /** Byte values in move-to-front order; at first the values that the block uses, ascending. */
  readonly #recent: Uint8Array = new Uint8Array(256);
  readonly #counts: Int32Array = new Int32Array(256);
  readonly #header: BlockHeaderReader = new BlockHeaderReader(this.#huffman, this.#selectors, this.#recent);
  /** Per entry its byte in the low 8 bits and the index of the entry that follows it above them. */
  readonly #links: Int32Array;

  /** @param capacity - most entries of a block */
  constructor(capacity: number) {
    this.#links = new Int32Array(capacity);
  }

  /**
   * Reads a block from behind its CRC to its end, and gives the number of its entries.
   *
   * @param blockSize - most entries that the stream's header allows
   * @param entries - takes them; no longer than `blockSize` and the capacity
   */
  read(bits: BitReader, blockSize: number, entries: Uint8Array): number {
    const { origin, originOffset, selectorCount, endSymbol } = this.#header.read(bits);
    const length = this.#readEntries(bits, selectorCount, endSymbol, entries.length, blockSize);
    if (origin >= length) refuseOrigin(bits, origin, length, originOffset);
    this.#link(length);
    this.#follow(origin, entries, length);
    return length;
  }

  /**
   * Decodes symbols to entries: 0 and 1 are digits of a run of the most recent byte, `endSymbol` ends the block, others
   * are one more than the place of the byte in move-to-front order.
   *
   * One long function over local variables: this loop and the one that follows the links take most of the time.
   */
  #readEntries(bits: BitReader, selectorCount: number, endSymbol: number, capacity: number, blockSize: number): number {
    const { input } = bits;
    const inputEnd = input.length;
    const { lookup } = this.#huffman;
    const recent = this.#recent;
    const counts = this.#counts.fill(0);
    const links = this.#links;
    let { position, held, available } = bits;
    let length = 0;
    let runLength = 0;
    let runDigit = 1;
    let fault: DeltaErrorCode | undefined = "ERR_DELTA_BZIP2_SELECTORS";

    groups: for (let group = 0; group < selectorCount; group++) {
      const table = this.#selectors[group]!;
      const lookupBase = table << lookupBits;
      for (let left = groupSize; left > 0; left--) {
        // Zero bytes are made up behind the end of the input; `resume` finds out whether they were used.
        while (available < maxCodeLength) {
          held = (held << 8) | (position < inputEnd ? input[position]! : 0);
          position++;
          available += 8;
        }
        const found = lookup[lookupBase + ((held >>> (available - lookupBits)) & lookupMask)]!;
        let symbol = found >>> 4;
        if (found !== 0) available -= found & 15;
        else {
          const long = this.#huffman.findLong(table, (held >>> (available - maxCodeLength)) & windowMask);
          symbol = long >>> 5;
          available -= long & 31;
          if (long === 0) {
            fault = "ERR_DELTA_BZIP2_CODE";
            break groups;
          }
        }

        if (symbol <= 1) {
          runLength += runDigit << symbol;
          runDigit <<= 1;
          if (runLength <= capacity - length) continue;
          length += runLength;
          fault = "ERR_DELTA_BZIP2_RUN";
          break groups;
        }
        if (runLength > 0) {
          const byte = recent[0]!;
          counts[byte]! += runLength;
          for (const end = length + runLength; length < end; length++) links[length] = byte;
          runLength = 0;
          runDigit = 1;
        }
        if (symbol === endSymbol) {
          fault = undefined;
          break groups;
        }
        if (length === capacity) {
          length++;
          fault = "ERR_DELTA_BZIP2_RUN";
          break groups;
        }
        let place = symbol - 1;
        const byte = recent[place]!;
        // A call costs as much as moving some 24 bytes one by one; on incompressible data it doubles the speed.
        if (place > 24) recent.copyWithin(1, 0, place);
        else for (; place > 0; place--) recent[place] = recent[place - 1]!;
        recent[0] = byte;
        counts[byte]!++;
        links[length++] = byte;
      }
    }
    bits.resume(position, held, available);
    if (fault !== undefined) refuseEntries(bits, fault, length, blockSize);
    return length;
  }

  /** Adds to each entry the index of the one that follows it: the stable sort of the bytes, inverted. */
  #link(length: number): void {
    const links = this.#links;
    const starts = this.#counts;
    let start = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = starts[byte]!;
      starts[byte] = start;
      start += count;
    }
    for (let index = 0; index < length; index++) {
      const byte = links[index]! & 255;
      links[starts[byte]!++]! |= index << 8;
    }
  }

  /** Follows the links from the origin through the whole block. */
  #follow(origin: number, entries: Uint8Array, length: number): void {
    const links = this.#links;
    let next = links[origin]! >>> 8;
    for (let index = 0; index < length; index++) {
      const link = links[next]!;
      entries[index] = link & 255;
      next = link >>> 8;
    }
  }
}

/** Says what is wrong with the entries; `length` includes the ones that found no room. */
export function refuseEntries(bits: BitReader, fault: DeltaErrorCode, length: number, blockSize: number): never {
  if (fault === "ERR_DELTA_BZIP2_CODE") bits.fail(fault, "code that the table does not assign");
  if (fault === "ERR_DELTA_BZIP2_SELECTORS") bits.fail(fault, "block goes on after its last selector");
  if (length > blockSize) bits.fail(fault, `block overflows its size ${blockSize}`);
  bits.fail("ERR_DELTA_BZIP2_OUTPUT", "block holds more bytes than allowed");
}

/** Refuses an origin outside the block; `offset` is where it stands. */
export function refuseOrigin(bits: BitReader, origin: number, length: number, offset: number): never {
  bits.fail("ERR_DELTA_BZIP2_ORIGIN", `origin pointer ${origin} of ${length} entries`, offset);
}
