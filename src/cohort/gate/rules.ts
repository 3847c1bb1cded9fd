/** The rules that end a rollout or refuse an input, and what they say. */

import type { Reason } from "../../core/index.ts";
import type { Aggregate } from "./aggregate.ts";
import type { GateContext, GateState } from "./context.ts";
import { watermarkOf } from "./data-quality.ts";
import type { RolloutPlan } from "./plan.ts";
import type { Prefixes } from "./prefixes.ts";
import type { PreparedPlan } from "./prepared-plan.ts";
import { provesRollback } from "./stop-checks.ts";
import { isShareMetric } from "./stop-tests.ts";
import type { CombinedCheck, GateReasonCode, GateRule, StopCheck } from "./verdict.ts";

/** A rule that applies, and why. */
export interface Finding {
  readonly rule: GateRule;
  readonly reason: Reason<GateReasonCode>;
}

/** More faults than this say no more. */
const maxFaults = 100;

/** What makes inputs that parse not fit each other. */
export function findInputFaults(
  plan: RolloutPlan,
  planDigest: string,
  aggregate: Aggregate,
  context: GateContext,
): readonly Reason<GateReasonCode>[] {
  const faults: Reason<GateReasonCode>[] = [];
  const add = (code: GateReasonCode, message: string, path?: string): void => {
    if (faults.length < maxFaults) faults.push({ code, message, ...(path === undefined ? {} : { path }) });
  };
  if (context.approvedPlanDigest !== planDigest) {
    add("gate_plan_not_approved", `The plan has digest ${planDigest}; ${context.approvedPlanDigest} was approved`);
  }
  if (aggregate.planDigest !== planDigest) {
    add("gate_aggregate_of_other_plan", "The counters are of another plan", "/planDigest");
  }
  const rings = new Set(plan.rings.map(({ name }) => name));
  const keys = new Set(["", ...plan.strata.map(({ key }) => key)]);
  aggregate.series.forEach(({ ring, stratum, measures }, index) => {
    if (!rings.has(ring)) add("gate_aggregate_invalid", "The plan has no such ring", `/series/${index}/ring`);
    if (!keys.has(stratum)) add("gate_aggregate_invalid", "The plan has no such stratum", `/series/${index}/stratum`);
    for (const [id, { kind }] of Object.entries(measures)) {
      const metric = plan.metrics.find((candidate) => candidate.id === id);
      if (metric?.kind === kind) continue;
      add("gate_aggregate_invalid", "The plan has no such measure", `/series/${index}/measures`);
    }
  });
  if (!rings.has(context.ring)) add("gate_context_invalid", "The plan has no such ring", "/ring");
  const { state } = context;
  if (state === null) return faults;
  if (state.planDigest !== planDigest)
    add("gate_state_of_other_plan", "The state is of another plan", "/state/planDigest");
  const watermarkMs = watermarkOf(aggregate);
  if (state.watermarkMs !== null && watermarkMs < state.watermarkMs) {
    add("gate_watermark_behind", `The watermark ${watermarkMs} is behind ${state.watermarkMs}`);
  }
  return faults;
}

/** Why to roll back: by order, by a safety limit, by evidence, or because it was decided before. */
export function findRollback(
  prepared: PreparedPlan,
  { series }: Aggregate,
  prefixes: Prefixes,
  context: GateContext,
  { latch }: GateState,
): readonly Finding[] {
  const { plan } = prepared;
  const findings: Finding[] = [];
  const add = (code: GateReasonCode, message: string, evidence: Readonly<Record<string, unknown>> = {}): void =>
    void findings.push({ rule: "rollback", reason: { code, message, evidence } });
  if (context.killSwitch) add("gate_kill_switch", "A person ordered a rollback");
  for (const { category, atLeast } of plan.stop.safetyLimits) {
    let count = 0;
    for (const { categories } of series) {
      if (Object.hasOwn(categories, category)) for (const failed of categories[category]!) count += failed;
    }
    if (count < atLeast) continue;
    const message = `${count} vehicles failed with "${category}"; ${atLeast} roll back`;
    add("gate_safety_limit", message, { category, count, atLeast });
  }
  if (provesRollback(prepared, prefixes)) {
    const { abovePpm } = plan.stop.rollback!;
    add("gate_rollback_evidence", `The failures prove more than ${abovePpm} ppm`, { abovePpm });
  }
  if (latch?.decision === "rollback") {
    add("gate_rollback_latched", "An earlier verdict rolled back", { evidenceDigest: latch.evidenceDigest });
  }
  return findings;
}

/** Why to pause: the evidence of all together, that of one on its own clock, or a pause that nobody acknowledged. */
export function findStop(
  checks: readonly StopCheck[],
  combined: CombinedCheck | null,
  plan: RolloutPlan,
  { latch }: GateState,
): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (code: GateReasonCode, message: string, evidence: Readonly<Record<string, unknown>>): void =>
    void findings.push({ rule: "pause", reason: { code, message, evidence } });
  if (combined?.reached) {
    const { offenders, largest, prefixEndMs } = combined;
    const named = offenders.length > 0 ? offenders : [largest!];
    const list = named.slice(0, 3).map(({ metric, stratum }) => (stratum === "" ? metric : `${metric} in ${stratum}`));
    const more = named.length > 3 ? ` and ${named.length - 3} more` : "";
    add("gate_stop_evidence", `More fail than is tolerated: ${list.join(", ")}${more}`, {
      offenders,
      largest,
      prefixEndMs,
    });
  }
  const apart = new Set(plan.metrics.filter((metric) => !isShareMetric(metric)).map(({ id }) => id));
  for (const { metric, stratum, n, count, boundary, reached } of checks) {
    if (!reached || !apart.has(metric)) continue;
    const where = stratum === "" ? "" : ` in ${stratum}`;
    const evidence = { metric, stratum, n, count, boundary };
    add("gate_stop_metric", `"${metric}"${where} is beyond what is tolerated`, evidence);
  }
  if (latch?.decision === "pause") {
    const message = `An earlier verdict paused, with evidence ${latch.evidenceDigest}`;
    add("gate_pause_latched", message, { evidenceDigest: latch.evidenceDigest });
  }
  return findings;
}
