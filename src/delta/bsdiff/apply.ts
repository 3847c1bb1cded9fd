/**
 * Applies a BSDIFF40 patch as a run of steps: new image = old bytes + diff bytes, then extra bytes, triple by triple.
 *
 * BSDIFF40 does not say which images it belongs to, so their digests come from the caller: the old image is hashed before
 * the first write, the new one as it is written. A run that ends without an error has made the expected image.
 */

import { type Bytes, createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import type { Bzip2Decoder } from "../bzip2/decoder.ts";
import { DeltaError } from "../errors.ts";
import type { PatchLimits } from "../limits.ts";
import type { PatchProgress, PatchSteps } from "../steps.ts";
import { addBytes } from "./add.ts";
import { ControlReader, controlBufferSize } from "./control.ts";
import { type Bsdiff40, enforceHeaderLimits, openBsdiff40 } from "./header.ts";
import { OldPages, oldPagesMemory, readOld } from "./old-pages.ts";
import { openStreams, streamMemory } from "./streams.ts";

/** Bytes between two writes; also between two reads while the old image is hashed. */
const blockSize = 64 * 1024;

/** What both images must be. */
export interface ExpectedImages {
  /** SHA-256 of the old image, 32 bytes. */
  readonly oldSha256: Uint8Array;
  /** Size of the old image in bytes, if the manifest tells it. */
  readonly oldSize?: number;
  /** SHA-256 of the new image, 32 bytes. */
  readonly newSha256: Uint8Array;
  /** Size of the new image in bytes. */
  readonly newSize: number;
}

/** Working memory in bytes, beside the patch, that applying takes. */
export function bsdiff40Memory(patch: Bsdiff40): number {
  return streamMemory(patch) + 2 * blockSize + oldPagesMemory + controlBufferSize;
}

/** Makes the new image of `expected`, or throws; gives its digest. */
export function* applyBsdiff40(
  bytes: Uint8Array,
  oldSize: number,
  expected: ExpectedImages,
  limits: PatchLimits,
  hashProvider: HashProvider,
): PatchSteps<Bytes> {
  const patch = openBsdiff40(bytes);
  enforceHeaderLimits(patch, bytes.length, bsdiff40Memory(patch), limits);
  enforceExpectedSizes(patch, oldSize, expected);
  const block = new Uint8Array(blockSize);
  const oldHash = createHash("sha256", hashProvider);
  yield* hashOld(oldSize, oldHash, block);
  if (!equalBytes(oldHash.digest(), expected.oldSha256)) {
    throw new DeltaError("ERR_DELTA_OLD_HASH", "Cannot apply patch: the old image is not the one it was made for");
  }
  const newHash = createHash("sha256", hashProvider);
  yield* makeNew(patch, oldSize, limits, newHash, block);
  const digest = newHash.digest();
  if (!equalBytes(digest, expected.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: the new image is not the expected one");
  }
  return digest;
}

function enforceExpectedSizes(patch: Bsdiff40, oldSize: number, expected: ExpectedImages): void {
  if (patch.newSize !== expected.newSize) {
    throw new DeltaError("ERR_DELTA_NEW_SIZE", `Cannot apply patch: it makes ${patch.newSize} bytes`, {
      offset: 24,
      details: { expected: expected.newSize, found: patch.newSize },
    });
  }
  if (expected.oldSize !== undefined && oldSize !== expected.oldSize) {
    throw new DeltaError("ERR_DELTA_OLD_SIZE", `Cannot apply patch: the old image has ${oldSize} bytes`, {
      details: { expected: expected.oldSize, found: oldSize },
    });
  }
}

function* hashOld(size: number, hash: StreamingHash, block: Bytes): PatchSteps<void> {
  for (let offset = 0; offset < size; offset += blockSize) {
    const target = block.subarray(0, Math.min(blockSize, size - offset));
    yield* readOld(offset, target);
    hash.update(target);
    yield pause("verify-old", offset + target.length, size);
  }
}

/**
 * Makes the new image block by block.
 *
 * `block` takes the diff and extra bytes as they come, `addend` the old bytes at the same places and zero elsewhere, so
 * that one pass adds a whole block however many triples it is made of. Old bytes outside the image count as zero, as
 * they do for bspatch.
 */
function* makeNew(
  patch: Bsdiff40,
  oldSize: number,
  limits: PatchLimits,
  hash: StreamingHash,
  block: Bytes,
): PatchSteps<void> {
  const { newSize } = patch;
  const { control: controlStream, diff, extra } = openStreams(patch);
  const control = new ControlReader(controlStream, newSize, limits);
  const oldPages = new OldPages(oldSize);
  const addend = new Uint8Array(blockSize);
  let written = 0;
  let filled = 0;

  while (control.newPosition < newSize) {
    while (!control.fill()) yield pause("write-new", written, newSize);
    control.next();
    for (const stream of [diff, extra]) {
      let oldPosition = control.oldStart;
      let left = stream === diff ? control.add : control.copy;
      while (left > 0) {
        const end = Math.min(filled + left, blockSize);
        const length = stream.read(block, filled, end);
        if (length === 0) refuseStream("ERR_DELTA_STREAM_SHORT", stream, stream === diff ? "diff" : "extra");
        if (stream === diff) yield* oldPages.copy(oldPosition, addend, filled, filled + length);
        oldPosition += length;
        left -= length;
        filled += length;
        if (filled === blockSize || written + filled === newSize) {
          addBytes(block, addend);
          const bytes = block.subarray(0, filled);
          hash.update(bytes);
          yield { kind: "write", bytes };
          written += filled;
          filled = 0;
          addend.fill(0);
          yield pause("write-new", written, newSize);
        } else if (left > 0) yield pause("write-new", written, newSize);
      }
    }
  }
  control.finish();
  if (diff.read(block, 0, blockSize) > 0) refuseStream("ERR_DELTA_STREAM_LONG", diff, "diff");
  if (extra.read(block, 0, blockSize) > 0) refuseStream("ERR_DELTA_STREAM_LONG", extra, "extra");
}

function pause(phase: PatchProgress["phase"], doneBytes: number, totalBytes: number) {
  return { kind: "pause", progress: { phase, doneBytes, totalBytes } } as const;
}

function refuseStream(
  code: "ERR_DELTA_STREAM_SHORT" | "ERR_DELTA_STREAM_LONG",
  { offset, produced }: Bzip2Decoder,
  stream: "diff" | "extra",
): never {
  const what = code === "ERR_DELTA_STREAM_SHORT" ? "ends before" : "goes on after";
  throw new DeltaError(code, `Cannot apply patch: ${stream} stream ${what} the new image is whole`, {
    offset,
    details: { stream, bytes: produced },
  });
}
