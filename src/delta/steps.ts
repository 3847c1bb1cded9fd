/** What applying a patch asks of the world, one step at a time: the seam between the pure core and its two drivers. */

import { type CancelSignal, enforceNotCancelled } from "./cancel.ts";
import { DeltaError } from "./errors.ts";

/** How far a run has come; `totalBytes` is that of the phase. */
export interface PatchProgress {
  /**
   * First the old image is hashed, then what an earlier run left, if it may go on from that, then the new image is made. Only what an earlier run
   * left of the full size is hashed before all else: if it is the image, there is nothing else to do.
   */
  readonly phase: "verify-old" | "verify-kept" | "write-new";
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One request of the core. A read is answered with the number of bytes read, a write with those written, the others with anything. */
export type PatchStep =
  | { readonly kind: "read" | "read-kept"; readonly offset: number; readonly target: Uint8Array }
  | { readonly kind: "write"; readonly bytes: Uint8Array }
  /** What an earlier run left counts up to `size`, of a run that goes on from it; the next write goes there. */
  | { readonly kind: "truncate"; readonly size: number }
  /** All that was written is verified. */
  | { readonly kind: "checkpoint" }
  | { readonly kind: "pause"; readonly progress: PatchProgress };

/** A run of the core: between two steps it makes at most one block of output and decompresses at most one bzip2 block. */
export type PatchSteps<Outcome> = Generator<PatchStep, Outcome, unknown>;

/** The step that lets a driver report progress, stop, or let other work go on. */
export function pause(phase: PatchProgress["phase"], doneBytes: number, totalBytes: number): PatchStep {
  return { kind: "pause", progress: { phase, doneBytes, totalBytes } };
}

/** Writes new bytes by a step; a short write would be committed as a truncated image, and a promise here is an asynchronous sink under the wrong driver. */
export function* writeNew(bytes: Uint8Array): PatchSteps<void> {
  const written = yield { kind: "write", bytes };
  if (written === bytes.length) return;
  throw new DeltaError("ERR_DELTA_NEW_WRITE", `Cannot apply patch: the sink did not take all ${bytes.length} bytes`, {
    details: { wanted: bytes.length, ...(typeof written === "number" ? { written } : {}) },
  });
}

/** Runs the core; `answer` carries out each of its steps at once. */
export function runSteps<Outcome>(
  steps: PatchSteps<Outcome>,
  answer: (step: PatchStep) => unknown,
  signal: CancelSignal | undefined,
): Outcome {
  let next = steps.next();
  while (!next.done) {
    enforceNotCancelled(signal, "apply patch");
    next = steps.next(answer(next.value));
  }
  enforceNotCancelled(signal, "apply patch");
  return next.value;
}

/** As {@link runSteps}, with each answer awaited, never two at once. */
export async function runStepsAsync<Outcome>(
  steps: PatchSteps<Outcome>,
  answer: (step: PatchStep) => unknown,
  signal: CancelSignal | undefined,
): Promise<Outcome> {
  let next = steps.next();
  while (!next.done) {
    enforceNotCancelled(signal, "apply patch");
    next = steps.next(await answer(next.value));
  }
  enforceNotCancelled(signal, "apply patch");
  return next.value;
}
