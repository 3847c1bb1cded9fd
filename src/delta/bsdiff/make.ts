/**
 * Makes BSDIFF40 patches: covers found in WebAssembly (`wasm/bsdiff`), three streams compressed there (`wasm/bzip2`).
 *
 * Which triples and in which order is the writer's choice; every bspatch applies them.
 */

import { assertBytes, type Bytes, concatBytes } from "../../core/index.ts";
import { compressBzip2 } from "../bzip2/compress.ts";
import { enforceInteger } from "../limits.ts";
import { type MakeObserver, type Report, reportTo } from "../make-progress.ts";
import type { Core } from "../wasm/core.ts";
import { type DiffExports, openDiffCore } from "../wasm/diff-core.ts";
import { magic, writeMagnitude } from "./header.ts";
import { findTriples } from "./triples.ts";

/** Options of {@link makeBsdiff40Patch}. */
export interface MakeBsdiff40Options extends MakeObserver {
  /** Most bytes of WebAssembly memory; when absent 4 GiB. */
  readonly maxMemory?: number;
}

/** Largest image: positions and addresses are integers of 32 bits, and the index takes four bytes for each of the image. */
const maxImage = 500_000_000;
/** Bytes between two looks at the signal while a stream is compressed. */
const compressStep = 1 << 16;

/**
 * Makes a BSDIFF40 patch, which Debian's bspatch and {@link applyPatch} apply. The same images always give the same patch.
 *
 * Takes 6 to 7 bytes of WebAssembly memory for each of the old image and 1 for each of the new one, and for the compression at most 17 MB; time
 * grows with the size of both, whatever they repeat.
 * The streams are written with the smallest bzip2 block that holds them, so that small patches need little memory to apply.
 *
 * @throws {@link DeltaError} `ERR_DELTA_NO_WASM` where the host has no WebAssembly, `ERR_DELTA_MEMORY_LIMIT` when `maxMemory` or the host
 *   does not allow what the images take, `ERR_DELTA_CANCELLED` when the signal asked to stop
 * @throws TypeError when an image is no Uint8Array
 * @throws RangeError when an image has more than 500,000,000 bytes or `maxMemory` is not an integer >= 0
 * @example
 * ```ts
 * const patch = makeBsdiff40Patch(oldImage, newImage, { signal: controller.signal });
 * ```
 */
export function makeBsdiff40Patch(
  oldImage: Uint8Array,
  newImage: Uint8Array,
  options: MakeBsdiff40Options = {},
): Bytes {
  for (const [name, image] of Object.entries({ oldImage, newImage })) {
    if (assertBytes(image, name).length > maxImage) {
      throw new RangeError(`"${name}" expected at most ${maxImage} bytes, got ${image.length}`);
    }
  }
  const { maxMemory = 2 ** 32 } = options;
  enforceInteger("maxMemory", maxMemory);
  const report = reportTo(options);
  const core = openDiffCore(maxMemory);
  let best: Bytes | undefined;
  for (const triples of findTriples(core, oldImage, newImage, report)) {
    const streams = splitStreams(oldImage, newImage, triples);
    const patch = compressStreams(core, streams, newImage.length, report);
    if (best === undefined || patch.length < best.length) best = patch;
  }
  return best!;
}

/** What a patch holds, before it is compressed. */
interface Streams {
  readonly control: Uint8Array;
  readonly diff: Uint8Array;
  readonly extra: Uint8Array;
}

function splitStreams(oldImage: Uint8Array, newImage: Uint8Array, triples: Int32Array): Streams {
  let diffLength = 0;
  for (let at = 0; at < triples.length; at += 3) diffLength += triples[at]!;
  const control = new Uint8Array(8 * triples.length);
  const diff = new Uint8Array(diffLength);
  const extra = new Uint8Array(newImage.length - diffLength);
  let [oldPosition, newPosition, diffEnd, extraEnd] = [0, 0, 0, 0];
  for (let at = 0; at < triples.length; at += 3) {
    const [add, copy, seek] = [triples[at]!, triples[at + 1]!, triples[at + 2]!];
    writeMagnitude(control, 8 * at, add);
    writeMagnitude(control, 8 * at + 8, copy);
    writeMagnitude(control, 8 * at + 16, seek);
    for (let step = 0; step < add; step++)
      diff[diffEnd++] = newImage[newPosition + step]! - oldImage[oldPosition + step]!;
    newPosition += add;
    extra.set(newImage.subarray(newPosition, newPosition + copy), extraEnd);
    extraEnd += copy;
    newPosition += copy;
    oldPosition += add + seek;
  }
  return { control, diff, extra };
}

function compressStreams(core: Core<DiffExports>, streams: Streams, newSize: number, report: Report): Bytes {
  const total = streams.control.length + newSize;
  let done = 0;
  const compress = (bytes: Uint8Array): Bytes => {
    const pieces: Uint8Array[] = [];
    for (const piece of compressBzip2(core, bytes)) {
      pieces.push(piece);
      done = Math.min(total, done + compressStep);
      report("compress", done, total);
    }
    return concatBytes(...pieces);
  };
  const control = compress(streams.control);
  const diff = compress(streams.diff);
  const extra = compress(streams.extra);
  const header = new Uint8Array(32);
  header.set(magic);
  writeMagnitude(header, 8, control.length);
  writeMagnitude(header, 16, diff.length);
  writeMagnitude(header, 24, newSize);
  return concatBytes(header, control, diff, extra);
}
