/** `npm run bench:gate`: our gate and rules of others on the same simulated fleets: who stops what, and what it costs. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { type SimulatedRun, summariseRuns } from "otakit/cohort";
import { closingLine, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { describeMachine, machineLine } from "../machine.ts";
import { drawGateChart } from "./chart.ts";
import { type Contender, contenders } from "./policies.ts";
import { comparisonTable, ownTable, writeGatePage } from "./report.ts";
import type { GateResult } from "./results.ts";
import { type GateScenario, scenarios } from "./scenarios.ts";
import { judgeGate } from "./verdicts.ts";
import type { GateJob } from "./worker.ts";

const flags = parseFlags("npm run bench:gate --", "Compares rollout gates on the same simulated fleets.", {
  runs: {
    value: "N",
    help: "runs of each scenario and contender (default: 20; with --full those of the scenario file)",
  },
  full: { help: "10,000 runs of ours where the release is tolerable, 1,000 elsewhere, 200 of the others" },
  smoke: { help: "two runs of each: shows that everything works, and judges nothing" },
  scenario: { value: "IDS", help: "only these scenarios, for example ABE" },
  own: { help: "only ours" },
  jobs: { value: "N", help: "threads (default: one for each core)" },
  cache: { value: "DIR", help: "keep runs there, and go on with those that are there" },
  kept: { help: "with --cache: only lay out the runs that are there" },
  svg: { value: "FILE", help: "also draw failing vehicles by scenario" },
  markdown: { value: "FILE", help: "also write the page of docs/" },
});

const peerRuns = 200;
const slice = 25;
const jobs = Number(flags.jobs ?? availableParallelism());
const machine = describeMachine();
console.log(`${machineLine(machine)}\n`);
const cache = flags.cache === undefined ? undefined : resolve(flags.cache);
if (cache !== undefined) mkdirSync(cache, { recursive: true });

const workers = Array.from({ length: jobs }, () => new Worker(new URL("worker.ts", import.meta.url)));
const results: GateResult[] = [];
for (const scenario of scenarios) {
  if (flags.scenario !== undefined && !flags.scenario.includes(scenario.id)) continue;
  for (const [place, contender] of contenders.entries()) {
    const ours = place === 0;
    const model = contender.scenario(scenario);
    if (model === null || (flags.own && !ours)) continue;
    const most = Number(flags.runs ?? (flags.smoke ? 2 : flags.full ? (ours ? scenario.runs : peerRuns) : 20));
    const runs = flags.kept ? readKept(scenario, place) : await simulate(scenario, contender, place, most);
    if (runs.length === 0) continue;
    results.push({ scenario, contender, summary: summariseRuns(contender.plan(scenario), model, runs) });
  }
}
for (const worker of workers) await worker.terminate();
progress("");

const own = ownTable(results);
printTable(own.header, own.rows);
if (!flags.own) {
  console.log("");
  const table = comparisonTable(results);
  printTable(table.header, table.rows);
}
const verdicts = flags.smoke ? [] : judgeGate(results);
console.log("");
printTable(
  ["target", "at most", "found", "verdict"],
  verdicts.map(({ target, limit, found, met }) => [target, limit, found, met ? "met" : "missed"]),
);
if (flags.svg !== undefined) writeFileSync(flags.svg, drawGateChart(results));
if (flags.markdown !== undefined) writeGatePage(flags.markdown, { machine, results, verdicts });
if (flags.json !== undefined) {
  const rows = results.map(({ scenario, contender, summary }) => ({
    id: scenario.id,
    contender: contender.name,
    summary,
  }));
  writeJson(flags.json, { schema: "otakit.bench-gate/1", machine, versions: versions(), results: rows, verdicts });
}
if (flags.smoke) {
  const whole = results.filter(({ summary }) => summary.runs === 2).length;
  console.log(`\n${closingLine(whole, results.length - whole)}`);
  process.exit(whole === results.length && whole > 0 ? 0 : 1);
}
const missed = verdicts.filter(({ met }) => !met).length;
console.log(`\n${closingLine(verdicts.length - missed, missed)}`);
process.exitCode = missed === 0 ? 0 : 1;

function cacheFile({ id }: GateScenario, place: number): string | undefined {
  return cache && join(cache, `${id}-${place}.json`);
}

function readKept(scenario: GateScenario, place: number): readonly SimulatedRun[] {
  const file = cacheFile(scenario, place);
  return file && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as SimulatedRun[]) : [];
}

/** Runs 0 .. wanted - 1, those in the cache first; the rest in slices over all threads. */
async function simulate(
  scenario: GateScenario,
  contender: Contender,
  place: number,
  wanted: number,
): Promise<readonly SimulatedRun[]> {
  const file = cacheFile(scenario, place);
  const runs = [...readKept(scenario, place).slice(0, wanted)];
  while (runs.length < wanted) {
    progress(`bench:gate: ${scenario.scenario.name}, ${contender.name}: ${runs.length} of ${wanted}`);
    const parts: Promise<readonly SimulatedRun[]>[] = [];
    for (let from = runs.length; from < wanted && parts.length < jobs; from += slice) {
      const job = {
        scenario: scenario.id,
        contender: contender.name,
        fromRun: from,
        runs: Math.min(slice, wanted - from),
      };
      parts.push(ask(workers[parts.length]!, job));
    }
    for (const part of await Promise.all(parts)) runs.push(...part);
    if (file) writeFileSync(file, JSON.stringify(runs));
  }
  return runs;
}

function ask(worker: Worker, job: GateJob): Promise<readonly SimulatedRun[]> {
  return new Promise((done, failed) => {
    worker.once("error", failed);
    worker.once("message", (runs: readonly SimulatedRun[]) => {
      worker.off("error", failed);
      done(runs);
    });
    worker.postMessage(job);
  });
}
