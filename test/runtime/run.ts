/**
 * `npm run test:runtimes`: packs the built package, installs it into an empty folder and tries it on every runtime: the suite,
 * each entry point alone, and under Node, Bun and Deno the published signature vectors with both providers.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { publicEntries } from "../../scripts/check/package-entries.ts";
import { closingLine, describeError, projectRoot, versions } from "../../scripts/evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "../../scripts/terminal-table.ts";
import { tryCommand } from "./command.ts";
import { type Installed, installPacked } from "./packed.ts";
import { aloneProgram, conformanceProgram, type Program, suiteProgram, writeProgram } from "./programs.ts";
import { crashed, type ProgramReport, type WrittenProgram } from "./report.ts";
import { fromNpm, type Runtime, runtimes, versionOf } from "./runtimes.ts";
import { runtimeChecks } from "./suite.ts";

const flags = parseFlags("npm run test:runtimes --", "Tries the packed package on every runtime.", {
  only: { value: "NAME", help: "runtimes whose name starts so, for example node or chromium" },
  install: { help: "install the runtimes that come from npm first" },
  full: { help: "as many inputs for the signatures on each runtime as in npm run conformance" },
});
const effort = flags.full ? "usual" : "brief";

interface Outcome {
  readonly runtime: string;
  readonly version: string;
  /** Name of the providers that are the default there. */
  readonly provider: string;
  readonly programs: readonly ProgramReport[];
  /** Why the runtime was not tried. */
  readonly skipped?: string;
}

const vectors = resolve(projectRoot, process.env["OTAKIT_VECTORS"] ?? "../shared/vectors");
const wanted = runtimes.filter(({ name }) => name.toLowerCase().startsWith((flags.only ?? "").toLowerCase()));
if (wanted.length === 0) {
  console.error(`"--only" expected the start of ${runtimes.map(({ name }) => name).join(", ")}, got ${flags.only}`);
  process.exit(64);
}
const missing = wanted.filter((runtime) => runtime.find() === undefined);
if (flags.install || (process.env["CI"] === "true" && missing.some(({ install }) => install === fromNpm))) {
  installRuntimes();
}

progress("pack and install");
const installed = installPacked();
const outcomes: Outcome[] = [];
const faults = findFaults(installed);
try {
  for (const runtime of wanted) outcomes.push(await tryRuntime(runtime, installed));
} finally {
  installed.remove();
}

const countIn = (outcome: Outcome, count: "passed" | "failed", kind?: Program["kind"]): number =>
  outcome.programs
    .filter((report) => kind === undefined || report.kind === kind)
    .reduce((total, report) => total + report[count], 0);

console.log(`${installed.tarball} installed: ${installed.packages.join(", ")}\n`);
printTable(
  ["runtime", "version", "default", "suite", "alone", "vectors", "generated", "failed", "why not all"],
  outcomes.map((outcome) => [
    outcome.runtime,
    outcome.version,
    outcome.provider,
    countIn(outcome, "passed", "suite"),
    countIn(outcome, "passed", "alone"),
    countIn(outcome, "passed", "vectors"),
    countIn(outcome, "passed", "generated"),
    countIn(outcome, "failed"),
    outcome.skipped ?? outcome.programs.flatMap(({ skipped }) => skipped ?? []).join("; "),
  ]),
);
const failures = outcomes.flatMap(({ runtime, programs }) =>
  programs.flatMap((report) => report.failures.map((failure) => `${runtime}: ${failure}`)),
);
for (const line of [...faults, ...failures]) console.log(line);
if (flags.json) {
  writeJson(flags.json, { versions: versions(), packages: installed.packages, faults, runtimes: outcomes });
}
const passed = outcomes.reduce((total, outcome) => total + countIn(outcome, "passed"), 0);
const failed = outcomes.reduce((total, outcome) => total + countIn(outcome, "failed"), faults.length);
const skipped = outcomes.reduce((total, outcome) => total + skippedIn(outcome), 0);
console.log(`\n${closingLine(passed, failed, skipped)}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** A runtime that was not tried counts as one; vectors count by row, or as one when all are missing. */
function skippedIn({ skipped, programs }: Outcome): number {
  if (skipped !== undefined) return 1;
  return programs.reduce((total, report) => {
    if (report.skipped === undefined) return total;
    return (
      total +
      Math.max(
        1,
        (report.suites ?? []).reduce((rows, suite) => rows + suite.skipped, 0),
      )
    );
  }, 0);
}

function packageVersion(folder: string): string {
  const manifest = readFileSync(join(folder, "node_modules/otakit/package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function installRuntimes(): void {
  progress("install the runtimes");
  const folder = fileURLToPath(new URL("engines/", import.meta.url));
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status !== 0) console.error(`npm ci in ${folder} exits with ${status}; what is missing is skipped`);
}

/** What is wrong before any runtime is tried: an entry point without a check, a package that should not be there. */
function findFaults({ folder, packages }: Installed): readonly string[] {
  const manifest = join(folder, "node_modules/otakit/package.json");
  const covered = new Set(runtimeChecks("node", "wasm-simd").map(({ subpath }) => subpath));
  const unchecked = publicEntries(manifest).filter(({ specifier }) => !covered.has(specifier));
  const { name, version, dependencies } = JSON.parse(readFileSync(manifest, "utf8")) as {
    name: string;
    version: string;
    dependencies: Record<string, string>;
  };
  const expected = Object.entries({ [name]: version, ...dependencies }).map((pair) => pair.join("@"));
  return [
    ...unchecked.map(({ specifier }) => `suite.ts has no check of ${specifier}`),
    ...packages
      .filter((found) => !expected.includes(found))
      .map((found) => `installed without being asked for: ${found}`),
  ];
}

async function tryRuntime(runtime: Runtime, { folder }: Installed): Promise<Outcome> {
  const { name, target } = runtime;
  const executable = runtime.find();
  const base = { runtime: name, provider: target.provider };
  if (executable === undefined) {
    return { ...base, version: "-", programs: [], skipped: `not installed; run: ${runtime.install}` };
  }
  const alone = publicEntries(join(folder, "node_modules/otakit/package.json")).map(({ specifier }) =>
    aloneProgram(specifier),
  );
  const conformance = (["vectors", "generated"] as const).map((kind) => conformanceProgram(kind, vectors, effort));
  const programs = [suiteProgram(target), ...alone, ...(target.kind === "process" ? conformance : [])];
  const written: WrittenProgram[] = [];
  const broken: ProgramReport[] = [];
  for (const [index, program] of programs.entries()) {
    progress(`${name}: bundle ${program.name}`);
    const file = join(folder, target.kind, `${index}.mjs`);
    try {
      await writeProgram(program, target, folder, file);
      written.push({ ...program, file });
    } catch (error) {
      broken.push(crashed(program, `cannot bundle: ${describeError(error)}`));
    }
  }
  progress(`${name}: run`);
  const reports = await runtime.run(executable, written);
  const version = versionOf(executable);
  const command = name.startsWith("Node") ? [await tryCommand(executable, folder, packageVersion(folder))] : [];
  return { ...base, version, programs: [...reports, ...command, ...broken] };
}
