/** `otakit cohort check`: finds every fault of a selector before it meets a vehicle. */

import type { DocumentFault } from "otakit/cohort";
import { isOtaError } from "otakit/core";
import { compileInput, readSelectorInput, selectorOptions } from "../cohort/options.ts";
import { type Command, defineCommand } from "../command.ts";
import type { Terminal } from "../terminal.ts";

export const cohortCheck: Command = defineCommand({
  name: "cohort check",
  summary: "check a selector against the catalogue of attributes",
  details: [
    "Every fault is told, with its place: attributes that the catalogue does not have, comparisons that have no meaning for a type, " +
      "values of another type, lists that are not given. The exit code is 1 when there is one.",
  ],
  options: { ...selectorOptions, json: { help: "write the result as JSON" } },
  examples: [["otakit cohort check --selector pilot.json --catalogue fleet.json", "check a selector"]],
  async run({ options }, terminal) {
    const schema = "otakit.cohort-check/1";
    let input: Awaited<ReturnType<typeof readSelectorInput>>;
    try {
      input = await readSelectorInput(options, "cohort check");
      compileInput(input);
    } catch (error) {
      const faults = faultsOf(error);
      if (faults === undefined) throw error;
      if (options.json) terminal.printJson({ schema, ok: false, faults });
      else tellFaults(faults, terminal);
      return "negative";
    }
    const attributes = attributesOf([input.selector.include, input.selector.exclude]);
    if (options.json) terminal.printJson({ schema, ok: true, attributes });
    else terminal.print(`The selector is sound; it looks at ${attributes.join(", ") || "no attribute"}.`);
    return undefined;
  },
});

/** Faults of a document that an error carries; other errors are not this command's answer. */
function faultsOf(error: unknown): readonly DocumentFault[] | undefined {
  const faults = isOtaError(error) ? error.details?.["faults"] : undefined;
  return Array.isArray(faults) ? faults : undefined;
}

function tellFaults(faults: readonly DocumentFault[], terminal: Terminal): void {
  terminal.print(faults.map(({ code, message }) => `${message} [${code}]`));
}

/** Names of the attributes that an expression looks at, sorted. */
function attributesOf(roots: readonly unknown[]): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const inner of node) visit(inner);
    else if (typeof node === "object" && node !== null) {
      const { attr, args, arg } = node as { readonly attr?: unknown; readonly args?: unknown; readonly arg?: unknown };
      if (typeof attr === "string") names.add(attr);
      visit(args);
      visit(arg);
    }
  };
  visit(roots);
  return [...names].sort();
}
