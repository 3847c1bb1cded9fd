/** How far a ring is, when its outcomes are due, and how many more vehicles its gate would take. */

import { type GoTest, goBoundary } from "../../statistics/index.ts";
import type { Aggregate } from "./aggregate.ts";
import { waveSize } from "./pace.ts";
import type { PlanRing, RolloutPlan } from "./plan.ts";
import { type Prefixes, sumAt } from "./prefixes.ts";
import type { PreparedPlan } from "./prepared-plan.ts";
import { isShareMetric } from "./stop-tests.ts";
import type { GoCheck } from "./verdict.ts";

/** How far a ring is. */
export interface RingProgress {
  /** Vehicles enrolled in the ring. */
  readonly enrolled: number;
  /** Those of them that are mature. */
  readonly mature: number;
  /** Vehicles of all rings that are enrolled and not mature. */
  readonly waiting: number;
  /** Vehicles enrolled in all rings. */
  readonly total: number;
  /** When the ring's planned vehicles will be mature, or else the next vehicles will; null where none are waited for. */
  readonly earliestDecisionMs: number | null;
}

/** Counts a ring's vehicles. */
export function ringProgress(
  plan: RolloutPlan,
  ring: PlanRing,
  { series }: Aggregate,
  { endMs, strata, matureCount }: Prefixes,
): RingProgress {
  const own = new Float64Array(endMs.length);
  for (const one of series) {
    if (one.ring !== ring.name) continue;
    let prefix = 0;
    one.endMs.forEach((end, at) => {
      while (endMs[prefix]! < end) prefix++;
      own[prefix]! += one.enrolled[at]!;
    });
  }
  for (let at = 1; at < own.length; at++) own[at]! += own[at - 1]!;
  const all = strata.get("")!.enrolled;
  const total = sumAt(all, endMs.length);
  const due = own.findIndex((enrolled, at) => at >= matureCount && enrolled >= ring.vehicles);
  return {
    enrolled: sumAt(own, endMs.length),
    mature: sumAt(own, matureCount),
    waiting: total - sumAt(all, matureCount),
    total,
    earliestDecisionMs: due < 0 ? null : endMs[due]! + plan.observation.maturityMs,
  };
}

/**
 * Recommends how many more vehicles to enrol in a ring: as many as let every share pass if no more of them fail, as far as the plan's
 * pace and the ring allow; at least one.
 */
export function suggestExtension(
  prepared: PreparedPlan,
  ring: PlanRing,
  checks: readonly GoCheck[],
  { enrolled, total }: RingProgress,
): number {
  const { plan } = prepared;
  const fleet = plan.strata.reduce((sum, { size }) => sum + size, 0);
  let wanted = 1;
  for (const { metric: id, stratum, n, counted, passed } of checks) {
    if (passed) continue;
    const metric = plan.metrics.find((candidate) => candidate.id === id)!;
    // How many vehicles other metrics lack cannot be told; another ring's worth is a step that the plan knows.
    if (!isShareMetric(metric)) wanted = Math.max(wanted, ring.vehicles);
    else {
      const size = plan.strata.find(({ key }) => key === stratum)?.size;
      const lacking = vehiclesLacking(n, counted, prepared.goTest(ring, metric));
      wanted = Math.max(wanted, size === undefined ? lacking : Math.ceil((lacking * fleet) / size));
    }
  }
  const room = ring.maxVehicles - enrolled;
  if (plan.pace === undefined) return Math.min(wanted, room);
  const overall = checks.find(({ metric, stratum }) => metric === plan.metrics[0]!.id && stratum === "")!;
  const wave = waveSize(plan, { enrolled: total, mature: overall.n, failures: overall.counted });
  return Math.max(1, Math.min(wanted, room, wave));
}

/** Vehicles without a failure that let so many failures pass. */
function vehiclesLacking(n: number, failures: number, test: GoTest): number {
  const passes = (more: number): boolean => (goBoundary(n + more, test) ?? -1) >= failures;
  const most = 1_000_000_000 - n;
  let high = 1;
  while (high < most && !passes(high)) high = Math.min(most, 2 * high);
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high;
}
