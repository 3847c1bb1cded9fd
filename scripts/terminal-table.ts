/** What the evidence commands share: flags, aligned tables, a progress line and JSON files. Prints; computes nothing. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";

/** A table cell; columns of numbers and empty cells are set to the right. */
export type Cell = string | number;

/** Lays out a table as text: columns as wide as their widest cell, two blanks apart, without trailing blanks. */
export function formatTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = columns.map((name, column) => Math.max(name.length, ...rows.map((row) => String(row[column]).length)));
  const isNumeric = (cells: readonly (Cell | undefined)[]): boolean =>
    cells.some((cell) => typeof cell === "number") && cells.every((cell) => typeof cell === "number" || cell === "");
  const numeric = columns.map((_, column) => isNumeric(rows.map((row) => row[column])));
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, column) =>
        numeric[column] ? String(cell).padStart(widths[column]!) : String(cell).padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd();
  return [line(columns), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Prints a table on standard output, after clearing the progress line. */
export function printTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): void {
  progress("");
  console.log(formatTable(columns, rows));
}

/** Replaces the progress line on standard error when a person looks at it; an empty text clears the line. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text.slice(0, process.stderr.columns || 80)}`);
}

/** Writes one JSON object to a file, making its folder. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** One flag of a command: `value` names its argument; without `value` it is a switch. */
export interface Flag {
  readonly value?: string;
  readonly help: string;
}

/** What {@link parseFlags} gives: text for a flag that takes a value, `true` for a switch, nothing for one not given. */
export type FlagValues<Flags extends Readonly<Record<string, Flag>>> = {
  readonly [Name in keyof Flags]?: Flags[Name] extends { readonly value: string } ? string : boolean;
} & { readonly json?: string };

/**
 * Reads a command's flags; adds `--json FILE` and `--help`. Prints the help and exits 0, or the mistake and exits 64 (EX_USAGE).
 *
 * @example
 * ```ts
 * const flags = parseFlags("npm run fuzz --", "Fuzz every parser.", { seconds: { value: "N", help: "time to spend" } });
 * flags.seconds; // string | undefined
 * ```
 */
export function parseFlags<const Flags extends Readonly<Record<string, Flag>>>(
  command: string,
  summary: string,
  flags: Flags,
  argv: readonly string[] = process.argv.slice(2),
): FlagValues<Flags> {
  const all: Record<string, Flag> = {
    ...flags,
    json: { value: "FILE", help: "also write the result as one JSON object" },
    help: { help: "show this help" },
  };
  const options = Object.fromEntries(
    Object.entries(all).map(([name, flag]) => [name, { type: flag.value ? "string" : "boolean" } as const]),
  );
  try {
    const { values } = parseArgs({ args: [...argv], options });
    if (!values["help"]) return values as FlagValues<Flags>;
    const lines = Object.entries(all).map(([name, { value, help }]) => [
      `  --${name}${value ? ` ${value}` : ""}`,
      help,
    ]);
    const width = Math.max(...lines.map(([flag]) => flag!.length));
    console.log(`${summary}\n\nUsage: ${command} [flags]\n`);
    for (const [flag, help] of lines) console.log(`${flag!.padEnd(width)}  ${help}`);
    process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(64);
  }
}
