/** What a plan does to releases of known quality, before it starts. */

export { parseRolloutScenario } from "./parse-scenario.ts";
export { gatePolicy, type PolicyRun, type PolicyStep, type RolloutPolicy, type SimulatedLook } from "./policy.ts";
export { renderSimulation } from "./render.ts";
export { type SimulatedRun, type SimulationOptions, simulateRun } from "./run.ts";
export * from "./scenario.ts";
export { type PlanSimulation, type PlanSimulationOptions, simulatePlan } from "./simulate.ts";
export { type FleetAssumptions, standardScenarios } from "./standard-scenarios.ts";
export { type BoundCheck, type RunShare, type ScenarioSummary, type Spread, summariseRuns } from "./summary.ts";
