/** What a command is, and how its command line is read. Unknown options are refused: a misspelt one must not be ignored. */

import { parseArgs } from "node:util";
import { CliError } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

/** One option: with `value` it takes an argument of that name, without it is a switch. */
export interface CommandOption {
  readonly value?: string;
  /** One letter that says the same, for `-o`. */
  readonly short?: string;
  /** Whether it may be given more than once; then its value is a list. */
  readonly repeatable?: boolean;
  readonly required?: boolean;
  readonly help: string;
}

/** One argument that is no option. */
interface CommandArgument {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Whether it takes all that follow; for the last one. */
  readonly repeatable?: boolean;
}

type Options = Readonly<Record<string, CommandOption>>;

type OptionValue<O extends CommandOption> = O extends { readonly value: string }
  ? O extends { readonly repeatable: true }
    ? readonly string[]
    : O extends { readonly required: true }
      ? string
      : string | undefined
  : boolean;

/** The options of a command line by name, and its arguments in order. */
interface CommandInput<O extends Options> {
  readonly options: { readonly [Name in keyof O]: OptionValue<O[Name]> };
  readonly args: readonly string[];
}

/** What a command is made of. */
export interface CommandDefinition<O extends Options> {
  /** Its words, for example `tuf refresh`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** What a user should know besides; paragraphs. */
  readonly details?: readonly string[];
  readonly args?: readonly CommandArgument[];
  readonly options: O;
  /** Command lines to copy, with what they do. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /**
   * Does the work.
   *
   * @returns `"negative"` when it was done and the answer is no
   * @throws `OtaError` for what stopped it
   */
  run(input: CommandInput<O>, terminal: Terminal): Promise<"negative" | undefined>;
}

/** A command, whatever its options are. */
export type Command = CommandDefinition<Options>;

/** Options that every command has. */
export const commonOptions = {
  verbose: { help: "tell every step on standard error" },
  quiet: { help: "tell nothing but the result and errors" },
  "no-color": { help: "no colours, as the variable NO_COLOR says too" },
  help: { help: "show this help" },
} as const;

/** Makes a command, with the types of its options. */
export function defineCommand<const O extends Options>(definition: CommandDefinition<O>): Command {
  return definition as unknown as Command;
}

/** The refusal of a command line. */
export class UsageError extends CliError {
  /** The command whose help tells more. */
  readonly words: readonly string[];

  constructor(what: string, command: string) {
    super("ERR_CLI_USAGE", `Cannot read command line: ${what}`);
    this.words = command.split(" ").filter((word) => word !== "");
  }
}

/** Makes the refusal of a command line. */
export function usageError(what: string, command = ""): UsageError {
  return new UsageError(what, command);
}

/** A command line after its reading. */
export interface ParsedCommand {
  readonly input: CommandInput<Options>;
  readonly common: { readonly [Name in keyof typeof commonOptions]: boolean };
}

/**
 * Reads the command line of a command; options and arguments may be mixed, `--` ends the options.
 *
 * @throws {@link CliError} `ERR_CLI_USAGE`
 */
export function parseCommand(command: Command, argv: readonly string[]): ParsedCommand {
  const all: Options = { ...command.options, ...commonOptions };
  const { values, positionals } = parseOrRefuse(command, argv, all);
  const common = Object.fromEntries(Object.keys(commonOptions).map((name) => [name, values[name] === true]));
  const options: Record<string, unknown> = {};
  for (const [name, { value, repeatable, required }] of Object.entries(command.options)) {
    const given = (values[name] ?? []) as readonly (string | boolean)[] | boolean;
    const list = Array.isArray(given) ? given : [given];
    if (value === undefined) options[name] = given === true;
    else if (repeatable) options[name] = list;
    else if (list.length > 1) throw usageError(`--${name} is given twice`, command.name);
    else options[name] = list[0];
    if (required && list.length === 0 && !common["help"]) throw usageError(`--${name} is missing`, command.name);
  }
  if (!common["help"]) checkArguments(command, positionals);
  return {
    input: { options, args: positionals } as ParsedCommand["input"],
    common: common as ParsedCommand["common"],
  };
}

function parseOrRefuse(command: Command, argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options: parserOptions(options), allowPositionals: true });
  } catch (error) {
    // Of parseArgs' messages the first sentence says what is wrong; the rest speaks of its own conventions.
    throw usageError((error as Error).message.split(/[.;] /)[0]!.replace(/\.$/, ""), command.name);
  }
}

function parserOptions(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value, short }]) => [
      name,
      {
        ...(value === undefined ? ({ type: "boolean" } as const) : ({ type: "string", multiple: true } as const)),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
}

function checkArguments({ name, args = [] }: Command, given: readonly string[]): void {
  const missing = args.find(({ optional }, index) => !optional && given.length <= index);
  if (missing !== undefined) throw usageError(`${missing.name} is missing`, name);
  const most = args.at(-1)?.repeatable ? Number.POSITIVE_INFINITY : args.length;
  if (given.length > most) throw usageError(`"${given[most]}" is one argument too many`, name);
}

/**
 * Finds which command of a group is meant: the first word that is neither an option nor an option's value, wherever it stands.
 *
 * @returns the command and the other words; `undefined` when no word is left
 * @throws {@link CliError} `ERR_CLI_USAGE` for a word that is no command
 */
export function findCommand(
  group: string,
  commands: readonly Command[],
  argv: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  const all = Object.assign({}, commonOptions, ...commands.map(({ options }) => options)) as Options;
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(all),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const word = tokens.find(({ kind }) => kind === "positional");
  if (word?.kind !== "positional") return undefined;
  const command = commands.find(({ name }) => name === `${group} ${word.value}`);
  if (command === undefined) throw usageError(`"${word.value}" is no command of ${group}`, group);
  return { command, rest: argv.filter((_, index) => index !== word.index) };
}
