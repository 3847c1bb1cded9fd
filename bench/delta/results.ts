/** What was measured of one pair, and the ratios that tables, verdicts and chart are made of. */

import { spread } from "../measure.ts";
import type { Pair } from "./corpus.ts";
import type { Bsdiff40Outcome, LowMemoryOutcome, OwnOutcome } from "./measure-ours.ts";
import type { ParallelCost } from "./parallel.ts";
import { debianBsdiff } from "./peers.ts";
import type { Failure, Level, Outcome, Profile } from "./settings.ts";

/** CPU time is judged and drawn for images from this size on: below, starting and compiling is what is measured. */
export const largeBytes = 500_000;

/** Everything about one pair. */
export interface PairResult {
  readonly pair: Pair;
  readonly peers: readonly (Outcome | Failure)[];
  readonly ours: readonly (OwnOutcome | Failure)[];
  readonly bsdiff40?: Bsdiff40Outcome | Failure;
  /** Of large images only. */
  readonly lowMemory?: LowMemoryOutcome | Failure;
  readonly parallel?: ParallelCost | Failure;
}

/** The outcome of a tool, when it has one. */
export function outcomeOf({ peers, ours }: PairResult, tool: string): Outcome | undefined {
  return [...peers, ...ours].filter(succeeded).find((outcome) => outcome.tool === tool);
}

/** otakit's outcome at a setting. */
export function oursAt({ ours }: PairResult, level: Level, profile: Profile): OwnOutcome | undefined {
  return ours.filter(succeeded).find((outcome) => outcome.level === level && outcome.profile === profile);
}

/** otakit's BSDIFF40 patch. */
export function bsdiff40Of({ bsdiff40 }: PairResult): Bsdiff40Outcome | undefined {
  return bsdiff40 && succeeded(bsdiff40) ? bsdiff40 : undefined;
}

/** Debian's bsdiff and bspatch, the yardstick. */
export function yardstick(result: PairResult): Outcome | undefined {
  return outcomeOf(result, debianBsdiff);
}

/** Size of the smallest patch of any peer. */
export function bestPeerBytes({ peers }: PairResult): number | undefined {
  const sizes = peers.filter(succeeded).map(({ patchBytes }) => patchBytes);
  return sizes.length === 0 ? undefined : Math.min(...sizes);
}

/** Tells an outcome from a failure. */
export function succeeded<Kind extends object>(outcome: Kind | Failure): outcome is Kind {
  return !("failure" in outcome);
}

/** A ratio, when both sides were measured. */
export function ratio(above: number | undefined, below: number | undefined): number | undefined {
  return above === undefined || below === undefined || below === 0 ? undefined : above / below;
}

/** Values that were measured. */
export function known(values: readonly (number | undefined)[]): readonly number[] {
  return values.filter((value) => value !== undefined);
}

/** Median of what was measured. */
export function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const measured = known(values);
  return measured.length === 0 ? undefined : spread(measured).median;
}
