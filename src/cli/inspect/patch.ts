/** Explains a delta patch. */

import { inspectPatch, type PatchInfo } from "otakit/delta";
import { asJson, type Report } from "./report.ts";

/** Explains a patch without applying it; its warnings are those of `inspectPatch`. */
export function inspectDelta(bytes: Uint8Array): Report {
  const { warnings, ...info } = inspectPatch(bytes);
  const { format, patchSize, newSize, memoryBytes } = info;
  return {
    kind: "delta-patch",
    lines: [
      `Patch of format ${format}: ${patchSize} bytes make an image of ${newSize} bytes`,
      ...describe(info),
      `Takes ${memoryBytes} bytes of memory to apply`,
      "NOT VERIFIED: the digests of both images must come from signed metadata.",
    ],
    data: asJson({ ...info, verified: null }),
    warnings,
  };
}

/** What the patch is made of, in lines. */
function describe(info: Omit<PatchInfo, "warnings">): readonly string[] {
  const all = info as PatchInfo;
  if (all.format === "otadelta") {
    const { oldSize, oldSha256, newSha256, blocks, blockSize, storedBlocks, covers, mapBytes, profile } = all;
    return [
      `Made from an image of ${oldSize} bytes with SHA-256 ${oldSha256}`,
      `The new image has SHA-256 ${newSha256}`,
      `${blocks} blocks of ${blockSize} bytes, ${storedBlocks} of them stored as they are`,
      `${covers} stretches are copied from the old image; their map takes ${mapBytes} bytes`,
      `Profile ${profile}`,
    ];
  }
  const { addBytes, copyBytes, oldRange, triples, newSize } = all;
  const share = Math.round((100 * copyBytes) / Math.max(1, newSize));
  return [
    `Of these ${addBytes} come from the old image, ${copyBytes} (${share} %) from the patch, in ${triples} steps`,
    `Reads bytes ${oldRange.start} to ${oldRange.end} of the old image`,
  ];
}
