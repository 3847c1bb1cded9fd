/** Applies a patch with two workers, each a half of the blocks, against one worker that does all. */

import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { inspectPatch } from "otakit/delta";
import type { WorkerJob } from "./block-worker.ts";
import { type ApplyFiles, expectedOf } from "./storage.ts";

/**
 * CPU seconds of threads. Two workers take as long as the slower of them where each has a core; on a machine that is shared, that says more
 * than a clock does.
 */
export interface ParallelCost {
  readonly oneWorkerSeconds: number;
  /** The slower of two. */
  readonly twoWorkersSeconds: number;
  /** Verifying and committing what two have made. */
  readonly commitSeconds: number;
  /** Two and the commit, over one. */
  readonly ratio: number;
}

/** Measures the patch of some files, which must have as many blocks as two workers. */
export async function measureParallel(files: ApplyFiles): Promise<ParallelCost> {
  const info = inspectPatch(new Uint8Array(readFileSync(files.patch)));
  if (info.format !== "otadelta") throw new Error("only otadelta patches have blocks");
  const options = expectedOf(files);
  const run = (part: WorkerJob["part"]): Promise<number> => runWorker({ files, options, part });
  const oneWorkerSeconds = await run("whole");
  writeFileSync(files.target, "");
  truncateSync(files.target, statSync(files.new).size);
  const half = Math.ceil(info.blocks / 2);
  const halves = await Promise.all([run({ from: 0, to: half }), run({ from: half, to: info.blocks })]);
  const commitSeconds = await run("commit");
  const twoWorkersSeconds = Math.max(...halves);
  const ratio = (twoWorkersSeconds + commitSeconds) / oneWorkerSeconds;
  return { oneWorkerSeconds, twoWorkersSeconds, commitSeconds, ratio };
}

function runWorker(workerData: WorkerJob): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("block-worker.ts", import.meta.url), { workerData });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
