/** The control triples of a patch, found in the making half of the WebAssembly core (`wasm/bsdiff`). */

import type { Bzip2EncodeExports } from "../bzip2/compress.ts";
import type { Report } from "../make-progress.ts";
import type { Core } from "../wasm/core.ts";

/** What `wasm/bsdiff/scan.ts` exports. */
export interface BsdiffExports extends Bzip2EncodeExports {
  /** Gives the address of two addresses, of the old image and of the new one; 0 when the memory cannot grow so far. */
  bsdiffOpen(oldLength: number, newLength: number): number;
  bsdiffIndex(from: number, to: number, second: number): void;
  bsdiffTriples(): number;
  /** Gives the number of triples that wait. */
  bsdiffTake(): number;
  /** Begins a scan. */
  bsdiffStart(advantage: number): void;
  /** Gives the place reached. */
  bsdiffScan(steps: number): number;
}

/** Places that are indexed or scanned between two looks at the signal. */
const indexStep = 1 << 20;
const scanStep = 1 << 16;
/**
 * By how many bytes a match must beat the current alignment. bsdiff needs 8 to spare; machine code of 16-bit instructions is better off with
 * less, that of 32 and 64 bits and x86 with more. Both are tried.
 */
const advantages = [7, 12];

/** Finds the triples (add, copy, seek), one behind the other, of each scan. */
export function findTriples(
  core: Core<BsdiffExports>,
  oldImage: Uint8Array,
  newImage: Uint8Array,
  report: Report,
): Int32Array[] {
  const { exports } = core;
  const opened = exports.bsdiffOpen(oldImage.length, newImage.length) >>> 0;
  if (opened === 0) core.refuseMemory(oldImage.length * 6 + newImage.length);
  const [oldAddress, newAddress] = core.words(opened, 2);
  core.bytes(oldAddress!, oldImage.length).set(oldImage);
  core.bytes(newAddress!, newImage.length).set(newImage);
  for (const second of [0, 1]) {
    for (let from = 0; from < oldImage.length; from += indexStep) {
      const to = Math.min(from + indexStep, oldImage.length);
      exports.bsdiffIndex(from, to, second);
      report("index-old", (second * oldImage.length + to) / 2, oldImage.length);
    }
  }
  return advantages.map((advantage, index) => {
    exports.bsdiffStart(advantage);
    return scanNew(core, newImage.length, (reached) => {
      report("scan-new", (index * newImage.length + reached) / advantages.length, newImage.length);
    });
  });
}

function scanNew(core: Core<BsdiffExports>, newSize: number, onReached: (reached: number) => void): Int32Array {
  const { exports } = core;
  const pieces: Int32Array[] = [];
  const address = exports.bsdiffTriples();
  for (let reached = 0, taken = 1; reached < newSize || taken > 0; ) {
    reached = exports.bsdiffScan(scanStep) >>> 0;
    taken = exports.bsdiffTake();
    pieces.push(core.words(address, 3 * taken).slice());
    onReached(reached);
  }
  const triples = new Int32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const piece of pieces) {
    triples.set(piece, filled);
    filled += piece.length;
  }
  // Nothing follows the last one.
  if (triples.length > 0) triples[triples.length - 1] = 0;
  return triples;
}
