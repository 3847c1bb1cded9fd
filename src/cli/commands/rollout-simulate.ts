/** `otakit rollout simulate`: what a plan does to releases of known quality, before it starts. */

import {
  parseRolloutPlan,
  parseRolloutScenario,
  renderSimulation,
  simulatePlan,
  standardScenarios,
} from "otakit/cohort";
import { readDocument } from "../cohort/options.ts";
import { type Command, defineCommand, usageError } from "../command.ts";
import { parseCount } from "../repo/options.ts";

const hourMs = 3_600_000;

export const rolloutSimulate: Command = defineCommand({
  name: "rollout simulate",
  summary: "show what a rollout plan does to good and bad releases",
  details: [
    "Without --scenarios, scenarios are made from the plan's own numbers: healthy, tolerable, bad, silent bricks, a data gap and others.",
    "The exit code is 1 when a bound of the plan is broken by more than chance explains.",
  ],
  options: {
    plan: { value: "FILE", required: true, help: "rollout plan, as JSON" },
    scenarios: { value: "FILE", help: "scenarios to try, as a JSON list of otakit.rollout-scenario/1" },
    runs: { value: "N", help: "rollouts of each scenario: 1 to 1000000; 100 when absent" },
    seed: { value: "TEXT", help: 'names the chance: the same text gives the same figures; "otakit" when absent' },
    "look-every": { value: "HOURS", help: "time between two looks; 6 when absent" },
    horizon: { value: "DAYS", help: "when an undecided rollout ends, at most 365; 60 when absent" },
    json: { help: "write the figures as JSON" },
  },
  examples: [["otakit rollout simulate --plan plan.json --runs 200", "try a plan before it is approved"]],
  async run({ options }, terminal) {
    const plan = parseRolloutPlan(readDocument(options.plan));
    const scenarios =
      options.scenarios === undefined
        ? standardScenarios(plan)
        : listOf(readDocument(options.scenarios)).map((one) => parseRolloutScenario(one, plan));
    const simulation = simulatePlan(plan, scenarios, {
      seed: options.seed ?? "otakit",
      runs: wholeOption("--runs", options.runs, 100, 1_000_000),
      lookEveryMs: hourMs * wholeOption("--look-every", options["look-every"], 6, 8_760),
      horizonMs: 24 * hourMs * wholeOption("--horizon", options.horizon, 60, 365),
      onRun: ({ name }, done) => void terminal.progress(`${name}: ${done} runs`),
    });
    if (options.json) terminal.printJson(simulation);
    else terminal.print(renderSimulation(simulation).split("\n"));
    return simulation.scenarios.some(({ bound }) => bound?.kept === false) ? "negative" : undefined;
  },
});

/** A list, or the one document as a list. */
function listOf(document: unknown): readonly unknown[] {
  return Array.isArray(document) ? document : [document];
}

function wholeOption(name: string, given: string | undefined, absent: number, most: number): number {
  const count = given === undefined ? absent : parseCount(given);
  if (count !== undefined && count >= 1 && count <= most) return count;
  throw usageError(`${name} expected an integer from 1 to ${most}, got ${JSON.stringify(given)}`, "rollout simulate");
}
