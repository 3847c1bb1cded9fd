/** Python's `mpmath`: log E_stop and log E_go at 60 digits, from the binomial tails that they stand for. */

import { logEGo, logEStop } from "otakit/statistics";
import { type Random, seededRandom } from "../../../scripts/random.ts";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

/** Largest difference that counts as equal. */
const tolerance = 1e-9;

export const peers: readonly InteropPeer[] = [
  {
    name: "python mpmath",
    find: () => findPython("mpmath"),
    run: ({ full }) => (full ? [compare(2_000, 1_000_000)] : [compare(500, 100_000)]),
  },
];

/** Counts, a limit of the failure rate, and the prior. */
interface Point {
  readonly n: number;
  readonly f: number;
  readonly p: number;
  readonly a: number;
  readonly b: number;
}

function compare(count: number, largest: number): PeerOutcome {
  const random = seededRandom("mpmath");
  const points = Array.from({ length: count }, () => randomPoint(random, largest));
  const answers = askPython<{ stop: number; go: number }>("ask_mpmath.py", points);
  const comparison = startComparison(`log E_stop and log E_go to ${tolerance}`);
  points.forEach((point, index) => {
    const { n, f, p, a, b } = point;
    const { stop, go } = answers[index]!;
    const ours = [
      logEStop(n, f, { p0: p, alpha: 0.05, prior: { a, b } }),
      logEGo(n, f, { p1: p, beta: 0.05, prior: { a, b } }),
    ];
    const equal = Math.abs(ours[0]! - stop) <= tolerance && Math.abs(ours[1]! - go) <= tolerance;
    comparison.add(point, equal ? [stop, go] : ours, [stop, go]);
  });
  return comparison.outcome();
}

/** Vehicles over all orders of magnitude; failures from none to several times the limit. */
function randomPoint(random: Random, largest: number): Point {
  const n = Math.floor(largest ** random.unit());
  const p = 10 ** -(1 + 2.5 * random.unit());
  const f = Math.min(n, Math.floor(n * p * 4 * random.unit() ** 2) + random.below(4));
  return { n, f, p, a: random.pick([1, 1, 2, 5]), b: Math.round((1 + random.below(3)) / p) };
}
