/** `npm run check`: everything that can be judged without running the library. Builds first; a failed step stops no other. */

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { closingLine, projectRoot } from "./evidence.ts";
import { parseFlags, printTable, progress, writeJson } from "./terminal-table.ts";

interface Step {
  readonly name: string;
  /** What it proves, in a few words. */
  readonly proves: string;
  readonly command: string;
}

const build: Step = { name: "build", proves: "dist/ is made from this source", command: "tsup --silent" };

const steps: readonly Step[] = [
  { name: "style", proves: "format, lint, order of imports", command: "biome ci --reporter=summary ." },
  { name: "types", proves: "TypeScript 6, library", command: "tsc -p tsconfig.json" },
  { name: "types-tools", proves: "TypeScript 6, tests and tools", command: "tsc -p tsconfig.tools.json" },
  { name: "types-7", proves: "TypeScript 7, library", command: typescript7("tsconfig.json") },
  { name: "types-7-tools", proves: "TypeScript 7, tests and tools", command: typescript7("tsconfig.tools.json") },
  {
    name: "imports",
    proves: "who may import whom, no cycles",
    command: "depcruise --config .dependency-cruiser.js src scripts test bench examples",
  },
  { name: "purity", proves: "no clock, chance, host or node: in src/", command: "node scripts/purity.ts" },
  { name: "unused", proves: "no unused file, export or dependency", command: "knip --no-progress" },
  { name: "wasm", proves: "the WebAssembly modules are built from wasm/", command: "node scripts/build-wasm.ts" },
  { name: "publint", proves: "package.json fits the packed files", command: "publint --strict" },
  { name: "types-of-package", proves: "declarations resolve", command: "attw --pack . --profile esm-only" },
  { name: "sizes", proves: "size budgets and the README table", command: "node scripts/size-table.ts" },
  { name: "bundles", proves: "device bundles hold no validator or WASM", command: "node scripts/bundles.ts" },
  { name: "api", proves: "public types match etc/*.api.md", command: "node scripts/api-report.ts" },
  { name: "schemas", proves: "docs/reference/schemas match the code", command: "node scripts/json-schemas.ts" },
  { name: "api-docs", proves: "every public symbol is documented", command: "typedoc --emit none --logLevel Warn" },
  { name: "cli-page", proves: "docs/reference/cli.md is what --help says", command: "node scripts/cli-page.ts" },
  { name: "codes", proves: "error and reason codes, their pages", command: "node scripts/error-codes.ts" },
];

const flags = parseFlags("npm run check --", "Checks style, types, rules, package and documentation.", {
  only: { value: "NAME", help: `one step (and the build): ${steps.map(({ name }) => name).join(", ")}` },
});
const wanted = steps.filter(({ name }) => flags.only === undefined || name === flags.only);
if (wanted.length === 0) {
  console.error(`No step is called "${flags.only}"`);
  process.exit(64);
}

interface Outcome extends Step {
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

const outcomes = [await run(build)];
if (outcomes[0]!.ok) outcomes.push(...(await runAll(wanted)));
progress("");
for (const { name, command, output } of outcomes.filter(({ ok }) => !ok)) {
  console.log(`--- ${name}: ${command}\n${output.trimEnd()}\n`);
}
printTable(
  ["step", "result", "seconds", "proves"],
  outcomes.map(({ name, ok, seconds, proves }) => [name, ok ? "ok" : "FAILED", Number(seconds.toFixed(1)), proves]),
);
if (flags.json) writeJson(flags.json, { steps: outcomes });
const failed = outcomes.filter(({ ok }) => !ok).length;
const notRun = wanted.length + 1 - outcomes.length;
console.log(`\n${closingLine(outcomes.length - failed, failed, notRun)}`);
process.exitCode = failed === 0 ? 0 : 1;

function typescript7(project: string): string {
  return `node node_modules/typescript7/bin/tsc -p ${project}`;
}

/** Runs steps side by side, one for each core, and gives their outcomes in order. */
async function runAll(all: readonly Step[]): Promise<readonly Outcome[]> {
  const done: Outcome[] = [];
  const queue = [...all.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) done[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return done;
}

function run(step: Step): Promise<Outcome> {
  progress(`check: ${step.name}`);
  const start = performance.now();
  const env = { ...process.env, PATH: `${projectRoot}/node_modules/.bin:${process.env["PATH"]}`, FORCE_COLOR: "0" };
  return new Promise((resolve) => {
    const child = spawn(step.command, { cwd: projectRoot, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => {
      resolve({ ...step, ok: code === 0, seconds: (performance.now() - start) / 1000, output });
    });
  });
}
