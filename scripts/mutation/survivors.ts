/** Scores of a mutation report, and its survivors matched with the reviewed ones. */

/** What is read of a report of Stryker (schema of mutation-testing-elements). */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

/** One mutant of a report; lines and columns count from 1. */
interface ReportedMutant {
  readonly status: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** Counts of one module. */
export interface Score {
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly uncovered: number;
  /** Texts for people: never mutated. */
  readonly ignored: number;
  /** Mutants that could not be run. */
  readonly broken: number;
  /** Found of all that could be found, in per cent; undefined without any mutant. */
  readonly percent: number | undefined;
}

/** A survivor by what the source says, so that it is still known when lines move. */
interface SurvivorKey {
  readonly file: string;
  /** The line that the mutant starts in, trimmed. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
}

/** A survivor that someone looked at. */
export interface ReviewedSurvivor extends SurvivorKey {
  /** Why no test can or need tell the mutant from the original. */
  readonly reason: string;
}

/** A mutant that no test found. */
export interface Survivor extends SurvivorKey {
  readonly lineNumber: number;
  readonly reason: string | undefined;
}

/** Counts the mutants of a report. */
export function scoreOf(report: MutationReport): Score {
  const statuses = Object.values(report.files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const count = (...wanted: readonly string[]): number => statuses.filter((status) => wanted.includes(status)).length;
  const found = count("Killed", "Timeout");
  const all = found + count("Survived", "NoCoverage");
  return {
    killed: count("Killed"),
    timedOut: count("Timeout"),
    survived: count("Survived"),
    uncovered: count("NoCoverage"),
    ignored: count("Ignored"),
    broken: count("CompileError", "RuntimeError", "Pending"),
    percent: all === 0 ? undefined : (100 * found) / all,
  };
}

/** Lists survived and uncovered mutants in order of place, each with its reason if it was reviewed. */
export function survivorsOf(report: MutationReport, reviewed: readonly ReviewedSurvivor[]): readonly Survivor[] {
  const reasons = new Map(reviewed.map((survivor) => [keyOf(survivor), survivor.reason]));
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map(({ location, replacement = "" }) => {
        const { start, end } = location;
        const lines = source.split("\n");
        const slice = lines.slice(start.line - 1, end.line);
        slice[slice.length - 1] = slice.at(-1)!.slice(0, end.column - 1);
        slice[0] = slice[0]!.slice(start.column - 1);
        const key = {
          file,
          line: lines[start.line - 1]!.trim(),
          from: oneLine(slice.join("\n")),
          to: oneLine(replacement),
        };
        return { ...key, lineNumber: start.line, reason: reasons.get(keyOf(key)) };
      })
      .sort((left, right) => left.lineNumber - right.lineNumber),
  );
}

/** Reviewed survivors of the report's files that are found by a test by now, or whose source is gone. */
export function outdated(
  report: MutationReport,
  survivors: readonly Survivor[],
  reviewed: readonly ReviewedSurvivor[],
): readonly ReviewedSurvivor[] {
  const alive = new Set(survivors.map(keyOf));
  return reviewed.filter((survivor) => survivor.file in report.files && !alive.has(keyOf(survivor)));
}

function keyOf({ file, line, from, to }: SurvivorKey): string {
  return JSON.stringify([file, line, from, to]);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
