/**
 * `npm run mutation`: changes the library in thousands of small ways and counts the changes that no test of the same module finds.
 * Survivors are listed with the reason from `test/mutation-survivors.json`, or as unreviewed.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { closingLine, projectRoot } from "./evidence.ts";
import {
  type MutationReport,
  outdated,
  type ReviewedSurvivor,
  type Score,
  type Survivor,
  scoreOf,
  survivorsOf,
} from "./mutation/survivors.ts";
import { parseFlags, printTable, writeJson } from "./terminal-table.ts";

const threshold = 85;
const defaultModules = "core,signing,statistics";
const survivorsFile = join(projectRoot, "test/mutation-survivors.json");

const flags = parseFlags("npm run mutation --", "Counts changes of the source that no test finds.", {
  modules: { value: "NAMES", help: `modules, with commas between them (default ${defaultModules})` },
});

interface Outcome {
  readonly module: string;
  readonly seconds: number;
  readonly score: Score;
  readonly survivors: readonly Survivor[];
  readonly outdated: readonly ReviewedSurvivor[];
}

const modules = (flags.modules ?? defaultModules).split(",");
for (const module of modules) {
  if (existsSync(join(projectRoot, "src", module)) && existsSync(join(projectRoot, "test", module))) continue;
  console.error(`There is no module "${module}" with tests`);
  process.exit(64);
}
const reviewed = JSON.parse(readFileSync(survivorsFile, "utf8")) as readonly ReviewedSurvivor[];
const outcomes = modules.map(mutate);

for (const { survivors } of outcomes) {
  for (const { file, lineNumber, line, from, to, reason } of survivors) {
    console.log(`${file}:${lineNumber}  ${line}\n  ${from}  ->  ${to}\n  ${reason ?? "unreviewed"}\n`);
  }
}
printTable(
  [
    "module",
    "score %",
    "killed",
    "timed out",
    "survived",
    "uncovered",
    "unreviewed",
    "broken",
    "texts left out",
    "seconds",
  ],
  outcomes.map(({ module, score, survivors, seconds }) => [
    module,
    score.percent === undefined ? "-" : Number(score.percent.toFixed(1)),
    score.killed,
    score.timedOut,
    score.survived,
    score.uncovered,
    survivors.filter(({ reason }) => reason === undefined).length,
    score.broken,
    score.ignored,
    Math.round(seconds),
  ]),
);
for (const { file, line, from, to } of outcomes.flatMap((outcome) => outcome.outdated)) {
  console.log(`Reviewed, but no survivor any more: ${file}: ${line}: ${from} -> ${to}`);
}
if (flags.json) writeJson(flags.json, { threshold, modules: outcomes });
const good = outcomes.filter(({ score }) => (score.percent ?? 0) >= threshold).length;
console.log(`\nThreshold: ${threshold} % in each module\n${closingLine(good, outcomes.length - good)}`);
process.exitCode = good === outcomes.length ? 0 : 1;

function mutate(module: string): Outcome {
  const start = performance.now();
  const args = ["run", "--mutate", `src/${module}/**/*.ts`, "--reporters", "progress-append-only,json"];
  const { status } = spawnSync("stryker", args, {
    cwd: projectRoot,
    env: {
      ...process.env,
      OTAKIT_MUTATION_MODULE: module,
      PATH: `${projectRoot}/node_modules/.bin:${process.env["PATH"]}`,
    },
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error(`Stryker exits with ${status} for ${module}`);
  const file = join(projectRoot, "reports", `mutation-${module}.json`);
  renameSync(join(projectRoot, "reports/mutation.json"), file);
  const report = JSON.parse(readFileSync(file, "utf8")) as MutationReport;
  const survivors = survivorsOf(report, reviewed);
  return {
    module,
    seconds: (performance.now() - start) / 1000,
    score: scoreOf(report),
    survivors,
    outdated: outdated(report, survivors, reviewed),
  };
}
