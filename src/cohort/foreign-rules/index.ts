/** Rules of hawkBit and AWS IoT Jobs: as plans, and beside our gate. */

export { type AwsJobRules, importAwsJob, importAwsRate } from "./aws-iot-jobs.ts";
export { compareRules, type RuleComparison, type RuleLook, renderComparison } from "./compare-rules.ts";
export { importHawkbitGroups } from "./hawkbit.ts";
export type { ImportedPlan, PlanFrame } from "./import-plan.ts";
export {
  type AwsAbortRule,
  askForeignRule,
  type ForeignAnswer,
  type ForeignRule,
  type ForeignWord,
  type HawkbitRule,
  type SeenCounts,
} from "./rule.ts";
