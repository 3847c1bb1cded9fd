/** Feeds install outcomes of three releases into the stop and the go test, and shows where each rollout stops or expands. */

import {
  createGoTest,
  createStopTest,
  decideGo,
  decideStop,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "otakit/statistics";
import { seededRandom } from "../../scripts/random.ts";
import type { Report } from "./report.ts";

const vehicles = 20_000;
const releases = [
  { name: "good", failureRate: 0.002, expected: "expand", seed: 11 },
  { name: "tolerable", failureRate: 0.005, expected: "expand", seed: 12 },
  { name: "bad", failureRate: 0.02, expected: "stop", seed: 13 },
] as const;

/** One rollout, looked at after every single vehicle: the first verdict ends it. */
function watch(
  failureRate: number,
  random: () => number,
  stop: ReturnType<typeof tabulateStopBoundary>,
  go: ReturnType<typeof tabulateGoBoundary>,
): { readonly verdict: string; readonly n: number; readonly f: number } {
  let f = 0;
  for (let n = 1; n <= vehicles; n++) {
    if (random() < failureRate) f++;
    if (decideStop({ n, f }, stop).decision === "stop") return { verdict: "stop", n, f };
    if (decideGo({ n, f }, go).decision === "go") return { verdict: "expand", n, f };
  }
  return { verdict: "undecided", n: vehicles, f };
}

export function showRollouts(report: Report, progress: (text: string) => void): void {
  report.section("Rollout: tolerable failure rate 0.5 %, maximum 2 %, looked at after every vehicle, 5 % error bounds");
  const stop = tabulateStopBoundary(createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 }), vehicles);
  const go = tabulateGoBoundary(createGoTest({ p1: 0.02, beta: 0.05 }), vehicles);
  report.facts["rollouts"] = releases.map(({ name, failureRate, expected, seed: firstSeed }) => {
    const percent = `${(100 * failureRate).toFixed(1)} %`;
    const first = watch(failureRate, seededRandom(firstSeed).unit, stop, go);
    report.expect(`${name} release (${percent} fail)`, expected, first.verdict);
    report.line(`       after ${first.n} vehicles with ${first.f} failures`);
    const repeats = 400;
    const counts = { stop: 0, expand: 0, undecided: 0 };
    for (let seed = 1; seed <= repeats; seed++) {
      progress(`${name}: rollout ${seed} of ${repeats}`);
      counts[watch(failureRate, seededRandom(seed).unit, stop, go).verdict as keyof typeof counts]++;
    }
    progress("");
    report.line(
      `       in ${repeats} such rollouts: ${counts.stop} stop, ${counts.expand} expand, ${counts.undecided} open`,
    );
    return { name, failureRate, first, repeats, counts };
  });
}
