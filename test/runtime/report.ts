/** What a program under a foreign runtime tells the runner: one line of JSON behind a marker, or the body of a request. */

import type { SuiteRow } from "../conformance/runner.ts";

/** `suite`: all checks. `alone`: one entry point. `vectors`, `generated`: conformance suites of signatures, by their inputs. */
export type ProgramKind = "suite" | "alone" | "vectors" | "generated";

/** A program that was written for a runtime. */
export interface WrittenProgram {
  readonly name: string;
  readonly kind: ProgramKind;
  readonly file: string;
}

/** Outcome of the checks of one program. */
export interface ProgramReport {
  /** Name of the program: its kind, or the one entry point that it imports. */
  readonly program: string;
  readonly kind: ProgramKind;
  readonly passed: number;
  readonly failed: number;
  /** One line for each failed check, the first hundred. */
  readonly failures: readonly string[];
  /** Counts of each conformance suite. */
  readonly suites?: readonly Omit<SuiteRow, "failures">[];
  /** In words: what was not run, and why. */
  readonly skipped?: string;
}

/** In front of a report on standard output. */
export const marker = "otakit-report ";

/** Finds the reports in a program's output. */
export function readReports(output: string): readonly ProgramReport[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith(marker))
    .map((line) => JSON.parse(line.slice(marker.length)) as ProgramReport);
}

/** The report of a program that did not report by itself. */
export function crashed(
  { name, kind }: { readonly name: string; readonly kind: ProgramKind },
  what: string,
): ProgramReport {
  const failure = `${name}: ${what.trim().split("\n").slice(-12).join(" | ")}`;
  return { program: name, kind, passed: 0, failed: 1, failures: [failure] };
}
