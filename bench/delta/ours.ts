/**
 * Makes or applies a patch with the built package, in a process of its own, and prints as JSON what the calls cost; started by
 * `measureOurs` with the job as its argument and `--expose-gc`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { applyPatchSync, inspectPatch, makeBsdiff40Patch, makePatch, type ReadAt } from "otakit/delta";
import type { Effort, Level, Profile } from "./settings.ts";
import { type ApplyFiles, expectedOf, openOld, openScratch } from "./storage.ts";

/** What to do, with file names, and for how long. */
export type Job = { readonly effort: Effort } & Task;

type Task =
  | {
      readonly task: "make";
      /** Nothing for BSDIFF40. */
      readonly setting?: { readonly level: Level; readonly profile: Profile; readonly maxMemory?: number };
      readonly old: string;
      readonly new: string;
      readonly patch: string;
    }
  | ({
      readonly task: "apply";
      /** Whether to measure memory in place of time. */
      readonly memory: boolean;
    } & ApplyFiles);

/** What the calls cost. */
export interface JobResult {
  readonly cpu: readonly number[];
  readonly wall: readonly number[];
  /** WebAssembly pages and, where memory was measured, array buffers. */
  readonly memoryBytes: number;
  readonly rssBytes: number;
  /** What of the memory is the map; where memory was measured. */
  readonly mapBytes: number;
}

const job = JSON.parse(process.argv[2]!) as Job;
const memories = watchMemories();
const cpu: number[] = [];
const wall: number[] = [];
let memoryBytes = 0;
let mapBytes = 0;
const work = job.task === "make" ? prepareMaking(job) : prepareApplying(job);
const { fillSeconds, mostRuns } = job.task === "apply" && job.memory ? { fillSeconds: 0, mostRuns: 1 } : job.effort;
while (cpu.length === 0 || (cpu.length < mostRuns && cpu.reduce((sum, spent) => sum + spent) < fillSeconds)) {
  memories.length = 0;
  // Making holds much memory, which must not add up. Applying does not, and a forced collection would throw compiled code away.
  if (job.task === "make") gc!();
  const [start, clock] = [process.cpuUsage(), performance.now()];
  const buffers = work();
  const { user, system } = process.cpuUsage(start);
  cpu.push((user + system) / 1e6);
  wall.push((performance.now() - clock) / 1000);
  const pages = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  memoryBytes = Math.max(memoryBytes, pages + buffers);
}
const result: JobResult = { cpu, wall, memoryBytes, mapBytes, rssBytes: process.resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(result));

/** Keeps every WebAssembly memory that is made from now on: Node counts them nowhere. */
function watchMemories(): { readonly buffer: ArrayBuffer }[] {
  const host = globalThis as unknown as {
    WebAssembly: { Memory: new (descriptor: object) => { readonly buffer: ArrayBuffer } };
  };
  const { Memory } = host.WebAssembly;
  const made: { readonly buffer: ArrayBuffer }[] = [];
  host.WebAssembly.Memory = class extends Memory {
    constructor(descriptor: object) {
      super(descriptor);
      made.push(this);
    }
  };
  return made;
}

function prepareMaking({ setting, old, new: fresh, patch }: Task & { readonly task: "make" }): () => number {
  const [oldImage, newImage] = [new Uint8Array(readFileSync(old)), new Uint8Array(readFileSync(fresh))];
  return () => {
    writeFileSync(patch, setting ? makePatch(oldImage, newImage, setting) : makeBsdiff40Patch(oldImage, newImage));
    return 0;
  };
}

/** Applies as a vehicle would, or measures what that holds. */
function prepareApplying(applying: Task & { readonly task: "apply" }): () => number {
  const patch = new Uint8Array(readFileSync(applying.patch));
  const options = expectedOf(applying);
  if (applying.memory) mapBytes = mapBytesOf(patch);
  return () => {
    const old = openOld(applying.old);
    const buffers = applying.memory ? watchBuffers(old) : undefined;
    applyPatchSync(patch, buffers?.source ?? old, openScratch(applying.target), options);
    old.close();
    return buffers?.most() ?? 0;
  };
}

/** Samples array buffers as the old image is read; each collection takes a while, so not at each read. */
function watchBuffers({ size, readAt }: ReadAt): { readonly source: ReadAt; most(): number } {
  gc!();
  const before = process.memoryUsage().arrayBuffers;
  let [reads, most] = [0, 0];
  const source: ReadAt = {
    size,
    readAt(offset, target) {
      if (reads++ % 64 === 0) {
        // What is garbage is not held.
        gc!();
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      return readAt(offset, target);
    },
  };
  return { source, most: () => most };
}

/** Memory of the map: what the patch takes more than one of the same profile that says nothing. */
function mapBytesOf(patch: Uint8Array): number {
  const info = inspectPatch(patch);
  if (info.format !== "otadelta" || info.profile === "custom") return 0;
  const empty = makePatch(new Uint8Array(0), new Uint8Array(0), { profile: info.profile });
  return info.memoryBytes - inspectPatch(empty).memoryBytes;
}
