/**
 * Applies a BSDIFF40 patch as a run of steps: new image = old bytes + diff bytes, then extra bytes, triple by triple.
 *
 * BSDIFF40 does not say which images it belongs to, so their digests come from the caller: the old image is hashed before
 * the first write, the new one as it is written. A run that ends without an error has made the expected image.
 */

import { type Bytes, createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { checkOldImage, type ExpectedImages, enforceExpectedSizes } from "../expected-images.ts";
import { enforcePatchLimits, type PatchLimits } from "../limits.ts";
import { type PatchSteps, pause } from "../steps.ts";
import { ControlReader, controlBufferSize } from "./control.ts";
import { type Bsdiff40, newSizeOffset, openBsdiff40 } from "./header.ts";
import { NewImage, newImageMemory } from "./new-image.ts";
import { openStreams, streamMemory } from "./streams.ts";

/** Bytes between two reads while the old image is hashed. */
const hashBlockSize = 64 * 1024;

/** What hashes, code tables and the list of pages hold in small arrays. */
const smallArrays = 8 * 1024;

/** Most working memory in bytes, beside the patch, that applying takes. */
export function bsdiff40Memory(patch: Bsdiff40): number {
  return streamMemory(patch) + newImageMemory + controlBufferSize + hashBlockSize + smallArrays;
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
  const { newSize } = patch;
  enforcePatchLimits({ newSize, patchLength: bytes.length, memory: bsdiff40Memory(patch), newSizeOffset }, limits);
  enforceExpectedSizes({ newSize, newSizeOffset }, oldSize, expected);
  yield* checkOldImage(oldSize, expected.oldSha256, hashBlockSize, hashProvider);
  const newHash = createHash("sha256", hashProvider);
  yield* makeNew(patch, oldSize, limits, newHash);
  const digest = newHash.digest();
  if (!equalBytes(digest, expected.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: the new image is not the expected one");
  }
  return digest;
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
