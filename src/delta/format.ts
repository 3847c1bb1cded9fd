/** Which patch format bytes are in. */

import { isBsdiff40 } from "./bsdiff/header.ts";
import { isOtadelta } from "./otadelta/header.ts";

/** Patch formats that otakit applies. */
export type PatchFormat = "otadelta" | "bsdiff40";

/**
 * Tells the format of a patch by its first bytes, or `undefined` for none that otakit knows.
 *
 * @example
 * ```ts
 * detectPatchFormat(utf8ToBytes("BSDIFF40")); // "bsdiff40"
 * ```
 */
export function detectPatchFormat(patch: Uint8Array): PatchFormat | undefined {
  if (isOtadelta(patch)) return "otadelta";
  return isBsdiff40(patch) ? "bsdiff40" : undefined;
}
