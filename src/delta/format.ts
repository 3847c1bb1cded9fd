/** Which patch format bytes are in. A format of its own joins here, in `apply.ts` and in `inspect.ts`. */

import { isBsdiff40 } from "./bsdiff/header.ts";

/** Patch formats that otakit applies. */
export type PatchFormat = "bsdiff40";

/**
 * Tells the format of a patch by its first bytes, or `undefined` for none that otakit knows.
 *
 * @example
 * ```ts
 * detectPatchFormat(utf8ToBytes("BSDIFF40")); // "bsdiff40"
 * ```
 */
export function detectPatchFormat(patch: Uint8Array): PatchFormat | undefined {
  return isBsdiff40(patch) ? "bsdiff40" : undefined;
}
