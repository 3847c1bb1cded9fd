/** How far making a patch has come. */

import { type CancelSignal, enforceNotCancelled } from "./cancel.ts";

/** How far making has come; `doneBytes` never goes back within a phase. */
export interface MakeProgress {
  /** First the old image is indexed and the new one is scanned, perhaps in turns, then what was found is compressed. */
  readonly phase: "index-old" | "scan-new" | "compress";
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What makers take to tell progress and to be stopped. */
export interface MakeObserver {
  /** Called some times for each MiB. */
  readonly onProgress?: (progress: MakeProgress) => void;
  /** Looked at as often as `onProgress` is called: an `AbortSignal`, or any object whose `aborted` turns true. */
  readonly signal?: CancelSignal;
}

/** Takes progress, and throws when the caller asked to stop. */
export type Report = (phase: MakeProgress["phase"], doneBytes: number, totalBytes: number) => void;

/** The {@link Report} of an observer. */
export function reportTo({ onProgress, signal }: MakeObserver): Report {
  return (phase, doneBytes, totalBytes) => {
    enforceNotCancelled(signal, "make patch");
    onProgress?.({ phase, doneBytes, totalBytes });
  };
}
