/** A worker of {@link measureParallel}: applies the whole patch, some of its blocks, or only verifies and commits what is there. */

import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { type ApplyPatchOptions, applyBlocksSync, applyPatchSync, type BlockChoice } from "otakit/delta";
import { type ApplyFiles, openBlocks, openKept, openOld, openScratch } from "./storage.ts";

/** What a worker is to do. */
export interface WorkerJob {
  readonly files: ApplyFiles;
  readonly options: Pick<ApplyPatchOptions, "expected" | "limits">;
  readonly part: "whole" | "commit" | BlockChoice;
}

const { files, options, part } = workerData as WorkerJob;
const patch = new Uint8Array(readFileSync(files.patch));
const old = openOld(files.old);
const start = process.threadCpuUsage();
if (part === "whole") applyPatchSync(patch, old, openScratch(files.target), options);
else if (part === "commit") applyPatchSync(patch, old, openKept(files.target), options);
else {
  const sink = openBlocks(files.target);
  // The commit hashes the whole new image: no wrong block would count, and what another old image gave would not be the expected one.
  const checks = { oldImage: "verified-by-caller", newBlocks: "verified-by-commit" } as const;
  applyBlocksSync(patch, old, sink, { ...options, ...checks, blocks: part });
  sink.close();
}
const { user, system } = process.threadCpuUsage(start);
old.close();
parentPort!.postMessage((user + system) / 1e6);
