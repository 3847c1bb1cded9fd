/** Reads a bzip2 stream bit by bit, most significant bit first; says where it stands and where the input ended. */

import { DeltaError, type DeltaErrorCode } from "../errors.ts";

/**
 * Bits of `input` in order.
 *
 * `position`, `held` and `available` are open because the loop over Huffman codes keeps them in local variables.
 */
export class BitReader {
  readonly input: Uint8Array;
  /** Added to the offsets in errors: where `input` starts in the whole. */
  readonly base: number;
  /** Next byte to take. */
  position = 0;
  /** The low `available` bits are read but not yet used; what stands above them is stale. */
  held = 0;
  available = 0;

  constructor(input: Uint8Array, base: number) {
    this.input = input;
    this.base = base;
  }

  /** Offset of the byte that holds the next bit. */
  get offset(): number {
    return this.base + this.position - ((this.available + 7) >>> 3);
  }

  /** Takes `count` bits, 1 to 24. */
  bits(count: number): number {
    while (this.available < count) {
      if (this.position >= this.input.length) this.#truncated();
      this.held = (this.held << 8) | this.input[this.position++]!;
      this.available += 8;
    }
    this.available -= count;
    return (this.held >>> this.available) & ((1 << count) - 1);
  }

  /** Takes 32 bits as a signed integer. */
  word(): number {
    const high = this.bits(16);
    return (high << 16) | this.bits(16);
  }

  /**
   * Takes back the state from a loop that read ahead without looking at the end of the input.
   *
   * Refuses the input if bits beyond its end were used, else forgets those that were only made up.
   */
  resume(position: number, held: number, available: number): void {
    const beyond = Math.max(0, position - this.input.length);
    if (available < beyond * 8) this.#truncated();
    this.position = position - beyond;
    this.held = held >>> (beyond * 8);
    this.available = available - beyond * 8;
  }

  /** Refuses the stream for what is wrong with it; `offset` is where. */
  fail(code: DeltaErrorCode, what: string, offset: number = this.offset): never {
    throw new DeltaError(code, `Cannot decompress: ${what} at offset ${offset}`, { offset });
  }

  #truncated(): never {
    this.fail("ERR_DELTA_BZIP2_TRUNCATED", "stream is cut", this.base + this.input.length);
  }
}
