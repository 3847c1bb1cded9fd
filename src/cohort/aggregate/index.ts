/** From events of vehicles to the counters of a gate. */

export {
  type AggregateDialect,
  type AggregateStatements,
  aggregateSql,
  type EventTableName,
  type SqlStatement,
} from "./aggregate-sql.ts";
export { coarsenAggregate, mergeAggregates } from "./combine.ts";
export type { EventColumns } from "./event-table.ts";
export { type FoldLimits, OutcomeFold, type SourceProgress } from "./fold.ts";
export { aggregateFromRows, type SqlRow } from "./from-rows.ts";
export type * from "./outcome-event.ts";
