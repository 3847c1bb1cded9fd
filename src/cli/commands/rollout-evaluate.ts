/** `otakit rollout evaluate`: what to do with a rollout now. */

import { renderVerdict } from "otakit/cohort";
import { type Command, defineCommand } from "../command.ts";
import { lookOptions, takeLook } from "../rollout/options.ts";

export const rolloutEvaluate: Command = defineCommand({
  name: "rollout evaluate",
  summary: "decide whether a rollout stops, waits or expands",
  details: [
    "Look as often as you like: the error rates of the plan hold for all looks together. Keep the verdict that --json writes, and give it " +
      "to the next look as --state: a pause stays until it is acknowledged.",
    "The exit code is 0 for expand, complete and extend, and 1 for rollback, pause and hold.",
  ],
  options: { ...lookOptions, json: { help: "write the verdict as JSON" } },
  examples: [
    [
      "otakit rollout evaluate --plan plan.json --aggregate now.json --context look.json --state last.json --json",
      "judge a rollout, after an earlier look",
    ],
  ],
  async run({ options }, terminal) {
    const { plan, aggregate, context, verdict } = takeLook(options);
    if (options.json) terminal.printJson({ schema: "otakit.verdict/1", ...verdict });
    else terminal.print(renderVerdict({ plan, aggregate, verdict, ring: context.ring }).trimEnd().split("\n"));
    return ["expand", "complete", "extend"].includes(verdict.decision) ? undefined : "negative";
  },
});
