/** Tells what an inspection found. */

import type { Terminal } from "../terminal.ts";
import type { Report } from "./report.ts";

/** Writes a report for programs, or for people with its warnings. */
export function tellReport({ kind, lines, data, warnings }: Report, json: boolean, terminal: Terminal): void {
  if (json) {
    terminal.printJson({ schema: "otakit.inspect/1", kind, ...data, warnings });
    return;
  }
  terminal.print(lines);
  for (const { message, code, evidence } of warnings) {
    terminal.warn(`${message} [${code}]${evidence === undefined ? "" : ` ${JSON.stringify(evidence)}`}`);
  }
}
