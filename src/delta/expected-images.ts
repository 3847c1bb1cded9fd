/** What both images of a patch must be: sizes before anything is read, the old digest before anything is written. */

import { assertBytes, createHash, equalBytes, type HashProvider } from "../core/index.ts";
import { DeltaError } from "./errors.ts";
import { enforceInteger } from "./limits.ts";
import { readOld } from "./old-pages.ts";
import { type PatchSteps, pause } from "./steps.ts";

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

/** Refuses digests and sizes that no image has. */
export function enforceExpectedImages({ oldSha256, oldSize, newSha256, newSize }: ExpectedImages): void {
  enforceInteger("expected.newSize", newSize);
  if (oldSize !== undefined) enforceInteger("expected.oldSize", oldSize);
  for (const [name, digest] of Object.entries({ oldSha256, newSha256 })) {
    if (assertBytes(digest, `expected.${name}`).length === 32) continue;
    throw new RangeError(`"expected.${name}" expected 32 bytes, got ${digest.length}`);
  }
}

/** Refuses a patch that makes another size than expected, and an old image of another size. */
export function enforceExpectedSizes(
  patch: { readonly newSize: number; readonly newSizeOffset: number },
  oldSize: number,
  expected: ExpectedImages,
): void {
  if (patch.newSize !== expected.newSize) {
    throw new DeltaError("ERR_DELTA_NEW_SIZE", `Cannot apply patch: it makes ${patch.newSize} bytes`, {
      offset: patch.newSizeOffset,
      details: { expected: expected.newSize, found: patch.newSize },
    });
  }
  if (expected.oldSize !== undefined && oldSize !== expected.oldSize) {
    throw new DeltaError("ERR_DELTA_OLD_SIZE", `Cannot apply patch: the old image has ${oldSize} bytes`, {
      details: { expected: expected.oldSize, found: oldSize },
    });
  }
}

/** Reads the whole old image, so many bytes at once, and refuses it when its SHA-256 is not the expected one. */
export function* checkOldImage(
  size: number,
  sha256: Uint8Array,
  blockBytes: number,
  hashProvider: HashProvider,
): PatchSteps<void> {
  const hash = createHash("sha256", hashProvider);
  const block = new Uint8Array(blockBytes);
  for (let offset = 0; offset < size; offset += blockBytes) {
    const target = block.subarray(0, Math.min(blockBytes, size - offset));
    yield* readOld(offset, target);
    hash.update(target);
    yield pause("verify-old", offset + target.length, size);
  }
  if (equalBytes(hash.digest(), sha256)) return;
  throw new DeltaError("ERR_DELTA_OLD_HASH", "Cannot apply patch: the old image is not the one it was made for");
}
