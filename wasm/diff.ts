/** The server's module: makes patches. */

export { allocate, resetArena } from "./arena";

/** Marks the module as this half of the core; the value tells whether it uses SIMD. */
export const diffCore: bool = ASC_FEATURE_SIMD;
