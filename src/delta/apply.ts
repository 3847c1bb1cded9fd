/**
 * Applies a patch: one pure core (`bsdiff/apply.ts`), driven here over synchronous or asynchronous storage.
 *
 * The new image goes to scratch and is committed only when its digest is the expected one; whatever else happens, the
 * scratch is discarded.
 */

import { assertBytes, type Bytes, defaultHashProvider, type HashProvider } from "../core/index.ts";
import { applyBsdiff40 } from "./bsdiff/apply.ts";
import { DeltaError } from "./errors.ts";
import type { ExpectedImages } from "./expected-images.ts";
import { detectPatchFormat, type PatchFormat } from "./format.ts";
import type { AsyncReadAt, AsyncScratchSink, ReadAt, ScratchSink } from "./images.ts";
import { type ApplyLimits, defaultPatchLimits, enforceInteger, resolvePatchLimits } from "./limits.ts";
import type { PatchProgress, PatchSteps } from "./steps.ts";

/** What an `AbortSignal` offers and {@link applyPatch} looks at. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

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
 * Applies a patch over synchronous storage: checks the old image, makes the new one block by block (64 KiB), checks it,
 * and only then commits it.
 *
 * The patch is in memory, the old image is read at offsets, the new one is never held. Working memory is told in advance
 * by {@link inspectPatch} and refused above `limits.maxMemory`. Time is bounded by
 * the sizes of patch and images, and one read of 4 KiB for each control triple.
 * Errors of `old`, `sink` and `onProgress` pass through as they are, after `sink.discard()`.
 *
 * Standard: BSDIFF40 as bsdiff and bspatch 4.3 write and read it; it has no published standard.
 *
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT` and every code of a malformed patch (`ERR_DELTA_TRUNCATED`,
 *   `ERR_DELTA_SIZE_*`, `ERR_DELTA_STREAM_*`, `ERR_DELTA_CONTROL_*`, `ERR_DELTA_SEEK_OVERFLOW`, `ERR_DELTA_BZIP2_*`)
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
  sink: ScratchSink,
  options: ApplyPatchOptions,
): AppliedPatch {
  let applied: AppliedPatch;
  try {
    const steps = openSteps(patch, old.size, options);
    let next = steps.next(0);
    while (!next.done) {
      enforceNotCancelled(options.signal);
      const step = next.value;
      let answer = 0;
      if (step.kind === "read") answer = old.readAt(step.offset, step.target);
      else if (step.kind === "write") enforceWritten(step.bytes, sink.write(step.bytes));
      else options.onProgress?.(step.progress);
      next = steps.next(answer);
    }
    enforceNotCancelled(options.signal);
    applied = next.value;
  } catch (error) {
    try {
      sink.discard();
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
  sink: AsyncScratchSink,
  options: AsyncApplyPatchOptions,
): Promise<AppliedPatch> {
  let applied: AppliedPatch;
  try {
    const steps = openSteps(patch, old.size, options);
    let next = steps.next(0);
    while (!next.done) {
      enforceNotCancelled(options.signal);
      const step = next.value;
      let answer = 0;
      if (step.kind === "read") answer = await old.readAt(step.offset, step.target);
      else if (step.kind === "write") enforceWritten(step.bytes, await sink.write(step.bytes));
      else await options.onProgress?.(step.progress);
      next = steps.next(answer);
    }
    enforceNotCancelled(options.signal);
    applied = next.value;
  } catch (error) {
    try {
      await sink.discard();
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
  oldSize: number,
  options: Pick<ApplyPatchOptions, "expected" | "limits" | "hashProvider">,
): PatchSteps<AppliedPatch> {
  const { expected, hashProvider = defaultHashProvider } = options;
  const limits = resolvePatchLimits(options.limits, defaultPatchLimits);
  enforceInteger("old.size", oldSize);
  enforceInteger("expected.newSize", expected.newSize);
  enforceDigest("expected.oldSha256", expected.oldSha256);
  enforceDigest("expected.newSha256", expected.newSha256);
  const format = detectPatchFormat(assertBytes(patch, "patch"));
  if (format === undefined) {
    throw new DeltaError("ERR_DELTA_FORMAT", "Cannot apply patch: it is in no known format", { offset: 0 });
  }
  const newSha256 = yield* applyBsdiff40(patch, oldSize, expected, limits, hashProvider);
  return { format, oldSize, newSize: expected.newSize, newSha256 };
}

function enforceDigest(name: string, digest: Uint8Array): void {
  if (assertBytes(digest, name).length !== 32)
    throw new RangeError(`"${name}" expected 32 bytes, got ${digest.length}`);
}

/** A short write would be committed as a truncated image; a promise here is an asynchronous sink under the wrong driver. */
function enforceWritten(bytes: Uint8Array, written: unknown): void {
  if (written === bytes.length) return;
  throw new DeltaError("ERR_DELTA_NEW_WRITE", `Cannot apply patch: the sink did not take all ${bytes.length} bytes`, {
    details: { wanted: bytes.length, ...(typeof written === "number" ? { written } : {}) },
  });
}

function enforceNotCancelled(signal: CancelSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new DeltaError("ERR_DELTA_CANCELLED", "Cannot apply patch: the caller asked to stop", { cause: signal.reason });
}
