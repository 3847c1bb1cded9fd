/** Reads integers and byte ranges from bytes, in order and within bounds. */

import { CoreError } from "./errors.ts";

/**
 * Reads integers and byte ranges in order; every short read says where.
 *
 * `base` is added to the offsets in errors, so that a reader over a part reports positions in the whole.
 *
 * @example
 * ```ts
 * const reader = new ByteReader(hexToBytes("01000002"));
 * reader.u16be(); // 256
 * reader.u16le(); // 512
 * reader.remaining; // 0
 * ```
 */
export class ByteReader {
  /** What is read from. */
  readonly bytes: Uint8Array;
  /** Offset of `bytes` in the whole input. */
  readonly base: number;
  #position = 0;

  /**
   * @param bytes - input; it is viewed, not copied
   * @param base - offset of `bytes` in the whole input
   */
  constructor(bytes: Uint8Array, base = 0) {
    this.bytes = bytes;
    this.base = base;
  }

  /** Position of the next read in `bytes`, from 0. */
  get position(): number {
    return this.#position;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.bytes.length - this.#position;
  }

  /**
   * Takes the next `length` bytes as a view.
   *
   * @throws {@link CoreError} `ERR_CORE_BYTES_SHORT` with the offset at which the input ends
   */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Next byte. */
  u8(): number {
    return this.bytes[this.#advance(1)]!;
  }

  /** Next two bytes, most significant first. */
  u16be(): number {
    const at = this.#advance(2);
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  /** Next two bytes, least significant first. */
  u16le(): number {
    const at = this.#advance(2);
    return this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }

  /** Next three bytes, most significant first. */
  u24be(): number {
    const at = this.#advance(3);
    return (this.bytes[at]! << 16) | (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!;
  }

  /** Next three bytes, least significant first. */
  u24le(): number {
    const at = this.#advance(3);
    return this.bytes[at]! | (this.bytes[at + 1]! << 8) | (this.bytes[at + 2]! << 16);
  }

  /** Next four bytes, most significant first. */
  u32be(): number {
    const at = this.#advance(4);
    const { bytes } = this;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  /** Next four bytes, least significant first. */
  u32le(): number {
    const at = this.#advance(4);
    const { bytes } = this;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** Next eight bytes, most significant first. */
  u64be(): bigint {
    const word = new ByteReader(this.take(8));
    return (BigInt(word.u32be()) << 32n) | BigInt(word.u32be());
  }

  /** Next eight bytes, least significant first. */
  u64le(): bigint {
    const word = new ByteReader(this.take(8));
    return BigInt(word.u32le()) | (BigInt(word.u32le()) << 32n);
  }

  /** Steps over `length` bytes and gives the position before them. */
  #advance(length: number): number {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`"length" expected integer >= 0, got ${length}`);
    }
    if (length > this.remaining) {
      throw new CoreError(
        "ERR_CORE_BYTES_SHORT",
        `Cannot read ${length} bytes at offset ${this.base + this.#position}: ${this.remaining} remain`,
        { offset: this.base + this.bytes.length, details: { wanted: length, remaining: this.remaining } },
      );
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }
}
