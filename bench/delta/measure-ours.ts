/** Makes and applies patches with otakit, each in a process of its own, and compares every image byte for byte. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeError, versions } from "../../scripts/evidence.ts";
import { spread } from "../measure.ts";
import type { Pair } from "./corpus.ts";
import type { Job, JobResult } from "./ours.ts";
import { measureParallel, type ParallelCost } from "./parallel.ts";
import { debianBsdiff, peerPatch } from "./peers.ts";
import type { Cost, Effort, Failure, Level, Outcome, Profile } from "./settings.ts";

const program = fileURLToPath(new URL("ours.ts", import.meta.url));

/** A patch in otakit's own format. */
export interface OwnOutcome extends Outcome {
  readonly level: Level;
  readonly profile: Profile;
}

/** A patch that was made in little memory. */
export interface LowMemoryOutcome {
  readonly patchBytes: number;
  readonly make: Cost;
}

/** A BSDIFF40 patch of otakit, and its bspatch beside Debian's on the same patch. */
export interface Bsdiff40Outcome extends Outcome {
  /** otakit applies the patch that Debian's bsdiff made. */
  readonly applyDebianPatch?: Cost;
}

/** Where patches and images are written, and how long to measure. */
export interface Bench {
  readonly folder: string;
  readonly effort: Effort;
}

function runJob(job: Job): Cost {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", program, JSON.stringify(job)], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(/^\S*Error.*$/m.exec(stderr)?.[0] ?? `a process of otakit ended with ${status}`);
  const { cpu, wall, memoryBytes, rssBytes, mapBytes } = JSON.parse(stdout) as JobResult;
  return {
    cpuSeconds: spread(cpu).median,
    wallSeconds: spread(wall).median,
    runs: cpu.length,
    rssBytes,
    memoryBytes,
    mapBytes,
    firstCpuSeconds: cpu[0]!,
  };
}

/** Applies a patch twice, for time and for memory, and compares the image. */
function applyAndCompare(pair: Pair, patch: string, target: string, effort: Effort): Cost {
  const job = { effort, task: "apply", old: pair.old.file, new: pair.new.file, patch, target } as const;
  const cost = runJob({ ...job, memory: false });
  compare(target, pair);
  const { memoryBytes, mapBytes } = runJob({ ...job, memory: true });
  compare(target, pair);
  return { ...cost, memoryBytes: memoryBytes!, mapBytes: mapBytes! };
}

function compare(target: string, pair: Pair): void {
  if (!readFileSync(target).equals(readFileSync(pair.new.file))) throw new Error("made a wrong image");
}

/** Images from this size on are also made in little memory, and applied with two workers. */
export const severalBlocks = 8 << 20;

/** Makes a patch within 5 bytes for each of a large old image. */
export function measureLowMemory(pair: Pair, { folder, effort }: Bench): LowMemoryOutcome | Failure {
  const { old, new: fresh } = pair;
  const patch = join(folder, "low-memory.patch");
  try {
    const setting = { level: "default", profile: "default", maxMemory: 5 * old.bytes } as const;
    const make = runJob({ effort, task: "make", setting, old: old.file, new: fresh.file, patch });
    return { patchBytes: statSync(patch).size, make };
  } catch (error) {
    return { tool: "otakit in little memory", failure: describeError(error) };
  }
}

/** Applies a patch of a large image with two workers. */
export async function measureTwoWorkers(pair: Pair, { folder }: Bench): Promise<ParallelCost | Failure> {
  const [patch, target] = [ownPatch(folder, pair, "default", "default"), join(folder, "ours.new")];
  try {
    if (!existsSync(patch)) makeOurs(pair, "default", "default", { folder, effort: { fillSeconds: 0, mostRuns: 1 } });
    const cost = await measureParallel({ old: pair.old.file, new: pair.new.file, patch, target });
    compare(target, pair);
    return cost;
  } catch (error) {
    return { tool: "otakit with two workers", failure: describeError(error) };
  }
}

/** Where the patch of a setting is kept. */
function ownPatch(folder: string, pair: Pair, level: Level, profile: Profile): string {
  return join(folder, `${pair.name}-${level}-${profile}.patch`);
}

/** Name of a setting. */
export function ownTool(level: Level, profile: Profile): string {
  return `otakit ${level}/${profile}`;
}

function makeOurs(pair: Pair, level: Level, profile: Profile, { folder, effort }: Bench): Cost {
  const patch = ownPatch(folder, pair, level, profile);
  return runJob({ effort, task: "make", setting: { level, profile }, old: pair.old.file, new: pair.new.file, patch });
}

/** Measures one setting on one pair. */
export function measureOurs(pair: Pair, level: Level, profile: Profile, bench: Bench): OwnOutcome | Failure {
  const tool = ownTool(level, profile);
  const [patch, target] = [ownPatch(bench.folder, pair, level, profile), join(bench.folder, "ours.new")];
  try {
    const make = makeOurs(pair, level, profile, bench);
    const apply = applyAndCompare(pair, patch, target, bench.effort);
    return { tool, version: versions()["otakit"]!, level, profile, patchBytes: statSync(patch).size, make, apply };
  } catch (error) {
    return { tool, failure: describeError(error) };
  }
}

/**
 * Measures BSDIFF40 on one pair.
 *
 * @param debian - whether Debian's programs are there: then bspatch must apply ours, and we what bsdiff makes
 */
export function measureBsdiff40(pair: Pair, debian: boolean, { folder, effort }: Bench): Bsdiff40Outcome | Failure {
  const tool = "otakit BSDIFF40";
  const [patch, target] = [join(folder, "ours.bsdiff"), join(folder, "ours.new")];
  const { old, new: fresh } = pair;
  try {
    const make = runJob({ effort, task: "make", old: old.file, new: fresh.file, patch });
    const apply = applyAndCompare(pair, patch, target, effort);
    const outcome = { tool, version: versions()["otakit"]!, patchBytes: statSync(patch).size, make, apply };
    if (!debian) return outcome;
    const { status } = spawnSync("bspatch", [old.file, target, patch]);
    if (status !== 0) throw new Error(`bspatch ended with ${status} on a patch of otakit`);
    compare(target, pair);
    const theirs = peerPatch(folder, pair, debianBsdiff);
    if (!existsSync(theirs)) spawnSync("bsdiff", [old.file, fresh.file, theirs]);
    return { ...outcome, applyDebianPatch: applyAndCompare(pair, theirs, target, effort) };
  } catch (error) {
    return { tool, failure: describeError(error) };
  }
}
