/** Makes some blocks of a new image apart from the others, so that several workers may share the work. */

import { assertBytes, defaultHashProvider } from "../core/index.ts";
import type { ApplyPatchOptions, AsyncApplyPatchOptions } from "./apply.ts";
import { DeltaError } from "./errors.ts";
import { enforceExpectedImages } from "./expected-images.ts";
import { detectPatchFormat } from "./format.ts";
import type { AsyncBlockSink, AsyncReadAt, BlockSink, ReadAt } from "./images.ts";
import { defaultPatchLimits, enforceInteger, resolvePatchLimits } from "./limits.ts";
import { type AppliedBlocks, applyOtadeltaBlocks, type BlockChoice } from "./otadelta/apply.ts";
import { type PatchStep, type PatchSteps, runSteps, runStepsAsync } from "./steps.ts";

/** Options of {@link applyBlocksSync}. */
export interface ApplyBlocksOptions extends ApplyPatchOptions {
  /** A range, or a list of indexes: the first block of the image is 0. */
  readonly blocks: BlockChoice;
  /** Who makes sure that the old image is the right one; `"verify"` when absent. */
  readonly oldImage?: OldImageCheck;
  /** Who makes sure that the blocks are the right ones; `"verify"` when absent. */
  readonly newBlocks?: NewBlockCheck;
}

/** Options of {@link applyBlocks}. */
export interface AsyncApplyBlocksOptions extends AsyncApplyPatchOptions {
  /** As in {@link ApplyBlocksOptions}. */
  readonly blocks: BlockChoice;
  /** As in {@link ApplyBlocksOptions}. */
  readonly oldImage?: OldImageCheck;
  /** As in {@link ApplyBlocksOptions}. */
  readonly newBlocks?: NewBlockCheck;
}

/**
 * Whether a call hashes the old image before its first block, or its caller does so once for all calls, perhaps while they run.
 *
 * Either way the image counts only with the expected digest before the commit, so nothing made from a wrong base is ever committed;
 * unverified it is found out later, by `ERR_DELTA_BLOCK_HASH` or another fault of a block.
 */
export type OldImageCheck = "verify" | "verified-by-caller";

/**
 * Whether each block is held against its own digest, or only the whole image by the run that commits it.
 *
 * All bytes are hashed once more before the commit, so of an image that hardly changes the digests of blocks are a good part of a worker's time.
 * Either way nothing wrong is committed: when the whole image is not the expected one, the committing run looks at each block, and makes anew what is
 * from the first wrong one on.
 */
export type NewBlockCheck = "verify" | "verified-by-commit";

/**
 * Makes some blocks of the new image of an `otadelta` patch over synchronous storage, each of them verified by its own digest unless
 * `newBlocks` leaves that to the commit.
 *
 * Nothing is committed: when all blocks are there, a run of {@link applyPatch} with a {@link ResumableSink} over the same storage
 * verifies the whole image and commits it; when not, it makes what is missing from the first torn block on. Each call hashes the old image first,
 * unless `oldImage` says that the caller does, and takes as much working memory as a whole run. {@link shareBlocks} shares the blocks out.
 *
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT` for a patch without blocks, and the codes of {@link applyPatchSync}
 * @throws TypeError when `patch` or a digest is no Uint8Array
 * @throws RangeError when `blocks` are not blocks of the image, or `oldImage`, `newBlocks`, a size, limit or digest length is no possible one
 * @example
 * ```ts
 * applyBlocksSync(patch, oldSlot, newSlot, { blocks: { from: 8, to: 16 }, expected, limits });
 * ```
 */
export function applyBlocksSync(
  patch: Uint8Array,
  old: ReadAt,
  sink: BlockSink,
  options: ApplyBlocksOptions,
): AppliedBlocks {
  return runSteps(openSteps(patch, old, options), answerWith(old, sink, options), options.signal);
}

/**
 * Makes some blocks of the new image over asynchronous storage; otherwise as {@link applyBlocksSync}.
 *
 * @throws {@link DeltaError} the codes of {@link applyBlocksSync}, as a rejection
 * @example
 * ```ts
 * await applyBlocks(patch, oldSlot, newSlot, { blocks: { from: 8, to: 16 }, expected, limits });
 * ```
 */
export async function applyBlocks(
  patch: Uint8Array,
  old: AsyncReadAt,
  sink: AsyncBlockSink,
  options: AsyncApplyBlocksOptions,
): Promise<AppliedBlocks> {
  return runStepsAsync(openSteps(patch, old, options), answerWith(old, sink, options), options.signal);
}

function* openSteps(
  patch: Uint8Array,
  old: AsyncReadAt,
  {
    expected,
    limits,
    blocks,
    oldImage = "verify",
    newBlocks = "verify",
    hashProvider = defaultHashProvider,
  }: Omit<ApplyBlocksOptions, "onProgress">,
): PatchSteps<AppliedBlocks> {
  const resolved = resolvePatchLimits(limits, defaultPatchLimits);
  enforceInteger("old.size", old.size);
  enforceExpectedImages(expected);
  enforceCheck("oldImage", oldImage, "verified-by-caller");
  enforceCheck("newBlocks", newBlocks, "verified-by-commit");
  if (detectPatchFormat(assertBytes(patch, "patch")) !== "otadelta") {
    throw new DeltaError("ERR_DELTA_FORMAT", "Cannot apply blocks: only otadelta patches have them", { offset: 0 });
  }
  return yield* applyOtadeltaBlocks(patch, old.size, {
    expected,
    limits: resolved,
    hashProvider,
    blocks,
    verifyOld: oldImage === "verify",
    verifyBlocks: newBlocks === "verify",
  });
}

function enforceCheck(option: string, value: string, otherwise: string): void {
  if (value === "verify" || value === otherwise) return;
  throw new RangeError(`"${option}" expected "verify" or "${otherwise}", got ${String(value)}`);
}

/** Carries out one step; a write is where its block belongs. */
function answerWith(
  old: AsyncReadAt,
  sink: AsyncBlockSink,
  { onProgress }: AsyncApplyBlocksOptions,
): (step: PatchStep) => unknown {
  let place = 0;
  return (step) => {
    switch (step.kind) {
      case "read":
        return old.readAt(step.offset, step.target);
      case "truncate":
        place = step.size;
        return undefined;
      case "write":
        place += step.bytes.length;
        return sink.writeAt(place - step.bytes.length, step.bytes);
      case "pause":
        return onProgress?.(step.progress);
      default:
        return undefined;
    }
  };
}
