/** The go tests of a plan, one for each ring and metric. */

import type { GoTest } from "../../statistics/index.ts";
import type { FailureMetric, PlanRing, RolloutPlan, SilenceMetric } from "./plan.ts";

const million = 1_000_000;

/** The go test of a metric at the end of a ring. */
export function goTestOf({ go }: RolloutPlan, ring: PlanRing, metric: FailureMetric | SilenceMetric): GoTest {
  const own = ring.maxPpm !== undefined && Object.hasOwn(ring.maxPpm, metric.id) ? ring.maxPpm[metric.id] : undefined;
  const p1 = (own ?? metric.maxPpm) / million;
  return { p1, beta: go.betaPpm / million, prior: { a: 1, b: Math.round(2 / p1) } };
}
