/** Shares for people to read, and what the error rates assume, in words. */

import { type QualityFlag, qualify } from "../../core/index.ts";
import { lowerRateBound, upperRateBound } from "../../statistics/index.ts";
import { matureCounts } from "./go-checks.ts";
import type { RolloutPlan } from "./plan.ts";
import type { Prefixes } from "./prefixes.ts";
import { isShareMetric } from "./stop-tests.ts";
import type { GateRate, RateEstimate } from "./verdict.ts";

const million = 1_000_000;

/** Estimates the share of each metric that counts vehicles; none where no vehicle is mature, no number where the data are red. */
export function estimateRates(
  { metrics, stop, go }: RolloutPlan,
  { strata, matureCount }: Prefixes,
  flags: readonly QualityFlag[],
): readonly GateRate[] {
  return metrics.flatMap((metric): readonly GateRate[] => {
    if (!isShareMetric(metric)) return [];
    const { n, count, overdue } = matureCounts(metric, strata.get("")!, matureCount);
    if (n === 0) return [];
    const most = Math.min(n, count + overdue);
    const value: RateEstimate = {
      estimate: count / n,
      lower: lowerRateBound(n, count, stop.alphaPpm / million),
      upper: upperRateBound(n, most, go.betaPpm / million),
    };
    return [{ metric: metric.id, n, overdue, countRange: [count, most], rate: qualify(value, flags) }];
  });
}

/** What the error rates of every verdict on a plan assume. */
export function assumptionsOf({ go, metrics, observation }: RolloutPlan): readonly string[] {
  const assumptions = [
    "Given the outcomes of the vehicles enrolled before it, no vehicle of a tolerable release fails with more than the tolerated " +
      "probability: rings are drawn by hash, and a common cause (a server that was down) is excluded by category.",
  ];
  if (go.overdueFailedPpm < million) {
    assumptions.push(`At most ${go.overdueFailedPpm} of a million overdue vehicles have failed.`);
  }
  if (observation.excludedCategories.length > 0) {
    const list = observation.excludedCategories.join(", ");
    assumptions.push(`Failures of these categories have nothing to do with the release: ${list}.`);
  }
  if (metrics.some(({ kind }) => kind === "exposure")) {
    assumptions.push(
      "Events come independently of each other at a rate for each unit of exposure; clusters break the bound.",
    );
  }
  if (metrics.some(({ kind }) => kind === "continuous")) {
    assumptions.push("Bounds of means hold for large numbers only.");
  }
  if (metrics.some(({ kind }) => kind === "comparison")) {
    assumptions.push("The control is of the same fleet, observed by the same rules over the same time.");
  }
  return assumptions;
}
