import { describe, expect, test } from "vitest";
import { applyPatchSync, readAtFromBytes } from "../../src/delta/index.ts";
import { bsdiff40, type Triple } from "./bsdiff-writer.ts";
import { expectedOf, fixture, inspectBsdiff40, refusal } from "./harness.ts";
import { peakMemory } from "./memory.ts";
import { wordsPair } from "./samples.ts";

describe("inspectPatch", () => {
  test("explains a patch by Debian's bsdiff", () => {
    const { oldImage, newImage } = wordsPair();
    const patch = fixture("words.bsdiff");
    const info = inspectBsdiff40(patch, { oldSize: oldImage.length });
    expect(info).toEqual({
      format: "bsdiff40",
      patchSize: patch.length,
      newSize: newImage.length,
      expansion: newImage.length / patch.length,
      memoryBytes: info.memoryBytes,
      streams: {
        control: { offset: 32, compressedBytes: info.streams.diff.offset - 32, bytes: 24 * info.triples },
        diff: {
          offset: info.streams.diff.offset,
          compressedBytes: info.streams.extra.offset - info.streams.diff.offset,
          bytes: info.addBytes,
        },
        extra: {
          offset: info.streams.extra.offset,
          compressedBytes: patch.length - info.streams.extra.offset,
          bytes: info.copyBytes,
        },
      },
      triples: 3,
      idleTriples: 0,
      addBytes: 4_900,
      copyBytes: 60,
      oldRange: { start: 0, end: 5_000 },
      warnings: [{ code: "delta_no_digests", message: expect.any(String) }],
    });
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
  });

  test("counts idle triples, and tells the range of old bytes that are read", () => {
    const diff = new Uint8Array(9);
    const triples: Triple[] = [
      [0, 0, 50],
      [4, 0, -64],
      [5, 2, 100],
      [0, 1, 0],
    ];
    const patch = bsdiff40({ triples, diff, extra: new Uint8Array(3) });
    const info = inspectBsdiff40(patch, { oldSize: 53 });
    expect([info.triples, info.idleTriples, info.addBytes, info.copyBytes]).toEqual([4, 1, 9, 3]);
    expect(info.oldRange).toEqual({ start: -10, end: 54 });
    expect(info.warnings.map(({ code, evidence }) => [code, evidence])).toEqual([
      ["delta_no_digests", undefined],
      ["delta_reads_before_image", { start: -10 }],
      ["delta_reads_past_image", { end: 54, oldSize: 53 }],
    ]);
    expect(inspectBsdiff40(patch, { oldSize: 54 }).warnings).toHaveLength(2);
    expect(inspectBsdiff40(patch).warnings).toHaveLength(2);
  });

  test("tells a patch that reads no old bytes", () => {
    const info = inspectBsdiff40(bsdiff40({ triples: [[0, 3, -7]], extra: new Uint8Array(3) }));
    expect([info.oldRange, info.addBytes, info.copyBytes]).toEqual([{ start: 0, end: 0 }, 0, 3]);
    expect(inspectBsdiff40(bsdiff40({}))).toMatchObject({ newSize: 0, expansion: 0, triples: 0 });
  });

  test("tells the least memory that applying takes, and applying stays within it", () => {
    const { oldImage, newImage } = wordsPair();
    const patch = fixture("words.bsdiff");
    const { memoryBytes } = inspectBsdiff40(patch);
    const run = (maxMemory: number, sample = () => {}): void => {
      const limits = { maxOutput: 10_000, maxMemory };
      const sink = {
        write(bytes: Uint8Array) {
          sample();
          return bytes.length;
        },
        commit: () => {},
        discard: () => {},
      };
      applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected: expectedOf(oldImage, newImage), limits });
    };
    expect(refusal(() => run(memoryBytes - 1))[0]).toBe("ERR_DELTA_MEMORY_LIMIT");
    const { arrayBuffers } = peakMemory((sample) => run(memoryBytes, sample));
    expect(arrayBuffers).toBeLessThanOrEqual(memoryBytes);
    expect(arrayBuffers).toBeGreaterThan(memoryBytes * 0.95);
    // Blocks of 900,000: their links once, the entries of the control stream, and as many as the image can fill.
    expect(memoryBytes).toBeLessThan(5_300_000);
  });

  test("explains bombs in little memory, with warnings", () => {
    const idle = bsdiff40({ controlStream: fixture("zeros-192MB.bz2"), newSize: 1 });
    const big = bsdiff40({ triples: [[2 ** 30, 0, 0]], diffStream: fixture("zeros-1GiB.bz2"), newSize: 2 ** 30 });
    const peak = peakMemory(() => {
      expect(inspectBsdiff40(big).warnings.map(({ code }) => code)).toEqual([
        "delta_no_digests",
        "delta_high_expansion",
      ]);
      expect(refusal(() => inspectBsdiff40(idle, { limits: { maxTriples: 500_000 } }))[0]).toBe("ERR_DELTA_TRIPLES");
    });
    expect(peak.arrayBuffers).toBeLessThan(12_000_000);
    const many: Triple[] = Array.from({ length: 1_002 }, (_, index) => [index === 1_001 ? 80 : 0, 0, 0]);
    const info = inspectBsdiff40(bsdiff40({ triples: many, diff: new Uint8Array(80) }));
    expect(info.warnings.at(-1)).toMatchObject({
      code: "delta_idle_triples",
      evidence: { idleTriples: 1_001, allowed: 1_000 },
    });
  });

  test("holds a patch against the limits that are given", () => {
    const patch = fixture("words.bsdiff");
    const inspect = (limits: object) => refusal(() => inspectBsdiff40(patch, { limits }))[0];
    expect(inspect({ maxOutput: 4_959 })).toBe("ERR_DELTA_OUTPUT_LIMIT");
    expect(inspect({ maxMemory: 1 })).toBe("ERR_DELTA_MEMORY_LIMIT");
    expect(inspect({ maxExpansion: 18 })).toBe("ERR_DELTA_EXPANSION");
    expect(inspect({ maxTriples: 2 })).toBe("ERR_DELTA_TRIPLES");
    const idle = bsdiff40({
      triples: [
        [0, 0, 1],
        [1, 0, 0],
      ],
      diff: new Uint8Array(1),
    });
    expect(refusal(() => inspectBsdiff40(idle, { limits: { maxIdleTriples: 0 } }))[0]).toBe("ERR_DELTA_IDLE_TRIPLES");
    expect(inspectBsdiff40(patch, { limits: { maxOutput: 4_960, maxExpansion: 19, maxTriples: 3 } }).triples).toBe(3);
  });

  test("refuses arguments that are no bytes or no sizes", () => {
    const patch = fixture("words.bsdiff");
    expect(() => inspectBsdiff40("BSDIFF40" as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => inspectBsdiff40(patch, { oldSize: -1 })).toThrow(
      new RangeError('"oldSize" expected integer >= 0, got -1'),
    );
    expect(() => inspectBsdiff40(patch, { limits: { maxTriples: Number.NaN } })).toThrow(RangeError);
  });
});
