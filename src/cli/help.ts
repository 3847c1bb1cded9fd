/** The help texts, made from the commands' definitions. */

import { type Command, type CommandOption, commonOptions } from "./command.ts";

/** Widest line of a text. */
const width = 100;

/** A group of commands, as help and dispatch know it. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/** Help of the whole command. */
export function overviewHelp(groups: readonly Pick<CommandGroup, "name" | "summary">[]): string {
  return joinSections([
    "otakit: over-the-air updates from the command line",
    section("Usage", ["otakit COMMAND [OPTIONS]", "otakit COMMAND --help"]),
    section("Commands", columns(groups.map(({ name, summary }) => [name, summary]))),
    section("Options", columns([...optionRows(commonOptions), ["--version", "show the version"]])),
    section("Exit codes", columns([...exitCodes])),
  ]);
}

/** Help of a group. */
export function groupHelp({ name, summary, commands }: CommandGroup): string {
  return joinSections([
    `otakit ${name}: ${summary}`,
    section("Usage", commands.map(usageLine)),
    section("Commands", columns(commands.map((command) => [command.name, command.summary]))),
    `otakit ${name} COMMAND --help tells more.`,
  ]);
}

/** Help of one command. */
export function commandHelp(command: Command): string {
  const { name, summary, details = [], args = [], options, examples } = command;
  return joinSections([
    `otakit ${name}: ${summary}`,
    section("Usage", [usageLine(command)]),
    ...details.map((paragraph) => wrap(paragraph, width).join("\n")),
    args.length === 0 ? "" : section("Arguments", columns(args.map((argument) => [argument.name, argument.help]))),
    section("Options", columns(optionRows({ ...options, ...commonOptions }))),
    section(
      "Examples",
      examples.flatMap(([line, what]) => [`# ${what}`, line]),
    ),
    section("Exit codes", columns([...exitCodes])),
  ]);
}

/** The meaning of the exit codes, for every command. */
const exitCodes = [
  ["0", "done"],
  ["1", "refused or failed: standard error says what, with a code"],
  ["2", "the command line is not understood"],
] as const;

function usageLine({ name, args = [], options }: Command): string {
  const required = Object.entries(options).flatMap(([option, { required, value }]) =>
    required ? [` --${option} ${value}`] : [],
  );
  const words = args.map((argument) => {
    const word = argument.repeatable ? `${argument.name}…` : argument.name;
    return argument.optional ? ` [${word}]` : ` ${word}`;
  });
  return `otakit ${name}${required.join("")} [OPTIONS]${words.join("")}`;
}

function optionRows(options: Readonly<Record<string, CommandOption>>): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, { value, short, help, required, repeatable }]) => [
    `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
    [help, ...(required ? ["(required)"] : []), ...(repeatable ? ["(repeatable)"] : [])].join(" "),
  ]);
}

/** Two columns, the second wrapped. */
function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const first = Math.max(...rows.map(([text]) => text.length)) + 2;
  return rows.flatMap(([left, right]) =>
    wrap(right, width - 2 - first).map((line, index) => (index === 0 ? left : "").padEnd(first) + line),
  );
}

function wrap(text: string, atMost: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= atMost) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}

function joinSections(sections: readonly string[]): string {
  return sections.filter((text) => text !== "").join("\n\n");
}
