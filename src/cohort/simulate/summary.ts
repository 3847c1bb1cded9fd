/** What many simulated rollouts say together. */

import { clopperPearsonInterval } from "../../statistics/index.ts";
import { parseRolloutPlan } from "../gate/parse-plan.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { parseRolloutScenario } from "./parse-scenario.ts";
import type { SimulatedRun } from "./run.ts";
import type { RolloutScenario } from "./scenario.ts";

/** Runs of one scenario, summed up. */
export interface ScenarioSummary {
  readonly scenario: string;
  readonly release: RolloutScenario["release"];
  readonly runs: number;
  readonly stopped: RunShare;
  readonly completed: RunShare;
  /** Undecided at the horizon. */
  readonly open: RunShare;
  /** Why runs ended, most frequent first. */
  readonly ends: readonly { readonly end: SimulatedRun["end"]; readonly why: string; readonly runs: number }[];
  /** Enrolled vehicles in parts per million of the fleet, at most 1,000,000. */
  readonly exposurePpm: Spread;
  /** Runs that enrolled nine tenths of the fleet or more. */
  readonly exposedNineTenths: RunShare;
  /** Vehicles that failed. */
  readonly failed: Spread;
  /** Time to the end of the completed runs; null when there are none. */
  readonly completedAfterMs: Spread | null;
  /** Time to the end of the stopped runs; null when there are none. */
  readonly stoppedAfterMs: Spread | null;
  /** What the plan promises for such a release; null where it promises nothing. */
  readonly bound: BoundCheck | null;
}

/** How many runs, as a share with its 95 % interval (Clopper and Pearson). */
export interface RunShare {
  readonly runs: number;
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

/** A quantity over runs; quantiles are values of runs (nearest rank). */
export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
  readonly largest: number;
}

/** A share of wrong ends against its bound. */
export interface BoundCheck {
  /** Which ends are wrong. */
  readonly of: "stopped" | "completed";
  readonly boundPpm: number;
  readonly foundPpm: number;
  /** The bound and three standard errors of so many runs: what chance alone hardly exceeds. */
  readonly limitPpm: number;
  readonly kept: boolean;
}

const million = 1_000_000;

/**
 * Sums up runs of one scenario. Their order does not matter, so that they can be simulated in parts.
 *
 * @param runs - at least one
 * @throws {@link CohortError} what `parseRolloutPlan` and `parseRolloutScenario` throw
 * @throws RangeError without runs
 */
export function summariseRuns(
  plan: RolloutPlan,
  scenario: RolloutScenario,
  runs: readonly SimulatedRun[],
): ScenarioSummary {
  if (runs.length === 0) throw new RangeError('"runs" expected at least one run');
  const { stop, go } = parseRolloutPlan(plan);
  const { name, release, fleetVehicles } = parseRolloutScenario(scenario, plan);
  const share = (matches: (run: SimulatedRun) => boolean): RunShare => {
    const count = runs.filter(matches).length;
    const { lower, upper } = clopperPearsonInterval(runs.length, count, 0.95);
    return { runs: count, share: count / runs.length, lower, upper };
  };
  const exposure = ({ enrolled }: SimulatedRun): number => Math.min(million, (enrolled / fleetVehicles) * million);
  const stopped = share(({ end }) => end === "stopped");
  const completed = share(({ end }) => end === "completed");
  const durations = (end: SimulatedRun["end"]): Spread | null =>
    spreadOf(runs.filter((run) => run.end === end).map(({ durationMs }) => durationMs));
  return {
    scenario: name,
    release,
    runs: runs.length,
    stopped,
    completed,
    open: share(({ end }) => end === "open"),
    ends: countEnds(runs),
    exposurePpm: spreadOf(runs.map(exposure))!,
    exposedNineTenths: share((run) => exposure(run) >= 0.9 * million),
    failed: spreadOf(runs.map(({ failed }) => failed))!,
    completedAfterMs: durations("completed"),
    stoppedAfterMs: durations("stopped"),
    bound: boundOf(release, { stopped, completed }, stop.alphaPpm, go.betaPpm, runs.length),
  };
}

function countEnds(runs: readonly SimulatedRun[]): ScenarioSummary["ends"] {
  const counts = new Map<string, { end: SimulatedRun["end"]; why: string; runs: number }>();
  for (const { end, why } of runs) {
    const key = JSON.stringify([end, why]);
    const found = counts.get(key);
    if (found === undefined) counts.set(key, { end, why, runs: 1 });
    else found.runs++;
  }
  return [...counts.values()].sort((a, b) => b.runs - a.runs || (a.why < b.why ? -1 : 1));
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const ordered = Float64Array.from(values).sort();
  const rank = (share: number): number => ordered[Math.ceil(share * ordered.length) - 1]!;
  const mean = ordered.reduce((sum, value) => sum + value, 0) / ordered.length;
  return { mean, median: rank(0.5), p95: rank(0.95), largest: ordered.at(-1)! };
}

function boundOf(
  release: RolloutScenario["release"],
  shares: { readonly stopped: RunShare; readonly completed: RunShare },
  alphaPpm: number,
  betaPpm: number,
  runs: number,
): BoundCheck | null {
  if (release === "other") return null;
  const of = release === "tolerable" ? "stopped" : "completed";
  const boundPpm = release === "tolerable" ? alphaPpm : betaPpm;
  const bound = boundPpm / million;
  const limitPpm = boundPpm + 3 * million * Math.sqrt((bound * (1 - bound)) / runs);
  const foundPpm = shares[of].share * million;
  return { of, boundPpm, foundPpm, limitPpm, kept: foundPpm <= limitPpm };
}
