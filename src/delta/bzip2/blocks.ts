/**
 * The block of each stream that is being handed out, over what both back ends offer. Streams that are read side by side share the larger
 * part of the memory, which only one block at a time needs.
 */

import type { BitReader } from "./bits.ts";

/** Room for one block of a stream, and how far it is handed out. */
export interface Bzip2Block {
  /** Reads a block from behind its CRC; `blockSize` is the most entries that the stream's header allows. */
  read(bits: BitReader, blockSize: number): void;
  /** Writes the next bytes of the block to `target[start..end)` and gives their number, at least one. */
  hand(target: Uint8Array, start: number, end: number): number;
  /** Whether all bytes were handed out. */
  readonly handedOut: boolean;
  /** Then: CRC of the bytes, and whether the count of a run is missing. */
  readonly crc: number;
  readonly inRun: boolean;
}
