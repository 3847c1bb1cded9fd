/** `otakit inspect`: explains a file, offline. */

import { type Command, defineCommand } from "../command.ts";
import { readUserFile } from "../files.ts";
import { inspectFile } from "../inspect/detect.ts";
import { tellReport } from "../inspect/tell.ts";

export const inspectCommand: Command = defineCommand({
  name: "inspect",
  summary: "explain metadata, envelopes, releases, keys, signing requests and patches, offline",
  details: [
    "Says what the file is, who signed it, when it expires, what it lists and delegates, and warns of what is odd: one key under two " +
      "ids, unusable keys, thresholds that nobody can reach. Whether signatures were verified is said in capitals.",
    "With --root, TUF metadata is checked against the keys that the root lists; the exit code is 1 when they do not suffice.",
  ],
  args: [{ name: "FILE", help: "the file; - is standard input" }],
  options: {
    root: { value: "ROOT", help: "file of a root that you trust" },
    json: { help: "write the result as JSON" },
  },
  examples: [
    ["otakit inspect timestamp.json", "explain metadata"],
    ["otakit inspect --root root.json targets.json", "explain metadata and verify it against a trusted root"],
    ["curl -s https://updates.example/metadata/timestamp.json | otakit inspect - --json", "read it as JSON"],
  ],
  async run({ options, args: [file] }, terminal) {
    const bytes = readUserFile(file!);
    const root = options.root === undefined ? undefined : readUserFile(options.root);
    const report = inspectFile(bytes, Date.now(), root);
    tellReport(report, options.json, terminal);
    return root !== undefined && report.data["verified"] !== true ? "negative" : undefined;
  },
});
