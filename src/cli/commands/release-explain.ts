/** `otakit release explain`: what a release does, and what a vehicle answers to it. */

import { type Command, defineCommand } from "../command.ts";
import { readUserFile } from "../files.ts";
import { inspectFile } from "../inspect/detect.ts";

export const releaseExplain: Command = defineCommand({
  name: "release explain",
  summary: "",
  args: [{ name: "FILE", help: "" }],
  options: { json: { help: "write the result as JSON" } },
  examples: [],
  async run({ args: [file] }, terminal) {
    terminal.print(inspectFile(readUserFile(file!), Date.now()).lines);
    return undefined;
  },
});
