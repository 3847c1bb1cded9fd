export * from "./aggregate.ts";
export * from "./context.ts";
export { parseAggregate } from "./parse-aggregate.ts";
export { parseGateContext, parseGateState } from "./parse-context.ts";
export { parseRolloutPlan, rolloutPlanDigest } from "./parse-plan.ts";
export * from "./plan.ts";
export * from "./verdict.ts";
