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
export { parseGoTable, parseStopTable } from "./parse-table.ts";
export { type BetaPrior, createGoTest, createStopTest, type GoTest, type StopTest } from "./rate-tests.ts";
export * from "./reasons.ts";
