/** The names of a plan as numbers, in the order of the plan: what events are written as, and what SQL gives back. Not part of the public face. */

import type { HashProvider } from "../../core/index.ts";
import { parseRolloutPlan, rolloutPlanDigest } from "../gate/parse-plan.ts";
import type { RolloutPlan } from "../gate/plan.ts";

/** Numbers from one ring to the next: more than a plan can have strata. */
export const ringStep = 1_001;

/** What the aggregation of a plan looks up. */
export interface PlanWords {
  readonly plan: RolloutPlan;
  readonly planDigest: string;
  /** Names, each in the place of its number. Stratum 0 is `""`. */
  readonly rings: readonly string[];
  readonly strata: readonly string[];
  /** Failure categories that the plan names. Number 0 are all others, and none: `""`. */
  readonly categories: readonly string[];
  /** By number of a category: whether its failures are none of the release's. */
  readonly isExcluded: readonly boolean[];
  /** By number of a category: whether it is counted apart. */
  readonly isCounted: readonly boolean[];
  readonly exposureMetrics: readonly string[];
  readonly continuousMetrics: readonly string[];
}

/**
 * Reads the words of a plan.
 *
 * @throws {@link CohortError} `ERR_COHORT_ROLLOUT_PLAN` or `ERR_COHORT_ROLLOUT_PLAN_VERSION`
 */
export function planWords(value: RolloutPlan, provider?: HashProvider): PlanWords {
  const plan = parseRolloutPlan(value);
  const excluded = plan.observation.excludedCategories;
  const counted = [
    ...plan.stop.safetyLimits.map(({ category }) => category),
    ...plan.metrics.flatMap((metric) =>
      metric.kind === "failure" && metric.category !== undefined ? [metric.category] : [],
    ),
  ];
  const categories = ["", ...new Set([...counted, ...excluded])];
  const idsOf = (kind: "exposure" | "continuous"): readonly string[] =>
    plan.metrics.filter((metric) => metric.kind === kind).map(({ id }) => id);
  return {
    plan,
    planDigest: rolloutPlanDigest(plan, provider),
    rings: plan.rings.map(({ name }) => name),
    strata: ["", ...plan.strata.map(({ key }) => key)],
    categories,
    isExcluded: categories.map((category) => excluded.includes(category)),
    isCounted: categories.map((category) => counted.includes(category)),
    exposureMetrics: idsOf("exposure"),
    continuousMetrics: idsOf("continuous"),
  };
}
