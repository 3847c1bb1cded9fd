/** Patches made to harm: each must be refused by its own code, in bounded memory and time, with nothing committed. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ApplyLimits,
  applyPatchSync,
  type Bsdiff40Info,
  createMemorySink,
  type ExpectedImages,
  readAtFromBytes,
  type ScratchSink,
} from "../../src/delta/index.ts";
import { bsdiff40, join, type PatchParts, type Triple, triplesBytes } from "./bsdiff-writer.ts";
import { bzip2 } from "./bzip2-encoder.ts";
import { expectedOf, faultOf, fixture, inspectBsdiff40, recordingSink, roomy, sha256, zeroImage } from "./harness.ts";
import { peakMemory } from "./memory.ts";

const mebibyte = 1024 * 1024;
const maxSafe = Number.MAX_SAFE_INTEGER;
const oldImage = Uint8Array.from({ length: 100 }, (_, index) => index);

function expecting(newSize: number): ExpectedImages {
  return { oldSha256: sha256(oldImage), newSha256: new Uint8Array(32), newSize };
}

/** Applies a patch that must fail; gives the fault. */
function fault(patch: Uint8Array, newSize = 10, limits: ApplyLimits = roomy) {
  const sink = recordingSink();
  const found = faultOf(() =>
    applyPatchSync(patch, readAtFromBytes(oldImage), sink, { expected: expecting(newSize), limits }),
  );
  expect(sink.calls.at(-1)).toBe("discard");
  expect(sink.calls).not.toContain("commit");
  return found;
}

function refused(parts: PatchParts, newSize = 10, limits: ApplyLimits = roomy) {
  const { code, offset } = fault(bsdiff40(parts), newSize, limits);
  return [code, offset];
}

/** A patch of ten bytes by these triples; streams are as long as the sums say, if they are small. */
function refusedTriples(triples: readonly Triple[], limits: ApplyLimits = roomy) {
  const ten = new Uint8Array(10);
  const patch = bsdiff40({ triples, diff: ten, extra: ten, newSize: 10 });
  const found = fault(patch, 10, limits);
  expect(found.details).toMatchObject({ stream: "control" });
  return [found.code, found.details?.["triples"]];
}

describe("the header", () => {
  test("sizes with the sign bit, zero too", () => {
    expect(refused({ controlLength: -1 })).toEqual(["ERR_DELTA_SIZE_NEGATIVE", 8]);
    expect(refused({ diffLength: -1 })).toEqual(["ERR_DELTA_SIZE_NEGATIVE", 16]);
    expect(refused({ newSize: -1 })).toEqual(["ERR_DELTA_SIZE_NEGATIVE", 24]);
    const patch = bsdiff40({});
    for (const offset of [8, 16, 24]) {
      const signed = patch.slice();
      signed.fill(0, offset, offset + 7);
      signed[offset + 7] = 0x80;
      expect(fault(signed)).toMatchObject({ code: "ERR_DELTA_SIZE_NEGATIVE", offset });
    }
  });

  test("sizes above 2^53 - 1", () => {
    for (const size of [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n]) {
      expect(refused({ controlLength: size })).toEqual(["ERR_DELTA_SIZE_RANGE", 8]);
      expect(refused({ diffLength: size })).toEqual(["ERR_DELTA_SIZE_RANGE", 16]);
      expect(refused({ newSize: size })).toEqual(["ERR_DELTA_SIZE_RANGE", 24]);
    }
    expect(refused({ newSize: maxSafe })).toEqual(["ERR_DELTA_OUTPUT_LIMIT", 24]);
  });

  test("stream lengths that reach past the end, alone or together (CVE-2020-14315)", () => {
    const { length } = bsdiff40({});
    expect(refused({ controlLength: length - 31 })).toEqual(["ERR_DELTA_STREAM_BOUNDS", 8]);
    expect(refused({ controlLength: maxSafe })).toEqual(["ERR_DELTA_STREAM_BOUNDS", 8]);
    expect(refused({ diffLength: length - 32 - 14 + 1 })).toEqual(["ERR_DELTA_STREAM_BOUNDS", 16]);
    expect(refused({ controlLength: 14, diffLength: maxSafe })).toEqual(["ERR_DELTA_STREAM_BOUNDS", 16]);
    expect(refused({ controlLength: length - 32, diffLength: 1 })).toEqual(["ERR_DELTA_STREAM_BOUNDS", 16]);
    // Lengths that just fit leave streams without bytes.
    expect(refused({ diffLength: length - 32 - 14 })[0]).toBe("ERR_DELTA_BZIP2_TRUNCATED");
    expect(refused({ controlLength: length - 32, diffLength: 0 })[0]).toBe("ERR_DELTA_BZIP2_TRUNCATED");
  });

  test("a new image above the limit or other than expected", () => {
    const parts = { newSize: 11 };
    const { code, offset, details } = fault(bsdiff40(parts), 11, { ...roomy, maxOutput: 10 });
    expect([code, offset]).toEqual(["ERR_DELTA_OUTPUT_LIMIT", 24]);
    expect(details).toEqual({ limit: "maxOutput", allowed: 10, found: 11 });
    expect(fault(bsdiff40(parts), 10)).toMatchObject({
      code: "ERR_DELTA_NEW_SIZE",
      offset: 24,
      details: { expected: 10, found: 11 },
    });
  });

  test("an expansion above the limit, before anything is read", () => {
    const patch = bsdiff40({ newSize: 100 * 1000 });
    const limits = { ...roomy, maxExpansion: 1_000 };
    expect(patch.length).toBe(74);
    expect(fault(patch, 100_000, limits)).toMatchObject({
      code: "ERR_DELTA_EXPANSION",
      details: { limit: "maxExpansion", allowed: 1_000, found: 1_352 },
    });
    expect(fault(patch, 100_000, { ...roomy, maxExpansion: 1_352 }).code).toBe("ERR_DELTA_STREAM_SHORT");
  });

  test("more memory than allowed, to the byte", () => {
    const patch = bsdiff40({ newSize: 10 });
    const { memoryBytes } = inspectBsdiff40(bsdiff40({}));
    expect(memoryBytes).toBeGreaterThan(500_000);
    const found = fault(patch, 10, { ...roomy, maxMemory: 900_000 });
    expect(found).toMatchObject({ code: "ERR_DELTA_MEMORY_LIMIT", details: { limit: "maxMemory", allowed: 900_000 } });
    const needed = found.details?.["found"] as number;
    expect(fault(patch, 10, { ...roomy, maxMemory: needed - 1 }).code).toBe("ERR_DELTA_MEMORY_LIMIT");
    expect(fault(patch, 10, { ...roomy, maxMemory: needed }).code).toBe("ERR_DELTA_STREAM_SHORT");
  });

  test("streams that are no bzip2, before the old image is read", () => {
    const source = { size: 100, readAt: () => expect.unreachable() };
    const offsets = { controlStream: 32, diffStream: 46, extraStream: 60 };
    for (const [stream, offset] of Object.entries(offsets)) {
      const patch = bsdiff40({ newSize: 10, [stream]: new TextEncoder().encode("BZX") });
      const run = () => applyPatchSync(patch, source, recordingSink(), { expected: expecting(10), limits: roomy });
      expect(faultOf(run)).toMatchObject({ code: "ERR_DELTA_BZIP2_MAGIC", offset });
    }
  });
});

describe("control triples", () => {
  test("negative lengths (CVE-2014-9862), minus zero too", () => {
    expect(refusedTriples([[-1, 0, 0]])).toEqual(["ERR_DELTA_CONTROL_NEGATIVE", 1]);
    expect(refusedTriples([[0, -1, 0]])).toEqual(["ERR_DELTA_CONTROL_NEGATIVE", 1]);
    expect(
      refusedTriples([
        [4, 1, 0],
        [-(2n ** 63n - 1n), 0, 0],
      ]),
    ).toEqual(["ERR_DELTA_CONTROL_NEGATIVE", 2]);
    const control = triplesBytes([[0, 0, 0]]);
    control[7] = 0x80;
    expect(refused({ newSize: 10, controlStream: bzip2(control) })[0]).toBe("ERR_DELTA_CONTROL_NEGATIVE");
  });

  test("numbers beyond 2^53 - 1", () => {
    for (const number of [2n ** 53n, 2n ** 63n - 1n]) {
      expect(refusedTriples([[number, 0, 0]])).toEqual(["ERR_DELTA_CONTROL_RANGE", 1]);
      expect(refusedTriples([[0, number, 0]])).toEqual(["ERR_DELTA_CONTROL_RANGE", 1]);
      expect(refusedTriples([[0, 0, number]])).toEqual(["ERR_DELTA_CONTROL_RANGE", 1]);
      expect(refusedTriples([[0, 0, -number]])).toEqual(["ERR_DELTA_CONTROL_RANGE", 1]);
    }
  });

  test("lengths past the new image", () => {
    expect(refusedTriples([[11, 0, 0]])).toEqual(["ERR_DELTA_CONTROL_OVERRUN", 1]);
    expect(refusedTriples([[10, 1, 0]])).toEqual(["ERR_DELTA_CONTROL_OVERRUN", 1]);
    expect(
      refusedTriples([
        [9, 0, 0],
        [0, 2, 0],
      ]),
    ).toEqual(["ERR_DELTA_CONTROL_OVERRUN", 2]);
    expect(
      refusedTriples([
        [1, 0, 0],
        [maxSafe, 0, 0],
      ]),
    ).toEqual(["ERR_DELTA_CONTROL_OVERRUN", 2]);
  });

  test("positions beyond 2^53 - 1, either way and by an addition", () => {
    expect(
      refusedTriples([
        [0, 0, maxSafe],
        [0, 0, 1],
      ]),
    ).toEqual(["ERR_DELTA_SEEK_OVERFLOW", 2]);
    expect(
      refusedTriples([
        [0, 0, -maxSafe],
        [0, 0, -1],
      ]),
    ).toEqual(["ERR_DELTA_SEEK_OVERFLOW", 2]);
    expect(
      refusedTriples([
        [0, 0, maxSafe],
        [0, 0, maxSafe],
      ]),
    ).toEqual(["ERR_DELTA_SEEK_OVERFLOW", 2]);
    expect(
      refusedTriples([
        [0, 0, maxSafe],
        [1, 0, 0],
      ]),
    ).toEqual(["ERR_DELTA_SEEK_OVERFLOW", 2]);
    expect(
      refusedTriples([
        [0, 0, maxSafe],
        [0, 0, -maxSafe],
        [0, 0, -maxSafe],
        [1, 0, -2],
      ]),
    ).toEqual(["ERR_DELTA_SEEK_OVERFLOW", 4]);
  });

  test("accepts the largest seek, and reads zeros there", () => {
    const sink = recordingSink();
    const diff = Uint8Array.of(7, 8, 9);
    const patch = bsdiff40({
      triples: [
        [0, 0, maxSafe - 1],
        [1, 0, -maxSafe],
        [2, 0, 0],
      ],
      diff,
    });
    const wanted = Uint8Array.of(7, 8, 9);
    applyPatchSync(patch, readAtFromBytes(Uint8Array.of(0, 0, 1)), sink, {
      expected: { oldSha256: sha256(Uint8Array.of(0, 0, 1)), newSha256: sha256(wanted), newSize: 3 },
      limits: roomy,
    });
    expect(sink.bytes()).toEqual(wanted);
  });

  test("not triples that write nothing by themselves: bsdiff makes a thousand of them where images repeat themselves", () => {
    const idle: Triple[] = Array.from({ length: 1_148 }, () => [0, 0, 0]);
    const patch = bsdiff40({ triples: [...idle, [2_000, 0, 0]], diff: new Uint8Array(2_000) });
    const image = new Uint8Array(2_000);
    const sink = createMemorySink();
    const expected = { oldSha256: sha256(image), newSha256: sha256(image), newSize: image.length };
    applyPatchSync(patch, readAtFromBytes(image), sink, { expected, limits: roomy });
    expect(Buffer.compare(sink.committed!, image)).toBe(0);
  });

  test("triples that write nothing, beyond the cap over those that write", () => {
    const idle = (count: number): Triple[] => Array.from({ length: count }, () => [0, 0, 1]);
    const limits = { ...roomy, maxIdleTriples: 3 };
    expect(refusedTriples(idle(4), limits)).toEqual(["ERR_DELTA_IDLE_TRIPLES", 4]);
    expect(refusedTriples([[1, 0, 0], ...idle(4), [0, 1, 0], ...idle(2)], limits)).toEqual([
      "ERR_DELTA_IDLE_TRIPLES",
      8,
    ]);
    expect(fault(bsdiff40({ triples: idle(3), newSize: 10 }), 10, limits).code).toBe("ERR_DELTA_STREAM_SHORT");
    expect(
      fault(bsdiff40({ triples: [[1, 0, 0], ...idle(4)], diff: Uint8Array.of(1), newSize: 10 }), 10, limits).code,
    ).toBe("ERR_DELTA_STREAM_SHORT");
  });

  test("more triples than allowed", () => {
    const triples: Triple[] = Array.from({ length: 10 }, () => [1, 0, 0]);
    expect(refusedTriples(triples, { ...roomy, maxTriples: 9 })).toEqual(["ERR_DELTA_TRIPLES", 10]);
  });
});

describe("streams", () => {
  const ten = new Uint8Array(10);

  test("that end before the image is whole", () => {
    const cases: [string, PatchParts][] = [
      ["control", { triples: [[9, 0, 0]], diff: ten }],
      ["diff", { triples: [[10, 0, 0]], diff: ten.subarray(1), newSize: 10 }],
      ["extra", { triples: [[0, 10, 0]], extra: ten.subarray(1), newSize: 10 }],
      ["control", { triples: [], newSize: 10 }],
      ["control", { controlStream: bzip2(triplesBytes([[10, 0, 0]]).subarray(1)), diff: ten }],
    ];
    for (const [stream, parts] of cases) {
      expect(fault(bsdiff40(parts))).toMatchObject({ code: "ERR_DELTA_STREAM_SHORT", details: { stream } });
    }
  });

  test("that go on after the image is whole", () => {
    const cases: [string, PatchParts][] = [
      [
        "control",
        {
          triples: [
            [10, 0, 0],
            [0, 0, 0],
          ],
          diff: ten,
        },
      ],
      ["control", { controlStream: bzip2(join(triplesBytes([[10, 0, 0]]), ten.subarray(9))), diff: ten }],
      ["diff", { triples: [[9, 1, 0]], diff: ten, extra: ten.subarray(9), newSize: 10 }],
      ["extra", { triples: [[9, 1, 0]], diff: ten.subarray(1), extra: ten.subarray(8), newSize: 10 }],
      ["control", { triples: [[0, 0, 0]], newSize: 0 }],
    ];
    for (const [stream, parts] of cases) {
      const newSize = Number(parts.newSize ?? 10);
      expect(fault(bsdiff40(parts), newSize)).toMatchObject({ code: "ERR_DELTA_STREAM_LONG", details: { stream } });
    }
  });

  test("that hold far more than the image declares", () => {
    const zeros = fixture("zeros-1GiB.bz2");
    const first = { triples: [[10, 0, 0]] as const, newSize: 10, diffStream: zeros };
    expect(fault(bsdiff40(first)).code).toBe("ERR_DELTA_BZIP2_OUTPUT");
    const second = { triples: [[0, 10, 0]] as const, newSize: 10, extraStream: zeros };
    expect(fault(bsdiff40(second)).code).toBe("ERR_DELTA_BZIP2_OUTPUT");
  });

  test("with bytes behind them, and with damage, at its place in the patch", () => {
    const good = { triples: [[9, 1, 0]] as const, diff: ten.subarray(1), extra: ten.subarray(9) };
    const patch = bsdiff40(good);
    expect(fault(join(patch, Uint8Array.of(0)))).toMatchObject({
      code: "ERR_DELTA_BZIP2_TRAILING",
      offset: patch.length,
    });
    const control = bzip2(triplesBytes(good.triples));
    const padded = bsdiff40({ ...good, controlStream: join(control, Uint8Array.of(0)) });
    expect(fault(padded)).toMatchObject({ code: "ERR_DELTA_BZIP2_TRAILING", offset: 32 + control.length });
    const damaged = patch.slice();
    damaged[32 + control.length + 10]! ^= 1;
    expect(fault(damaged)).toMatchObject({ code: "ERR_DELTA_BZIP2_BLOCK_CRC" });
  });
});

describe("bombs", () => {
  const zeros = fixture("zeros-1GiB.bz2");
  const gibibyte = 2 ** 30;
  /** Makes Debian's bspatch 4.3 write 1 GiB and take as much memory. */
  const bomb = bsdiff40({ triples: [[gibibyte, 0, 0]], diffStream: zeros, newSize: gibibyte });
  const bombExpected = { oldSha256: sha256(new Uint8Array(0)), newSha256: new Uint8Array(32), newSize: gibibyte };

  test("1 GiB from less than 900 bytes: refused by the caller's limit and by its expansion", () => {
    expect(bomb.length).toBeLessThan(900);
    expect(fault(bomb, gibibyte, { ...roomy, maxOutput: 16 * mebibyte }).code).toBe("ERR_DELTA_OUTPUT_LIMIT");
    expect(fault(bomb, gibibyte).code).toBe("ERR_DELTA_EXPANSION");
    expect(fault(bomb, mebibyte).code).toBe("ERR_DELTA_EXPANSION");
  });

  test("1 GiB even if allowed: memory stays at what was counted, and the caller can stop it", () => {
    let written = 0;
    const signal = { aborted: false };
    const limits = { maxOutput: gibibyte, maxMemory: 7 * mebibyte, maxExpansion: 2_000_000 };
    const peak = peakMemory((sample) => {
      const sink: ScratchSink = {
        write(bytes) {
          written += bytes.length;
          sample();
          signal.aborted = written >= 96 * mebibyte;
          return bytes.length;
        },
        commit: () => expect.unreachable(),
        discard: () => {},
      };
      const run = () => applyPatchSync(bomb, zeroImage(0), sink, { expected: bombExpected, limits, signal });
      expect(faultOf(run).code).toBe("ERR_DELTA_CANCELLED");
    });
    expect(written).toBe(96 * mebibyte);
    expect(peak.arrayBuffers).toBeLessThanOrEqual(inspectBsdiff40(bomb).memoryBytes);
    expect(peak.heap).toBeLessThan(32 * mebibyte);
  });

  test("1 GiB behind a header that declares 1 MiB: not a byte more is written", () => {
    const small = bsdiff40({ triples: [[mebibyte, 0, 0]], diffStream: zeros, newSize: mebibyte });
    let written = 0;
    const sink: ScratchSink = {
      write: (bytes) => {
        written += bytes.length;
        return bytes.length;
      },
      commit: () => expect.unreachable(),
      discard: () => {},
    };
    const run = () =>
      applyPatchSync(small, zeroImage(0), sink, { expected: { ...bombExpected, newSize: mebibyte }, limits: roomy });
    expect(["ERR_DELTA_STREAM_LONG", "ERR_DELTA_BZIP2_OUTPUT"]).toContain(faultOf(run).code);
    expect(written).toBeLessThanOrEqual(mebibyte);
  });

  test("eight million triples that do nothing in about 250 bytes: refused after a thousand", () => {
    const patch = bsdiff40({ controlStream: fixture("zeros-192MB.bz2"), newSize: 10 });
    expect(patch.length).toBeLessThan(260);
    const found = fault(patch);
    expect(found.code).toBe("ERR_DELTA_TRIPLES");
    // A thousand, and one for 8 of the 10 bytes.
    expect(found.details).toEqual({ stream: "control", triples: 1_002 });
  });

  test("one-byte adds that jump, without end: refused at a thousand triples and one for 8 bytes", () => {
    const size = 20_000;
    const triples = Array.from({ length: size }, (_, index): Triple => [1, 0, index % 2 ? 4096 : -4096]);
    const patch = bsdiff40({ triples, diff: new Uint8Array(size) });
    const found = fault(patch, size);
    expect(found.code).toBe("ERR_DELTA_TRIPLES");
    expect(found.details).toEqual({ stream: "control", triples: 3_501 });
    expect(faultOf(() => inspectBsdiff40(patch)).code).toBe("ERR_DELTA_TRIPLES");
  });

  test("many one-byte adds that jump: each reads one page and no more", () => {
    const count = 500;
    const page = 4 * 1024;
    const old = zeroImage(160 * page);
    // Both pages of a jump of 64 pages belong in one slot of the cache.
    const jumps = Array.from({ length: count }, (_, index): Triple => [1, 0, (index % 2 ? 64 : -64) * page]);
    const patch = bsdiff40({ triples: [[0, 0, 80 * page], ...jumps], diff: new Uint8Array(count) });
    const reads: number[] = [];
    const source = {
      size: old.size,
      readAt(offset: number, target: Uint8Array) {
        reads.push(target.length);
        return old.readAt(offset, target);
      },
    };
    applyPatchSync(patch, source, recordingSink(), {
      expected: expectedOf(new Uint8Array(old.size), new Uint8Array(count)),
      limits: roomy,
    });
    const hashing = old.size / (64 * 1024);
    expect(reads.slice(hashing)).toEqual(Array<number>(count).fill(page));
  });
});

describe("inspectPatch", () => {
  test("accepts exactly the control streams that can be applied", () => {
    const anyTriples = fc.array(fc.tuple(fc.integer({ min: -1, max: 12 }), fc.nat(12), fc.integer()), { maxLength: 4 });
    let accepted = 0;
    fc.assert(
      fc.property(anyTriples, fc.integer({ min: -1, max: 1 }), (triples, off) => {
        const newSize = triples.reduce((sum, [add, copy]) => sum + add + copy, off);
        const parts = { triples, newSize };
        let info: Bsdiff40Info;
        try {
          info = inspectBsdiff40(bsdiff40(parts));
        } catch {
          const plenty = new Uint8Array(100);
          fault(bsdiff40({ ...parts, diff: plenty, extra: plenty }), Math.max(0, newSize));
          return;
        }
        const patch = bsdiff40({
          ...parts,
          diff: new Uint8Array(info.addBytes),
          extra: new Uint8Array(info.copyBytes),
        });
        expect(fault(patch, newSize).code).toBe("ERR_DELTA_NEW_HASH");
        accepted++;
      }),
      { numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
