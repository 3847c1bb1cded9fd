import { once } from "node:events";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { concatBytes, equalBytes, sha256 } from "otakit/core";
import {
  applyBlocksSync,
  applyPatchSync,
  type ExpectedImages,
  inspectPatch,
  makePatch,
  type ReadAt,
  shareBlocks,
} from "otakit/delta";
import { loadFirmware } from "./demo/firmware.ts";

/** What every thread is told at its start. */
interface Job {
  readonly slot: string;
  readonly patch: Uint8Array;
  readonly expected: ExpectedImages;
}

const limits = { maxOutput: 1 << 20, maxMemory: 4 << 20 }; // of each thread

function readFrom(file: number): ReadAt {
  return {
    size: fstatSync(file).size,
    readAt: (offset, target) => readSync(file, target, 0, target.length, offset),
  };
}

/** A worker: makes the blocks that it is asked for, each verified by its own digest, where they belong in the one file. */
function work({ slot, patch, expected }: Job): void {
  const [old, fresh] = [openSync(slot, "r"), openSync(`${slot}.new`, "r+")];
  const writeAt = (offset: number, bytes: Uint8Array): number => writeSync(fresh, bytes, 0, bytes.length, offset);
  parentPort!.on("message", (blocks: readonly number[]) => {
    const before = process.threadCpuUsage();
    // The commit hashes the whole new image: no wrong block would count, and what another old image gave would not be the expected one.
    const checks = { oldImage: "verified-by-caller", newBlocks: "verified-by-commit" } as const;
    applyBlocksSync(patch, readFrom(old), { writeAt }, { blocks, expected, limits, ...checks });
    const { user, system } = process.threadCpuUsage(before);
    parentPort!.postMessage((user + system) / 1000);
  });
}

/** Verifies what the workers made, makes what is missing, and gives the image its name. */
function commit({ slot, patch, expected }: Job): void {
  const [old, file] = [openSync(slot, "r"), openSync(`${slot}.new`, "r+")];
  const kept = readFrom(file);
  let position = 0;
  applyPatchSync(
    patch,
    readFrom(old),
    {
      keptBytes: kept.size,
      readKept: kept.readAt,
      truncate(size) {
        ftruncateSync(file, size);
        position = size;
      },
      write(bytes) {
        const written = writeSync(file, bytes, 0, bytes.length, position);
        position += written;
        return written;
      },
      flush: () => fsyncSync(file),
      suspend: () => closeSync(file),
      commit() {
        fsyncSync(file);
        closeSync(file);
        renameSync(`${slot}.new`, slot);
      },
      discard() {
        closeSync(file);
        rmSync(`${slot}.new`);
      },
    },
    { expected, limits },
  );
  closeSync(old);
}

async function main(): Promise<void> {
  // A flash image with two slots of the hub whose firmware changed most, so that there is work to share.
  const flash = (version: "7.22" | "7.28") =>
    concatBytes(loadFirmware("primehub", version), loadFirmware("primehub", version));
  const [oldImage, newImage] = [flash("7.22"), flash("7.28")];
  const patch = makePatch(oldImage, newImage, { level: "fast", blockSize: 64 * 1024 });
  const info = inspectPatch(patch);
  if (info.format !== "otadelta") throw new Error("only otadelta patches have blocks");
  const { blocks } = info;
  console.log(`${newImage.length} bytes in ${blocks} blocks, patch of ${patch.length} bytes`);

  const slot = join(tmpdir(), `otakit-workers-${process.pid}.bin`);
  writeFileSync(slot, oldImage);
  writeFileSync(`${slot}.new`, "");
  const expected = { oldSha256: sha256(oldImage), newSha256: sha256(newImage), newSize: newImage.length };
  const job: Job = { slot, patch, expected };

  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: job }));
  /** Shares the blocks out; gives the milliseconds until all of them are made, and those of the busiest worker's processor. */
  const make = async (count: number): Promise<readonly [wall: number, cpu: number]> => {
    const begin = performance.now();
    const shares = shareBlocks(patch, count);
    const busy = workers.slice(0, count).map(async (worker, index): Promise<number> => {
      worker.postMessage(shares[index]);
      return (await once(worker, "message"))[0];
    });
    const cpu = Math.max(...(await Promise.all(busy)));
    return [performance.now() - begin, cpu];
  };
  await make(2); // both have started and compiled by now
  const times = { one: [] as number[][], two: [] as number[][] };
  for (let round = 0; round < 3; round++) {
    times.one.push([...(await make(1))]);
    times.two.push([...(await make(2))]);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  const median = (rounds: number[][], of: number): number => rounds.map((each) => each[of]!).sort((a, b) => a - b)[1]!;
  for (const [of, what] of ["until all is made", "of processor time, the busier one of two"].entries()) {
    const [one, two] = [median(times.one, of), median(times.two, of)];
    console.log(`one worker ${one.toFixed(0)} ms, two ${two.toFixed(0)} ms ${what}: ${(two / one).toFixed(2)} of it`);
  }

  const begin = performance.now();
  commit(job);
  console.log(`verified and committed in ${(performance.now() - begin).toFixed(0)} ms`);
  if (!equalBytes(readFileSync(slot), newImage)) throw new Error("the slot holds another image");
  rmSync(slot);
}

if (isMainThread) await main();
else work(workerData as Job);
