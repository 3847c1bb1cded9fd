/** The runtimes, where each is found, and how each runs a program. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runInChromium } from "./chromium.ts";
import type { Target } from "./programs.ts";
import { crashed, type ProgramReport, readReports, type WrittenProgram } from "./report.ts";
import { runInWorkerd } from "./workerd.ts";

/** One runtime. */
export interface Runtime {
  readonly name: string;
  readonly target: Target;
  /** Path of its executable, if it is there. */
  find(): string | undefined;
  /** The command that installs it. */
  readonly install: string;
  /** Runs every program by itself: in its own process, isolate or page. */
  run(
    executable: string,
    programs: readonly WrittenProgram[],
  ): readonly ProgramReport[] | Promise<readonly ProgramReport[]>;
}

/** Installs every runtime of `engines/package.json`. */
export const fromNpm = "npm run test:runtimes -- --install";
const inProcess: Target = { kind: "process", provider: "node", backend: "wasm-simd" };

function npmFile(path: string): string | undefined {
  const file = fileURLToPath(new URL(`engines/node_modules/${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}

function findChromium(): string | undefined {
  const named = process.env["OTAKIT_CHROMIUM"];
  const candidates = named ? [named] : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return candidates.find((path) => existsSync(path));
}

function processRuntime(name: string, path: string, args: readonly string[] = []): Runtime {
  return {
    name,
    target: inProcess,
    find: () => npmFile(path),
    install: fromNpm,
    run: (executable, programs) => programs.map((program) => runProcess(executable, args, program)),
  };
}

/** Every runtime that the package promises to run on. */
export const runtimes: readonly Runtime[] = [
  processRuntime("Node 20", "node20/bin/node"),
  processRuntime("Node 22", "node22/bin/node"),
  processRuntime("Node 24", "node24/bin/node"),
  processRuntime("Node 26", "node26/bin/node"),
  processRuntime("Bun", ".bin/bun", ["run"]),
  processRuntime("Deno", ".bin/deno", ["run", "--quiet", "--no-lock", "--cached-only", "--allow-read"]),
  {
    name: "workerd",
    target: { kind: "workerd", provider: "noble", backend: "typescript" },
    find: () => npmFile(".bin/workerd"),
    install: fromNpm,
    run: runInWorkerd,
  },
  {
    name: "Chromium",
    target: { kind: "page", provider: "noble", backend: "wasm-simd" },
    find: findChromium,
    install: "apt-get install chromium (or set OTAKIT_CHROMIUM)",
    run: runInChromium,
  },
];

/** What a runtime says its version is. */
export function versionOf(executable: string): string {
  const text = execFileSync(executable, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return /\d+[\d.-]*\d/.exec(text)?.[0] ?? text.trim();
}

function runProcess(executable: string, args: readonly string[], program: WrittenProgram): ProgramReport {
  const { stdout, stderr, status, error } = spawnSync(executable, [...args, program.file], {
    encoding: "utf8",
    timeout: 300_000,
    cwd: dirname(program.file),
    env: { ...process.env, NO_COLOR: "1" },
  });
  const [report] = readReports(stdout ?? "");
  if (report !== undefined && status === 0) return report;
  return crashed(program, error?.message ?? `exit ${status}: ${stderr}`);
}
