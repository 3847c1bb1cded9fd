/** The vehicle's module: applies patches. */

export { allocate, resetArena } from "./arena";
export { bzip2Begin, bzip2Entries, bzip2Follow, bzip2Init, bzip2Unfold } from "./bzip2/decode";

/** Marks the module as this half of the core; the value tells whether it uses SIMD. */
export const applyCore: bool = ASC_FEATURE_SIMD;
