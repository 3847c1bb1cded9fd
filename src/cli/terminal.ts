/**
 * All output to the terminal: results on standard output, everything else on standard error.
 *
 * File names, metadata and servers' answers are hostile text. Whatever could steer a terminal or reorder a line is shown as an
 * escape instead, here and nowhere else, so that no command can forget it.
 */

import { styleText } from "node:util";
import { isOtaError, type OtaError, type Reason } from "otakit/core";

/** How much is told. */
type Verbosity = "quiet" | "normal" | "verbose";

/** Where a command tells its results. */
export interface Terminal {
  /** Writes a line of a result, or several. */
  print(lines: string | readonly string[]): void;
  /** Writes a result as one JSON object. */
  printJson(value: unknown): void;
  /** Writes one of many results as JSON on a line of its own. */
  printJsonLine(value: unknown): void;
  /** Tells what happens, in a line or several; not when quiet. */
  note(lines: string | readonly string[]): void;
  /** Tells a detail; only when verbose. */
  detail(text: string): void;
  /** Warns of something; also when quiet. */
  warn(text: string): void;
  /** Tells what stopped the command: code, place and reasons, and the remedy. */
  fail(error: unknown, remedy?: string): void;
  /** Replaces the progress line when a person looks at it; an empty text clears it. */
  progress(text: string): void;
  /** Changes how much is told, and whether in colour. */
  configure(options: { readonly verbosity: Verbosity; readonly colour: boolean }): void;
}

/** A stream as the terminal needs it. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Shows a text of any origin so that it takes one line of a terminal and shows itself as it is: control characters, line
 * separators, lone surrogates and marks of writing direction as `\u….`.
 */
function visible(text: string): string {
  return text.replace(hostile, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const hostile = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Makes a terminal on two streams. */
export function createTerminal(out: OutputStream, err: OutputStream, env: Readonly<NodeJS.ProcessEnv>): Terminal {
  let verbosity: Verbosity = "normal";
  let colour = err.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  let progressShown = false;
  const clear = (): void => {
    if (progressShown) err.write("\r\u001b[2K");
    progressShown = false;
  };
  const label = (word: string, style: "red" | "yellow"): string => (colour ? styleText(style, word, plain) : word);
  // A line feed inside of a text is escaped like the rest: no name may look like a line of ours.
  const linesOf = (lines: string | readonly string[]): string =>
    [lines]
      .flat()
      .map((line) => `${visible(line)}\n`)
      .join("");
  const tell = (prefix: string, lines: string | readonly string[]): void => {
    clear();
    err.write(prefix + linesOf(lines));
  };
  return {
    print(lines) {
      clear();
      out.write(linesOf(lines));
    },
    printJson(value) {
      clear();
      out.write(`${asciiJson(value, 2)}\n`);
    },
    printJsonLine(value) {
      clear();
      out.write(`${asciiJson(value)}\n`);
    },
    note(lines) {
      if (verbosity !== "quiet") tell("", lines);
    },
    detail(text) {
      if (verbosity === "verbose") tell("", text);
    },
    warn(text) {
      tell(`${label("warning:", "yellow")} `, text);
    },
    fail(error, remedy) {
      tell(`${label("error:", "red")} `, describeFailure(error, remedy, verbosity === "verbose"));
    },
    progress(text) {
      if (err.isTTY !== true || verbosity === "quiet") return;
      clear();
      if (text !== "") err.write(visible(text).slice(0, (err.columns ?? 80) - 1));
      progressShown = text !== "";
    },
    configure(options) {
      verbosity = options.verbosity;
      colour &&= options.colour;
    },
  };
}

/** The stream was looked at already; by itself the function would look at standard output. */
const plain = { validateStream: false } as const;

/** JSON in printable ASCII, which is JSON all the same and safe on any terminal. */
function asciiJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, undefined, indent);
  return text.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function describeFailure(error: unknown, remedy: string | undefined, verbose: boolean): readonly string[] {
  if (!isOtaError(error)) {
    const { stack, message } = error instanceof Error ? error : new Error(String(error));
    return [`${message} (a defect of otakit: please report it)`, ...(stack ?? "").split("\n")];
  }
  const place = [
    ...(error.path ? [`  at: ${error.path}`] : []),
    ...(error.offset === undefined ? [] : [`  at byte: ${error.offset}`]),
  ];
  const details = Object.entries(error.details ?? {}).flatMap(([name, value]) =>
    name === "reasons" ? [] : [`  ${name}: ${shown(value)}`],
  );
  return [
    error.message,
    `  code: ${error.code}`,
    ...place,
    ...details,
    ...reasonLines(reasonsOf(error)),
    ...(remedy === undefined ? [] : [`  remedy: ${remedy}`]),
    ...(verbose ? causeLines(error.cause) : []),
  ];
}

/** Reasons that an error carries, whichever module threw it. */
function reasonsOf(error: OtaError): readonly Reason[] {
  const reasons = error.details?.["reasons"];
  return Array.isArray(reasons) ? (reasons as readonly Reason[]) : [];
}

/** Each reason on a line of its own, with the clause that it carries out and what was found. */
export function reasonLines(reasons: readonly Reason[]): readonly string[] {
  return reasons.map((reason) => {
    const { code, message, clause, evidence = {} } = reason;
    const attack = (reason as { readonly attack?: string }).attack;
    const facts = Object.entries(evidence)
      .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => `${name} ${shown(value)}`);
    const notes = [
      ...(clause === undefined ? [] : [clause]),
      ...(attack === undefined || attack === "none" ? [] : [`sign of: ${attack.replaceAll("_", " ")}`]),
      ...facts,
    ];
    return `  - ${message} [${code}]${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
  });
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

function causeLines(cause: unknown): readonly string[] {
  return cause === undefined ? [] : [`  cause: ${cause instanceof Error ? cause.message : String(cause)}`];
}
