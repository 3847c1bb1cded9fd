/** Lays what was measured out as tables: one for each setting, one for each peer, and the verdicts. */

import type { Cell } from "../../scripts/terminal-table.ts";
import { bestPeerBytes, bsdiff40Of, oursAt, outcomeOf, type PairResult, ratio, yardstick } from "./results.ts";
import { type Cost, type Level, levels, type Outcome, type Profile, profiles } from "./settings.ts";
import { shown, type Verdict } from "./verdicts.ts";

/** A table with its heading. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const costColumns = [
  "make CPU s",
  "MB/s",
  "/ bsdiff",
  "memory / old",
  "apply CPU s",
  "MB/s",
  "/ bspatch",
  "memory MB",
] as const;

/** What every table of a tool has: a size beside what it cost. */
function row(
  result: PairResult,
  outcome: Outcome | undefined,
  memory: (cost: Cost) => number | undefined,
): readonly Cell[] {
  const { pair } = result;
  if (outcome === undefined) return [pair.name, "-", ...Array.from({ length: 10 }, () => "-")];
  const { patchBytes, make, apply } = outcome;
  const base = yardstick(result);
  const rate = (cost: Cost): string => digits(pair.new.bytes / 1e6 / cost.cpuSeconds);
  const applyMemory = memory(apply);
  return [
    pair.name,
    patchBytes.toLocaleString("en"),
    shown(ratio(patchBytes, bestPeerBytes(result))),
    shown(ratio(patchBytes, base?.patchBytes)),
    digits(make.cpuSeconds),
    rate(make),
    digits(ratio(make.cpuSeconds, base?.make.cpuSeconds)),
    digits(ratio(memory(make), pair.old.bytes)),
    digits(apply.cpuSeconds),
    rate(apply),
    digits(ratio(apply.cpuSeconds, base?.apply.cpuSeconds)),
    digits(applyMemory === undefined ? undefined : applyMemory / 1e6),
  ];
}

const sizeColumns = ["pair", "patch bytes", "/ best peer", "/ bsdiff"] as const;

function settingTable(results: readonly PairResult[], level: Level, profile: Profile): Table {
  return {
    title: `otakit, level ${level}, profile ${profile}`,
    columns: [...sizeColumns, ...costColumns],
    rows: results
      .filter(({ pair }) => (pair.levels ?? levels).includes(level))
      .map((result) => row(result, oursAt(result, level, profile), ({ memoryBytes }) => memoryBytes)),
  };
}

function peerTable(results: readonly PairResult[], tool: string): Table {
  return {
    title:
      `${tool} ${results.map((result) => outcomeOf(result, tool)?.version).find((version) => version) ?? ""}`.trim(),
    columns: [...sizeColumns, ...costColumns.map((name) => name.replace("memory", "RSS"))],
    rows: results.map((result) => row(result, outcomeOf(result, tool), ({ rssBytes }) => rssBytes)),
  };
}

function bsdiff40Table(results: readonly PairResult[]): Table {
  return {
    title: "otakit, BSDIFF40",
    columns: [...sizeColumns, ...costColumns, "Debian's patch: CPU s", "/ bspatch"],
    rows: results.map((result) => {
      const outcome = bsdiff40Of(result);
      const theirs = outcome?.applyDebianPatch?.cpuSeconds;
      return [
        ...row(result, outcome, ({ memoryBytes }) => memoryBytes),
        digits(theirs),
        digits(ratio(theirs, yardstick(result)?.apply.cpuSeconds)),
      ];
    }),
  };
}

/** Every table but the verdicts. */
export function layOutTables(results: readonly PairResult[]): readonly Table[] {
  const tools = [...new Set(results.flatMap(({ peers }) => peers.map(({ tool }) => tool)))];
  return [
    ...levels.flatMap((level) => profiles.map((profile) => settingTable(results, level, profile))),
    bsdiff40Table(results),
    ...tools.map((tool) => peerTable(results, tool)),
  ].filter(({ rows }) => rows.some((cells) => cells[1] !== "-"));
}

/** What the pairs are. */
export function corpusTable(results: readonly PairResult[]): Table {
  return {
    title: "Corpus",
    columns: ["pair", "class", "part", "old bytes", "new bytes"],
    rows: results.map(({ pair }) => [
      pair.name,
      pair.class,
      pair.part,
      pair.old.bytes.toLocaleString("en"),
      pair.new.bytes.toLocaleString("en"),
    ]),
  };
}

/** Targets and what was found. */
export function verdictTable(verdicts: readonly Verdict[]): Table {
  return {
    title: "Targets",
    columns: ["target", "at most", "found", "verdict"],
    rows: verdicts.map(({ target, limit, found, verdict }) => [target, String(limit), shown(found), verdict]),
  };
}

/** Three digits that count. */
function digits(value: number | undefined): string {
  if (value === undefined) return "-";
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
