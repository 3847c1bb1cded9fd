/**
 * Applies an `otadelta` patch as a run of steps: the map first, then block after block, each checked before it counts.
 *
 * A block is coded by itself and made in stretches of at most 16 KiB. So a run may go on behind the blocks that an earlier one made, and runs may
 * make different blocks at the same time (`shareBlocks` says which).
 */

import { type Bytes, createHash, equalBytes, type HashProvider, type StreamingHash } from "../../core/index.ts";
import { DeltaError } from "../errors.ts";
import { checkOldImage, type ExpectedImages, enforceExpectedSizes } from "../expected-images.ts";
import { enforceInteger, enforcePatchLimits, type PatchLimits } from "../limits.ts";
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

/** Blocks of the new image: all of a range, or those of a list, in its order. */
export type BlockChoice = BlockRange | readonly number[];

/** Part of the new image whose blocks were made and verified: from the first byte to the one behind the last. A list may leave blocks out between. */
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
  const kept = run.keptBytes === undefined ? undefined : yield* takeUpWhole(patch, run.keptBytes, run.hashProvider);
  if (kept !== undefined) return kept;
  yield* checkOldImage(oldSize, patch.oldSha256, hashBlockSize, run.hashProvider);
  const whole = createHash("sha256", run.hashProvider);
  const first = run.keptBytes === undefined ? 0 : yield* takeUp(patch, run.keptBytes, whole, run.hashProvider);
  const maker = yield* BlockMaker.open(patch, run.hashProvider);
  for (let index = first; index < blockCount(patch); index++) {
    yield* maker.make(index, { verify: true, whole });
    yield { kind: "checkpoint" };
    yield pause("write-new", blockEnd(patch, index), patch.newSize);
  }
  const digest = whole.digest();
  if (!equalBytes(digest, patch.newSha256)) {
    throw new DeltaError("ERR_DELTA_NEW_HASH", "Cannot apply patch: the new image is not the expected one");
  }
  return digest;
}

/** Makes some blocks of the new image, and tells in front of each where it belongs, as a run that goes on from there does. */
export function* applyOtadeltaBlocks(
  bytes: Uint8Array,
  oldSize: number,
  run: OtadeltaRun & { readonly blocks: BlockChoice; readonly verifyOld: boolean; readonly verifyBlocks: boolean },
): PatchSteps<AppliedBlocks> {
  const patch = openChecked(bytes, oldSize, run);
  const indexes = indexesOf(run.blocks, blockCount(patch));
  const sizes = indexes.map((index) => blockEnd(patch, index) - blockStart(patch, index));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (run.verifyOld) yield* checkOldImage(oldSize, patch.oldSha256, hashBlockSize, run.hashProvider);
  const maker = yield* BlockMaker.open(patch, run.hashProvider);
  let done = 0;
  for (const [at, index] of indexes.entries()) {
    yield { kind: "truncate", size: blockStart(patch, index) };
    yield* maker.make(index, { verify: run.verifyBlocks });
    done += sizes[at]!;
    yield pause("write-new", done, total);
  }
  if (!isList(run.blocks)) {
    const [fromByte, toByte] = [run.blocks.from, run.blocks.to].map((index) =>
      Math.min(blockStart(patch, index), patch.newSize),
    );
    return { fromByte: fromByte!, toByte: toByte! };
  }
  const fromByte = indexes.reduce((least, index) => Math.min(least, blockStart(patch, index)), patch.newSize);
  return { fromByte, toByte: indexes.reduce((most, index) => Math.max(most, blockEnd(patch, index)), fromByte) };
}

function isList(blocks: BlockChoice): blocks is readonly number[] {
  return Array.isArray(blocks);
}

/** The indexes of some of `count` blocks; refuses what the image has not. */
function indexesOf(blocks: BlockChoice, count: number): readonly number[] {
  if (isList(blocks)) {
    const wrong = blocks.find((index) => !Number.isSafeInteger(index) || index < 0 || index >= count);
    if (wrong === undefined) return blocks;
    throw new RangeError(`"blocks" expected integers from 0 to ${count - 1}, got ${wrong}`);
  }
  const { from, to } = blocks;
  enforceInteger("blocks.from", from);
  enforceInteger("blocks.to", to);
  if (from > to || to > count) throw new RangeError(`"blocks" expected part of 0 to ${count}, got ${from} to ${to}`);
  return Array.from({ length: to - from }, (_, at) => from + at);
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
 * Takes up the whole new image, if that was kept, and gives its digest: it is the expected one, so that nothing is to be made and the old image is
 * not asked.
 *
 * A file may have its full size long before it has all bytes. So the last block is looked at first, and most of those that are not whole
 * cost no more. No progress is told: when the image is not whole, all blocks are looked at from the start.
 */
function* takeUpWhole(
  patch: OpenedOtadelta,
  keptBytes: number,
  hashProvider: HashProvider,
): PatchSteps<Bytes | undefined> {
  const { newSize, newSha256 } = patch;
  const count = blockCount(patch);
  if (count === 0 || keptBytes < newSize || !(yield* isKept(patch, count - 1, hashProvider))) return undefined;
  const hash = createHash("sha256", hashProvider);
  for (let index = 0; index < count; index++) {
    if ((yield* hashKept(blockStart(patch, index), blockEnd(patch, index), hash)) !== undefined) return undefined;
    yield pause("verify-kept", 0, newSize);
  }
  const digest = hash.digest();
  if (!equalBytes(digest, newSha256)) return undefined;
  yield { kind: "truncate", size: newSize };
  return digest;
}

/** Whether block `index` was kept: what can not be read is not. */
function* isKept(patch: OpenedOtadelta, index: number, hashProvider: HashProvider): PatchSteps<boolean> {
  const hash = createHash("sha256", hashProvider);
  if ((yield* hashKept(blockStart(patch, index), blockEnd(patch, index), hash)) !== undefined) return false;
  const { digest } = patch.blocks[index]!;
  return equalBytes(hash.digest().subarray(0, digest.length), digest);
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
    // What is wrong will be written anew.
    if (!(yield* isKept(patch, count, hashProvider))) break;
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
