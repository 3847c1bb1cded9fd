/** Explains a delta patch. */

import { inspectPatch } from "otakit/delta";
import { asJson, type Report } from "./report.ts";

/** Explains a patch without applying it; its warnings are those of `inspectPatch`. */
export function inspectDelta(bytes: Uint8Array): Report {
  const { warnings, ...info } = inspectPatch(bytes);
  const { format, patchSize, newSize, memoryBytes, addBytes, copyBytes, oldRange, triples } = info;
  const share = Math.round((100 * copyBytes) / Math.max(1, newSize));
  return {
    kind: "delta-patch",
    lines: [
      `Patch of format ${format}: ${patchSize} bytes make an image of ${newSize} bytes`,
      `Of these ${addBytes} come from the old image, ${copyBytes} (${share} %) from the patch, in ${triples} steps`,
      `Reads bytes ${oldRange.start} to ${oldRange.end} of the old image`,
      `Takes ${memoryBytes} bytes of memory to apply`,
      "NOT VERIFIED: the digests of both images must come from signed metadata.",
    ],
    data: asJson({ ...info, verified: null }),
    warnings,
  };
}
