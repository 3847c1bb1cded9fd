/** `otakit uptane explain`: says in words what a refusal means, and what to do. */

import { isOtaError, type JsonValue, parseStrictJson } from "otakit/core";
import { type Command, defineCommand } from "../command.ts";
import { CliError } from "../errors.ts";
import { readUserFile } from "../files.ts";
import { explainForPeople, findVerdicts } from "../uptane/explain.ts";

export const uptaneExplain: Command = defineCommand({
  name: "uptane explain",
  summary: "say what a refusal means, which attack it can be a sign of, and what to do",
  details: [
    "The file is what another command wrote with --json, or any JSON in which somebody logged a step: every object with a list of " +
      "`reasons`, at whatever place, is told in a paragraph.",
  ],
  args: [{ name: "FILE", help: "JSON file; - is standard input" }],
  options: {},
  examples: [
    ["otakit uptane simulate --dir try --attack wrong-vehicle --json | otakit uptane explain -", "explain an attack"],
  ],
  async run({ args: [file] }, terminal) {
    const verdicts = findVerdicts(read(file!));
    if (verdicts.length === 0) {
      throw new CliError("ERR_CLI_INSPECT", "Cannot explain: there are no reasons in the file", { details: { file } });
    }
    const paragraphs = verdicts.map(explainForPeople);
    terminal.print(paragraphs.flatMap((paragraph, index) => (index === 0 ? [paragraph] : ["", paragraph])));
    return undefined;
  },
});

function read(file: string): JsonValue {
  const bytes = readUserFile(file);
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    throw new CliError("ERR_CLI_INSPECT", "Cannot explain: the file is no JSON", { details: { file }, cause: error });
  }
}
