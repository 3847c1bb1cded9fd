/** Applies an otadelta patch in memory, as the drivers of `applyPatch` will. */

import { defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import type { ExpectedImages } from "../../../src/delta/expected-images.ts";
import { createMemorySink, readAtFromBytes } from "../../../src/delta/images.ts";
import { type ApplyLimits, defaultPatchLimits } from "../../../src/delta/limits.ts";
import { applyOtadelta } from "../../../src/delta/otadelta/apply.ts";

export interface Changes {
  readonly expected?: Partial<ExpectedImages>;
  readonly limits?: Partial<ApplyLimits>;
  /** The image that is there, in place of the old one. */
  readonly base?: Uint8Array;
}

/** Makes the new image, and counts the bytes that were written; `written` tells them when it throws, too. */
export function applyWith(
  patch: Uint8Array,
  old: Uint8Array,
  fresh: Uint8Array,
  { expected, limits, base = old }: Changes = {},
  onWrite: (bytes: number) => void = () => {},
): Uint8Array {
  const source = readAtFromBytes(base);
  const sink = createMemorySink();
  const images = { oldSha256: sha256(old), newSha256: sha256(fresh), newSize: fresh.length, ...expected };
  const bounds = { ...defaultPatchLimits, maxOutput: 2 ** 31, maxMemory: 2 ** 28, ...limits };
  const steps = applyOtadelta(patch, base.length, images, bounds, defaultHashProvider);
  let next = steps.next(0);
  while (!next.done) {
    const step = next.value;
    let answer = 0;
    if (step.kind === "read") answer = source.readAt(step.offset, step.target);
    else if (step.kind === "write") onWrite(sink.write(step.bytes));
    next = steps.next(answer);
  }
  sink.commit();
  return sink.committed!;
}
