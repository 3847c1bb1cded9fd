/** The stop tests of a plan, one for each metric and stratum, with their parts of alpha. */

import type { StopTest } from "../../statistics/index.ts";
import { toleratedPpmOf } from "./parse-metrics.ts";
import type { FailureMetric, GateMetric, PlanStratum, RolloutPlan, SilenceMetric } from "./plan.ts";

const million = 1_000_000;

/** A metric on a stratum, with its part of alpha. */
export interface StopPair {
  readonly metric: GateMetric;
  /** Key of the stratum, or `""`. */
  readonly stratum: string;
  /** Part of alpha: over all pairs the parts sum to 1. */
  readonly weight: number;
}

/** A pair on the clock of enrolments: its evidence is added up with that of the others. */
export interface ShareTest extends StopPair {
  readonly metric: FailureMetric | SilenceMetric;
  /** With the pair's own part of alpha. */
  readonly test: StopTest;
}

/**
 * Shares alpha out: by weight over metrics; of each metric one half overall, the other half over the strata by the square root of
 * their sizes.
 */
export function stopPairs({ metrics, strata }: RolloutPlan): readonly StopPair[] {
  const weights = metrics.reduce((sum, { weight }) => sum + weight, 0);
  const roots = strata.reduce((sum, { size }) => sum + Math.sqrt(size), 0);
  return metrics.flatMap((metric): readonly StopPair[] => {
    if (metric.weight === 0) return [];
    const share = metric.weight / weights;
    if (strata.length === 0) return [{ metric, stratum: "", weight: share }];
    const parts = strata.map(({ key, size }) => ({
      metric,
      stratum: key,
      weight: (share / 2) * (Math.sqrt(size) / roots),
    }));
    return [{ metric, stratum: "", weight: share / 2 }, ...parts];
  });
}

/** Whether a metric counts vehicles by enrolment, against a share that was measured or decided. */
export function isShareMetric(metric: GateMetric): metric is FailureMetric | SilenceMetric {
  return metric.kind === "failure" || metric.kind === "silence";
}

/** The stop test of a pair whose metric counts vehicles. */
export function shareTest(
  pair: StopPair & { readonly metric: FailureMetric | SilenceMetric },
  { stop, strata }: RolloutPlan,
): ShareTest {
  const { metric, stratum, weight } = pair;
  const own: PlanStratum | undefined = strata.find(({ key }) => key === stratum);
  const prior = own?.stopPrior ?? metric.stopPrior ?? { a: 1, b: Math.round(million / metric.maxPpm) };
  const alpha = (stop.alphaPpm / million) * weight;
  return { ...pair, test: { p0: toleratedPpmOf(metric)! / million, alpha, prior } };
}

/** The test whose evidence rolls back; undefined where the plan has none. */
export function rollbackTest({ stop: { rollback } }: RolloutPlan): StopTest | undefined {
  if (rollback === undefined) return undefined;
  const p0 = rollback.abovePpm / million;
  return { p0, alpha: rollback.alphaPpm / million, prior: { a: 1, b: Math.max(1, Math.round(0.5 / p0)) } };
}

/**
 * Whether more silence than tolerated holds the rollout only, because nobody measured at this age how many vehicles are silent without
 * the update: a tolerance taken at another age stops every release.
 */
export function holdsOnly(metric: GateMetric, { observation }: RolloutPlan): boolean {
  if (metric.kind !== "silence") return false;
  return metric.baseline.source === "stated" || metric.baseline.ageMs !== observation.maturityMs;
}
