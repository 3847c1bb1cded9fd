/**
 * From flags to one word: the condition of a fault. The rules are a table, the first that holds decides, and whatever no
 * rule covers is `unknown`.
 *
 * Standard: ISO 14229-1 (DTC status bit definitions); the order of the rules is this project's own.
 */

import type { FaultCondition, FaultFlagName, FaultMemoryName, FaultStatusFlags } from "./event.ts";

/** A rule: flags that have to be so, and the word then. */
interface ConditionRule {
  readonly flags: Partial<Readonly<Record<FaultFlagName, boolean>>>;
  readonly condition: FaultCondition;
}

/** Rules of a memory that is not the permanent one, in order. */
const conditionRules: readonly ConditionRule[] = [
  { flags: { testFailed: true }, condition: "active" },
  { flags: { confirmedDTC: true, testFailed: false }, condition: "stored" },
  { flags: { confirmedDTC: true }, condition: "confirmed" },
  { flags: { pendingDTC: true }, condition: "pending" },
  {
    flags: { testFailed: false, confirmedDTC: false, pendingDTC: false, testNotCompletedSinceLastClear: false },
    condition: "passive",
  },
];

/** The word for these flags; a null flag satisfies no rule. */
export function conditionOf(memory: FaultMemoryName, flags: FaultStatusFlags): FaultCondition {
  // A permanent code stays until the vehicle itself has seen the fault gone.
  if (memory === "permanent") return "permanent";
  for (const rule of conditionRules) if (holds(rule, flags)) return rule.condition;
  return "unknown";
}

function holds(rule: ConditionRule, flags: FaultStatusFlags): boolean {
  return Object.entries(rule.flags).every(([name, wanted]) => flags[name as FaultFlagName] === wanted);
}
