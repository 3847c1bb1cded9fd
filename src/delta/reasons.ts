/** Codes of the warnings of `otakit/delta`. */

/** What {@link inspectPatch} warns of. */
export const deltaReasonCodes = {
  delta_no_digests: "The format carries no digest of either image; applyPatch needs both from the verified manifest.",
  delta_reads_before_image: "The patch reads in front of the old image, where bytes count as zero.",
  delta_reads_past_image: "The patch reads behind the old image, where bytes count as zero.",
  delta_idle_triples: "More control triples write nothing than applyPatch allows by default.",
  delta_high_expansion: "The new image is larger, for the patch, than applyPatch allows by default.",
} as const;

/** Code of a warning of {@link inspectPatch}. */
export type DeltaReasonCode = keyof typeof deltaReasonCodes;
