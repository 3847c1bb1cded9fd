/** The operating characteristics of a plan before it starts: what it does to releases of known quality. */

import { rolloutPlanDigest } from "../gate/parse-plan.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { type SimulatedRun, type SimulationOptions, simulateRun } from "./run.ts";
import type { RolloutScenario } from "./scenario.ts";
import { type ScenarioSummary, summariseRuns } from "./summary.ts";

/** How a plan is simulated. */
export interface PlanSimulationOptions extends SimulationOptions {
  /** Runs of each scenario: 1 .. 1,000,000. */
  readonly runs: number;
  /** Told after each run; returning false ends the simulation with the runs that there are. */
  readonly onRun?: (scenario: RolloutScenario, runsDone: number) => boolean | undefined;
}

/** What a plan does in each scenario. */
export interface PlanSimulation {
  readonly schema: "otakit.plan-simulation/1";
  readonly planDigest: string;
  readonly seed: string;
  readonly lookEveryMs: number;
  readonly horizonMs: number;
  /** In the order of the scenarios. */
  readonly scenarios: readonly ScenarioSummary[];
}

/**
 * Simulates a plan in scenarios, and tells how often it stops and completes, how many vehicles it exposes, and how long it takes.
 *
 * Repeatable: one seed gives one result (on engines whose `Math.exp` differs in the last bit, a report may come a millisecond earlier).
 *
 * @param scenarios - for example {@link standardScenarios}
 * @throws {@link CohortError} what `parseRolloutPlan` and `parseRolloutScenario` throw
 * @throws RangeError when an option is out of range
 * @example
 * ```ts
 * const day = 86_400_000;
 * const options = { seed: "2026-07", runs: 200, lookEveryMs: day / 4, horizonMs: 60 * day };
 * console.log(renderSimulation(simulatePlan(plan, standardScenarios(plan), options)));
 * ```
 */
export function simulatePlan(
  plan: RolloutPlan,
  scenarios: readonly RolloutScenario[],
  options: PlanSimulationOptions,
): PlanSimulation {
  const { runs, seed, lookEveryMs, horizonMs, onRun, provider } = options;
  if (!(Number.isSafeInteger(runs) && runs >= 1 && runs <= 1_000_000)) {
    throw new RangeError(`"runs" expected integer 1 to 1000000, got ${runs}`);
  }
  const summaries: ScenarioSummary[] = [];
  let cancelled = false;
  for (const scenario of scenarios) {
    if (cancelled) break;
    const done: SimulatedRun[] = [];
    while (done.length < runs && !cancelled) {
      done.push(simulateRun(plan, scenario, done.length, options));
      cancelled = onRun?.(scenario, done.length) === false;
    }
    summaries.push(summariseRuns(plan, scenario, done));
  }
  const planDigest = rolloutPlanDigest(plan, provider);
  return { schema: "otakit.plan-simulation/1", planDigest, seed, lookEveryMs, horizonMs, scenarios: summaries };
}
