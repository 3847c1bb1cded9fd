/** Who decides in a simulated rollout: our gate, or any other rule that looks at the same counters. */

import type { HashProvider } from "../../core/index.ts";
import type { Aggregate } from "../gate/aggregate.ts";
import { decideStep, type GateStep } from "../gate/evaluate.ts";
import type { PlanRing, RolloutPlan } from "../gate/plan.ts";
import { preparePlan } from "../gate/prepared-plan.ts";

/** What a policy sees. */
export interface SimulatedLook {
  readonly nowMs: number;
  /** Counters up to the watermark. They grow in place: keep numbers, not columns. */
  readonly aggregate: Aggregate;
  /** The ring that is open, as the plan has it: an equal object. */
  readonly ring: PlanRing;
  /** Vehicles that are enrolled or will be without a further step, in this ring. */
  readonly ringVehicles: number;
}

/** What a policy answers. `why` groups the ends of runs in a summary. */
export type PolicyStep =
  | { readonly step: "wait"; readonly why: string }
  | { readonly step: "stop"; readonly why: string }
  /** Opens the next ring; completes the rollout in the last. */
  | { readonly step: "open_next" }
  /** Enrols more vehicles in the open ring. */
  | { readonly step: "extend"; readonly by: number };

/** Decides at each look of one run. It may remember earlier looks of it. */
export type PolicyRun = (look: SimulatedLook) => PolicyStep;

/** Starts a policy anew for a run. */
export type RolloutPolicy = () => PolicyRun;

/**
 * Decides as `evaluate` does. Approvals that a ring asks for are given at once; a pause is never acknowledged, so that it ends a run.
 *
 * @param plan - as it is now: what changes in it later does not count
 * @throws {@link CohortError} as `parseRolloutPlan`
 */
export function gatePolicy(plan: RolloutPlan, provider?: HashProvider): RolloutPolicy {
  const prepared = preparePlan(plan);
  return () =>
    ({ nowMs, aggregate, ring }) =>
      stepOf(decideStep(prepared, aggregate, ring.name, nowMs, provider));
}

function stepOf({ decision, rule, combined, reasons, extendBy }: GateStep): PolicyStep {
  switch (decision) {
    case "expand":
    case "complete":
      return { step: "open_next" };
    case "extend":
      return { step: "extend", by: extendBy! };
    case "pause": {
      const culprit = combined?.reached ? combined.largest : undefined;
      return { step: "stop", why: culprit ? `pause: ${placeOf(culprit)}` : "pause" };
    }
    case "rollback":
      return { step: "stop", why: `rollback: ${reasons[0]!.code}` };
    case "hold":
      return { step: "wait", why: `hold: ${rule}` };
  }
}

function placeOf({ metric, stratum }: { readonly metric: string; readonly stratum: string }): string {
  return stratum === "" ? metric : `${metric} in ${stratum}`;
}
