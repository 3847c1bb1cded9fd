/** Applies a patch with two workers that share the blocks, against one worker that does all. */

import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { shareBlocks } from "otakit/delta";
import { spread } from "../measure.ts";
import type { WorkerJob } from "./block-worker.ts";
import { type ApplyFiles, expectedOf } from "./storage.ts";

/**
 * CPU seconds of threads. Two workers take as long as the slower of them where each has a core; on a machine that is shared, that says more
 * than a clock does.
 */
export interface ParallelCost {
  /** Each figure is the median of several rounds. */
  readonly oneWorkerSeconds: number;
  /** The slower of two. */
  readonly twoWorkersSeconds: number;
  /** Verifying and committing what two have made. */
  readonly commitSeconds: number;
  /** Two and the commit, over one. */
  readonly ratio: number;
}

/** Rounds of one worker, two workers and the commit. */
const rounds = 3;

/** Measures the patch of some files, which must have as many blocks as two workers. */
export async function measureParallel(files: ApplyFiles): Promise<ParallelCost> {
  const shares = shareBlocks(new Uint8Array(readFileSync(files.patch)), 2);
  const options = expectedOf(files);
  const run = (part: WorkerJob["part"]): Promise<number> => runWorker({ files, options, part });
  const found: Omit<ParallelCost, "ratio">[] = [];
  for (let round = 0; round < rounds; round++) {
    const oneWorkerSeconds = await run("whole");
    writeFileSync(files.target, "");
    truncateSync(files.target, statSync(files.new).size);
    const costs = await Promise.all(shares.map(run));
    found.push({ oneWorkerSeconds, twoWorkersSeconds: Math.max(...costs), commitSeconds: await run("commit") });
  }
  const median = (of: keyof (typeof found)[number]): number => spread(found.map((round) => round[of])).median;
  const oneWorkerSeconds = median("oneWorkerSeconds");
  const twoWorkersSeconds = median("twoWorkersSeconds");
  const commitSeconds = median("commitSeconds");
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
