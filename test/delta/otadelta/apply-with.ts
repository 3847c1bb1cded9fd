/** Applies an otadelta patch in memory. */

import { sha256 } from "../../../src/core/index.ts";
import { applyPatchSync } from "../../../src/delta/apply.ts";
import type { ExpectedImages } from "../../../src/delta/expected-images.ts";
import { createMemorySink, readAtFromBytes } from "../../../src/delta/images.ts";
import type { ApplyLimits } from "../../../src/delta/limits.ts";

export interface Changes {
  readonly expected?: Partial<ExpectedImages>;
  readonly limits?: Partial<ApplyLimits>;
  /** The image that is there, in place of the old one. */
  readonly base?: Uint8Array;
}

/** Makes the new image, and counts the bytes that were written; `onWrite` tells them when it throws, too. */
export function applyWith(
  patch: Uint8Array,
  old: Uint8Array,
  fresh: Uint8Array,
  { expected, limits, base = old }: Changes = {},
  onWrite: (bytes: number) => void = () => {},
): Uint8Array {
  const memory = createMemorySink();
  const sink = {
    ...memory,
    write(bytes: Uint8Array) {
      onWrite(bytes.length);
      return memory.write(bytes);
    },
  };
  applyPatchSync(patch, readAtFromBytes(base), sink, {
    expected: { oldSha256: sha256(old), newSha256: sha256(fresh), newSize: fresh.length, ...expected },
    limits: { maxOutput: 2 ** 31, maxMemory: 2 ** 28, ...limits },
  });
  return memory.committed!;
}
