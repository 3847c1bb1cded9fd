/**
 * Applies a BSDIFF40 patch as a run of steps: new image = old bytes + diff bytes, then extra bytes, triple by triple.
 *
 * BSDIFF40 does not say which images it belongs to, so their digests come from the caller: the old image is hashed before
 * the first write, the new one as it is written. A run that ends without an error has made the expected image.
 */

import { type Bytes, createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import type { PatchLimits } from "../limits.ts";
import { type PatchSteps, pause } from "../steps.ts";
import { ControlReader, controlBufferSize } from "./control.ts";
import { type Bsdiff40, enforceHeaderLimits, openBsdiff40 } from "./header.ts";
import { NewImage, newImageMemory } from "./new-image.ts";
import { readOld } from "./old-pages.ts";
import { openStreams, streamMemory } from "./streams.ts";

/** Bytes between two reads while the old image is hashed. */
const hashBlockSize = 64 * 1024;

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
  return streamMemory(patch) + newImageMemory + controlBufferSize + hashBlockSize;
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
  const oldHash = createHash("sha256", hashProvider);
  yield* hashOld(oldSize, oldHash);
  if (!equalBytes(oldHash.digest(), expected.oldSha256)) {
    throw new DeltaError("ERR_DELTA_OLD_HASH", "Cannot apply patch: the old image is not the one it was made for");
  }
  const newHash = createHash("sha256", hashProvider);
  yield* makeNew(patch, oldSize, limits, newHash);
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

function* hashOld(size: number, hash: StreamingHash): PatchSteps<void> {
  const block = new Uint8Array(hashBlockSize);
  for (let offset = 0; offset < size; offset += hashBlockSize) {
    const target = block.subarray(0, Math.min(hashBlockSize, size - offset));
    yield* readOld(offset, target);
    hash.update(target);
    yield pause("verify-old", offset + target.length, size);
  }
}

function* makeNew(patch: Bsdiff40, oldSize: number, limits: PatchLimits, hash: StreamingHash): PatchSteps<void> {
  const { newSize } = patch;
  const streams = openStreams(patch);
  const control = new ControlReader(streams.control, newSize, limits);
  const image = new NewImage(streams, newSize, oldSize, hash);
  while (control.newPosition < newSize) {
    while (!control.fill()) yield pause("write-new", image.written, newSize);
    control.next();
    yield* image.append("diff", control.add, control.oldStart);
    yield* image.append("extra", control.copy, 0);
  }
  control.finish();
  image.finish();
}
