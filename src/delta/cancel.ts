/** Stopping long work. */

import { DeltaError } from "./errors.ts";

/** What an `AbortSignal` offers and long work looks at. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** Throws `ERR_DELTA_CANCELLED` when the caller asked to stop `doing`. */
export function enforceNotCancelled(signal: CancelSignal | undefined, doing: "apply patch" | "make patch"): void {
  if (!signal?.aborted) return;
  throw new DeltaError("ERR_DELTA_CANCELLED", `Cannot ${doing}: the caller asked to stop`, { cause: signal.reason });
}
