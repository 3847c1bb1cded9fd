/** Python libraries as contenders: a process of their own that stays up, so that its start is not measured. */

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { projectRoot } from "../scripts/evidence.ts";

const python = `${projectRoot}/.venv/interop/bin/python`;
const remedy = "run: npm run interop -- --install";

/** The version of a distribution in the Python environment of the interop peers, or in words why it cannot be measured. */
export function findPythonPeer(name: string): { readonly version: string } | { readonly missing: string } {
  if (!existsSync(python)) return { missing: `no Python environment at .venv/interop; ${remedy}` };
  const script = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))";
  const { status, stdout } = spawnSync(python, ["-c", script, name], { encoding: "utf8" });
  return status === 0 ? { version: stdout.trim() } : { missing: `PyPI package ${name} is not installed; ${remedy}` };
}

const running: ChildProcessByStdio<Writable, Readable, null>[] = [];

/** Ends every peer that was started: their pipes would keep the benchmark from ending. */
export function stopPythonPeers(): void {
  for (const child of running.splice(0)) child.kill();
}

/** Starts a script of `peers/python/`; each call sends a line and gives the line that comes back. */
export function startPythonPeer(script: string, args: readonly string[]): (line: string) => Promise<string> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    python,
    [`${projectRoot}/bench/peers/python/${script}`, ...args],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  running.push(child);
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  return (line) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${line}\n`);
    });
}
