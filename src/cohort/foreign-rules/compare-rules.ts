/** What rules of other systems would have done on the same data, beside the gate. */

import type { HashProvider } from "../../core/index.ts";
import type { Aggregate } from "../gate/aggregate.ts";
import type { GateContext, GateState } from "../gate/context.ts";
import { evaluate } from "../gate/evaluate.ts";
import { parseAggregate } from "../gate/parse-aggregate.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import type { Verdict } from "../gate/verdict.ts";
import { instantText, plainText } from "../report/safe-text.ts";
import { askForeignRule, type ForeignAnswer, type ForeignRule } from "./rule.ts";

/** One look at a rollout. Its state is the last look's. */
export interface RuleLook {
  readonly aggregate: Aggregate;
  readonly context: Omit<GateContext, "state">;
}

/** Both answers to one look. */
export interface RuleComparison {
  readonly nowMs: number;
  readonly ours: Verdict;
  /** In the order of the rules. */
  readonly theirs: readonly ForeignAnswer[];
}

/**
 * Asks the gate and rules of other systems about the same counters, look by look.
 *
 * The data are those that our rollout made: where another rule would have stopped or gone on earlier, what came after would have been
 * different.
 *
 * @param looks - in the order of time
 * @throws {@link CohortError} what `parseAggregate` throws
 * @example
 * ```ts
 * const comparison = compareRules(plan, looks, rules);
 * console.log(renderComparison(comparison));
 * ```
 */
export function compareRules(
  plan: RolloutPlan,
  looks: readonly RuleLook[],
  rules: readonly ForeignRule[],
  provider?: HashProvider,
): readonly RuleComparison[] {
  let state: GateState | null = null;
  return looks.map(({ aggregate, context }) => {
    const checked = parseAggregate(aggregate);
    const ours = evaluate(plan, checked, { ...context, state }, provider);
    state = ours.evidence.state ?? state;
    const watermarkMs = Math.min(...checked.sources.map((source) => source.watermarkMs));
    const dueBeforeMs = watermarkMs - plan.observation.maturityMs;
    return { nowMs: context.nowMs, ours, theirs: rules.map((rule) => askForeignRule(rule, checked, dueBeforeMs)) };
  });
}

/** Writes a comparison as lines of text: of each look our verdict, then what each rule would have done. */
export function renderComparison(comparison: readonly RuleComparison[]): string {
  return comparison
    .flatMap(({ nowMs, ours, theirs }) => [
      instantText(nowMs),
      `  otakit: ${ours.decision} (${ours.evidence.rule}): ${ours.reasons[0]?.message ?? ""}`,
      ...theirs.map(({ rule, decision, message }) => `  ${nameOf(rule)}: ${decision}: ${message}`),
    ])
    .map(plainText)
    .join("\n");
}

function nameOf(rule: ForeignRule): string {
  if (rule.system === "hawkbit") return `hawkBit group "${rule.ring}"`;
  return `AWS ${rule.failureType} >= ${rule.thresholdHundredths / 100} %, min ${rule.minThings}`;
}
