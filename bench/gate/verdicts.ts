/** What the gate promises, against what the runs found. */

import type { GateResult } from "./results.ts";

/** One promise. */
export interface GateVerdict {
  readonly target: string;
  readonly limit: string;
  readonly found: string;
  readonly met: boolean;
}

/** Our results against the bounds of the plans, and against what E and H must not cost. */
export function judgeGate(results: readonly GateResult[]): readonly GateVerdict[] {
  return results.flatMap(({ scenario, contender, summary }): readonly GateVerdict[] => {
    if (contender.name !== "otakit") return [];
    const { bound, stopped, exposurePpm, runs } = summary;
    const name = scenario.scenario.name;
    const promises: GateVerdict[] = [];
    if (bound !== null) {
      promises.push({
        target: `${name}: ${bound.of}, ${runs} runs`,
        limit: `${percent(bound.boundPpm)} (and 3 standard errors: ${percent(bound.limitPpm)})`,
        found: percent(bound.foundPpm),
        met: bound.kept,
      });
    }
    if (scenario.id === "E" || scenario.id === "H") {
      const missed = 1_000_000 * (1 - stopped.share);
      const add = (what: string, limitPpm: number, foundPpm: number): void =>
        void promises.push({
          target: `${name}: ${what}`,
          limit: percent(limitPpm),
          found: percent(foundPpm),
          met: foundPpm <= limitPpm,
        });
      add("not stopped", 50_000, missed);
      add("mean exposure", 50_000, exposurePpm.mean);
      add("95 % of exposures", 61_000, exposurePpm.p95);
    }
    return promises;
  });
}

/** Parts per million as per cent. */
export function percent(ppm: number): string {
  return `${(ppm / 10_000).toFixed(2)} %`;
}
