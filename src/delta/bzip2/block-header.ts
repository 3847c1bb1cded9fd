/** What stands in front of the symbols of a bzip2 block: origin, byte values, selectors and code tables. */

import type { BitReader } from "./bits.ts";
import { type HuffmanTables, maxCodeLength, maxSymbols, maxTables } from "./huffman.ts";

/** Most selectors that a block can declare. */
export const maxSelectors: number = (1 << 15) - 1;

/** The numbers in a header. */
export interface BlockHeader {
  readonly origin: number;
  /** Where the origin stands, for the error. */
  readonly originOffset: number;
  readonly selectorCount: number;
  readonly endSymbol: number;
}

/** Reads headers into arrays that its owner gives and the decoding of the symbols uses. */
export class BlockHeaderReader {
  readonly #huffman: HuffmanTables;
  /** Which table codes each group of 50 symbols. */
  readonly #selectors: Uint8Array;
  /** Byte values in move-to-front order; at first the values that the block uses, ascending. */
  readonly #recent: Uint8Array;

  constructor(huffman: HuffmanTables, selectors: Uint8Array, recent: Uint8Array) {
    this.#huffman = huffman;
    this.#selectors = selectors;
    this.#recent = recent;
  }

  /** Reads a header from behind the block's CRC to its end. */
  read(bits: BitReader): BlockHeader {
    if (bits.bits(1) !== 0) bits.fail("ERR_DELTA_BZIP2_RANDOMISED", "block is randomised");
    const originOffset = bits.offset;
    const origin = bits.bits(24);
    const used = this.#readSymbolMap(bits);
    const tableCount = bits.bits(3);
    if (tableCount < 2 || tableCount > maxTables) {
      bits.fail("ERR_DELTA_BZIP2_TABLES", `block has ${tableCount} code tables`);
    }
    const selectorCount = this.#readSelectors(bits, tableCount);
    for (let table = 0; table < tableCount; table++) this.#readCodeLengths(bits, table, used + 2);
    return { origin, originOffset, selectorCount, endSymbol: used + 1 };
  }

  /** Reads which byte values occur, in two levels of 16 bits; gives their number. */
  #readSymbolMap(bits: BitReader): number {
    const ranges = bits.bits(16);
    let used = 0;
    for (let range = 0; range < 16; range++) {
      if ((ranges & (0x8000 >>> range)) === 0) continue;
      const values = bits.bits(16);
      for (let low = 0; low < 16; low++) {
        if ((values & (0x8000 >>> low)) !== 0) this.#recent[used++] = range * 16 + low;
      }
    }
    if (used === 0) bits.fail("ERR_DELTA_BZIP2_SYMBOLS", "block uses no byte value");
    return used;
  }

  /** Reads which table codes each group of 50 symbols: move-to-front positions in unary. */
  #readSelectors(bits: BitReader, tableCount: number): number {
    const count = bits.bits(15);
    if (count === 0) bits.fail("ERR_DELTA_BZIP2_SELECTORS", "block has no selectors");
    const order = Uint8Array.of(0, 1, 2, 3, 4, 5);
    for (let index = 0; index < count; index++) {
      let position = 0;
      while (bits.bits(1) !== 0) {
        if (++position === tableCount) bits.fail("ERR_DELTA_BZIP2_SELECTORS", `selector ${index} names no table`);
      }
      const table = order[position]!;
      order.copyWithin(1, 0, position);
      order[0] = table;
      this.#selectors[index] = table;
    }
    return count;
  }

  /** Reads a table's code lengths, each as steps up or down from the one before. */
  #readCodeLengths(bits: BitReader, table: number, symbolCount: number): void {
    const lengths = new Uint8Array(maxSymbols);
    let length = bits.bits(5);
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      for (;;) {
        // Checked at every step, so that a walk outside and back is refused and no walk is longer than the input.
        if (length < 1 || length > maxCodeLength) {
          bits.fail("ERR_DELTA_BZIP2_CODE_LENGTHS", `code length ${length} of symbol ${symbol}`);
        }
        if (bits.bits(1) === 0) break;
        length += bits.bits(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    this.#huffman.build(table, lengths, symbolCount, bits.offset);
  }
}
