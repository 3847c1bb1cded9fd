import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { defaultHashProvider } from "../../src/core/index.ts";
import {
  applyBlocks,
  applyBlocksSync,
  applyPatchSync,
  type BlockChoice,
  type BlockSink,
  inspectPatch,
  makePatch,
  readAtFromBytes,
  shareBlocks,
} from "../../src/delta/index.ts";
import { openOtadelta, writeOtadelta } from "../../src/delta/otadelta/header.ts";
import { faultOf, fixture, sha256 } from "./harness.ts";
import { Disk } from "./power-cuts/disk.ts";
import { blockSize, loadUpdates } from "./power-cuts/play.ts";

const { patch, oldImage, newImage, expected } = loadUpdates().find(
  ({ newImage: { length } }) => length > 4 * blockSize,
)!;
const limits = { maxOutput: 1 << 24, maxMemory: 1 << 23 };
const options = (blocks: BlockChoice): Parameters<typeof applyBlocksSync>[3] => ({ blocks, expected, limits });
const old = readAtFromBytes(oldImage);
const count = Math.ceil(newImage.length / blockSize);

/** A file that takes bytes at any place. */
function file(): BlockSink & { readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(newImage.length);
  return {
    bytes,
    writeAt(offset, part) {
      bytes.set(part, offset);
      return part.length;
    },
  };
}

describe("applyBlocksSync", () => {
  test("makes any blocks, in any order, and nothing else", () => {
    fc.assert(
      fc.property(fc.nat(count), fc.nat(count), (one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const target = file();
        const made = applyBlocksSync(patch, old, target, options({ from, to }));
        const end = Math.min(to * blockSize, newImage.length);
        expect(made).toEqual({ fromByte: Math.min(from * blockSize, newImage.length), toByte: end });
        const wanted = new Uint8Array(newImage.length);
        wanted.set(newImage.subarray(made.fromByte, end), made.fromByte);
        expect(Buffer.compare(target.bytes, wanted)).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  test("makes the blocks of a list, in its order, where they belong", () => {
    const target = file();
    const seen: number[] = [];
    const made = applyBlocksSync(patch, old, target, {
      ...options([3, 1]),
      onProgress: ({ phase, doneBytes, totalBytes }) => {
        expect(totalBytes).toBe(phase === "write-new" ? 2 * blockSize : oldImage.length);
        if (phase === "write-new") seen.push(doneBytes);
      },
    });
    expect(made).toEqual({ fromByte: blockSize, toByte: 4 * blockSize });
    expect(seen).toEqual([blockSize, 2 * blockSize]);
    const wanted = new Uint8Array(newImage.length);
    for (const from of [blockSize, 3 * blockSize]) wanted.set(newImage.subarray(from, from + blockSize), from);
    expect(Buffer.compare(target.bytes, wanted)).toBe(0);
    expect(applyBlocksSync(patch, old, target, options([]))).toEqual({
      fromByte: newImage.length,
      toByte: newImage.length,
    });
  });

  test("shares the work: what workers made is verified, completed and committed by a resumed run", () => {
    const target = file();
    // The third worker never came to its end.
    for (const blocks of [
      { from: 3, to: 4 },
      { from: 0, to: 2 },
    ])
      applyBlocksSync(patch, old, target, options(blocks));
    const disk = new Disk(seededRandom("workers"));
    disk.write(target.bytes);
    disk.start(Number.POSITIVE_INFINITY);
    applyPatchSync(patch, old, disk, { expected, limits });
    expect(disk.written).toBe(newImage.length - 2 * blockSize);
    expect(Buffer.compare(disk.content(), newImage)).toBe(0);
    expect(disk.committed).toBe(true);
  });

  test("gives the same blocks asynchronously, with progress", async () => {
    const target = file();
    const seen: string[] = [];
    await applyBlocks(
      patch,
      { size: oldImage.length, readAt: async (offset, part) => old.readAt(offset, part) },
      { writeAt: async (offset, part) => target.writeAt(offset, part) },
      {
        ...options({ from: 1, to: 3 }),
        onProgress: async ({ phase, doneBytes, totalBytes }) => void seen.push(`${phase} ${doneBytes}/${totalBytes}`),
      },
    );
    expect(
      Buffer.compare(target.bytes.subarray(blockSize, 3 * blockSize), newImage.subarray(blockSize, 3 * blockSize)),
    ).toBe(0);
    expect(seen.slice(-2)).toEqual([
      `write-new ${blockSize}/${2 * blockSize}`,
      `write-new ${2 * blockSize}/${2 * blockSize}`,
    ]);
  });

  test("tells the number of blocks and their size beforehand", () => {
    expect(inspectPatch(patch)).toMatchObject({ format: "otadelta", blocks: count, blockSize, storedBlocks: 0 });
  });

  test.each([
    ["ERR_DELTA_FORMAT", () => applyBlocksSync(fixture("words.bsdiff"), old, file(), options({ from: 0, to: 1 }))],
    [
      "ERR_DELTA_OLD_HASH",
      () =>
        applyBlocksSync(
          patch,
          readAtFromBytes(newImage.slice(0, oldImage.length)),
          file(),
          options({ from: 0, to: 1 }),
        ),
    ],
    [
      "ERR_DELTA_NEW_HASH",
      () =>
        applyBlocksSync(patch, old, file(), {
          ...options({ from: 0, to: 1 }),
          expected: { ...expected, newSha256: sha256(oldImage) },
        }),
    ],
    ["ERR_DELTA_NEW_WRITE", () => applyBlocksSync(patch, old, { writeAt: () => 0 }, options({ from: 0, to: 1 }))],
    [
      "ERR_DELTA_CANCELLED",
      () => applyBlocksSync(patch, old, file(), { ...options({ from: 0, to: 1 }), signal: { aborted: true } }),
    ],
    [
      "ERR_DELTA_MEMORY_LIMIT",
      () =>
        applyBlocksSync(patch, old, file(), { ...options({ from: 0, to: 1 }), limits: { ...limits, maxMemory: 1 } }),
    ],
  ] as const)("refuses with %s", (code, run) => {
    expect(faultOf(run).code).toBe(code);
  });

  test("lets the caller verify the old image, and reads no more of it than the blocks need", () => {
    let read = 0;
    const counted = {
      size: oldImage.length,
      readAt(offset: number, part: Uint8Array): number {
        read += part.length;
        return old.readAt(offset, part);
      },
    };
    const target = file();
    applyBlocksSync(patch, counted, target, { ...options({ from: 0, to: 0 }), oldImage: "verify" });
    expect(read).toBe(oldImage.length);
    read = 0;
    applyBlocksSync(patch, counted, target, { ...options({ from: 0, to: 0 }), oldImage: "verified-by-caller" });
    expect(read).toBe(0);
    applyBlocksSync(patch, counted, target, { ...options({ from: 0, to: count }), oldImage: "verified-by-caller" });
    expect(Buffer.compare(target.bytes, newImage)).toBe(0);
  });

  test("never passes off a block of a wrong base as verified, whoever was to verify the base", () => {
    const wrong = oldImage.map((byte) => byte ^ 0x10);
    for (let index = 0; index < count; index++) {
      const run = (): unknown =>
        applyBlocksSync(patch, readAtFromBytes(wrong), file(), {
          ...options({ from: index, to: index + 1 }),
          oldImage: "verified-by-caller",
        });
      expect(["ERR_DELTA_BLOCK_HASH", "ERR_DELTA_BLOCK_LENGTH"]).toContain(faultOf(run).code);
    }
  });

  test("never commits what was made from a wrong base", () => {
    const wrong = oldImage.map((byte) => byte ^ 0x10);
    const target = file();
    const blocks = { from: 0, to: count };
    faultOf(() =>
      applyBlocksSync(patch, readAtFromBytes(wrong), target, { ...options(blocks), oldImage: "verified-by-caller" }),
    );
    const disk = new Disk(seededRandom("wrong base"));
    disk.write(target.bytes);
    disk.start(Number.POSITIVE_INFINITY);
    expect(faultOf(() => applyPatchSync(patch, readAtFromBytes(wrong), disk, { expected, limits })).code).toBe(
      "ERR_DELTA_OLD_HASH",
    );
    expect(disk.committed).toBe(false);
  });

  test("leaves the digests of blocks to the commit, which makes anew what is wrong", async () => {
    const changed = hashedFrom(patch);
    const blocks = { from: 0, to: count };
    expect(faultOf(() => applyBlocksSync(changed, old, file(), options(blocks))).code).toBe("ERR_DELTA_BLOCK_HASH");
    const [target, other] = [file(), file()];
    applyBlocksSync(changed, old, target, { ...options(blocks), newBlocks: "verified-by-commit" });
    await applyBlocks(changed, old, other, { ...options(blocks), newBlocks: "verified-by-commit" });
    for (const { bytes } of [target, other]) expect(Buffer.compare(bytes, newImage)).toBe(0);
    target.bytes[2 * blockSize]! ^= 1;
    const disk = new Disk(seededRandom("unverified"));
    disk.write(target.bytes);
    disk.start(Number.POSITIVE_INFINITY);
    applyPatchSync(patch, old, disk, { expected, limits });
    expect(disk.written).toBe(newImage.length - 2 * blockSize);
    expect(Buffer.compare(disk.content(), newImage)).toBe(0);

    /** The patch, saying another digest of its first block. */
    function hashedFrom(bytes: Uint8Array): Uint8Array {
      const opened = openOtadelta(bytes, defaultHashProvider);
      const [first, ...others] = opened.blocks;
      const lying = { ...first!, digest: first!.digest.map((byte) => byte ^ 1) };
      return writeOtadelta({ ...opened, blocks: [lying, ...others] }, defaultHashProvider);
    }
  });

  test("refuses another word on the old image or on the blocks", () => {
    const run = (changes: object) => (): unknown =>
      applyBlocksSync(patch, old, file(), { ...options({ from: 0, to: 1 }), ...changes });
    expect(run({ oldImage: "trusted" })).toThrow('"oldImage" expected "verify" or "verified-by-caller", got trusted');
    expect(run({ newBlocks: "trusted" })).toThrow('"newBlocks" expected "verify" or "verified-by-commit", got trusted');
  });

  test("refuses blocks that the image has not", () => {
    for (const blocks of [
      { from: 0, to: count + 1 },
      { from: 2, to: 1 },
      { from: -1, to: 1 },
      { from: 0.5, to: 1 },
      [count],
      [0, -1],
      [0.5],
    ]) {
      expect(() => applyBlocksSync(patch, old, file(), options(blocks))).toThrow(RangeError);
    }
  });
});

describe("the run that commits what workers made", () => {
  /** Runs it over a file with these bytes; tells how many bytes of each image it read, and how many it wrote. */
  function commit(content: Uint8Array): { readonly old: number; readonly kept: number; readonly written: number } {
    const disk = new Disk(seededRandom("commit"));
    disk.write(content);
    disk.start(Number.POSITIVE_INFINITY);
    const read = { old: 0, kept: 0 };
    const { readKept } = disk;
    disk.readKept = (offset, target) => {
      read.kept += target.length;
      return readKept.call(disk, offset, target);
    };
    const counted = {
      size: oldImage.length,
      readAt(offset: number, target: Uint8Array): number {
        read.old += target.length;
        return old.readAt(offset, target);
      },
    };
    applyPatchSync(patch, counted, disk, { expected, limits });
    expect(Buffer.compare(disk.content(), newImage)).toBe(0);
    expect(disk.committed).toBe(true);
    return { ...read, written: disk.written };
  }
  const lastBlock = newImage.length - (count - 1) * blockSize;

  test("hashes the new image once, behind its last block, and asks for no old byte", () => {
    expect(commit(newImage)).toEqual({ old: 0, kept: newImage.length + lastBlock, written: 0 });
    expect(commit(Buffer.concat([newImage, Uint8Array.of(1, 2, 3)])).written).toBe(0);
  });

  test("makes everything from the first torn block on", () => {
    const torn = newImage.slice();
    torn[2 * blockSize] = torn[2 * blockSize]! ^ 1;
    expect(commit(torn).written).toBe(newImage.length - 2 * blockSize);
    torn[newImage.length - 1] = torn[newImage.length - 1]! ^ 1;
    // A last block that is wrong saves hashing the whole: only the blocks up to the torn one, and the whole ones again.
    expect(commit(torn)).toMatchObject({ kept: lastBlock + 5 * blockSize, written: newImage.length - 2 * blockSize });
  });

  test("never takes up an image of which only a byte is wrong, or its digest", () => {
    for (let index = 0; index < count; index++) {
      const torn = newImage.slice();
      const at = Math.min((index + 1) * blockSize, torn.length) - 1;
      torn[at] = torn[at]! ^ 0x80;
      expect(commit(torn).written).toBe(newImage.length - index * blockSize);
    }
  });
});

describe("shareBlocks", () => {
  test("gives every block to one worker, in rising order", () => {
    for (const workers of [1, 2, 3, count, count + 2]) {
      const shares = shareBlocks(patch, workers);
      expect(shares).toHaveLength(workers);
      for (const share of shares) expect([...share].sort((a, b) => a - b)).toEqual(share);
      expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(shares.filter(({ length }) => length === 0)).toHaveLength(Math.max(0, workers - count));
    }
  });

  test("weighs blocks by what is coded of them", () => {
    // Four blocks that hardly differ from the old ones, and behind them two of which nothing is known.
    const base = new Uint8Array(6 << 16);
    const fresh = base.slice();
    const random = seededRandom("costs");
    for (let at = 4 << 16; at < fresh.length; at++) fresh[at] = 65 + random.below(20);
    const made = makePatch(base, fresh, { blockSize: 1 << 16 });
    const shares = shareBlocks(made, 2);
    expect(shares.map((share) => share.filter((index) => index >= 4).length)).toEqual([1, 1]);
    expect(shares.map(({ length }) => length).sort()).toEqual([3, 3]);
  });

  test("refuses what has no blocks, and no workers", () => {
    expect(faultOf(() => shareBlocks(fixture("words.bsdiff"), 2)).code).toBe("ERR_DELTA_FORMAT");
    expect(faultOf(() => shareBlocks(patch.subarray(0, 40), 2)).code).toBe("ERR_DELTA_TRUNCATED");
    for (const workers of [0, -1, 1.5]) expect(() => shareBlocks(patch, workers)).toThrow(RangeError);
    expect(() => shareBlocks("patch" as unknown as Uint8Array, 2)).toThrow(TypeError);
  });
});
