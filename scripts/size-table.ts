/**
 * Measures every entry of `.size-limit.json` (minified and brotli-compressed, with dependencies), compares with its budget and
 * keeps the table of the README. Compares by default; `--update` writes the README. Needs `dist/`.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { finish, replaceBlock, syncFile } from "./check/generated.ts";
import { publicEntries } from "./check/package-entries.ts";
import { projectRoot } from "./evidence.ts";
import { printTable } from "./terminal-table.ts";

interface Measured {
  readonly name: string;
  readonly size: number;
  readonly sizeLimit: number;
}

const { stdout, stderr, status } = spawnSync("size-limit", ["--json"], { cwd: projectRoot, encoding: "utf8" });
if (stdout === "") throw new Error(`size-limit exits with ${status}\n${stderr}`);
const sizes = JSON.parse(stdout) as readonly Measured[];
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

printTable(
  ["import", "size", "budget"],
  sizes.map(({ name, size, sizeLimit }) => [name, kilobytes(size), kilobytes(sizeLimit)]),
);
const names = sizes.map(({ name }) => name);
const faults = [
  ...sizes
    .filter(({ size, sizeLimit }) => size > sizeLimit)
    .map(
      ({ name, size, sizeLimit }) => `${name} is ${kilobytes(size)}, more than its budget of ${kilobytes(sizeLimit)}`,
    ),
  ...publicEntries()
    .filter(({ specifier }) => !names.includes(specifier))
    .map(({ specifier }) => `${specifier} has no budget in .size-limit.json`),
];
const table = [
  "| import | size |",
  "|---|---|",
  ...sizes.map(({ name, size }) => `| \`${name}\` | ${kilobytes(size)} |`),
];
const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
const replaced = replaceBlock(readme, "sizes", table.join("\n"));
if (replaced === undefined) faults.push("README.md has no <!-- sizes:begin --> block");
else {
  const drift = syncFile("README.md", replaced, process.argv.includes("--update"));
  if (drift !== undefined) faults.push(drift);
}
finish(faults, "Every entry is within its budget");
