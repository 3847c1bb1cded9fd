/** Exact stratified rings. */

export type { CensusLimits, Cut } from "./census.ts";
export * from "./plan.ts";
export { type Stratum, websterSeats } from "./webster.ts";
