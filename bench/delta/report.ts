/** The page of docs/reference that keeps a run: where and how it was measured, verdicts, tables, what is missing. */

import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Cell } from "../../scripts/terminal-table.ts";
import { type Machine, machineLine } from "../machine.ts";
import { spread } from "../measure.ts";
import { largeBytes, oursAt, type PairResult } from "./results.ts";
import { corpusTable, layOutTables, type Table, verdictTable } from "./tables.ts";
import type { Verdict } from "./verdicts.ts";

/** Everything that the page tells. */
export interface Report {
  readonly machine: Machine;
  readonly results: readonly PairResult[];
  readonly verdicts: readonly Verdict[];
  /** What is not in the tables, in words. */
  readonly notes: readonly string[];
}

/** Writes the page. */
export function writeReport(file: string, { machine, results, verdicts, notes }: Report): void {
  const [own, peers] = [0, 1].map((side) =>
    layOutTables(results).filter(({ title }) => title.startsWith("otakit") === (side === 0)),
  ) as [Table[], Table[]];
  const sources = results.flatMap(({ pair }) =>
    [pair.old, pair.new].map(
      ({ source, sha256 }, side) =>
        `- ${pair.name}, ${side === 0 ? "old" : "new"}: ${source}; image SHA-256 \`${sha256}\``,
    ),
  );
  const lines = [
    "# Figures of delta",
    "",
    "What `npm run bench:delta` measured, with every miss. Written by the command; versions of the corpus move, so a run of another day differs.",
    "",
    "```sh",
    "npm run bench:delta -- --install --json delta.json --svg docs/reference/delta-figures.svg --markdown docs/reference/delta-figures.md",
    "```",
    "",
    `${machineLine(machine)}. Load average at the end: ${loadavg()[0]!.toFixed(1)}; above the number of cores, CPU times are too long for everybody.`,
    "",
    "![Size of patches against CPU time](delta-figures.svg)",
    "",
    "The chart shows the pairs that every tool in it was measured on.",
    "",
    "- CPU: user and system time. Of a program, the process whole; of a library and of otakit, the calls, without the start of Node or Python. Median",
    "  of several runs where one is short. MB/s: bytes of the new image for each second of CPU.",
    "- Memory: of otakit the WebAssembly pages and, for applying, the buffers that are held; the patch and, for making, the caller's two images are beside it. Of",
    '  the others the largest resident size of the process, with the images. "/ old" is for each byte of the old image.',
    ...firstRuns(results),
    "- CPU time is judged and drawn for images from 0.5 MB on: below, starting a program and compiling WebAssembly is most of it.",
    '- "/ best peer": over the smallest patch of any peer for that pair. "/ bsdiff", "/ bspatch": over Debian\'s programs, in the same run.',
    "- Every patch was applied, and every image compared byte for byte. Images of otakit are read from and written to files.",
    '- Hold-out: pairs that nothing was tuned on. They and the compressed image count in no verdict but "any pair" and "minor rebuilds".',
    "",
    "## Targets",
    "",
    ...markdownTable(verdictTable(verdicts)),
    "",
    ...verdicts.map(({ target, detail }) => `- ${target}: ${detail}`),
    "",
    ...(notes.length > 0 ? ["## What to know of this run", "", ...notes.map((note) => `- ${note}`), ""] : []),
    "## otakit, one table for each setting",
    "",
    ...own.flatMap((table) => [`### ${table.title}`, "", ...markdownTable(table), ""]),
    "## Other tools",
    "",
    ...peers.flatMap((table) => [`### ${table.title}`, "", ...markdownTable(table), ""]),
    "## Corpus",
    "",
    ...markdownTable(corpusTable(results)),
    "",
    ...sources,
    "",
  ];
  writeFileSync(file, lines.join("\n"));
}

/** How much longer the first run in a process takes, which no median shows. */
function firstRuns(results: readonly PairResult[]): readonly string[] {
  const times = results.flatMap((result) => {
    const apply = oursAt(result, "default", "default")?.apply;
    return apply?.firstCpuSeconds === undefined || result.pair.new.bytes < largeBytes
      ? []
      : [apply.firstCpuSeconds / apply.cpuSeconds];
  });
  if (times.length === 0) return [];
  const { median } = spread(times);
  return [
    `- The first run in a process, when nothing is compiled yet, takes more: applying default/default ${median.toFixed(1)} times the median of its runs,`,
    `  and up to ${Math.max(...times).toFixed(1)} times for images from 0.5 MB on.`,
  ];
}

function markdownTable({ columns, rows }: Table): readonly string[] {
  const isNumber = (cell: Cell | undefined): boolean => /^[-\d.,]+$/.test(String(cell));
  const line = (cells: readonly Cell[]): string => `| ${cells.join(" | ")} |`;
  const right = columns.map((_, column) => rows.every((cells) => isNumber(cells[column])));
  return [line(columns), line(right.map((numeric) => (numeric ? "--:" : "---"))), ...rows.map(line)];
}
