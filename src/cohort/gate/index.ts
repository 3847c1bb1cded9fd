export * from "./aggregate.ts";
export * from "./context.ts";
export { parseRolloutPlan, rolloutPlanDigest } from "./parse-plan.ts";
export * from "./plan.ts";
export * from "./verdict.ts";
