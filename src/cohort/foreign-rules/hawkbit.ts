/** Rollout groups of Eclipse hawkBit as a plan. */

import { PlanReader } from "../plan-document.ts";
import { type ImportedPlan, type PlanFrame, planOf } from "./import-plan.ts";
import type { HawkbitRule } from "./rule.ts";

const reader = /* @__PURE__ */ new PlanReader(
  "hawkBit rollout",
  "ERR_COHORT_FOREIGN_RULES",
  "ERR_COHORT_FOREIGN_RULES",
);

/**
 * Translates the groups of a hawkBit rollout: the list `groups` of its management API, or of the body that creates it.
 *
 * A group becomes a ring; its `targetPercentage` is of the targets that are left. The error threshold becomes the share that must not
 * expand. The success threshold has no counterpart: a ring opens on evidence, not on a share of reports. A threshold that is no whole
 * per cent, which hawkBit takes for "no error", is refused.
 *
 * Source: hawkBit `MgmtRolloutGroup`, `RolloutGroupConditions` (defaults 50 and 50).
 *
 * @param frame - what a plan needs besides
 * @throws {@link CohortError} `ERR_COHORT_FOREIGN_RULES` with the JSON pointer of the fault; `ERR_COHORT_ROLLOUT_PLAN` when frame and thresholds make
 * no plan
 * @example
 * ```ts
 * const { plan, rules, notes } = importHawkbitGroups(rollout.groups, frame);
 * ```
 */
export function importHawkbitGroups(groups: unknown, frame: PlanFrame): ImportedPlan {
  const notes = [
    "hawkBit counts errors only that vehicles report: silent ones are never seen. Add a metric of kind silence, with a measured baseline.",
    "hawkBit starts the next group at a share of reported ends; this plan waits until outcomes are due and prove the gate.",
  ];
  const seen = new Set<string>();
  let left = frame.vehicles;
  const rules = reader.list(groups, 1, 100, [], "groups", (entry, path): HawkbitRule => {
    const group = (typeof entry === "object" && entry !== null ? entry : {}) as Readonly<Record<string, unknown>>;
    const name = reader.ownName(group["name"], seen, [...path, "name"]);
    const percentage = group["targetPercentage"] ?? 100;
    const isShare = typeof percentage === "number" && percentage > 0 && percentage <= 100;
    reader.require(isShare, [...path, "targetPercentage"], "above 0, at most 100");
    const vehicles = Math.min(left, Math.ceil((left * (percentage as number)) / 100));
    reader.require(vehicles >= 1, [...path, "targetPercentage"], "a vehicle that is left");
    left -= vehicles;
    return {
      system: "hawkbit",
      ring: name,
      vehicles,
      errorPercent: readThreshold(group["errorCondition"], [...path, "errorCondition"], null),
      successPercent: readThreshold(group["successCondition"], [...path, "successCondition"], 50) ?? 50,
    };
  });
  if (left > 0) notes.push(`${left} vehicles are in no group, and so in no ring.`);
  const shares = rules.map(({ errorPercent }) => (errorPercent === null ? 50 : errorPercent) * 10_000);
  rules.forEach(({ ring, errorPercent }) => {
    if (errorPercent === null)
      notes.push(`Group "${ring}" has no error condition; its gate is at hawkBit's default of 50 %.`);
  });
  const rings = rules.map(({ ring, vehicles }, index) => ({
    name: ring,
    vehicles,
    maxVehicles: vehicles,
    maxPpm: { failure: Math.min(999_999, shares[index]!) },
    approval: "none" as const,
  }));
  return { plan: planOf(frame, rings, Math.min(999_999, Math.max(...shares)), undefined), rules, notes };
}

/** A threshold in whole per cent; `absent` when there is no condition. */
function readThreshold(value: unknown, path: readonly (string | number)[], absent: number | null): number | null {
  if (value === undefined || value === null) return absent;
  const { condition, expression } = value as { readonly condition?: unknown; readonly expression?: unknown };
  reader.require(condition === undefined || condition === "THRESHOLD", [...path, "condition"], "THRESHOLD");
  const whole = typeof expression === "string" && /^(?:100|[0-9]{1,2})$/.test(expression);
  reader.require(whole, [...path, "expression"], "a whole per cent from 0 to 100");
  return Number(expression);
}
