/** From the words of a command line to an exit code. */

import { isOtaError } from "otakit/core";
import packageJson from "../../package.json" with { type: "json" };
import { type Command, findCommand, parseCommand, UsageError, usageError } from "./command.ts";
import { type CommandGroup, commandHelp, groupHelp, overviewHelp } from "./help.ts";
import type { Terminal } from "./terminal.ts";

/** A group of commands, or one command, that is loaded when it is asked for. */
interface LazyGroup extends Omit<CommandGroup, "commands"> {
  load(): Promise<readonly Command[]>;
}

/** Everything that `otakit` can do. */
const groups: readonly LazyGroup[] = [
  {
    name: "tuf",
    summary: "follow a TUF repository: trusted metadata and verified downloads",
    load: async () => (await import("./commands/tuf.ts")).tufCommands,
  },
  {
    name: "repo",
    summary: "keep a TUF repository in a folder: keys, targets, signatures, publishing",
    load: async () => (await import("./commands/repo.ts")).repoCommands,
  },
  {
    name: "uptane",
    summary: "try Uptane: a Director, an Image repository, a vehicle, and attacks on them",
    load: async () => (await import("./commands/uptane.ts")).uptaneCommands,
  },
  {
    name: "release",
    summary: "sign, verify, bundle and explain releases without a repository",
    load: async () => (await import("./commands/release.ts")).releaseCommands,
  },
  {
    name: "delta",
    summary: "make, apply and explain patches between images",
    load: async () => (await import("./commands/delta.ts")).deltaCommands,
  },
  {
    name: "cohort",
    summary: "choose vehicles: check a selector, select, put into rings, explain, write SQL",
    load: async () => (await import("./commands/cohort.ts")).cohortCommands,
  },
  {
    name: "rollout",
    summary: "judge rollouts: check a plan, count outcomes, decide, report",
    load: async () => (await import("./commands/rollout.ts")).rolloutCommands,
  },
  {
    name: "uds",
    summary: "read, write and explain messages of vehicle diagnostics",
    load: async () => (await import("./commands/uds.ts")).udsCommands,
  },
  {
    name: "inspect",
    summary: "explain metadata, envelopes, releases, keys, signing requests and patches, offline",
    load: async () => [(await import("./commands/inspect.ts")).inspectCommand],
  },
];

/** Runs a command line and gives its exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  // Also for the refusal of a command line that is not read to its end.
  terminal.configure({ verbosity: "normal", colour: !argv.includes("--no-color") });
  try {
    return (await dispatch(argv, terminal)) === "negative" ? 1 : 0;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.fail(error, `otakit ${[...error.words, "--help"].join(" ")}`);
      return 2;
    }
    if (!isOtaError(error)) {
      terminal.fail(error);
      return 1;
    }
    if (argv.includes("--json")) {
      const { code, message, path, offset, details } = error;
      terminal.printJson({ schema: "otakit.error/1", code, message, path, offset, details });
    }
    terminal.fail(error, (await import("./remedies.ts")).remedyOf(error.code));
    return 1;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<"negative" | undefined> {
  const [word, ...rest] = argv;
  if (word === undefined || word === "help") throw usageHelp(argv, terminal);
  if (word === "--help") return tell(overviewHelp(groups), terminal);
  if (word === "--version") return tell(packageJson.version, terminal);
  const group = groups.find(({ name }) => name === word);
  if (group === undefined) throw usageError(`"${word}" is no command`);
  const commands = await group.load();
  const [only] = commands;
  if (commands.length === 1 && only!.name === group.name) return runCommand(only!, rest, terminal);
  const found = findCommand(group.name, commands, rest);
  if (found !== undefined) return runCommand(found.command, found.rest, terminal);
  if (rest.includes("--help")) return tell(groupHelp({ ...group, commands }), terminal);
  throw usageError(`a command of ${group.name} is missing`, group.name);
}

function usageHelp(argv: readonly string[], terminal: Terminal): Error {
  terminal.note(overviewHelp(groups).split("\n"));
  return usageError(argv.length === 0 ? "a command is missing" : "help is an option, --help");
}

function tell(text: string, terminal: Terminal): undefined {
  terminal.print(text.split("\n"));
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  terminal: Terminal,
): Promise<"negative" | undefined> {
  const { input, common } = parseCommand(command, argv);
  if (common.help) return tell(commandHelp(command), terminal);
  if (common.quiet && common.verbose) throw usageError("--quiet and --verbose contradict each other", command.name);
  const verbosity = common.quiet ? "quiet" : common.verbose ? "verbose" : "normal";
  terminal.configure({ verbosity, colour: !common["no-color"] });
  return command.run(input, terminal);
}
