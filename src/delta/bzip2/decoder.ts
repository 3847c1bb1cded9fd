/**
 * Decompresses one bzip2 stream piece by piece: block after block, never more than the caller asks for.
 *
 * bzip2 has no standard; the format is that of bzip2 1.0.8 without randomised blocks. Memory is set by the block size.
 * Bytes are handed out before the CRC of their block is known: they count only once `read` has returned 0.
 */

import { BitReader } from "./bits.ts";
import type { BlockDecoder } from "./block.ts";
import { crcStart, crcUpdate } from "./crc32.ts";

/** First 48 bits of a block (pi) and of the end of a stream (its square root), as two halves of 24. */
const blockMagic: readonly [number, number] = [0x314159, 0x265359];
const endMagic: readonly [number, number] = [0x177245, 0x385090];

/** Equal bytes after which a count of further ones follows. */
const runTrigger = 4;

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
  readonly #blockDecoder: BlockDecoder;
  readonly #entries: Uint8Array;

  /** Bytes handed out. */
  produced = 0;
  #ended = false;
  #streamCrc = 0;

  // The block being handed out: the entries from `next` to `end`, and the run that the next one belongs to.
  #next = 0;
  #end = 0;
  #runByte = 0;
  #runLength = 0;
  #repeats = 0;
  #crc: number = crcStart;
  #storedCrc = 0;
  #inBlock = false;

  /**
   * @param maxOutput - most bytes that the stream may hold
   * @param blockDecoder - of a capacity of at least {@link blockCapacity}; other streams may use it between two reads
   */
  constructor(input: Bzip2Input, maxOutput: number, blockDecoder: BlockDecoder) {
    this.#bits = new BitReader(input.bytes, input.offset);
    this.#maxOutput = maxOutput;
    this.#blockSize = readHeader(this.#bits);
    this.#blockDecoder = blockDecoder;
    this.#entries = new Uint8Array(blockCapacity(input, maxOutput));
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
    const reached = this.#unfold(target, start, end);
    this.#crc = crcUpdate(this.#crc, target, start, reached);
    this.produced += reached - start;
    if (this.produced > this.#maxOutput) {
      this.#bits.fail("ERR_DELTA_BZIP2_OUTPUT", `stream holds more than ${this.#maxOutput} bytes`);
    }
    if (this.#next === this.#end && this.#repeats === 0) this.#endBlock();
    return reached - start;
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
    this.#crc = crcStart;
    this.#end = this.#blockDecoder.read(bits, this.#blockSize, this.#entries);
    this.#next = 0;
    this.#runLength = 0;
    this.#inBlock = true;
  }

  /** Undoes the first run-length coding: four equal bytes, then a count of further ones. Gives the new end. */
  #unfold(target: Uint8Array, start: number, end: number): number {
    const entries = this.#entries;
    const entriesEnd = this.#end;
    let next = this.#next;
    let runByte = this.#runByte;
    let runLength = this.#runLength;
    let repeats = this.#repeats;
    let reached = start;
    for (;;) {
      if (repeats > 0) {
        const until = Math.min(end, reached + repeats);
        target.fill(runByte, reached, until);
        repeats -= until - reached;
        reached = until;
      }
      // A count is taken at once, so that a piece never ends with nothing to show for it.
      if (next === entriesEnd || (reached === end && runLength !== runTrigger)) break;
      const byte = entries[next++]!;
      if (runLength === runTrigger) {
        repeats = byte;
        runLength = 0;
      } else {
        runLength = byte === runByte ? runLength + 1 : 1;
        runByte = byte;
        target[reached++] = byte;
      }
    }
    this.#next = next;
    this.#runByte = runByte;
    this.#runLength = runLength;
    this.#repeats = repeats;
    return reached;
  }

  #endBlock(): void {
    if (this.#runLength === runTrigger) this.#bits.fail("ERR_DELTA_BZIP2_RUN", "block ends before the count of a run");
    if (this.#crc !== this.#storedCrc) this.#bits.fail("ERR_DELTA_BZIP2_BLOCK_CRC", "CRC of the block differs");
    this.#streamCrc = ((this.#streamCrc << 1) | (this.#streamCrc >>> 31)) ^ this.#crc;
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
