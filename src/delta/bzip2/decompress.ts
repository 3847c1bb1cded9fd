/** Decompresses a whole bzip2 stream into memory; patches are read piece by piece instead. */

import { assertBytes, type Bytes, concatBytes } from "../../core/index.ts";
import { enforceInteger } from "../limits.ts";
import { Bzip2Decoder, blockCapacity } from "./decoder.ts";
import { openBlocks } from "./open-blocks.ts";

const pieceSize = 1 << 18;

/**
 * Decompresses one bzip2 stream that fills `compressed` exactly, checking every block's CRC and the stream's.
 *
 * Memory grows with what the stream really holds, up to twice `maxOutput` bytes while the pieces are joined, beside at most
 * 4.7 MB of working memory.
 * Randomised blocks (bzip2 before 0.9.5) and several streams in a row are refused.
 *
 * Standard: the format of bzip2 1.0.8, which has no published standard.
 *
 * @param compressed - the stream, from `BZh` to its last byte
 * @param maxOutput - most bytes that it may hold
 * @throws {@link DeltaError} `ERR_DELTA_BZIP2_*` with the byte offset at which decoding stopped
 * @throws TypeError when `compressed` is no Uint8Array
 * @throws RangeError when `maxOutput` is not an integer >= 0
 * @example
 * ```ts
 * const empty = hexToBytes("425a683917724538509000000000");
 * decompressBzip2(empty, 1_000_000).length; // 0
 * ```
 */
export function decompressBzip2(compressed: Uint8Array, maxOutput: number): Bytes {
  enforceInteger("maxOutput", maxOutput);
  const input = { bytes: assertBytes(compressed, "compressed"), offset: 0 };
  const [block] = openBlocks([blockCapacity(input, maxOutput)]);
  const decoder = new Bzip2Decoder(input, maxOutput, block!);
  const pieces: Uint8Array[] = [];
  let piece = new Uint8Array(pieceSize);
  let filled = 0;
  for (;;) {
    const length = decoder.read(piece, filled, pieceSize);
    if (length === 0) return concatBytes(...pieces, piece.subarray(0, filled));
    filled += length;
    if (filled === pieceSize) {
      pieces.push(piece);
      piece = new Uint8Array(pieceSize);
      filled = 0;
    }
  }
}
