/**
 * `npm run fuzz -- --seconds N`: replays past findings, then feeds mutated inputs to every parser and asserts its contract and its
 * bounds of CPU time and memory. A broken law is printed, made small and saved under `reports/fuzz/`.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { closingLine, describeError, loadPlugins, projectRoot, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { fuzzTarget, type SessionReport } from "./session.ts";
import type { FuzzTarget } from "./target.ts";

const flags = parseFlags("npm run fuzz --", "Feeds hostile inputs to every parser of otakit.", {
  seconds: { value: "N", help: "time for all targets together, 10 when absent; each target runs at least its seeds" },
  target: { value: "NAME", help: "fuzz the targets whose name starts so" },
  seed: { value: "S", help: "repeat a run: the same inputs in the same order" },
});
const seconds = Number(flags.seconds ?? "10");
if (!(seconds >= 0 && seconds < 1e6)) {
  console.error(`"--seconds" expected a number >= 0, got ${flags.seconds}`);
  process.exit(64);
}
const seed = flags.seed ?? String(Date.now() % 1_000_000_007);
const targetFolder = `${projectRoot}/test/fuzz/targets`;

const files = await loadPlugins<FuzzTarget>(targetFolder, "targets");
const broken = files.filter(({ error }) => error !== undefined);
const targets = files.flatMap(({ file, plugins }) =>
  plugins.map((target) => ({ file: pathToFileURL(`${targetFolder}/${file}`).href, target })),
);
const chosen = targets.filter(({ target }) => target.name.startsWith(flags.target ?? ""));
console.log(`${chosen.length} targets, ${seconds} s, seed ${seed}\n`);

const reports: (SessionReport & { readonly name: string; readonly saved?: string })[] = [];
for (const { file, target } of chosen) {
  progress(`fuzz: ${target.name}`);
  const millis = (seconds * 1_000) / chosen.length;
  const report = await fuzzTarget({ file, target, seed, millis, corpus: readCorpus(target.name) });
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
  writeJson(flags.json, { seed, seconds, targets: results, notLoaded, passed, failed, versions: versions() });
}
console.log(`\n${closingLine(passed, failed)}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

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
