/** `otakit rollout report`: a verdict as a page that needs no network. */

import { renderVerdictHtml } from "otakit/cohort";
import { type Command, defineCommand } from "../command.ts";
import { lookOptions, takeLook } from "../rollout/options.ts";

export const rolloutReport: Command = defineCommand({
  name: "rollout report",
  summary: "write a verdict as one HTML page",
  details: [
    "The page has the decision with its reasons, the evidence drawn against its boundaries, rings, strata, and the tipping point: how many " +
      "silent vehicles would have to have failed to turn the verdict. It refers to nothing outside, and runs no script.",
    "The exit code is 0 whatever the verdict is.",
  ],
  options: lookOptions,
  examples: [
    ["otakit rollout report --plan plan.json --aggregate now.json --context look.json > report.html", "write a report"],
  ],
  async run({ options }, terminal) {
    const { plan, aggregate, context, verdict } = takeLook(options);
    terminal.print(renderVerdictHtml({ plan, aggregate, verdict, ring: context.ring }).trimEnd().split("\n"));
    return undefined;
  },
});
