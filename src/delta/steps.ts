/** What applying a patch asks of the world, one step at a time: the seam between the pure core and its two drivers. */

/** How far a run has come; `totalBytes` is that of the phase. */
export interface PatchProgress {
  /** First the old image is hashed, then the new one is made. */
  readonly phase: "verify-old" | "write-new";
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One request of the core. A read is answered with the number of bytes read, the others with anything. */
export type PatchStep =
  | { readonly kind: "read"; readonly offset: number; readonly target: Uint8Array }
  | { readonly kind: "write"; readonly bytes: Uint8Array }
  | { readonly kind: "pause"; readonly progress: PatchProgress };

/** A run of the core: between two steps it makes at most one block of output and decompresses at most one bzip2 block. */
export type PatchSteps<Outcome> = Generator<PatchStep, Outcome, number>;

/** The step that lets a driver report progress, stop, or let other work go on. */
export function pause(phase: PatchProgress["phase"], doneBytes: number, totalBytes: number): PatchStep {
  return { kind: "pause", progress: { phase, doneBytes, totalBytes } };
}
