/** `npm run bench:delta`: patches of real firmware, ours against every other tool's: size, speed and memory side by side. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { closingLine, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { describeMachine, machineLine } from "../machine.ts";
import { drawChart } from "./chart.ts";
import { fetchCorpus, type Image, type Pair } from "./corpus.ts";
import {
  measureBsdiff40,
  measureLowMemory,
  measureOurs,
  measureTwoWorkers,
  ownTool,
  severalBlocks,
} from "./measure-ours.ts";
import { debianBsdiff, findPeers, installPythonPeers, measurePeer } from "./peers.ts";
import { writeReport } from "./report.ts";
import { type PairResult, succeeded } from "./results.ts";
import { type Failure, levels, type Outcome, profiles } from "./settings.ts";
import { corpusTable, layOutTables, type Table, verdictTable } from "./tables.ts";
import { judge } from "./verdicts.ts";

const flags = parseFlags("npm run bench:delta --", "Compares patches of real firmware: size, speed and memory.", {
  pair: { value: "PATTERN", help: "only pairs whose name fits this pattern, for example ^kernel-" },
  cache: { value: "DIR", help: "keep lists, packages and images there (default: a folder that is removed)" },
  resume: {
    value: "FILE",
    help: "take what an earlier --json of the same images and versions holds, measure the rest",
  },
  svg: { value: "FILE", help: "also draw size against CPU time" },
  markdown: { value: "FILE", help: "also write the page of docs/" },
  install: { help: "first install the Python peers" },
  smoke: { help: "only firmware from npm, at one setting: shows that everything works" },
});

if (flags.install) installPythonPeers();
const folder = flags.cache ? resolve(flags.cache) : mkdtempSync(join(tmpdir(), "otakit-bench-delta-"));
mkdirSync(folder, { recursive: true });
if (!flags.cache) process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const effort = flags.smoke ? { fillSeconds: 0, mostRuns: 1 } : { fillSeconds: 3, mostRuns: 15 };
const bench = { folder: mkdtempSync(join(tmpdir(), "otakit-bench-delta-work-")), effort };
process.once("exit", () => rmSync(bench.folder, { recursive: true, force: true }));
const machine = describeMachine();
console.log(`${machineLine(machine)}\n`);
const earlier = flags.resume
  ? (JSON.parse(readFileSync(flags.resume, "utf8")) as { readonly pairs: PairResult[] }).pairs
  : [];
const corpus = fetchCorpus(folder, new RegExp(flags.pair ?? ""), flags.smoke ?? false);
const { peers, missing } = findPeers(effort);
const wanted = flags.smoke ? peers.filter(({ name }) => name === debianBsdiff) : peers;
const absent = missing.filter(({ name }) => !flags.smoke || name === debianBsdiff);

const results: PairResult[] = [];
for (const pair of corpus.pairs) await measurePair(pair);

for (const table of [corpusTable(results), ...layOutTables(results)]) print(table);
const verdicts = flags.smoke ? [] : judge(results);
if (verdicts.length > 0) print(verdictTable(verdicts));
for (const { target, detail } of verdicts) console.log(`${target}: ${detail}`);
for (const note of notes()) console.log(note);
const subtitle = `${machine.cpu}, Node ${machine.node}, ${machine.date.slice(0, 10)}`;
if (flags.svg) writeFileSync(flags.svg, drawChart(results, subtitle));
if (flags.markdown) writeReport(flags.markdown, { machine, results, verdicts, notes: notes() });

const own = results.flatMap(({ ours, bsdiff40 }) => [...ours, bsdiff40!]);
const failed = own.filter((outcome) => !succeeded(outcome)).length;
console.log(`\n${closingLine(own.length - failed, failed, corpus.missing.length + absent.length)}`);
process.exitCode = failed > 0 || own.length === 0 ? 1 : 0;

/** Measures one tool and setting after the other, and keeps what it has after each: a run takes long, and can go on where it was stopped. */
async function measurePair(pair: Pair): Promise<void> {
  const known = earlier.find((result) => isSame(result.pair.old, pair.old) && isSame(result.pair.new, pair.new));
  let result: PairResult = { pair, peers: [], ours: [] };
  const place = results.push(result) - 1;
  const keep = (more: Partial<PairResult>): void => {
    result = { ...result, ...more };
    results[place] = result;
    if (flags.json) writeJson(flags.json, report());
  };
  for (const peer of wanted) {
    progress(`${pair.name}: ${peer.name}`);
    const outcome = reused(known?.peers, peer.name, peer.version) ?? measurePeer(peer, pair, bench.folder);
    keep({ peers: [...result.peers, outcome] });
  }
  const settings = flags.smoke
    ? [["default", "default"] as const]
    : (pair.levels ?? levels).flatMap((level) => profiles.map((profile) => [level, profile] as const));
  for (const [level, profile] of settings) {
    progress(`${pair.name}: otakit ${level}/${profile}`);
    const outcome = reused(known?.ours, ownTool(level, profile)) ?? measureOurs(pair, level, profile, bench);
    keep({ ours: [...result.ours, outcome] });
  }
  progress(`${pair.name}: otakit BSDIFF40`);
  const debian = wanted.some(({ name }) => name === debianBsdiff);
  keep({ bsdiff40: known?.bsdiff40 ?? measureBsdiff40(pair, debian, bench) });
  if (flags.smoke || pair.new.bytes < severalBlocks) return;
  progress(`${pair.name}: otakit in little memory, and with two workers`);
  keep({ lowMemory: known?.lowMemory ?? measureLowMemory(pair, bench) });
  keep({ parallel: known?.parallel ?? (await measureTwoWorkers(pair, bench)) });
}

function isSame(image: Image, other: Image): boolean {
  return image.sha256 === other.sha256;
}

/** What an earlier run measured. */
function reused<Kind extends Outcome>(
  outcomes: readonly (Kind | Failure)[] | undefined,
  tool: string,
  version: string = versions()["otakit"]!,
): Kind | undefined {
  return outcomes?.filter(succeeded<Kind>).find((outcome) => outcome.tool === tool && outcome.version === version);
}

function report(): object {
  const verdicts = flags.smoke ? [] : judge(results);
  return { schema: "otakit.bench-delta/1", machine, versions: versions(), pairs: results, verdicts, notes: notes() };
}

/** What is not in the tables, in words. */
function notes(): readonly string[] {
  return [
    ...corpus.missing.map((what) => `Not fetched: ${what}`),
    ...absent.map(({ name, missing: why }) => `Not measured: ${name}: ${why}`),
    ...results.flatMap(({ pair, peers: all, ours, bsdiff40, parallel }) =>
      [...all, ...ours, bsdiff40, parallel].flatMap((outcome) =>
        outcome && "failure" in outcome ? [`Failed: ${outcome.tool} on ${pair.name}: ${outcome.failure}`] : [],
      ),
    ),
  ];
}

function print({ title, columns, rows }: Table): void {
  progress("");
  console.log(title);
  printTable(columns, rows);
  console.log();
}
