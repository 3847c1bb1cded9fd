/** Codes of the warnings and findings of `otakit/delta`. */

/** What {@link inspectPatch} warns of and {@link analyseImages} finds. */
export const deltaReasonCodes = {
  delta_no_digests: "The format carries no digest of either image; applyPatch needs both from the verified manifest.",
  delta_reads_before_image: "The patch reads in front of the old image, where bytes count as zero.",
  delta_reads_past_image: "The patch reads behind the old image, where bytes count as zero.",
  delta_idle_triples:
    "Many control triples write nothing: the images repeat themselves, or the patch was made to cost time.",
  delta_high_expansion: "The new image is larger, for the patch, than applyPatch allows by default.",
  delta_compressed_inside: "The image holds compressed data, of which a small change changes every byte that follows.",
  delta_decompress_first:
    "A patch between the decompressed images would be smaller: ship the image uncompressed, or decompress first.",
  delta_dense_image:
    "Most of the image looks random, compressed or encrypted: no patch can be much smaller than the image.",
} as const;

/** Code of a warning of {@link inspectPatch} or a finding of {@link analyseImages}. */
export type DeltaReasonCode = keyof typeof deltaReasonCodes;
