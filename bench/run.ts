/** `npm run bench`: measures every row of `bench/rows/` against its peers and prints ratios, rates and spread. */

import { readdirSync } from "node:fs";
import { closingLine, describeError, versions } from "../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../scripts/terminal-table.ts";
import { describeMachine, machineLine } from "./machine.ts";
import { type Calibration, calibrationSteps, type Effort, type Measured, measureRow } from "./measure.ts";
import { installPeers } from "./peers.ts";
import { stopPythonPeers } from "./python-peers.ts";
import type { BenchRow, BenchRowFactory } from "./row.ts";

const flags = parseFlags("npm run bench --", "Measures otakit against its peers, in alternation in one run.", {
  row: { value: "PREFIX", help: "only rows whose name starts so, for example signing/" },
  runs: { value: "N", help: "turns of each contender (default 15)" },
  install: { help: "first install the peers that are npm packages" },
  smoke: { help: "few short turns: shows that every row works, not how fast" },
});

const effort: Effort = flags.smoke
  ? { runs: Number(flags.runs ?? 3), turnMillis: 2, warmUpMillis: 0 }
  : { runs: Number(flags.runs ?? 15), turnMillis: 60, warmUpMillis: 200 };
if (!Number.isSafeInteger(effort.runs) || effort.runs < 1) {
  console.error(`"--runs" expected integer >= 1, got ${flags.runs}`);
  process.exit(64);
}

if (flags.install) installPeers();

type Outcome =
  | {
      readonly row: string;
      readonly work: BenchRow["work"];
      readonly note?: string;
      readonly missing: readonly string[];
      readonly calibration: Calibration;
      readonly contenders: readonly Measured[];
    }
  | { readonly row: string; readonly failure: string };

const machine = describeMachine();
console.log(machineLine(machine));
console.log("Ratio: time over the time of the first contender, turn by turn; above 1, the first is faster.\n");
const outcomes: Outcome[] = [];
for (const [name, factory] of await discoverRows(flags.row ?? "")) {
  const outcome = await runRow(name, factory);
  printOutcome(outcome);
  outcomes.push(outcome);
}
stopPythonPeers();
if (flags.json) {
  writeJson(flags.json, { schema: "otakit.bench/1", machine, versions: versions(), effort, rows: outcomes });
}
if (outcomes.length === 0) console.log(`No row starts with "${flags.row ?? ""}"`);
const failed = outcomes.filter((outcome) => "failure" in outcome).length;
const missing = outcomes.flatMap((outcome) => ("missing" in outcome ? outcome.missing : []));
console.log(closingLine(outcomes.length - failed, failed, missing.length));
process.exitCode = failed > 0 || outcomes.length === 0 ? 1 : 0;

/** Rows by name; a file that cannot be loaded is a row that fails, so that it stops no other and is not missed. */
async function discoverRows(prefix: string): Promise<readonly (readonly [string, BenchRowFactory])[]> {
  const folder = new URL("rows/", import.meta.url);
  const found: [string, BenchRowFactory][] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".ts")) continue;
    try {
      const { rows } = (await import(new URL(file, folder).href)) as { rows: Record<string, BenchRowFactory> };
      found.push(...Object.entries(rows).filter(([name]) => name.startsWith(prefix)));
    } catch (error) {
      found.push([`bench/rows/${file}`, () => Promise.reject(error)]);
    }
  }
  return found;
}

async function runRow(name: string, factory: BenchRowFactory): Promise<Outcome> {
  try {
    progress(`${name}: prepare`);
    const row = await factory();
    if (row.name !== name) throw new Error(`Row "${row.name}" is exported as "${name}"`);
    const { measured, calibration } = await measureRow(row, effort, (step) => progress(`${name}: ${step}`));
    const { work, note, missing = [] } = row;
    return { row: name, work, ...(note === undefined ? {} : { note }), missing, calibration, contenders: measured };
  } catch (error) {
    return { row: name, failure: (error as Error).stack ?? describeError(error) };
  }
}

function printOutcome(outcome: Outcome): void {
  progress("");
  if ("failure" in outcome) {
    console.log(`${outcome.row}: FAILED\n${outcome.failure}\n`);
    return;
  }
  console.log(outcome.row);
  const inBytes = "bytes" in outcome.work;
  printTable(
    ["contender", "median", "min", "max", inBytes ? "MB/s" : "operations/s", "ratio", "ratio min-max", "repetitions"],
    outcome.contenders.map(({ contender, millis, perSecond, ratio, repetitions }) => [
      contender,
      duration(millis.median),
      duration(millis.min),
      duration(millis.max),
      threeDigits(inBytes ? perSecond / 1e6 : perSecond),
      threeDigits(ratio.median),
      `${threeDigits(ratio.min)}-${threeDigits(ratio.max)}`,
      repetitions,
    ]),
  );
  const { before, after } = outcome.calibration;
  const speed = (millis: number) => Math.round(calibrationSteps / millis / 1000);
  const unsteady = Math.abs(before - after) > 0.2 * Math.min(before, after) ? "; the machine was not steady" : "";
  console.log(`Calibration loop: ${speed(before)} before, ${speed(after)} after (million steps/s)${unsteady}`);
  if (outcome.note) console.log(`Note: ${outcome.note}`);
  for (const peer of outcome.missing) console.log(`Missing: ${peer}`);
  console.log();
}

function threeDigits(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

function duration(millis: number): string {
  if (millis >= 1000) return `${threeDigits(millis / 1000)} s`;
  return millis >= 1 ? `${threeDigits(millis)} ms` : `${threeDigits(millis * 1000)} µs`;
}
