/** From events of vehicles to the counters of a gate. */

export { coarsenAggregate, mergeAggregates } from "./combine.ts";
export { type FoldLimits, OutcomeFold, type SourceProgress } from "./fold.ts";
export type * from "./outcome-event.ts";
