/** The canonical Huffman codes of a bzip2 block: up to six tables in flat arrays, made for one lookup per symbol. */

import { DeltaError } from "../errors.ts";

/** Most code tables in a block. */
export const maxTables = 6;
/** Most symbols in a table: two for runs, 255 positions, one for the end of the block. */
export const maxSymbols = 258;
/** Longest code, in bits. */
export const maxCodeLength = 20;
/** Codes up to this length are found by one lookup. */
export const lookupBits = 10;

const perLength = maxCodeLength + 1;

/** Where code tables stand: in memory of their own, or in that of a WebAssembly instance. */
export interface HuffmanArrays {
  /** Per table 2^10 entries by the next 10 bits: `symbol << 4 | length`, or 0 for a longer or unassigned code. */
  readonly lookup: Uint16Array;
  /** Per table and length: the first code above those of this length. */
  readonly limits: Int32Array;
  /** Per table and length: what added to a code of this length gives its place among the sorted symbols. */
  readonly shifts: Int32Array;
  /** Per table: symbols by code, shorter first. */
  readonly sorted: Uint16Array;
}

/** Lengths of the arrays. */
export const huffmanLengths: Readonly<Record<keyof HuffmanArrays, number>> = {
  lookup: maxTables << lookupBits,
  limits: maxTables * perLength,
  shifts: maxTables * perLength,
  sorted: maxTables * maxSymbols,
};

/** All code tables of the block being decoded; reused from block to block. */
export class HuffmanTables {
  readonly lookup: Uint16Array;
  readonly #limits: Int32Array;
  readonly #shifts: Int32Array;
  readonly #sorted: Uint16Array;

  constructor(arrays: HuffmanArrays = newArrays()) {
    this.lookup = arrays.lookup;
    this.#limits = arrays.limits;
    this.#shifts = arrays.shifts;
    this.#sorted = arrays.sorted;
  }

  /**
   * Makes table `table` from the code lengths of its first `symbolCount` symbols, each 1 to 20.
   *
   * @param offset - where the table ends in the input, for the error
   */
  build(table: number, lengths: Uint8Array, symbolCount: number, offset: number): void {
    const counts = new Uint16Array(perLength);
    for (let symbol = 0; symbol < symbolCount; symbol++) counts[lengths[symbol]!]!++;
    const lookupBase = table << lookupBits;
    this.lookup.fill(0, lookupBase, lookupBase + (1 << lookupBits));
    let code = 0;
    let place = 0;
    for (let length = 1; length <= maxCodeLength; length++) {
      this.#shifts[table * perLength + length] = table * maxSymbols + place - code;
      for (let symbol = 0; counts[length]! > 0 && symbol < symbolCount; symbol++) {
        if (lengths[symbol] !== length) continue;
        if (code >>> length !== 0) {
          throw new DeltaError(
            "ERR_DELTA_BZIP2_OVERSUBSCRIBED",
            "Cannot decompress: code lengths are over-subscribed",
            {
              offset,
              details: { table },
            },
          );
        }
        this.#sorted[table * maxSymbols + place++] = symbol;
        if (length <= lookupBits) this.#assign(lookupBase, code, length, symbol);
        code++;
      }
      this.#limits[table * perLength + length] = code;
      code <<= 1;
    }
  }

  /** Enters a short code under every continuation of it. */
  #assign(lookupBase: number, code: number, length: number, symbol: number): void {
    const spare = lookupBits - length;
    const first = lookupBase + (code << spare);
    this.lookup.fill((symbol << 4) | length, first, first + (1 << spare));
  }

  /**
   * Finds a code longer than the lookup.
   *
   * @param window - the next 20 bits
   * @returns `symbol << 5 | length`, or 0 when the table assigns no such code
   */
  findLong(table: number, window: number): number {
    for (let length = lookupBits + 1; length <= maxCodeLength; length++) {
      const code = window >>> (maxCodeLength - length);
      if (code < this.#limits[table * perLength + length]!) {
        return (this.#sorted[this.#shifts[table * perLength + length]! + code]! << 5) | length;
      }
    }
    return 0;
  }
}

function newArrays(): HuffmanArrays {
  const { lookup, limits, shifts, sorted } = huffmanLengths;
  return {
    lookup: new Uint16Array(lookup),
    limits: new Int32Array(limits),
    shifts: new Int32Array(shifts),
    sorted: new Uint16Array(sorted),
  };
}
