/** The tools that patches are compared with: programs of Debian, and libraries of PyPI in an environment of their own. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describeError, projectRoot } from "../../scripts/evidence.ts";
import { spread } from "../measure.ts";
import type { Pair } from "./corpus.ts";
import type { Cost, Effort, Failure, Outcome } from "./settings.ts";

const venv = `${projectRoot}/.venv/bench`;
const python = `${venv}/bin/python`;
const scripts = `${projectRoot}/bench/peers/python`;

/** Installs the Python peers at their pinned versions. */
export function installPythonPeers(): void {
  const run = (program: string, args: readonly string[]): void => {
    execFileSync(program, [...args], { cwd: projectRoot, stdio: ["ignore", "inherit", "inherit"] });
  };
  if (!existsSync(python)) run("python3", ["-m", "venv", venv]);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", `${scripts}/requirements.txt`]);
}

/** One tool. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  make(old: string, fresh: string, patch: string): Cost;
  apply(old: string, patch: string, target: string): Cost;
}

/** A tool that is not installed. */
export interface MissingPeer {
  readonly name: string;
  readonly missing: string;
}

interface Told {
  readonly cpu: readonly number[];
  readonly wall: readonly number[];
  readonly rss: number | null;
}

/** Runs a script that tells what its work cost. */
function measured(program: string, args: readonly string[]): Cost {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim().split("\n").at(-1) || `${program} ended with ${status}`);
  const { cpu, wall, rss } = JSON.parse(stdout) as Told;
  return {
    cpuSeconds: spread(cpu).median,
    wallSeconds: spread(wall).median,
    runs: cpu.length,
    ...(rss === null ? {} : { rssBytes: rss }),
  };
}

/** What a program costs, start and all. */
function measureProgram({ fillSeconds, mostRuns }: Effort, command: readonly string[]): Cost {
  return measured("python3", [join(scripts, "measure_process.py"), String(fillSeconds), String(mostRuns), ...command]);
}

interface Program {
  readonly name: string;
  /** Debian package that the version is read of. */
  readonly debian: string;
  readonly make: (old: string, fresh: string, patch: string) => readonly string[];
  readonly apply: (old: string, patch: string, target: string) => readonly string[];
}

/** The yardstick of CPU time. */
export const debianBsdiff = "Debian bsdiff";

const programs: readonly Program[] = [
  {
    name: debianBsdiff,
    debian: "bsdiff",
    make: (old, fresh, patch) => ["bsdiff", old, fresh, patch],
    apply: (old, patch, target) => ["bspatch", old, target, patch],
  },
  {
    name: "xdelta3 -9",
    debian: "xdelta3",
    // Its window must hold the whole old image, or it finds nothing beyond.
    make: (old, fresh, patch) => [
      "xdelta3",
      "-e",
      "-9",
      "-S",
      "lzma",
      "-f",
      "-B",
      sourceWindow(old),
      "-s",
      old,
      fresh,
      patch,
    ],
    apply: (old, patch, target) => ["xdelta3", "-d", "-f", "-B", sourceWindow(old), "-s", old, patch, target],
  },
  {
    name: "zstd -22 --patch-from",
    debian: "zstd",
    make: (old, fresh, patch) => [
      "zstd",
      "-q",
      "-f",
      "--ultra",
      "-22",
      "--long=31",
      "-T1",
      `--patch-from=${old}`,
      fresh,
      "-o",
      patch,
    ],
    apply: (old, patch, target) => ["zstd", "-q", "-f", "-d", "--long=31", `--patch-from=${old}`, patch, "-o", target],
  },
];

const libraries = [
  { name: "HDiffPatch lzma2", distribution: "hdiffpatch", library: "hdiffpatch:lzma2" },
  { name: "HDiffPatch zstd", distribution: "hdiffpatch", library: "hdiffpatch:zstd" },
  { name: "bsdiff4", distribution: "bsdiff4", library: "bsdiff4" },
  { name: "detools", distribution: "detools", library: "detools" },
] as const;

function sourceWindow(old: string): string {
  return String(Math.max(2 ** 19, 2 ** Math.ceil(Math.log2(statSync(old).size))));
}

/** Every peer that is installed, and which are not. */
export function findPeers(effort: Effort): {
  readonly peers: readonly Peer[];
  readonly missing: readonly MissingPeer[];
} {
  const peers: Peer[] = [];
  const missing: MissingPeer[] = [];
  const measurable = spawnSync("python3", ["-c", ""]).status === 0;
  for (const { name, debian, make, apply } of programs) {
    const query = spawnSync("dpkg-query", ["-W", "-f", "$\u007bVersion}", debian], { encoding: "utf8" });
    if (!measurable) missing.push({ name, missing: "python3, which measures it, is not installed" });
    else if (query.status !== 0 || !query.stdout) missing.push({ name, missing: `run: apt-get install ${debian}` });
    else {
      peers.push({
        name,
        version: query.stdout,
        make: (...files) => measureProgram(effort, make(...files)),
        apply: (...files) => measureProgram(effort, apply(...files)),
      });
    }
  }
  for (const { name, distribution, library } of libraries) {
    const script = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))";
    const query = existsSync(python)
      ? spawnSync(python, ["-c", script, distribution], { encoding: "utf8" })
      : undefined;
    if (query?.status !== 0) {
      missing.push({ name, missing: `PyPI package ${distribution}: run npm run bench:delta -- --install` });
      continue;
    }
    const call = (task: string, ...files: readonly string[]): Cost =>
      measured(python, [
        `${scripts}/delta_library.py`,
        library,
        task,
        ...files,
        String(effort.fillSeconds),
        String(effort.mostRuns),
      ]);
    peers.push({
      name,
      version: query.stdout.trim(),
      make: (...files) => call("make", ...files),
      apply: (...files) => call("apply", ...files),
    });
  }
  return { peers, missing };
}

/** Where a peer's patch is kept. */
export function peerPatch(folder: string, pair: Pair, peer: string): string {
  return join(folder, `${pair.name}-${peer.replace(/\W+/g, "-")}.patch`);
}

/** Makes a patch with a peer, applies it, and compares the image byte for byte. */
export function measurePeer({ name, version, make, apply }: Peer, pair: Pair, folder: string): Outcome | Failure {
  const [patch, target] = [peerPatch(folder, pair, name), join(folder, "peer.new")];
  try {
    const making = make(pair.old.file, pair.new.file, patch);
    const applying = apply(pair.old.file, patch, target);
    if (!readFileSync(target).equals(readFileSync(pair.new.file))) throw new Error("made a wrong image");
    return { tool: name, version, patchBytes: statSync(patch).size, make: making, apply: applying };
  } catch (error) {
    return { tool: name, failure: describeError(error) };
  }
}
