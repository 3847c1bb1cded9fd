/** Where peers live and how they are asked: a Python virtual environment, npm packages of their own, programs on the PATH. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { projectRoot } from "../../scripts/evidence.ts";

// Apart from the .ts files: beside a package.json of another package, these could not import otakit by its name.
const npmFolder = `${projectRoot}/test/interop/peers/npm`;
const pythonFolder = `${projectRoot}/test/interop/peers/python`;
const python = `${projectRoot}/.venv/interop/bin/python`;
const requirePeer = createRequire(`${npmFolder}/package.json`);
const remedy = "run: npm run interop -- --install";

/** What `find` of a peer gives. */
export type Found = { readonly version: string } | { readonly missing: string };

/** Installs the Python and npm peers at their pinned versions; the heavy ones (half a gigabyte) only when asked for. */
export function installPeers(heavy: boolean): void {
  const venv = `${projectRoot}/.venv/interop`;
  const run = (program: string, args: string[]): void => {
    execFileSync(program, args, { cwd: projectRoot, stdio: ["ignore", "inherit", "inherit"] });
  };
  if (!existsSync(python)) run("python3", ["-m", "venv", venv]);
  run(python, [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    `${pythonFolder}/requirements.txt`,
    ...(heavy ? ["-r", `${pythonFolder}/requirements-heavy.txt`] : []),
  ]);
  run("npm", ["ci", "--prefix", npmFolder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** Looks for a distribution in the Python environment. */
export function findPython(distribution: string): Found {
  if (!existsSync(python)) return { missing: `no Python environment at .venv/interop; ${remedy}` };
  const script = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))";
  const { status, stdout } = spawnSync(python, ["-c", script, distribution], { encoding: "utf8" });
  return status === 0
    ? { version: stdout.trim() }
    : { missing: `PyPI package ${distribution} is not installed; ${remedy}` };
}

/**
 * Sends a batch of questions to a script in `peers/python/` and gives its answers, one for each question; one process per batch.
 * Questions and answers are JSON values, one a line.
 */
export function askPython<Answer>(script: string, questions: readonly unknown[]): Answer[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const { status, stdout, stderr } = spawnSync(python, [`${pythonFolder}/${script}`], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    env: { ...process.env, PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr.trim().split("\n").at(-1)}`);
  const answers = stdout.split("\n").slice(0, -1);
  if (answers.length !== questions.length) {
    throw new Error(`${script} gave ${answers.length} answers to ${questions.length} questions`);
  }
  return answers.map((line) => JSON.parse(line) as Answer);
}

/** Runs a Python program of the project, named from its root, and gives what it prints. */
export function runPython(
  program: string,
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): string {
  const { status, stdout, stderr } = spawnSync(python, [`${projectRoot}/${program}`, ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    env: { ...process.env, PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1", ...env },
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ended with ${status}: ${stderr.trim().split("\n").at(-1)}`);
}

/** Looks for an npm peer. */
export function findNpm(name: string): Found {
  try {
    const { version } = requirePeer(`${npmFolder}/node_modules/${name}/package.json`) as { version: string };
    return { version };
  } catch {
    return { missing: `npm package ${name} is not installed; ${remedy}` };
  }
}

/** Loads an npm peer. Its types are not installed with otakit, so the caller says what it expects. */
export async function importNpm<Module>(name: string): Promise<Module> {
  return (await import(requirePeer.resolve(name))) as Module;
}

/** Looks for a program that prints its version; `missing` says what it is needed for. */
export function findProgram(program: string, args: readonly string[], missing: string): Found {
  const { status, stdout, stderr } = spawnSync(program, [...args], { encoding: "utf8" });
  if (status !== 0) return { missing };
  const text = stdout || stderr;
  return { version: /\d+(\.\d+)+\w*/.exec(text)?.[0] ?? text.trim().split("\n")[0]! };
}
