/**
 * Applies an `otadelta` patch as a run of steps: the map first, then block after block, each checked before it counts.
 *
 * A block is coded by itself and made in stretches of at most 16 KiB. So a run may go on behind the blocks that an earlier one made, and runs may
 * make different blocks at the same time.
 */

import { type Bytes, createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { checkOldImage, type ExpectedImages, enforceExpectedSizes } from "../expected-images.ts";
import { enforcePatchLimits, type PatchLimits } from "../limits.ts";
import { type PatchSteps, pause } from "../steps.ts";
import { BlockMaker } from "./block-maker.ts";
import { blockCount, blockEnd, blockStart, type OpenedOtadelta, openOtadelta } from "./header.ts";
import { demandOf, hashBlockSize } from "./memory.ts";

/** What a patch is applied under. */
export interface OtadeltaRun {
  readonly expected: ExpectedImages;
  readonly limits: PatchLimits;
  readonly hashProvider: HashProvider;
}

/** Blocks of the new image: the first one, and the one behind the last. {@link inspectPatch} tells how many there are. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/** Part of the new image that was made and verified, block by block: from the first byte to the one behind the last. */
export interface AppliedBlocks {
  readonly fromByte: number;
  readonly toByte: number;
}

/** Makes the new image of `expected`, or throws; gives its digest. `keptBytes` are those that an earlier run left, if runs may go on. */
export function* applyOtadelta(
  bytes: Uint8Array,
  oldSize: number,
  run: OtadeltaRun & { readonly keptBytes: number | undefined },
): PatchSteps<Bytes> {
  const patch = openChecked(bytes, oldSize, run);
  yield* checkOldImage(oldSize, patch.oldSha256, hashBlockSize, run.hashProvider);
  const whole = createHash("sha256", run.hashProvider);
  const first = run.keptBytes === undefined ? 0 : yield* takeUp(patch, run.keptBytes, whole, run.hashProvider);
  const maker = new BlockMaker(patch, run.hashProvider);
  for (let index = first; index < blockCount(patch); index++) {
    yield* maker.make(index, whole);
    yield { kind: "checkpoint" };
    yield pause("write-new", blockEnd(patch, index), patch.newSize);
  }
  const digest = whole.digest();
  if (!equalBytes(digest, patch.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: the new image is not the expected one");
  }
  return digest;
}

/** Makes some blocks of the new image, and tells first where they belong, as a run that goes on from there does. */
export function* applyOtadeltaBlocks(
  bytes: Uint8Array,
  oldSize: number,
  run: OtadeltaRun & { readonly blocks: BlockRange; readonly verifyOld: boolean },
): PatchSteps<AppliedBlocks> {
  const patch = openChecked(bytes, oldSize, run);
  const { from, to } = run.blocks;
  if (from > to || to > blockCount(patch)) {
    throw new RangeError(`"blocks" expected part of 0 to ${blockCount(patch)}, got ${from} to ${to}`);
  }
  const fromByte = Math.min(blockStart(patch, from), patch.newSize);
  const toByte = Math.min(blockStart(patch, to), patch.newSize);
  if (run.verifyOld) yield* checkOldImage(oldSize, patch.oldSha256, hashBlockSize, run.hashProvider);
  yield { kind: "truncate", size: fromByte };
  const maker = new BlockMaker(patch, run.hashProvider);
  for (let index = from; index < to; index++) {
    yield* maker.make(index);
    yield pause("write-new", blockEnd(patch, index) - fromByte, toByte - fromByte);
  }
  return { fromByte, toByte };
}

/** Reads a patch and refuses one that breaks a limit or is for other images than the expected ones. */
function openChecked(
  bytes: Uint8Array,
  oldSize: number,
  { expected, limits, hashProvider }: OtadeltaRun,
): OpenedOtadelta {
  const patch = openOtadelta(bytes, hashProvider, (head) => enforcePatchLimits(demandOf(head, bytes), limits));
  enforceExpectedSizes(patch, oldSize, { ...expected, oldSize: patch.oldSize });
  enforceExpectedSizes(patch, oldSize, expected);
  if (!equalBytes(patch.newSha256, expected.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: it makes another image than the expected one");
  }
  if (!equalBytes(patch.oldSha256, expected.oldSha256)) {
    throw new DeltaError(
      "ERR_DELTA_OLD_HASH",
      "Cannot apply patch: it was made for another old image than the expected one",
    );
  }
  return patch;
}

/**
 * Takes up what an earlier run left: as many blocks from the first on as have their digest. Gives their number, with `whole` over them, and has
 * the rest forgotten.
 */
function* takeUp(
  patch: OpenedOtadelta,
  keptBytes: number,
  whole: StreamingHash,
  hashProvider: HashProvider,
): PatchSteps<number> {
  let count = 0;
  for (; count < blockCount(patch) && blockEnd(patch, count) <= keptBytes; count++) {
    const hash = createHash("sha256", hashProvider);
    // What can not be read is not kept; it will be written anew.
    if ((yield* hashKept(blockStart(patch, count), blockEnd(patch, count), hash)) !== undefined) break;
    const { digest } = patch.blocks[count]!;
    if (!equalBytes(hash.digest().subarray(0, digest.length), digest)) break;
    yield pause("verify-kept", blockEnd(patch, count), keptBytes);
  }
  const size = Math.min(blockStart(patch, count), patch.newSize);
  // Read twice: what is hashed can not be taken back when a block turns out to be torn.
  const unread = yield* hashKept(0, size, whole);
  if (unread !== undefined) {
    throw new DeltaError("ERR_DELTA_KEPT_READ", `Cannot read what was kept from byte ${unread} on`, {
      details: { newOffset: unread },
    });
  }
  yield { kind: "truncate", size };
  return count;
}

/** Reads kept bytes into a hash; gives the offset of those that can not be read. */
function* hashKept(from: number, to: number, hash: StreamingHash): PatchSteps<number | undefined> {
  const buffer = new Uint8Array(hashBlockSize);
  for (let offset = from; offset < to; offset += hashBlockSize) {
    const target = buffer.subarray(0, Math.min(hashBlockSize, to - offset));
    if ((yield { kind: "read-kept", offset, target }) !== target.length) return offset;
    hash.update(target);
  }
  return undefined;
}
