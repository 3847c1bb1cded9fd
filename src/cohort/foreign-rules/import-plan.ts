/** What plans of other systems do not say, and what is made of what they say. */

import { parseRolloutPlan } from "../gate/parse-plan.ts";
import type { FailureMetric, PlanRing, RolloutPlan, RolloutRate } from "../gate/plan.ts";
import type { ForeignRule } from "./rule.ts";

/** What a plan needs and no rule of hawkBit or AWS has: who owns it, how vehicles get back, which failures are tolerable. */
export interface PlanFrame extends Omit<RolloutPlan, "schema" | "metrics" | "rings"> {
  /** Vehicles of the fleet: 1 .. 10^9. */
  readonly vehicles: number;
  /** Tolerable share of failures: below the thresholds that are imported. */
  readonly toleratedPpm: number;
  /** Metrics beside that of failures; the rules that are imported know none. */
  readonly metrics: RolloutPlan["metrics"];
}

/** A plan made of a foreign one. */
export interface ImportedPlan {
  readonly plan: RolloutPlan;
  /** The rules as they were, for `compareRules`. */
  readonly rules: readonly ForeignRule[];
  /** In words: what the plan does otherwise than its model, and why. */
  readonly notes: readonly string[];
}

/** Puts rings and the share that must not expand into a frame. */
export function planOf(
  frame: PlanFrame,
  rings: readonly PlanRing[],
  maxPpm: number,
  rate: RolloutRate | undefined,
): RolloutPlan {
  const { vehicles, toleratedPpm, metrics, pace, ...rest } = frame;
  const failure: FailureMetric = { id: "failure", kind: "failure", weight: 1, required: true, toleratedPpm, maxPpm };
  const paced = pace !== undefined && rate !== undefined ? { ...pace, rate } : pace;
  return parseRolloutPlan({
    schema: "otakit.rollout-plan/1",
    ...rest,
    metrics: [failure, ...metrics],
    rings,
    ...(paced === undefined ? {} : { pace: paced }),
  });
}
