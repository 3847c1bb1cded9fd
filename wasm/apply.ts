/** The vehicle's module: applies patches. */

export { allocate, resetArena } from "./arena";

/** Marks the module as this half of the core; the value tells whether it uses SIMD. */
export const applyCore: bool = ASC_FEATURE_SIMD;
