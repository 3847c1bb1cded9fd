/** A simulation as text for people. */

import { plainText } from "../report/safe-text.ts";
import type { PlanSimulation } from "./simulate.ts";
import type { RunShare, ScenarioSummary, Spread } from "./summary.ts";

const dayMs = 86_400_000;

/**
 * Writes the operating characteristics of a plan: a line for each scenario, and below it why runs ended and whether the plan's bounds
 * were kept.
 */
export function renderSimulation({ scenarios, seed, lookEveryMs, horizonMs }: PlanSimulation): string {
  const head = `Looks every ${hoursText(lookEveryMs)}, at most ${daysText(horizonMs)}; seed "${seed}"`;
  return [head, ...scenarios.flatMap(scenarioLines)].map(plainText).join("\n");
}

function scenarioLines(summary: ScenarioSummary): readonly string[] {
  const { stopped, completed, open, exposurePpm, failed, completedAfterMs, stoppedAfterMs, bound } = summary;
  const durations = [
    ...(stoppedAfterMs === null ? [] : [`stopped after ${spreadText(stoppedAfterMs, daysText)}`]),
    ...(completedAfterMs === null ? [] : [`completed after ${spreadText(completedAfterMs, daysText)}`]),
  ];
  const lines = [
    "",
    `${summary.scenario} (${summary.release}, ${summary.runs} runs)`,
    `  stopped ${shareText(stopped)}, completed ${shareText(completed)}, open ${shareText(open)}`,
    `  exposed ${spreadText(exposurePpm, (ppm) => `${(ppm / 10_000).toFixed(2)} %`)}`,
    `  failed vehicles ${spreadText(failed, (count) => count.toFixed(count < 10 ? 1 : 0))}`,
    ...durations.map((text) => `  ${text}`),
    `  ends: ${summary.ends.map(({ end, why, runs }) => `${runs} ${end}${why === "" ? "" : ` (${why})`}`).join(", ")}`,
  ];
  if (bound === null) return lines;
  const percent = (ppm: number): string => `${(ppm / 10_000).toFixed(2)} %`;
  const verdict = bound.kept ? "kept" : "BROKEN";
  const promise = `  bound: ${bound.of} in at most ${percent(bound.boundPpm)}; found ${percent(bound.foundPpm)}, ${verdict}`;
  return [...lines, promise];
}

function shareText({ share, lower, upper }: RunShare): string {
  const percent = (value: number): string => (100 * value).toFixed(1);
  return `${percent(share)} % (${percent(lower)} .. ${percent(upper)})`;
}

function spreadText({ mean, median, p95, largest }: Spread, text: (value: number) => string): string {
  return `mean ${text(mean)}, median ${text(median)}, 95 % below ${text(p95)}, largest ${text(largest)}`;
}

function daysText(ms: number): string {
  return `${(ms / dayMs).toFixed(1)} d`;
}

function hoursText(ms: number): string {
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
