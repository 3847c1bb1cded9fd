/** Verdicts of the stop and the go test on one pair of counts, with the integers they rest on. */

import type { Decision } from "../core/index.ts";
import { type GoTable, goBoundary, type StopTable, stopBoundary } from "./boundary.ts";
import { requireCounts } from "./range-checks.ts";
import type { GoTest, StopTest } from "./rate-tests.ts";
import type { StatisticsReasonCode } from "./reasons.ts";

/** Counts of one rollout, or of one prefix of its enrolment. */
export interface FailureCounts {
  /** Vehicles enrolled (to stop), or with an outcome that is due (to go). */
  readonly n: number;
  /** Failures among them. */
  readonly f: number;
}

/** The integers that a verdict compares, and the test that they come from. */
export interface BoundaryEvidence<Test> extends FailureCounts {
  /** Failures at which the verdict changes, or null where no number of failures changes it. */
  readonly boundary: number | null;
  readonly test: Test;
}

/**
 * Decides whether the failures so far are evidence enough to stop; a `continue` is the absence of evidence, not a go.
 *
 * The verdict is about the counts now. That the boundary was ever reached is enough: keep a `stop` until a person resolves it.
 *
 * @throws RangeError when a count, the test or the table's range does not fit
 * @example
 * ```ts
 * const test = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
 * decideStop({ n: 1000, f: 13 }, test).decision; // "stop"
 * ```
 */
export function decideStop(
  { n, f }: FailureCounts,
  source: StopTest | StopTable,
): Decision<"stop" | "continue", StatisticsReasonCode, BoundaryEvidence<StopTest>> {
  requireCounts(n, f);
  const boundary = stopBoundary(n, source);
  const evidence = { n, f, boundary: boundary ?? null, test: "lastN" in source ? source.test : source };
  const seen = `${f} of ${n} vehicles failed`;
  if (boundary === undefined) {
    const message = `${seen}: no number of failures among so few is enough to stop`;
    return { decision: "continue", reasons: [{ code: "too_few_vehicles_to_stop", message }], evidence };
  }
  if (f < boundary) {
    const message = `${seen}, fewer than the stop boundary of ${boundary}`;
    return { decision: "continue", reasons: [{ code: "failures_below_stop_boundary", message }], evidence };
  }
  const message = `${seen}, which reaches the stop boundary of ${boundary}`;
  return { decision: "stop", reasons: [{ code: "failures_reach_stop_boundary", message }], evidence };
}

/**
 * Decides whether the failures so far are few enough to expand; a `wait` is the absence of evidence, not a stop.
 *
 * @throws RangeError when a count, the test or the table's range does not fit
 * @example
 * ```ts
 * const test = createGoTest({ p1: 0.02, beta: 0.05 });
 * decideGo({ n: 194, f: 0 }, test).reasons[0]?.code; // "too_few_vehicles_to_go"
 * decideGo({ n: 195, f: 0 }, test).decision; // "go"
 * ```
 */
export function decideGo(
  { n, f }: FailureCounts,
  source: GoTest | GoTable,
): Decision<"go" | "wait", StatisticsReasonCode, BoundaryEvidence<GoTest>> {
  requireCounts(n, f);
  const boundary = goBoundary(n, source);
  const evidence = { n, f, boundary: boundary ?? null, test: "firstN" in source ? source.test : source };
  const seen = `${f} of ${n} vehicles failed`;
  if (boundary === undefined) {
    const message = `${seen}: not even a clean record of so few is enough for a go`;
    return { decision: "wait", reasons: [{ code: "too_few_vehicles_to_go", message }], evidence };
  }
  if (f > boundary) {
    const message = `${seen}, more than the go boundary of ${boundary}`;
    return { decision: "wait", reasons: [{ code: "failures_above_go_boundary", message }], evidence };
  }
  const message = `${seen}, within the go boundary of ${boundary}`;
  return { decision: "go", reasons: [{ code: "failures_within_go_boundary", message }], evidence };
}
