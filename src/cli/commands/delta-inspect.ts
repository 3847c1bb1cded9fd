/** `otakit delta inspect`: what a patch is and would do. */

import { type Command, defineCommand } from "../command.ts";
import { readUserFile } from "../files.ts";
import { inspectDelta } from "../inspect/patch.ts";
import { tellReport } from "../inspect/tell.ts";

export const deltaInspect: Command = defineCommand({
  name: "delta inspect",
  summary: "tell what a patch is and would do, without applying it",
  details: [
    "Tells format, sizes, the memory that applying takes, what the patch is made of, and warns of what is odd. Header and map of an " +
      "otadelta patch have their digest checked, the control stream of BSDIFF40 is read to its end; other damage shows up when the " +
      "patch is applied.",
  ],
  args: [{ name: "PATCH", help: "the patch; - is standard input" }],
  options: { json: { help: "write the result as JSON" } },
  examples: [["otakit delta inspect gateway-2.0-to-2.1.otadelta", "explain a patch"]],
  async run({ options, args: [file] }, terminal) {
    tellReport(inspectDelta(readUserFile(file!)), options.json, terminal);
    return undefined;
  },
});
