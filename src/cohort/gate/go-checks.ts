/** What a ring's gate asks of mature vehicles, test by test. */

import {
  asymptoticMeanBounds,
  type EventGoTest,
  eventGoBoundary,
  type GoTest,
  goBoundary,
  lowerRateBound,
  upperRateBound,
} from "../../statistics/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { sumMeasures } from "./measures.ts";
import type {
  ComparisonMetric,
  ContinuousMetric,
  ExposureMetric,
  FailureMetric,
  GateMetric,
  PlanRing,
  RolloutPlan,
  SilenceMetric,
} from "./plan.ts";
import { type Prefixes, type StratumCounts, sumAt } from "./prefixes.ts";
import type { PreparedPlan } from "./prepared-plan.ts";
import type { GoCheck } from "./verdict.ts";

const million = 1_000_000;
/** As of the stop checks. */
const relativeGuard = 1e-9;

/** Counts of a metric over mature vehicles. */
export interface MatureCounts {
  readonly n: number;
  /** Confirmed. */
  readonly count: number;
  /** Without an outcome. */
  readonly overdue: number;
}

/** Looks at every test that a ring's gate requires, overall and in each stratum that has to pass by itself. */
export function checkGate(
  prepared: PreparedPlan,
  ring: PlanRing,
  aggregate: Aggregate,
  prefixes: Prefixes,
): readonly GoCheck[] {
  const { plan } = prepared;
  const keys = ["", ...plan.strata.filter(({ go }) => go === "own").map(({ key }) => key)];
  const required = plan.metrics.filter((metric) => metric.required);
  return required.flatMap((metric) => keys.map((key) => checkMetric(prepared, ring, metric, key, aggregate, prefixes)));
}

function checkMetric(
  prepared: PreparedPlan,
  ring: PlanRing,
  metric: GateMetric,
  stratum: string,
  aggregate: Aggregate,
  { strata, endMs, matureCount }: Prefixes,
): GoCheck {
  const { plan } = prepared;
  const counts = strata.get(stratum)!;
  const matureMs = matureCount === 0 ? Number.NEGATIVE_INFINITY : endMs[matureCount - 1]!;
  switch (metric.kind) {
    case "failure":
    case "silence":
      return checkShare(
        plan,
        metric,
        prepared.goTest(ring, metric),
        stratum,
        matureCounts(metric, counts, matureCount),
      );
    case "comparison":
      return checkComparison(plan, metric, stratum, matureCounts({ kind: metric.of }, counts, matureCount), aggregate);
    case "exposure":
      return checkExposure(plan, metric, stratum, aggregate, matureMs);
    case "continuous":
      return checkMean(plan, metric, stratum, aggregate, matureMs);
  }
}

/** Counts a metric over the first `mature` prefixes. Contradictory outcomes count as failures. */
export function matureCounts(
  metric: { readonly kind: "failure" | "silence"; readonly category?: string },
  counts: StratumCounts,
  mature: number,
): MatureCounts {
  const enrolled = sumAt(counts.enrolled, mature);
  if (metric.kind === "silence") return { n: enrolled, count: enrolled - sumAt(counts.onTime, mature), overdue: 0 };
  const n = enrolled - sumAt(counts.excluded, mature);
  const failure = sumAt(counts.failure, mature);
  const conflict = sumAt(counts.conflict, mature);
  const overdue = n - failure - conflict - sumAt(counts.success, mature);
  const failed = metric.category === undefined ? failure : sumAt(counts.categories.get(metric.category), mature);
  return { n, count: Math.min(n, failed + conflict), overdue };
}

/** What is compared: the confirmed, and of the overdue the part that the plan takes for failed, rounded up. */
function countedFailures({ go }: RolloutPlan, { n, count, overdue }: MatureCounts): number {
  return Math.min(n, count + Math.ceil((overdue * go.overdueFailedPpm) / million));
}

function checkShare(
  plan: RolloutPlan,
  { id }: FailureMetric | SilenceMetric,
  test: GoTest,
  stratum: string,
  mature: MatureCounts,
): GoCheck {
  const boundary = goBoundary(mature.n, test) ?? null;
  const counted = countedFailures(plan, mature);
  const passed = boundary !== null && counted <= boundary;
  const toFail = Math.max(0, (boundary ?? -1) + 1 - mature.count);
  const tippingPoint = toFail <= mature.overdue || toFail === 0 ? toFail : null;
  return { metric: id, stratum, ...mature, counted, boundary, passed, tippingPoint, asymptotic: false };
}

/** Passes where the upper bound here is below the lower bound of the control and the margin, each with half of beta. */
function checkComparison(
  plan: RolloutPlan,
  metric: ComparisonMetric,
  stratum: string,
  mature: MatureCounts,
  { controls }: Aggregate,
): GoCheck {
  const level = plan.go.betaPpm / million / 2;
  const control = controls.find((one) => one.metric === metric.id && one.stratum === stratum);
  const counted = countedFailures(plan, mature);
  const lower = control === undefined ? undefined : lowerRateBound(control.vehicles, control.count, level);
  const limit = (lower ?? 0) + metric.nonInferiorityPpm / million;
  const passes = (count: number): boolean =>
    lower !== undefined && upperRateBound(mature.n, count, level) < limit * (1 - relativeGuard);
  const toFail = firstThat((more) => !passes(mature.count + more), mature.overdue);
  const rest = { boundary: null, passed: passes(counted), tippingPoint: toFail, asymptotic: false };
  return { metric: metric.id, stratum, ...mature, counted, ...rest };
}

/** Smallest integer of 0 .. most for which `holds`, which stays true once it is; null where it never is. */
function firstThat(holds: (value: number) => boolean, most: number): number | null {
  if (!holds(most)) return null;
  let low = -1;
  let high = most;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function checkExposure(
  plan: RolloutPlan,
  metric: ExposureMetric,
  stratum: string,
  aggregate: Aggregate,
  untilMs: number,
): GoCheck {
  const { events, exposure } = sumMeasures(aggregate, { metric, stratum }, Number.NEGATIVE_INFINITY, untilMs);
  const rate1 = metric.maxPerMillion / million;
  const test: EventGoTest = { rate1, beta: plan.go.betaPpm / million, prior: { a: 1, b: 2 / rate1 } };
  const boundary = eventGoBoundary(exposure, test) ?? null;
  const passed = boundary !== null && events <= boundary;
  return {
    metric: metric.id,
    stratum,
    n: exposure,
    count: events,
    overdue: 0,
    counted: events,
    boundary,
    passed,
    tippingPoint: passed ? null : 0,
    asymptotic: false,
  };
}

function checkMean(
  plan: RolloutPlan,
  metric: ContinuousMetric,
  stratum: string,
  aggregate: Aggregate,
  untilMs: number,
): GoCheck {
  const totals = sumMeasures(aggregate, { metric, stratum }, Number.NEGATIVE_INFINITY, untilMs);
  const { vehicles: n, sum, sumOfSquares } = totals;
  const guard = relativeGuard * Math.max(1, Math.abs(metric.maxMean));
  const passed =
    n >= metric.minVehicles &&
    asymptoticMeanBounds({ n, sum, sumOfSquares }, plan.go.betaPpm / million, metric.minVehicles).upper <
      metric.maxMean - guard;
  return {
    metric: metric.id,
    stratum,
    n,
    count: sum,
    overdue: 0,
    counted: sum,
    boundary: null,
    passed,
    tippingPoint: passed ? null : 0,
    asymptotic: true,
  };
}
