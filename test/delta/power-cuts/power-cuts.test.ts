import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../scripts/random.ts";
import { applyPatchSync, type DeltaErrorCode, readAtFromBytes } from "../../../src/delta/index.ts";
import { faultOf } from "../harness.ts";
import { Disk, PowerCut } from "./disk.ts";
import { blockSize, loadUpdates, type Mode, play } from "./play.ts";

const updates = loadUpdates();
const [small] = updates;
const { patch, oldImage, newImage, expected } = small!;
const limits = { maxOutput: 1 << 24, maxMemory: 1 << 23 };
const apply = (disk: Disk, changes: object = {}): unknown =>
  applyPatchSync(patch, readAtFromBytes(oldImage), disk, { expected, limits, ...changes });

describe("an update whose power fails", () => {
  test.each([
    { driver: "sync", backend: "embedded", rot: false },
    { driver: "async", backend: "embedded", rot: true },
    { driver: "sync", backend: "typescript", rot: false },
  ] satisfies Mode[])(
    "ends with the right image, and what was safe is not made again: $driver, $backend",
    async (mode) => {
      for (const update of updates) {
        const random = seededRandom(`${update.format} ${update.newImage.length} ${JSON.stringify(mode)}`);
        for (let round = 0; round < 6; round++) {
          expect((await play(update, mode, 4, random)).faults).toEqual([]);
        }
      }
    },
  );

  test("goes on from each call in which it can fail", () => {
    for (let calls = 1; ; calls++) {
      const disk = new Disk(seededRandom(calls));
      disk.start(calls);
      try {
        apply(disk);
        expect(calls).toBeGreaterThan(15);
        return;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
      }
      disk.restart();
      disk.start(Number.POSITIVE_INFINITY);
      apply(disk);
      expect(Buffer.compare(disk.content(), newImage)).toBe(0);
    }
  });
});

test("each block is flushed before the next one is written", () => {
  const disk = new Disk(seededRandom("flushes"));
  disk.start(Number.POSITIVE_INFINITY);
  const flushes: number[] = [];
  const { flush } = disk;
  disk.flush = () => {
    flushes.push(disk.written);
    flush.call(disk);
  };
  apply(disk);
  const blocks = Math.ceil(newImage.length / blockSize);
  expect(flushes).toEqual(Array.from({ length: blocks }, (_, i) => Math.min((i + 1) * blockSize, newImage.length)));
});

describe("what was kept", () => {
  /** A disk with so many whole blocks. */
  function withBlocks(count: number): Disk {
    const disk = new Disk(seededRandom("blocks"));
    disk.truncate(0);
    disk.write(newImage.subarray(0, count * blockSize));
    disk.flush();
    disk.start(Number.POSITIVE_INFINITY);
    return disk;
  }

  test("counts block by block, up to the first that is torn", () => {
    for (const [count, torn, made] of [
      [0, -1, newImage.length],
      [2, -1, newImage.length - 2 * blockSize],
      [2, blockSize, newImage.length - blockSize],
      [2, blockSize - 1, newImage.length],
      [3, -1, 0],
    ] as const) {
      const disk = withBlocks(count);
      if (torn >= 0) disk.content()[torn]! ^= 1;
      const seen = new Set<string>();
      apply(disk, { onProgress: ({ phase }: { phase: string }) => seen.add(phase) });
      expect(disk.written).toBe(made);
      expect(disk.committed).toBe(true);
      expect(seen.has("verify-kept")).toBe(made < newImage.length);
    }
  });

  test("may be longer than the image, or another image", () => {
    for (const left of [new Uint8Array(newImage.length + 9), oldImage]) {
      const disk = new Disk(seededRandom("left"));
      disk.write(left);
      disk.start(Number.POSITIVE_INFINITY);
      apply(disk);
      expect(Buffer.compare(disk.content(), newImage)).toBe(0);
    }
  });

  test.each([
    ["ERR_DELTA_CANCELLED", { signal: { aborted: true } }],
    ["ERR_DELTA_MEMORY_LIMIT", { limits: { ...limits, maxMemory: 1 } }],
    ["ERR_DELTA_NEW_SIZE", { expected: { ...expected, newSize: 1 } }],
    ["ERR_DELTA_OLD_HASH", { expected: { ...expected, oldSha256: new Uint8Array(32) } }],
  ] satisfies [DeltaErrorCode, object][])("stays after %s", (code, changes) => {
    const disk = withBlocks(2);
    expect(faultOf(() => apply(disk, changes)).code).toBe(code);
    expect(disk.keptBytes).toBe(2 * blockSize);
    expect(disk.committed).toBe(false);
  });

  test("counts up to what can not be read", () => {
    const disk = withBlocks(3);
    const { readKept } = disk;
    disk.readKept = (offset, target) => (offset >= 2 * blockSize ? 0 : readKept.call(disk, offset, target));
    apply(disk);
    expect(disk.written).toBe(newImage.length - 2 * blockSize);
    expect(Buffer.compare(disk.content(), newImage)).toBe(0);
  });

  test("must be read twice", () => {
    const disk = withBlocks(2);
    const { readKept } = disk;
    let reads = 0;
    disk.readKept = (offset, target) => (++reads > (2 * blockSize) / 16_384 ? 0 : readKept.call(disk, offset, target));
    expect(faultOf(() => apply(disk)).code).toBe("ERR_DELTA_KEPT_READ");
  });
});
