/** Compresses bytes with bzip2 in the making half of the WebAssembly core. */

import type { Core, CoreExports } from "../wasm/core.ts";

/** What `wasm/bzip2/encode.ts` exports. */
export interface Bzip2EncodeExports extends CoreExports {
  /** Gives 0 when the memory cannot grow so far. */
  bzip2EncodeOpen(level: number, most: number): number;
  bzip2EncodeWrite(at: number, end: number): void;
  bzip2EncodeFinish(): void;
  bzip2EncodeOutput(): number;
  /** Bytes of output, which start at `bzip2EncodeOutput`; forgets them. */
  bzip2EncodeTake(): number;
}

const inputSize = 64 * 1024;

/** Most entries of a block that `length` bytes can make: a run of four becomes five. */
function entriesOf(length: number): number {
  return Math.ceil(length / 4) * 5 + 5;
}

/** The level of the smallest block that holds all entries, 1 to 9: a decoder's memory follows it, the size of the stream does not. */
export function smallestLevel(length: number): number {
  return Math.min(9, Math.ceil((entriesOf(length) + 19) / 100_000));
}

/**
 * Compresses bytes to one bzip2 stream, in pieces; the same bytes as libbz2's of that level.
 *
 * Forgets everything else in the arena of the instance. A block is compressed between two pieces at most.
 */
export function* compressBzip2(
  core: Core<Bzip2EncodeExports>,
  bytes: Uint8Array,
  level: number = smallestLevel(bytes.length),
): Generator<Uint8Array, void> {
  const { exports } = core;
  exports.resetArena();
  const input = core.allocate(inputSize);
  if (!exports.bzip2EncodeOpen(level, Math.min(900_000, entriesOf(bytes.length)))) core.refuseMemory(9_000_000);
  const output = exports.bzip2EncodeOutput();
  for (let start = 0; start < bytes.length; start += inputSize) {
    const part = bytes.subarray(start, start + inputSize);
    core.bytes(input, part.length).set(part);
    exports.bzip2EncodeWrite(input, input + part.length);
    yield core.bytes(output, exports.bzip2EncodeTake()).slice();
  }
  exports.bzip2EncodeFinish();
  yield core.bytes(output, exports.bzip2EncodeTake()).slice();
}
