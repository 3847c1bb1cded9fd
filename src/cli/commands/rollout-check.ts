/** `otakit rollout check`: whether a plan can do what it promises, and what a bad release costs until it stops. */

import { checkPlan, type GateForecast, parseRolloutPlan, rolloutPlanDigest } from "otakit/cohort";
import { readDocument } from "../cohort/options.ts";
import { type Command, defineCommand } from "../command.ts";

export const rolloutCheck: Command = defineCommand({
  name: "rollout check",
  summary: "check a rollout plan before it starts",
  details: [
    "Told is each gate that no ring can pass, silence without a measured baseline, and the exact chances of the plan at the share of " +
      "failures that it tolerates and at the one that must not expand. The exit code is 1 when the plan is unfit.",
    "The digest of the plan is what an approval of it names.",
  ],
  args: [{ name: "PLAN", help: "rollout plan, as JSON; standard input when absent", optional: true }],
  options: { json: { help: "write the result as JSON" } },
  examples: [["otakit rollout check plan.json", "check a plan"]],
  async run({ options, args: [file = "-"] }, terminal) {
    const plan = parseRolloutPlan(readDocument(file));
    const check = checkPlan(plan);
    const planDigest = rolloutPlanDigest(plan);
    if (options.json) terminal.printJson({ schema: "otakit.plan-check/1", planDigest, ...check });
    else {
      terminal.print([
        `The plan is ${check.decision}; its digest is ${planDigest}`,
        ...check.reasons.map(({ code, message }) => `- ${message} [${code}]`),
        ...check.evidence.gates.map(lineOf),
      ]);
    }
    return check.decision === "fit" ? undefined : "negative";
  },
});

function lineOf({ ring, vehicles, maxFailures, neededVehicles }: GateForecast): string {
  const passes = maxFailures === null ? "no number of failures passes" : `passes with at most ${maxFailures} failures`;
  const needed = neededVehicles === null ? "" : `; ${neededVehicles} vehicles without a failure are enough`;
  return `  ${JSON.stringify(ring)}: ${vehicles} vehicles, ${passes}${needed}`;
}
