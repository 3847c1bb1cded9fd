/** Scenarios that every plan should be tried in, made from its own numbers. */

import { toleratedPpmOf } from "../gate/parse-metrics.ts";
import { parseRolloutPlan } from "../gate/parse-plan.ts";
import type { FailureMetric, PlanRing, RolloutPlan } from "../gate/plan.ts";
import type { ReportDelay, RolloutScenario, SimulatedMeasure } from "./scenario.ts";

const hourMs = 3_600_000;
const million = 1_000_000;

/** What the standard scenarios assume of the fleet. */
export interface FleetAssumptions {
  /** Age by which half of the successes are known, in milliseconds; a day when absent. Half of the failures take twice as long. */
  readonly medianReportMs?: number;
  /** Standard deviation of the logarithm of that age, in thousandths, above 0; 800 when absent. */
  readonly sigmaPermille?: number;
  /** Time in which a ring's vehicles are enrolled, in milliseconds; a day when absent. */
  readonly enrolOverMs?: number;
}

/**
 * Makes scenarios from a plan: a release far below the tolerated share of failures, one right at it, one at the largest share that must
 * not expand and one at three times that, failures that are told early and late, failures that nobody tells, a gap in the data and, in
 * a plan with strata, one stratum that fails.
 *
 * So many vehicles never report that, with those that report late, as many are silent at maturity as the baseline of the plan's first
 * silence metric says (3 % where there is none). Metrics of other kinds find what they tolerate.
 *
 * @throws {@link CohortError} what `parseRolloutPlan` throws
 */
export function standardScenarios(plan: RolloutPlan, assumptions: FleetAssumptions = {}): readonly RolloutScenario[] {
  const checked = parseRolloutPlan(plan);
  const { medianReportMs = 24 * hourMs, sigmaPermille = 800, enrolOverMs = 24 * hourMs } = assumptions;
  const { maturityMs } = checked.observation;
  const failure = checked.metrics[0] as FailureMetric;
  const maxPpm = Math.min(...checked.rings.map((ring) => maxPpmOf(ring, failure)));
  const lateShare = normalTail((1_000 / sigmaPermille) * Math.log(maturityMs / medianReportMs));
  const silentPpm = Math.max(0, Math.round((baselinePpm(checked) - million * lateShare) / (1 - lateShare)));
  const lognormal = (medianMs: number): ReportDelay => ({ kind: "lognormal", medianMs, sigmaPermille });
  const hour = Math.min(hourMs, maturityMs);
  const early: ReportDelay = { kind: "uniform", fromMs: 0, toMs: hour };
  const late: ReportDelay = { kind: "uniform", fromMs: maturityMs - hour, toMs: maturityMs };
  const scenario = (
    name: string,
    release: RolloutScenario["release"],
    failurePpm: number,
    changes: Partial<RolloutScenario> = {},
  ): RolloutScenario => ({
    schema: "otakit.rollout-scenario/1",
    name,
    release,
    fleetVehicles: checked.rings.reduce((sum, { vehicles }) => sum + vehicles, 0),
    failurePpm: Math.min(million, Math.round(failurePpm)),
    silentPpm,
    silentFailurePpm: silentPpm,
    successDelay: lognormal(medianReportMs),
    failureDelay: lognormal(2 * medianReportMs),
    ...otherMetrics(checked),
    enrolOverMs,
    dataLagMs: 0,
    ...changes,
  });
  const { toleratedPpm } = failure;
  const bad = failure.required ? "bad" : "other";
  const [smallest] = [...checked.strata].sort((a, b) => a.size - b.size);
  return [
    scenario("healthy", "tolerable", 0.4 * toleratedPpm),
    scenario("tolerable", "tolerable", toleratedPpm),
    scenario("tolerable, failures told first", "tolerable", toleratedPpm, { failureDelay: early, successDelay: late }),
    scenario("bad", bad, maxPpm),
    scenario("bad, failures told last", bad, maxPpm, { failureDelay: late }),
    scenario("very bad", bad, 3 * maxPpm),
    scenario("silent bricks", "other", 1.5 * maxPpm, { silentFailurePpm: 700_000 }),
    scenario("data gap", "other", 0.4 * toleratedPpm, { silentPpm: Math.min(million, 3 * silentPpm + 10_000) }),
    ...(smallest === undefined
      ? []
      : [
          scenario("one stratum fails", "other", 0.4 * toleratedPpm, {
            failurePpmByStratum: { [smallest.key]: 250_000 },
          }),
        ]),
  ];
}

function maxPpmOf({ maxPpm = {} }: PlanRing, { id, maxPpm: absent }: FailureMetric): number {
  return Object.hasOwn(maxPpm, id) ? maxPpm[id]! : absent;
}

function baselinePpm({ metrics }: RolloutPlan): number {
  const silence = metrics.find((metric) => metric.kind === "silence");
  return silence === undefined ? 30_000 : toleratedPpmOf(silence)! - silence.marginPpm;
}

/** What metrics other than failure and silence find: as much as they tolerate, and a control that is no better. */
function otherMetrics(plan: RolloutPlan): Pick<RolloutScenario, "measures" | "controls"> {
  const { toleratedPpm } = plan.metrics[0] as FailureMetric;
  const controls = plan.metrics.flatMap((metric) => {
    if (metric.kind !== "comparison") return [];
    const ppm = Math.round(metric.of === "failure" ? toleratedPpm : baselinePpm(plan));
    const strata = plan.strata.filter(({ go }) => go === "own").map(({ key }) => key);
    return ["", ...strata].map((stratum) => ({ metric: metric.id, stratum, vehicles: 100_000, ppm }));
  });
  const measures = plan.metrics.flatMap((metric): readonly (readonly [string, SimulatedMeasure])[] => {
    if (metric.kind === "exposure") {
      const exposure = Math.ceil(million / metric.maxPerMillion);
      return [[metric.id, { kind: "exposure", exposure, eventsPerMillion: metric.toleratedPerMillion }]];
    }
    if (metric.kind !== "continuous") return [];
    const deviation = Math.min(million, Math.max(1, Math.round(metric.maxMean - metric.toleratedMean)));
    return [[metric.id, { kind: "continuous", mean: metric.toleratedMean, deviation }]];
  });
  return {
    ...(controls.length === 0 ? {} : { controls }),
    ...(measures.length === 0 ? {} : { measures: Object.fromEntries(measures) }),
  };
}

/** P(Z > z) of a standard normal number, to 1.5e-7 (Abramowitz and Stegun, 26.2.17). */
function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduceRight((rest, coefficient) => (rest + coefficient) * t, 0);
  return (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
