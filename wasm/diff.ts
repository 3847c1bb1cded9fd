/** The server's module: makes patches. */

export { allocate, resetArena } from "./arena";
export { bsdiffIndex, bsdiffOpen, bsdiffScan, bsdiffStart, bsdiffTake, bsdiffTriples } from "./bsdiff/scan";
export {
  bzip2EncodeFinish,
  bzip2EncodeOpen,
  bzip2EncodeOutput,
  bzip2EncodeTake,
  bzip2EncodeWrite,
} from "./bzip2/encode";

/** Marks the module as this half of the core; the value tells whether it uses SIMD. */
export const diffCore: bool = ASC_FEATURE_SIMD;
