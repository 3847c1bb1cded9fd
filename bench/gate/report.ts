/** Tables of `npm run bench:gate`, and the page of docs/reference that keeps a run. */

import { writeFileSync } from "node:fs";
import type { Cell } from "../../scripts/terminal-table.ts";
import { type Machine, machineLine } from "../machine.ts";
import { contenders } from "./policies.ts";
import type { GateResult } from "./results.ts";
import { horizonMs, lookEveryMs, scenarios, seed } from "./scenarios.ts";
import { type GateVerdict, percent } from "./verdicts.ts";

/** A table. */
export interface GateTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const dayMs = 86_400_000;

/** What otakit did, scenario by scenario. */
export function ownTable(results: readonly GateResult[]): GateTable {
  const header = [
    "scenario",
    "runs",
    "stopped",
    "completed",
    "open",
    "exposed, mean",
    "95 %",
    "failed, mean",
    "days",
    "most frequent end",
  ];
  const rows = results.flatMap(({ scenario, contender, summary }): readonly (readonly Cell[])[] => {
    if (contender.name !== "otakit") return [];
    const { stopped, completed, open, exposurePpm, failed, completedAfterMs, stoppedAfterMs, ends } = summary;
    const days = (stopped.runs > completed.runs ? stoppedAfterMs : completedAfterMs)?.mean;
    const [end] = ends;
    return [
      [
        scenario.scenario.name,
        summary.runs,
        percent(1e6 * stopped.share),
        percent(1e6 * completed.share),
        percent(1e6 * open.share),
        percent(exposurePpm.mean),
        percent(exposurePpm.p95),
        failed.mean.toFixed(1),
        days === undefined ? "-" : (days / dayMs).toFixed(1),
        `${end!.why}: ${percent((1e6 * end!.runs) / summary.runs)}`,
      ],
    ];
  });
  return { header, rows };
}

/** All contenders: % stopped / % that exposed nine tenths of the fleet / mean number of failing vehicles. */
export function comparisonTable(results: readonly GateResult[]): GateTable {
  const shown = scenarios.filter(({ id }) => results.some((result) => result.scenario.id === id));
  const rows = contenders.flatMap((contender): readonly (readonly Cell[])[] => {
    const own = results.filter((result) => result.contender === contender);
    if (own.length === 0) return [];
    const cells = shown.map(({ id }) => {
      const found = own.find((result) => result.scenario.id === id);
      if (found === undefined) return "-";
      const { stopped, exposedNineTenths, failed } = found.summary;
      return `${(100 * stopped.share).toFixed(0)}/${(100 * exposedNineTenths.share).toFixed(0)}/${failed.mean.toFixed(0)}`;
    });
    return [[contender.name, ...cells]];
  });
  return { header: ["gate", ...shown.map(({ id }) => id)], rows };
}

/** Writes the page. */
export function writeGatePage(
  file: string,
  {
    machine,
    results,
    verdicts,
  }: { readonly machine: Machine; readonly results: readonly GateResult[]; readonly verdicts: readonly GateVerdict[] },
): void {
  const judged = {
    header: ["target", "at most", "found", "verdict"],
    rows: verdicts.map(({ target, limit, found, met }) => [target, limit, found, met ? "met" : "**missed**"]),
  };
  const peers = Math.min(
    ...results.filter(({ contender }) => contender.name !== "otakit").map(({ summary }) => summary.runs),
  );
  const lines = [
    "# Figures of the rollout gate",
    "",
    "What `npm run bench:gate` found on simulated fleets, with every miss. Written by the command.",
    "",
    "```sh",
    "npm run bench:gate -- --full --cache gate-runs --svg docs/reference/gate-figures.svg --markdown docs/reference/gate-figures.md",
    "```",
    "",
    `${machineLine(machine)}. Seed \`${seed}\`; a look every ${lookEveryMs / 3_600_000} hours, at most ${horizonMs / dayMs} days. Plans and scenarios stand in`,
    "`bench/gate/scenarios.ts`, which was committed before any of it was run. Simulated vehicles are alike and independent but for what a scenario says: a",
    "real fleet is neither. The bounds do not rest on the simulation; they are proved, and it is a check of the program.",
    "",
    "## Promises",
    "",
    ...markdown(judged),
    "",
    "In E and H: pilot, early and cohort 1 of the plan are 6.05 % of the fleet together. What is above that was enrolled because a gate did not pass with the",
    "vehicles of its ring alone: the plan lets the gate ask for more, and a release whose silence is between tolerated and forbidden makes it ask.",
    "",
    "## otakit",
    "",
    "With `--full` there are 10,000 runs where the release is tolerable and 1,000 elsewhere; the column says how many there were in this one.",
    "Days: mean time to the more frequent end. L, N, P and S break an assumption of the bounds or are promised nothing; they are shown, not judged.",
    "",
    ...markdown(ownTable(results)),
    "",
    "## Beside other rules",
    "",
    `Cell: % stopped / % of runs that exposed nine tenths of the fleet / mean number of failing vehicles; ${peers} runs of the others, on the same vehicles.`,
    "Desired: 0/100 in A, B, J, K, M, O, Q, T and U; 100/0 with few failing vehicles in C to F, H, P, R and S; in G nobody is exposed until the gap is explained.",
    "",
    ...markdown(comparisonTable(results)),
    "",
    "![Failing vehicles by scenario and gate](gate-figures.svg)",
    "",
    "- hawkBit: every started group is watched; the product watches running ones. AWS IoT Jobs: no rings, from 60 an hour, doubled with each 2,000 successes;",
    "  the rate changes at looks. Of which things its threshold is a share, the documentation does not say.",
    "- Clopper-Pearson, Wilson and 3 sigma: 95 % on each side (3 sigma: three standard errors), looked at every six hours as no such bound is made for.",
    '- "-": the scenario speaks of rings that the contender\'s plan does not have.',
    "",
  ];
  writeFileSync(file, lines.join("\n"));
}

function markdown({ header, rows }: GateTable): readonly string[] {
  return [header, header.map((_, place) => (place === 0 ? "---" : "--:")), ...rows].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
}
