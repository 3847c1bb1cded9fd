/** What may stop a rollout, test by test. */

import {
  asymptoticMeanBounds,
  type EventStopTest,
  eventStopBoundary,
  logEEventStop,
  logEStop,
  lowerRateBound,
  stopBoundary,
  upperRateBound,
} from "../../statistics/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { combineAtPrefixes, logMaximumRatio, type ShareCounts, shareCounts } from "./combine.ts";
import { type MeasureTotals, sumMeasures } from "./measures.ts";
import type { ComparisonMetric, ContinuousMetric, ExposureMetric, RolloutPlan } from "./plan.ts";
import { type Prefixes, sumAt } from "./prefixes.ts";
import type { PreparedPlan } from "./prepared-plan.ts";
import { holdsOnly, type ShareTest, type StopPair } from "./stop-tests.ts";
import type { CombinedCheck, StopCheck } from "./verdict.ts";

const million = 1_000_000;
/** By how much bounds of rates or means, relative to the larger one, must pass one another. */
const relativeGuard = 1e-9;

/** What the stop tests found. */
export interface StopFindings {
  readonly checks: readonly StopCheck[];
  readonly combined: CombinedCheck | null;
}

/** Looks at every stop test of a plan over the vehicles enrolled since the last acknowledged pause. */
export function checkStops(
  prepared: PreparedPlan,
  aggregate: Aggregate,
  prefixes: Prefixes,
  countFromMs: number,
): StopFindings {
  const { plan, shareTests, summed, otherPairs } = prepared;
  const alpha = plan.stop.alphaPpm / million;
  const counts = shareTests.map((test) => shareCounts(test, prefixes));
  const shares = shareTests.map((test, index) => checkShare(test, counts[index]!, plan));
  const select = <T>(list: readonly T[]): readonly T[] => summed.map((index) => list[index]!);
  const logs = select(shares).map(({ logE }) => logE!);
  const combined = combineAtPrefixes(select(shareTests), select(counts), logs, prefixes.endMs, alpha);
  const others = otherPairs.flatMap((pair): readonly StopCheck[] => {
    switch (pair.metric.kind) {
      case "comparison":
        return checkComparison(pair, pair.metric, alpha, aggregate, prefixes);
      case "exposure":
        return [checkExposure(pair, pair.metric, alpha, sumMeasures(aggregate, pair, countFromMs))];
      case "continuous":
        return [checkMean(pair, pair.metric, alpha, sumMeasures(aggregate, pair, countFromMs))];
      default:
        return [];
    }
  });
  return { checks: [...shares, ...others], combined };
}

function checkShare({ metric, stratum, test }: ShareTest, counts: ShareCounts, plan: RolloutPlan): StopCheck {
  const n = sumAt(counts.n, counts.n.length);
  const count = sumAt(counts.count, counts.n.length);
  const boundary = stopBoundary(n, test) ?? null;
  return {
    metric: metric.id,
    stratum,
    n,
    count,
    boundary,
    reached: boundary !== null && count >= boundary,
    logE: logEStop(n, count, test),
    asymptotic: false,
    holdsOnly: holdsOnly(metric, plan),
  };
}

/** Stops where the lower bound here is above the upper bound of the control and the margin, each with half of the part of alpha. */
function checkComparison(
  pair: StopPair,
  metric: ComparisonMetric,
  alpha: number,
  { controls }: Aggregate,
  { strata, matureCount, endMs }: Prefixes,
): readonly StopCheck[] {
  const control = controls.find((one) => one.metric === metric.id && one.stratum === pair.stratum);
  if (control === undefined) return [];
  const counts = strata.get(pair.stratum)!;
  const enrolled = sumAt(counts.enrolled, endMs.length);
  const [n, count] =
    metric.of === "failure"
      ? [enrolled - sumAt(counts.excluded, endMs.length), sumAt(counts.failure, endMs.length)]
      : [enrolled, sumAt(counts.enrolled, matureCount) - sumAt(counts.onTime, matureCount)];
  const level = (alpha * pair.weight) / 2;
  const upper = upperRateBound(control.vehicles, control.count + control.overdue, level);
  const limit = upper + metric.marginPpm / million;
  const reached = lowerRateBound(n, count, level) > limit * (1 + relativeGuard);
  const { id } = metric;
  const { stratum } = pair;
  return [{ metric: id, stratum, n, count, boundary: null, reached, logE: null, asymptotic: false, holdsOnly: false }];
}

function checkExposure(pair: StopPair, metric: ExposureMetric, alpha: number, totals: MeasureTotals): StopCheck {
  const { events, exposure } = totals;
  const prior = { a: 1, b: million / metric.maxPerMillion };
  const test: EventStopTest = { rate0: metric.toleratedPerMillion / million, alpha: alpha * pair.weight, prior };
  const boundary = eventStopBoundary(exposure, test) ?? null;
  return {
    metric: metric.id,
    stratum: pair.stratum,
    n: exposure,
    count: events,
    boundary,
    reached: boundary !== null && events >= boundary,
    logE: logEEventStop(events, exposure, test),
    asymptotic: false,
    holdsOnly: false,
  };
}

function checkMean(pair: StopPair, metric: ContinuousMetric, alpha: number, totals: MeasureTotals): StopCheck {
  const { vehicles, sum, sumOfSquares } = totals;
  const { id, toleratedMean, minVehicles } = metric;
  const enough = vehicles >= minVehicles;
  const level = alpha * pair.weight;
  const bounds = enough
    ? asymptoticMeanBounds({ n: vehicles, sum, sumOfSquares }, level, minVehicles)
    : { lower: Number.NEGATIVE_INFINITY };
  const guard = relativeGuard * Math.max(1, Math.abs(toleratedMean));
  const reached = bounds.lower > toleratedMean + guard;
  const { stratum } = pair;
  const none = { boundary: null, logE: null };
  return { metric: id, stratum, n: vehicles, count: sum, ...none, reached, asymptotic: true, holdsOnly: false };
}

/** Whether the failures prove at any prefix that more than the plan's share for a rollback fail. */
export function provesRollback({ rollbackTest: test }: PreparedPlan, { strata, endMs }: Prefixes): boolean {
  if (test === undefined) return false;
  const { enrolled, excluded, failure } = strata.get("")!;
  const level = -Math.log(test.alpha);
  return endMs.some((_, at) => {
    const n = enrolled[at]! - excluded[at]!;
    // The largest ratio bounds the mixture; most prefixes need no more than it.
    if (logMaximumRatio(n, failure[at]!, test.p0) < level) return false;
    return failure[at]! >= (stopBoundary(n, test) ?? Number.POSITIVE_INFINITY);
  });
}
