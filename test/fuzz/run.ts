/**
 * `npm run fuzz -- --seconds N`, or `--inputs N`: replays past findings, then feeds mutated inputs to every parser and asserts its contract and its
 * bounds of CPU time and memory. A broken law is printed, made small and saved under `reports/fuzz/`. With `--inputs` it also tells what came of the
 * inputs, and which one took longest.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { closingLine, describeError, loadPlugins, projectRoot, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { addReports, fuzzTarget, type SessionReport } from "./session.ts";
import type { FuzzTarget } from "./target.ts";

const flags = parseFlags("npm run fuzz --", "Feeds hostile inputs to every parser of otakit.", {
  seconds: { value: "N", help: "time for all targets together, 10 when absent; each target runs at least its seeds" },
  inputs: { value: "N", help: "this many inputs in place of a time; targets have shares of them" },
  jobs: { value: "N", help: "threads for each target, each with its own inputs; 1 when absent" },
  target: { value: "NAME", help: "fuzz the targets whose name starts so" },
  seed: { value: "S", help: "repeat a run: the same inputs in the same order" },
});
const seconds = numberOf("seconds", flags.seconds ?? "10", 0);
const inputs = flags.inputs === undefined ? undefined : numberOf("inputs", flags.inputs, 0);
const jobs = Math.floor(numberOf("jobs", flags.jobs ?? "1", 1));
const seed = flags.seed ?? String(Date.now() % 1_000_000_007);
const targetFolder = `${projectRoot}/test/fuzz/targets`;

const files = await loadPlugins<FuzzTarget>(targetFolder, "targets");
const broken = files.filter(({ error }) => error !== undefined);
const targets = files.flatMap(({ file, plugins }) =>
  plugins.map((target) => ({ file: pathToFileURL(`${targetFolder}/${file}`).href, target })),
);
const chosen = targets.filter(({ target }) => target.name.startsWith(flags.target ?? ""));
const amount = inputs === undefined ? `${seconds} s` : `${inputs} inputs`;
console.log(`${chosen.length} targets, ${amount}, seed ${seed}, jobs ${jobs}\n`);
const shares = chosen.reduce((sum, { target }) => sum + (target.share ?? 1), 0);

const reports: (SessionReport & { readonly name: string; readonly saved?: string })[] = [];
for (const { file, target } of chosen) {
  progress(`fuzz: ${target.name}`);
  const report = await fuzzInThreads(file, target);
  reports.push({ name: target.name, ...report, ...(report.input ? { saved: save(target.name, report.input) } : {}) });
}

printTable(
  ["target", "executions", "longest CPU ms", "growth KiB", "result"],
  reports.map(({ name, executions, longestMillis, largestGrowth, finding }) => [
    name,
    executions,
    Math.round(longestMillis),
    Math.round(largestGrowth / 1_024),
    finding ? `${finding.law} broken` : "holds",
  ]),
);
for (const { name, executions, outcomes, longestMillis, slowestInput } of reports) {
  const counted = Object.entries(outcomes).sort(([, left], [, right]) => right - left);
  if (inputs === undefined || counted.length === 0) continue;
  console.log(
    `\n${name}: ${executions} inputs; the slowest took ${longestMillis.toFixed(1)} ms of CPU time: ${slowestInput}`,
  );
  printTable(["outcome", "inputs"], counted);
}
for (const { name, finding, input, saved } of reports) {
  if (finding === undefined) continue;
  console.log(`\n${name}: ${finding.message}`);
  console.log(`  input (${input!.length} bytes, saved as ${saved}): ${Buffer.from(input!).toString("hex")}`);
}
for (const { file, error } of broken) console.log(`\ntargets/${file}: cannot load: ${describeError(error)}`);
if (chosen.length === 0) console.log("No target was fuzzed: nothing is shown by this run.");

const failed = reports.filter(({ finding }) => finding !== undefined).length + broken.length;
const passed = reports.length + broken.length - failed;
if (flags.json !== undefined) {
  const results = reports.map(({ input, ...report }) => ({
    ...report,
    ...(input ? { inputHex: Buffer.from(input).toString("hex") } : {}),
  }));
  const notLoaded = broken.map(({ file, error }) => ({ file, error: describeError(error) }));
  writeJson(flags.json, {
    seed,
    ...(inputs === undefined ? { seconds } : { inputs }),
    jobs,
    targets: results,
    notLoaded,
    passed,
    failed,
    versions: versions(),
  });
}
console.log(`\n${closingLine(passed, failed)}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** A flag that is a number of at least `least`; ends the program for anything else. */
function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (value >= least && value < 1e12) return value;
  console.error(`"--${name}" expected a number >= ${least}, got ${text}`);
  process.exit(64);
}

/** Fuzzes a target in as many threads as asked for, each with its own part of the seed and of the inputs. */
async function fuzzInThreads(file: string, target: FuzzTarget): Promise<SessionReport> {
  const part = inputs === undefined ? undefined : Math.ceil((inputs * (target.share ?? 1)) / shares / jobs);
  const bound =
    part === undefined
      ? { millis: (seconds * 1_000) / chosen.length }
      : { millis: Number.POSITIVE_INFINITY, maxExecutions: part };
  const corpus = readCorpus(target.name);
  const threads = Array.from({ length: jobs }, (_, job) =>
    fuzzTarget({ file, target, seed: job === 0 ? seed : `${seed}.${job}`, corpus, jobs, ...bound }),
  );
  return (await Promise.all(threads)).reduce(addReports);
}

/** Past findings of a target, in order of name. */
function readCorpus(name: string): Uint8Array[] {
  const folder = `${projectRoot}/test/fuzz/corpus/${name}`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => new Uint8Array(readFileSync(`${folder}/${file}`)));
}

/** Saves a failing input for repair, and for the corpus afterwards; gives its path. */
function save(name: string, input: Uint8Array): string {
  const hash = createHash("sha256").update(input).digest("hex").slice(0, 16);
  const path = `reports/fuzz/${name.replaceAll("/", "-")}-${hash}.bin`;
  mkdirSync(`${projectRoot}/reports/fuzz`, { recursive: true });
  writeFileSync(`${projectRoot}/${path}`, input);
  return path;
}
