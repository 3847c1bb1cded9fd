/**
 * Decompresses one bzip2 stream piece by piece: block after block, never more than the caller asks for.
 *
 * bzip2 has no standard; the format is that of bzip2 1.0.8 without randomised blocks. Memory is set by the block size.
 * Bytes are handed out before the CRC of their block is known: they count only once `read` has returned 0.
 */

import { BitReader } from "./bits.ts";
import type { Bzip2Block } from "./blocks.ts";

/** First 48 bits of a block (pi) and of the end of a stream (its square root), as two halves of 24. */
const blockMagic: readonly [number, number] = [0x314159, 0x265359];
const endMagic: readonly [number, number] = [0x177245, 0x385090];

/** The bytes that one stream fills from start to end, and where they stand in the whole. */
export interface Bzip2Input {
  readonly bytes: Uint8Array;
  /** Added to the offsets in errors. */
  readonly offset: number;
}

/** One bzip2 stream, and how far it is decompressed. */
export class Bzip2Decoder {
  readonly #bits: BitReader;
  readonly #maxOutput: number;
  readonly #blockSize: number;
  readonly #block: Bzip2Block;

  /** Bytes handed out. */
  produced = 0;
  #ended = false;
  #streamCrc = 0;

  #storedCrc = 0;
  #inBlock = false;

  /**
   * @param maxOutput - most bytes that the stream may hold
   * @param block - of a capacity of {@link blockCapacity}
   */
  constructor(input: Bzip2Input, maxOutput: number, block: Bzip2Block) {
    this.#bits = new BitReader(input.bytes, input.offset);
    this.#maxOutput = maxOutput;
    this.#blockSize = readHeader(this.#bits);
    this.#block = block;
  }

  /** Offset that decoding has come to. */
  get offset(): number {
    return this.#bits.offset;
  }

  /**
   * Writes the next bytes to `target[start..end)`, `start < end`, and gives their number.
   *
   * Decodes at most one block, so that a caller can pause between; 0 is the verified end of the stream.
   */
  read(target: Uint8Array, start: number, end: number): number {
    if (!this.#inBlock && !this.#ended) this.#readBlock();
    if (this.#ended) return 0;
    const length = this.#block.hand(target, start, end);
    this.produced += length;
    if (this.produced > this.#maxOutput) {
      this.#bits.fail("ERR_DELTA_BZIP2_OUTPUT", `stream holds more than ${this.#maxOutput} bytes`);
    }
    if (this.#block.handedOut) this.#endBlock();
    return length;
  }

  #readBlock(): void {
    const bits = this.#bits;
    const { offset } = bits;
    const high = bits.bits(24);
    const low = bits.bits(24);
    const crc = bits.word();
    if (high === endMagic[0] && low === endMagic[1]) {
      this.#endStream(crc, offset);
      return;
    }
    if (high !== blockMagic[0] || low !== blockMagic[1]) {
      this.#bits.fail("ERR_DELTA_BZIP2_BLOCK_MAGIC", "neither block nor end of stream", offset);
    }
    this.#storedCrc = crc;
    this.#block.read(bits, this.#blockSize);
    this.#inBlock = true;
  }

  #endBlock(): void {
    const { crc, inRun } = this.#block;
    if (inRun) this.#bits.fail("ERR_DELTA_BZIP2_RUN", "block ends before the count of a run");
    if (crc !== this.#storedCrc) this.#bits.fail("ERR_DELTA_BZIP2_BLOCK_CRC", "CRC of the block differs");
    this.#streamCrc = ((this.#streamCrc << 1) | (this.#streamCrc >>> 31)) ^ crc;
    this.#inBlock = false;
  }

  #endStream(storedCrc: number, offset: number): void {
    const bits = this.#bits;
    if (this.#streamCrc !== storedCrc) {
      bits.fail("ERR_DELTA_BZIP2_STREAM_CRC", "CRC of the stream differs", offset);
    }
    // The bits up to the next whole byte are padding.
    const padding = bits.available % 8;
    if (padding > 0 && bits.bits(padding) !== 0) bits.fail("ERR_DELTA_BZIP2_TRAILING", "padding is not zero");
    if (bits.offset < bits.base + bits.input.length) bits.fail("ERR_DELTA_BZIP2_TRAILING", "bytes follow the stream");
    this.#ended = true;
  }
}

/**
 * Entries to make room for, told from the first four bytes of a stream.
 *
 * A block of `n` entries holds at least `4n / 5` bytes (four equal bytes and a count of zero), so one that is longer than
 * `5/4 maxOutput` would overflow the output anyway.
 */
export function blockCapacity(input: Bzip2Input, maxOutput: number): number {
  const blockSize = readHeader(new BitReader(input.bytes, input.offset));
  return Math.min(blockSize, Math.ceil((maxOutput / 4) * 5) + 1);
}

/** Reads `BZh` and the block size, and gives the latter in bytes. */
function readHeader(bits: BitReader): number {
  if (bits.bits(24) !== 0x425a68) bits.fail("ERR_DELTA_BZIP2_MAGIC", 'no "BZh"', bits.base);
  const level = bits.bits(8) - 0x30;
  if (level < 1 || level > 9) bits.fail("ERR_DELTA_BZIP2_BLOCK_SIZE", "block size is not 1 to 9", bits.base + 3);
  return level * 100_000;
}
