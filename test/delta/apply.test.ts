import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pureHashProvider } from "../../src/core/index.ts";
import {
  type AsyncReadAt,
  type AsyncScratchSink,
  applyPatch,
  applyPatchSync,
  createMemorySink,
  DeltaError,
  detectPatchFormat,
  inspectPatch,
  type PatchProgress,
  readAtFromBytes,
} from "../../src/delta/index.ts";
import { anyPatchCase, bsdiff40, join, patchCase, triplesBytes } from "./bsdiff-writer.ts";
import { bzip2 } from "./bzip2-encoder.ts";
import {
  expectedOf,
  faultOf,
  fixture,
  type RecordingSink,
  recordingSink,
  refusal,
  roomy,
  zeroImage,
} from "./harness.ts";
import { wordsPair } from "./samples.ts";

const { oldImage, newImage } = wordsPair();
const patch = fixture("words.bsdiff");
const expected = expectedOf(oldImage, newImage);
const options = { expected, limits: roomy };

/** Applies the patch of `wordsPair` with changed options, to a sink that records. */
function applyWords(change: Partial<Parameters<typeof applyPatchSync>[3]> = {}, sink = recordingSink()): RecordingSink {
  applyPatchSync(patch, readAtFromBytes(oldImage), sink, { ...options, ...change });
  return sink;
}

/** The asynchronous twins of a source and a sink; everything takes another turn. */
function asynchronous(bytes: Uint8Array, sink: RecordingSink): { old: AsyncReadAt; sink: AsyncScratchSink } {
  const old = readAtFromBytes(bytes);
  const later = <T>(run: () => T): Promise<T> => Promise.resolve().then(run);
  return {
    old: { size: old.size, readAt: (offset, target) => later(() => old.readAt(offset, target)) },
    sink: {
      write: (piece) => later(() => sink.write(piece)),
      commit: () => later(() => sink.commit()),
      discard: () => later(() => sink.discard()),
    },
  };
}

describe("applyPatchSync", () => {
  test("makes the image of a patch by Debian's bsdiff and commits it once", () => {
    const sink = recordingSink();
    const applied = applyPatchSync(patch, readAtFromBytes(oldImage), sink, options);
    expect(sink.bytes()).toEqual(newImage);
    expect(sink.calls).toEqual(["write", "commit"]);
    expect(applied).toEqual({
      format: "bsdiff40",
      oldSize: 5_000,
      newSize: newImage.length,
      newSha256: expected.newSha256,
    });
  });

  test("makes an equal image of a patch between equal ones", () => {
    const sink = recordingSink();
    const same = { expected: expectedOf(oldImage, oldImage), limits: roomy };
    applyPatchSync(fixture("words-same.bsdiff"), readAtFromBytes(oldImage), sink, same);
    expect(sink.bytes()).toEqual(oldImage);
  });

  test("makes what bspatch makes, wherever triples lie and positions go", () => {
    fc.assert(
      fc.property(anyPatchCase, (given) => {
        const sink = recordingSink();
        applyPatchSync(given.patch, readAtFromBytes(given.oldImage), sink, {
          expected: expectedOf(given.oldImage, given.newImage),
          limits: roomy,
        });
        expect(sink.bytes()).toEqual(given.newImage);
        expect(sink.calls.at(-1)).toBe("commit");
        expect(sink.calls.filter((call) => call !== "write")).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  test("counts old bytes outside the image as zero, as bspatch does", () => {
    const old = Uint8Array.of(10, 20, 30);
    const given = patchCase(
      old,
      [
        [0, 1, -2],
        [7, 0, 0],
      ],
      () => 1,
    );
    expect([...given.newImage]).toEqual([1, 1, 1, 11, 21, 31, 1, 1]);
    const sink = recordingSink();
    applyPatchSync(given.patch, readAtFromBytes(old), sink, {
      expected: expectedOf(old, given.newImage),
      limits: roomy,
    });
    expect(sink.bytes()).toEqual(given.newImage);
  });

  test("makes an empty image, and an image from an empty one", () => {
    const empty = new Uint8Array(0);
    const sink = recordingSink();
    applyPatchSync(bsdiff40({}), readAtFromBytes(oldImage), sink, {
      expected: expectedOf(oldImage, empty),
      limits: { maxOutput: 0, maxMemory: 2 ** 30 },
    });
    expect(sink.calls).toEqual(["commit"]);
    const extra = Uint8Array.of(1, 2, 3);
    const fresh = recordingSink();
    applyPatchSync(bsdiff40({ triples: [[0, 3, 0]], extra }), readAtFromBytes(empty), fresh, {
      expected: expectedOf(empty, extra),
      limits: roomy,
    });
    expect(fresh.bytes()).toEqual(extra);
  });

  test("writes whole blocks of 64 KiB and a rest, and reads at most 64 KiB at once, inside the image", () => {
    const size = 150_000;
    const old = Uint8Array.from({ length: size }, (_, index) => (index * 31) & 255);
    const diff = new Uint8Array(size - 1).fill(1);
    const wanted = Uint8Array.from([...old.subarray(1).map((byte) => byte + 1), 9]);
    const given = bsdiff40({
      triples: [
        [0, 0, 1],
        [70_000, 0, 0],
        [size - 1 - 70_000, 1, -5],
      ],
      diffStream: bzip2(diff, 9, size),
      extra: Uint8Array.of(9),
      newSize: size,
    });
    const sink = recordingSink();
    const source = readAtFromBytes(old);
    const reads: [number, number][] = [];
    const spied = {
      size,
      readAt(offset: number, target: Uint8Array) {
        reads.push([offset, target.length]);
        return source.readAt(offset, target);
      },
    };
    applyPatchSync(given, spied, sink, { expected: expectedOf(old, wanted), limits: roomy });
    expect(sink.bytes()).toEqual(wanted);
    expect(sink.writes.map(({ length }) => length)).toEqual([65_536, 65_536, size - 131_072]);
    // Three reads for hashing, then the parts of the patch block by block, and no byte of them twice.
    expect(reads).toEqual([
      [0, 65_536],
      [65_536, 65_536],
      [131_072, size - 131_072],
      [1, 65_536],
      [65_537, 70_000 - 65_536],
      [70_001, 131_072 - 70_000],
      [131_073, size - 131_073],
    ]);
  });

  test("reads a page again when others have taken its place", () => {
    const page = 4_096;
    const old = Uint8Array.from({ length: page * 66 }, (_, index) => (index * 7 + (index >>> 12)) & 255);
    const triples = Array.from(
      { length: 60 },
      (_, index) => [40, 0, index % 2 === 0 ? page * 64 : -page * 64 - 81] as const,
    );
    const given = patchCase(old, [[0, 0, 100], ...triples], (index) => index & 255);
    const sink = recordingSink();
    applyPatchSync(given.patch, readAtFromBytes(old), sink, {
      expected: expectedOf(old, given.newImage),
      limits: roomy,
    });
    expect(sink.bytes()).toEqual(given.newImage);
  });

  test("tells how far it is, phase by phase", () => {
    const seen: PatchProgress[] = [];
    applyWords({ onProgress: (progress) => void seen.push(progress) });
    expect(seen[0]).toEqual({ phase: "verify-old", doneBytes: 5_000, totalBytes: 5_000 });
    expect(seen.at(-1)).toEqual({ phase: "write-new", doneBytes: newImage.length, totalBytes: newImage.length });
  });

  test("pauses between the bzip2 blocks of one block of output, in every stream", () => {
    const old = new Uint8Array(100);
    const triples = Array.from({ length: 10 }, () => [5, 5, 0] as const);
    const bytes = Uint8Array.from({ length: 50 }, (_, index) => index);
    const finely = (stream: "controlStream" | "diffStream" | "extraStream", content: Uint8Array): number => {
      const given = bsdiff40({ triples, diff: bytes, extra: bytes, [stream]: bzip2(content, 1, 2) });
      const wanted = patchCase(old, triples, (index) => Math.floor(index / 10) * 5 + (index % 5)).newImage;
      let pauses = 0;
      applyPatchSync(given, readAtFromBytes(old), recordingSink(), {
        expected: expectedOf(old, wanted),
        limits: roomy,
        onProgress: () => void pauses++,
      });
      return pauses;
    };
    // Blocks of two bytes: 120 of triples; a pause falls away where a block and a triple's part end together.
    expect(finely("controlStream", triplesBytes(triples))).toBeGreaterThanOrEqual(110);
    expect(finely("diffStream", bytes)).toBeGreaterThanOrEqual(20);
    expect(finely("extraStream", bytes)).toBeGreaterThanOrEqual(20);
  });

  test("hashes with the given back end", () => {
    let hashes = 0;
    const counting = {
      ...pureHashProvider,
      create(name: "sha256" | "sha512") {
        hashes++;
        return pureHashProvider.create(name);
      },
    };
    expect(applyWords({ hashProvider: counting }).calls.at(-1)).toBe("commit");
    expect(hashes).toBe(2);
  });

  test("does without the old size", () => {
    const { oldSize: _, ...rest } = expected;
    expect(applyWords({ expected: rest }).calls.at(-1)).toBe("commit");
  });
});

describe("applyPatchSync refuses, and never commits", () => {
  /** Code and offset; the sink must have been discarded, once, after `writes` writes. */
  function refused(run: (sink: RecordingSink) => unknown, writes = 0) {
    const sink = recordingSink();
    const found = refusal(() => run(sink));
    expect(sink.calls).toEqual([...Array<string>(writes).fill("write"), "discard"]);
    return found;
  }

  test("another old image, before the first write", () => {
    for (const at of [0, 2_500, 4_999]) {
      const other = oldImage.slice();
      other[at]! ^= 1;
      expect(refused((sink) => applyPatchSync(patch, readAtFromBytes(other), sink, options))).toEqual([
        "ERR_DELTA_OLD_HASH",
        undefined,
      ]);
    }
  });

  test("an old image of another size, before it is read", () => {
    const source = { size: 4_999, readAt: () => expect.unreachable() };
    expect(refused((sink) => applyPatchSync(patch, source, sink, options))).toEqual(["ERR_DELTA_OLD_SIZE", undefined]);
  });

  test("an old image that changes between the check and the use", () => {
    let reads = 0;
    const source = {
      size: oldImage.length,
      readAt(offset: number, target: Uint8Array) {
        target.set(oldImage.subarray(offset, offset + target.length));
        if (reads++ > 0) target[100]! ^= 1;
        return target.length;
      },
    };
    expect(refused((sink) => applyPatchSync(patch, source, sink, options), 1)[0]).toBe("ERR_DELTA_NEW_HASH");
  });

  test("a short read, while hashing and later", () => {
    for (const [good, wanted] of [
      [0, 5_000],
      [1, 4_096],
    ] as const) {
      let reads = 0;
      const source = {
        size: oldImage.length,
        readAt(offset: number, target: Uint8Array) {
          target.set(oldImage.subarray(offset, offset + target.length));
          return reads++ < good ? target.length : target.length - 1;
        },
      };
      const fault = faultOf(() => applyPatchSync(patch, source, recordingSink(), options));
      expect(fault.code).toBe("ERR_DELTA_OLD_READ");
      expect(fault.details).toEqual({ oldOffset: 0, wanted, found: wanted - 1 });
    }
  });

  test("a new image of another digest or size", () => {
    const newSha256 = expected.newSha256.slice();
    newSha256[31]! ^= 1;
    expect(refused((sink) => applyWords({ expected: { ...expected, newSha256 } }, sink), 1)[0]).toBe(
      "ERR_DELTA_NEW_HASH",
    );
    const newSize = expected.newSize + 1;
    expect(refused((sink) => applyWords({ expected: { ...expected, newSize } }, sink))).toEqual([
      "ERR_DELTA_NEW_SIZE",
      24,
    ]);
  });

  test("a patch of no known format", () => {
    expect(detectPatchFormat(patch)).toBe("bsdiff40");
    for (const magic of ["BSDIFF41", "BSDIFN40", "bsdiff40", "ENDSLEY/"]) {
      const other = bsdiff40({ magic });
      expect(detectPatchFormat(other)).toBeUndefined();
      expect(refused((sink) => applyPatchSync(other, readAtFromBytes(oldImage), sink, options))).toEqual([
        "ERR_DELTA_FORMAT",
        0,
      ]);
      expect(refusal(() => inspectPatch(other))).toEqual(["ERR_DELTA_FORMAT", 0]);
    }
  });

  test("a patch cut at any byte", () => {
    for (let length = 0; length < patch.length; length++) {
      const [code, offset] = refused(
        (sink) => applyPatchSync(patch.subarray(0, length), readAtFromBytes(oldImage), sink, options),
        // The extra stream holds the end of it: when only its end is missing, the image was already written.
        expectedWrites(length),
      );
      if (length < 8) expect([code, offset]).toEqual(["ERR_DELTA_FORMAT", 0]);
      else if (length < 32) expect([code, offset]).toEqual(["ERR_DELTA_TRUNCATED", length]);
      else expect(["ERR_DELTA_STREAM_BOUNDS", "ERR_DELTA_BZIP2_TRUNCATED"]).toContain(code);
    }
  });

  /** 1 when all bytes of the image come before the cut: the last 10 bytes are only the end of a stream. */
  function expectedWrites(length: number): number {
    return length >= patch.length - 10 ? 1 : 0;
  }

  test("every flipped bit of a patch, unless the image comes out right", () => {
    const given = patchCase(
      oldImage.slice(0, 300),
      [
        [120, 20, -30],
        [60, 40, 100],
        [90, 0, 0],
      ],
      (index) => (index % 7 ? 0 : 3),
    );
    const wanted = expectedOf(given.oldImage, given.newImage);
    let committed = 0;
    for (let bit = 0; bit < given.patch.length * 8; bit++) {
      const flipped = given.patch.slice();
      flipped[bit >>> 3]! ^= 0x80 >>> (bit & 7);
      const sink = recordingSink();
      try {
        applyPatchSync(flipped, readAtFromBytes(given.oldImage), sink, { expected: wanted, limits: roomy });
        expect(sink.bytes()).toEqual(given.newImage);
        expect(sink.calls.at(-1)).toBe("commit");
        committed++;
      } catch (error) {
        expect(error).toBeInstanceOf(DeltaError);
        expect(sink.calls.at(-1)).toBe("discard");
      }
      expect(sink.calls.filter((call) => call !== "write")).toHaveLength(1);
    }
    // Levels of the streams, selectors of equal tables, sign of a last seek: nothing that shows in the image.
    expect(committed).toBeLessThan(given.patch.length);
  });

  test("when the signal says so, at whatever step", () => {
    for (const steps of [0, 1, 2, 3]) {
      let looks = 0;
      const signal = {
        get aborted() {
          return looks++ >= steps;
        },
        reason: "ignition on",
      };
      const sink = recordingSink();
      const fault = faultOf(() => applyWords({ signal }, sink));
      expect([fault.code, fault.cause]).toEqual(["ERR_DELTA_CANCELLED", "ignition on"]);
      expect(sink.calls).toEqual(["discard"]);
    }
  });

  test("with the caller's own error when source, sink or callback throw", () => {
    const mine = new Error("storage is gone");
    const raise = (): never => {
      throw mine;
    };
    const run = (change: object, sinkChange: object = {}, source = readAtFromBytes(oldImage)): string[] => {
      const sink = recordingSink();
      expect(() => applyPatchSync(patch, source, { ...sink, ...sinkChange }, { ...options, ...change })).toThrow(mine);
      return sink.calls;
    };
    expect(run({}, {}, { size: oldImage.length, readAt: raise })).toEqual(["discard"]);
    expect(run({ onProgress: raise })).toEqual(["discard"]);
    expect(run({}, { write: raise })).toEqual(["discard"]);
    // A commit that fails is the sink's to explain: nothing is called after it.
    expect(run({}, { commit: raise })).toEqual(["write"]);
  });

  test("with the first error when discarding fails too", () => {
    const sink = {
      ...recordingSink(),
      discard() {
        throw new Error("second");
      },
    };
    expect(
      refusal(() => applyPatchSync(bsdiff40({ magic: "BSDIFF41" }), readAtFromBytes(oldImage), sink, options))[0],
    ).toBe("ERR_DELTA_FORMAT");
  });

  test("mistakes of the caller, by name", () => {
    const wrong =
      (change: object): (() => unknown) =>
      () =>
        applyWords(change);
    expect(wrong({ limits: { maxMemory: 1 } })).toThrow(
      new RangeError('"maxOutput" expected integer >= 0, got undefined'),
    );
    expect(wrong({ limits: { maxOutput: 1 } })).toThrow(
      new RangeError('"maxMemory" expected integer >= 0, got undefined'),
    );
    for (const name of ["maxOutput", "maxMemory", "maxExpansion", "maxTriples", "maxIdleTriples"]) {
      expect(wrong({ limits: { ...roomy, [name]: -1 } })).toThrow(
        new RangeError(`"${name}" expected integer >= 0, got -1`),
      );
    }
    expect(wrong({ expected: { ...expected, newSize: 0.5 } })).toThrow(
      '"expected.newSize" expected integer >= 0, got 0.5',
    );
    for (const name of ["oldSha256", "newSha256"]) {
      expect(wrong({ expected: { ...expected, [name]: new Uint8Array(31) } })).toThrow(
        new RangeError(`"expected.${name}" expected 32 bytes, got 31`),
      );
      expect(wrong({ expected: { ...expected, [name]: "00".repeat(32) } })).toThrow(TypeError);
    }
    const sink = recordingSink();
    expect(() => applyPatchSync([] as unknown as Uint8Array, readAtFromBytes(oldImage), sink, options)).toThrow(
      TypeError,
    );
    expect(() => applyPatchSync(patch, zeroImage(-1), sink, options)).toThrow(
      '"old.size" expected integer >= 0, got -1',
    );
    expect(sink.calls).toEqual(["discard", "discard"]);
  });
});

describe("applyPatch", () => {
  test("does what applyPatchSync does, on right and on wrong patches", async () => {
    const anyChange = fc.option(
      fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true }), mask: fc.integer({ min: 1, max: 255 }) }),
    );
    await fc.assert(
      fc.asyncProperty(anyPatchCase, anyChange, async (given, change) => {
        const bytes = given.patch.slice();
        if (change !== null) bytes[Math.floor(change.at * bytes.length)]! ^= change.mask;
        const run = { expected: expectedOf(given.oldImage, given.newImage), limits: roomy };
        const [left, right] = [recordingSink(), recordingSink()];
        const [leftSteps, rightSteps]: [PatchProgress[], PatchProgress[]] = [[], []];
        let synchronous: unknown;
        try {
          const onProgress = (progress: PatchProgress): void => void leftSteps.push(progress);
          synchronous = applyPatchSync(bytes, readAtFromBytes(given.oldImage), left, { ...run, onProgress });
        } catch (error) {
          synchronous = error;
        }
        const twins = asynchronous(given.oldImage, right);
        const onProgress = async (progress: PatchProgress): Promise<void> => void rightSteps.push(progress);
        const other = await applyPatch(bytes, twins.old, twins.sink, { ...run, onProgress }).catch((error) => error);
        expect(other).toEqual(synchronous);
        expect(right.calls).toEqual(left.calls);
        expect(right.writes).toEqual(left.writes);
        expect(rightSteps).toEqual(leftSteps);
      }),
      { numRuns: 200 },
    );
  });

  test("takes synchronous sources and sinks too", async () => {
    const sink = createMemorySink();
    const applied = await applyPatch(patch, readAtFromBytes(oldImage), sink, options);
    expect(sink.committed).toEqual(newImage);
    expect(applied.newSha256).toEqual(expected.newSha256);
  });

  test("waits for every write before the next step", async () => {
    const size = 200_000;
    const big = bsdiff40({ triples: [[size, 0, 0]], diffStream: bzip2(new Uint8Array(size), 9, size), newSize: size });
    let busy = 0;
    const calls: string[] = [];
    const slow = async (call: string): Promise<void> => {
      expect(busy++).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
      busy--;
      calls.push(call);
    };
    await applyPatch(
      big,
      { size, readAt: (_offset, target) => slow("read").then(() => target.fill(0).length) },
      {
        write: (bytes) => slow("write").then(() => bytes.length),
        commit: () => slow("commit"),
        discard: () => expect.unreachable(),
      },
      {
        expected: expectedOf(new Uint8Array(size), new Uint8Array(size)),
        limits: roomy,
        onProgress: ({ phase }) => slow(phase),
      },
    );
    expect(calls.slice(0, 2)).toEqual(["read", "verify-old"]);
    expect(calls.slice(-3)).toEqual(["write", "write-new", "commit"]);
    expect(calls.filter((call) => call === "write")).toHaveLength(4);
  });

  test("lets the program cancel between blocks", async () => {
    const controller = new AbortController();
    const sink = recordingSink();
    const run = applyPatch(patch, readAtFromBytes(oldImage), sink, {
      ...options,
      signal: controller.signal,
      onProgress: async ({ phase }) => {
        await Promise.resolve();
        if (phase === "verify-old") controller.abort("stop");
      },
    });
    await expect(run).rejects.toMatchObject({ code: "ERR_DELTA_CANCELLED", cause: "stop" });
    expect(sink.calls).toEqual(["discard"]);
  });

  test("looks at the signal once more before it commits", async () => {
    for (const apply of [applyPatch, async (...args: Parameters<typeof applyPatchSync>) => applyPatchSync(...args)]) {
      const signal = { aborted: false };
      const sink = recordingSink();
      const onProgress = ({ phase, doneBytes, totalBytes }: PatchProgress) => {
        signal.aborted = phase === "write-new" && doneBytes === totalBytes;
      };
      const run = apply(patch, readAtFromBytes(oldImage), sink, { ...options, signal, onProgress });
      await expect(run).rejects.toMatchObject({ code: "ERR_DELTA_CANCELLED" });
      expect(sink.calls).toEqual(["write", "discard"]);
    }
  });

  test.each([0, 1, undefined, Number.NaN])("refuses a sink that says it wrote %s bytes", async (written) => {
    const sink = recordingSink();
    const short = { ...sink, write: () => written as number };
    const code = "ERR_DELTA_NEW_WRITE";
    expect(refusal(() => applyPatchSync(patch, readAtFromBytes(oldImage), short, options))[0]).toBe(code);
    await expect(applyPatch(patch, readAtFromBytes(oldImage), short, options)).rejects.toMatchObject({ code });
    expect(sink.calls).toEqual(["discard", "discard"]);
  });

  test("refuses an asynchronous sink under the synchronous driver", () => {
    const sink = recordingSink();
    const late = { ...sink, write: (bytes: Uint8Array) => Promise.resolve(bytes.length) as unknown as number };
    expect(refusal(() => applyPatchSync(patch, readAtFromBytes(oldImage), late, options))[0]).toBe(
      "ERR_DELTA_NEW_WRITE",
    );
    expect(sink.calls).toEqual(["discard"]);
  });

  test("passes on the error of an asynchronous sink, after discarding", async () => {
    const sink = recordingSink();
    const failing = { ...sink, write: async () => Promise.reject(new Error("disk full")) };
    await expect(applyPatch(patch, readAtFromBytes(oldImage), failing, options)).rejects.toThrow("disk full");
    expect(sink.calls).toEqual(["discard"]);
    const twice = { ...failing, discard: async () => Promise.reject(new Error("second")) };
    await expect(applyPatch(patch, readAtFromBytes(oldImage), twice, options)).rejects.toThrow("disk full");
  });
});

describe("createMemorySink", () => {
  test("shows the image only once it is committed", () => {
    const sink = createMemorySink();
    const bytes = Uint8Array.of(1, 2);
    sink.write(bytes);
    bytes.fill(9);
    sink.write(Uint8Array.of(3));
    expect(sink.committed).toBeUndefined();
    sink.commit();
    expect(sink.committed).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("does not show an old image after a run that failed", () => {
    const sink = createMemorySink();
    expect(sink.write(Uint8Array.of(1))).toBe(1);
    sink.commit();
    sink.discard();
    expect(sink.committed).toBeUndefined();
    sink.write(Uint8Array.of(2));
    sink.commit();
    sink.write(Uint8Array.of(3));
    expect(sink.committed).toBeUndefined();
  });

  test("forgets what is discarded", () => {
    const sink = createMemorySink();
    sink.write(Uint8Array.of(1));
    sink.discard();
    sink.commit();
    expect(sink.committed).toEqual(join());
  });
});
