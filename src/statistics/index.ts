/**
 * Sequential tests of failure rates with stated error bounds: evidence that may be looked at as often as one likes.
 *
 * @packageDocumentation
 */

export {
  type GoTable,
  goBoundary,
  type StopTable,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "./boundary.ts";
export * from "./decision.ts";
export * from "./e-process.ts";
export * from "./errors.ts";
export * from "./event-tests.ts";
export * from "./intervals.ts";
export * from "./maxsprt.ts";
export * from "./mean-bounds.ts";
export * from "./multiplicity.ts";
export { parseGoTable, parseStopTable } from "./parse-table.ts";
export * from "./rate-bounds.ts";
export { type BetaPrior, createGoTest, createStopTest, type GoTest, type StopTest } from "./rate-tests.ts";
export * from "./reasons.ts";
export * from "./rollout-chances.ts";
export * from "./sample-ratio.ts";
