/**
 * Applies a patch: one pure core for each format, driven here over synchronous or asynchronous storage.
 *
 * The new image goes to scratch and is committed only when its digest is the expected one; whatever else happens, the
 * scratch is discarded, or kept for another run where it can be.
 */

import { assertBytes, type Bytes, defaultHashProvider, type HashProvider } from "../core/index.ts";
import { applyBsdiff40 } from "./bsdiff/apply.ts";
import type { CancelSignal } from "./cancel.ts";
import { DeltaError } from "./errors.ts";
import { type ExpectedImages, enforceExpectedImages } from "./expected-images.ts";
import { detectPatchFormat, type PatchFormat } from "./format.ts";
import type {
  AsyncReadAt,
  AsyncResumableSink,
  AsyncScratchSink,
  ReadAt,
  ResumableSink,
  ScratchSink,
} from "./images.ts";
import { type ApplyLimits, defaultPatchLimits, enforceInteger, resolvePatchLimits } from "./limits.ts";
import { applyOtadelta } from "./otadelta/apply.ts";
import { type PatchProgress, type PatchStep, type PatchSteps, runSteps, runStepsAsync } from "./steps.ts";

/** Options of {@link applyPatchSync}. */
export interface ApplyPatchOptions {
  /** Digests and sizes of both images, from the verified manifest: BSDIFF40 itself carries none. */
  readonly expected: ExpectedImages;
  /** Bounds; storage and memory are mandatory. */
  readonly limits: ApplyLimits;
  /** Called after each block, at times more often; the numbers never go back within a phase. */
  readonly onProgress?: (progress: PatchProgress) => void;
  /** Looked at between blocks and before the commit: an `AbortSignal`, or any object whose `aborted` turns true. */
  readonly signal?: CancelSignal;
  /** Hash back end in place of the runtime's. */
  readonly hashProvider?: HashProvider;
}

/** Options of {@link applyPatch}. */
export interface AsyncApplyPatchOptions extends Omit<ApplyPatchOptions, "onProgress"> {
  /** As in {@link ApplyPatchOptions}; a promise is awaited, which lets other work of the program go on between blocks. */
  readonly onProgress?: (progress: PatchProgress) => void | Promise<void>;
}

/** What was made and committed. */
export interface AppliedPatch {
  readonly format: PatchFormat;
  readonly oldSize: number;
  readonly newSize: number;
  /** SHA-256 of the new image, 32 bytes; equal to the expected one. */
  readonly newSha256: Bytes;
}

/**
 * Applies a patch over synchronous storage: checks the old image, makes the new one block by block, checks it, and only then commits it.
 *
 * The patch is in memory, the old image is read at offsets, the new one is never held. Working memory is told in advance
 * by {@link inspectPatch} and refused above `limits.maxMemory`. Time is bounded by the sizes of patch and images.
 * With a {@link ResumableSink} a run goes on behind the last verified block of an earlier one that was interrupted or failed.
 * Errors of `old`, `sink` and `onProgress` pass through as they are, after `sink.discard()` or `sink.suspend()`.
 *
 * Standard: BSDIFF40 as bsdiff and bspatch 4.3 write and read it; it has no published standard.
 *
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT` and every code of a malformed patch: `ERR_DELTA_TRUNCATED`, `ERR_DELTA_VERSION`,
 *   `ERR_DELTA_HEADER`, `ERR_DELTA_HEADER_HASH`, `ERR_DELTA_MAP`, `ERR_DELTA_BLOCK_LENGTH`, `ERR_DELTA_BLOCK_HASH`; of BSDIFF40
 *   `ERR_DELTA_SIZE_*`, `ERR_DELTA_STREAM_*`, `ERR_DELTA_CONTROL_*`, `ERR_DELTA_SEEK_OVERFLOW`, `ERR_DELTA_BZIP2_*`
 * @throws {@link DeltaError} `ERR_DELTA_OUTPUT_LIMIT`, `ERR_DELTA_MEMORY_LIMIT`, `ERR_DELTA_EXPANSION`,
 *   `ERR_DELTA_TRIPLES`, `ERR_DELTA_IDLE_TRIPLES` at a limit
 * @throws {@link DeltaError} `ERR_DELTA_OLD_SIZE`, `ERR_DELTA_OLD_HASH`, `ERR_DELTA_OLD_READ`, `ERR_DELTA_NEW_SIZE`, `ERR_DELTA_NEW_WRITE`,
 *   `ERR_DELTA_NEW_HASH` when an image is not the expected one, `ERR_DELTA_CANCELLED` when the signal asked to stop
 * @throws TypeError when `patch` or a digest is no Uint8Array
 * @throws RangeError when a size, limit or digest length is no possible one
 * @example
 * ```ts
 * const sink = createMemorySink();
 * applyPatchSync(patch, readAtFromBytes(oldImage), sink, {
 *   expected: { oldSha256, newSha256, newSize },
 *   limits: { maxOutput: 16 << 20, maxMemory: 16 << 20 },
 * });
 * sink.committed; // the new image
 * ```
 */
export function applyPatchSync(
  patch: Uint8Array,
  old: ReadAt,
  sink: ScratchSink | ResumableSink,
  options: ApplyPatchOptions,
): AppliedPatch {
  let applied: AppliedPatch;
  try {
    applied = runSteps(openSteps(patch, old, sink, options), answerWith(old, sink, options), options.signal);
  } catch (error) {
    try {
      abandon(sink, error);
    } catch {
      // The first fault is the one to be told.
    }
    throw error;
  }
  sink.commit();
  return applied;
}

/**
 * Applies a patch over asynchronous storage; otherwise as {@link applyPatchSync}, with the same results and errors.
 *
 * Every read, write and promise of `onProgress` is awaited, never two at once.
 *
 * @throws {@link DeltaError} the codes of {@link applyPatchSync}, as a rejection
 * @example
 * ```ts
 * await applyPatch(patch, oldSlot, newSlot, {
 *   expected: { oldSha256, newSha256, newSize },
 *   limits: { maxOutput: 64 << 20, maxMemory: 16 << 20 },
 *   onProgress: ({ doneBytes, totalBytes }) => console.log(doneBytes / totalBytes),
 *   signal: controller.signal,
 * });
 * ```
 */
export async function applyPatch(
  patch: Uint8Array,
  old: AsyncReadAt,
  sink: AsyncScratchSink | AsyncResumableSink,
  options: AsyncApplyPatchOptions,
): Promise<AppliedPatch> {
  let applied: AppliedPatch;
  try {
    applied = await runStepsAsync(openSteps(patch, old, sink, options), answerWith(old, sink, options), options.signal);
  } catch (error) {
    try {
      await abandon(sink, error);
    } catch {
      // The first fault is the one to be told.
    }
    throw error;
  }
  await sink.commit();
  return applied;
}

/** Checks the arguments and starts the core of the patch's format. */
function* openSteps(
  patch: Uint8Array,
  old: AsyncReadAt,
  sink: AsyncScratchSink | AsyncResumableSink,
  options: Pick<ApplyPatchOptions, "expected" | "limits" | "hashProvider">,
): PatchSteps<AppliedPatch> {
  const { expected, hashProvider = defaultHashProvider } = options;
  const limits = resolvePatchLimits(options.limits, defaultPatchLimits);
  enforceInteger("old.size", old.size);
  enforceExpectedImages(expected);
  const keptBytes = isResumable(sink) ? sink.keptBytes : undefined;
  if (keptBytes !== undefined) enforceInteger("sink.keptBytes", keptBytes);
  const format = detectPatchFormat(assertBytes(patch, "patch"));
  if (format === undefined) {
    throw new DeltaError("ERR_DELTA_FORMAT", "Cannot apply patch: it is in no known format", { offset: 0 });
  }
  let newSha256: Bytes;
  if (format === "otadelta") {
    newSha256 = yield* applyOtadelta(patch, old.size, { expected, limits, hashProvider, keptBytes });
  } else {
    if (keptBytes !== undefined) yield { kind: "truncate", size: 0 };
    newSha256 = yield* applyBsdiff40(patch, old.size, expected, limits, hashProvider);
  }
  return { format, oldSize: old.size, newSize: expected.newSize, newSha256 };
}

/** Carries out one step with the caller's storage. */
function answerWith(
  old: AsyncReadAt,
  sink: AsyncScratchSink | AsyncResumableSink,
  { onProgress }: AsyncApplyPatchOptions,
): (step: PatchStep) => unknown {
  const resumable = isResumable(sink) ? sink : undefined;
  return (step) => {
    switch (step.kind) {
      case "read":
        return old.readAt(step.offset, step.target);
      case "read-kept":
        return resumable?.readKept(step.offset, step.target);
      case "write":
        return sink.write(step.bytes);
      case "truncate":
        return resumable?.truncate(step.size);
      case "checkpoint":
        return resumable?.flush();
      case "pause":
        return onProgress?.(step.progress);
    }
  };
}

function isResumable(sink: AsyncScratchSink | AsyncResumableSink): sink is AsyncResumableSink {
  return "suspend" in sink;
}

/** Ends a run that failed: what was written is kept where another run, perhaps with the patch fetched again, may go on from it. */
function abandon(sink: AsyncScratchSink | AsyncResumableSink, error: unknown): void | Promise<void> {
  const useless = error instanceof DeltaError && error.code === "ERR_DELTA_NEW_HASH";
  return isResumable(sink) && !useless ? sink.suspend() : sink.discard();
}
