/** WebAssembly with SIMD, without, and TypeScript: the same bytes, the same refusals at the same places. */

import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { base64ToBytes, bytesToHex } from "../../src/core/index.ts";
import { Bzip2Decoder } from "../../src/delta/bzip2/decoder.ts";
import { openBlocks } from "../../src/delta/bzip2/open-blocks.ts";
import {
  applyPatchSync,
  DeltaError,
  decompressBzip2,
  deltaBackend,
  initDelta,
  readAtFromBytes,
} from "../../src/delta/index.ts";
import { base64 as plain } from "../../src/delta/wasm/apply.generated.ts";
import { anyPatchCase } from "./bsdiff-writer.ts";
import { blockParts, bzip2, streamParts, writeStream } from "./bzip2-encoder.ts";
import { expectedOf, recordingSink, roomy, sha256 } from "./harness.ts";
import { runs, words } from "./samples.ts";

declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
const backends = ["embedded", new WebAssembly.Module(base64ToBytes(plain)), "typescript"] as const;

afterAll(() => initDelta("embedded"));

/** What a run gives on each back end: a digest, or code and offset of the refusal. */
function outcomes(run: () => Uint8Array): unknown[] {
  return backends.map((backend) => {
    initDelta(backend);
    try {
      const bytes = run();
      return [bytes.length, bytesToHex(sha256(bytes))];
    } catch (error) {
      if (error instanceof DeltaError) return [error.code, error.offset, error.details, error.message];
      throw error;
    }
  });
}

function expectSame(run: () => Uint8Array): unknown {
  const [simd, scalar, typescript] = outcomes(run);
  expect(simd).toEqual(typescript);
  expect(scalar).toEqual(typescript);
  return typescript;
}

test("three back ends are compared", () => {
  const found = backends.map((backend) => {
    initDelta(backend);
    return deltaBackend();
  });
  expect(found).toEqual(["wasm-simd", "wasm", "typescript"]);
});

describe("bzip2", () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.tuple(fc.nat(3), fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(254, 255, 258, 259, 260))), {
        maxLength: 40,
      })
      .map((list) => Uint8Array.from(list.flatMap(([byte, length]) => Array<number>(length).fill(byte)))),
  );

  test("any stream, whole, cut, and with bytes changed", () => {
    const mutation = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(
        anyBytes,
        fc.integer({ min: 40, max: 400 }),
        fc.array(mutation, { maxLength: 3 }),
        fc.option(fc.nat()),
        fc.oneof(fc.constant(2 ** 20), fc.nat(400)),
        (bytes, blockLength, mutations, cut, maxOutput) => {
          const stream = bzip2(bytes, 1, blockLength);
          for (const [at, change] of mutations) stream[at % stream.length]! ^= change;
          const whole = cut === null ? stream : stream.subarray(0, cut % stream.length);
          expectSame(() => decompressBzip2(whole, maxOutput));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  const random = seededRandom("delta/backends");
  const large: Readonly<Record<string, Uint8Array>> = {
    words: words(400_000),
    random: random.bytes(300_000),
    zeros: new Uint8Array(3_000_000),
    runs: Uint8Array.from(Array.from({ length: 40 }, () => [...runs()]).flat()),
    period: Uint8Array.from({ length: 250_000 }, (_, index) => (index % 5_000) * 7),
  };
  const hasBzip2 = spawnSync("bzip2", ["--help"]).error === undefined;
  test.skipIf(!hasBzip2).each(Object.keys(large))("large blocks of the bzip2 program: %s", (name) => {
    const bytes = large[name]!;
    for (const level of ["-1", "-9"]) {
      const { stdout } = spawnSync("bzip2", ["-c", level], { input: bytes, maxBuffer: 2 ** 24 });
      const stream = new Uint8Array(stdout);
      expect(expectSame(() => decompressBzip2(stream, 2 ** 24))).toEqual([bytes.length, bytesToHex(sha256(bytes))]);
      for (let round = 0; round < 12; round++) {
        const damaged = stream.slice(0, round % 4 === 0 ? random.below(stream.length) : stream.length);
        if (round % 4 !== 0) damaged[random.below(damaged.length)]! ^= 1 << random.below(8);
        expectSame(() => decompressBzip2(damaged, 2 ** 24));
      }
    }
  });

  test.each([40, 4_095, 4_096, 9_000])("%d entries whose walk is more than one cycle", (length) => {
    for (let round = 0; round < 20; round++) {
      // Symbols at random are no transform of anything.
      const parts = blockParts(words(200));
      const symbols = Array.from({ length }, () => 2 + random.below(parts.used.length - 1));
      const block = {
        ...parts,
        origin: random.below(length),
        selectors: Array<number>(Math.ceil((length + 1) / 50)).fill(0),
        symbols: [...symbols, parts.used.length + 1],
      };
      const stream = writeStream({ ...streamParts(new Uint8Array(0)), blocks: [block] });
      expectSame(() => handedOut(stream));
    }
  });
});

/** The bytes that a stream hands out before it is refused for its CRC. */
function handedOut(stream: Uint8Array): Uint8Array {
  const decoder = new Bzip2Decoder({ bytes: stream, offset: 0 }, 2 ** 24, openBlocks([900_000])[0]!);
  const target = new Uint8Array(2 ** 20);
  let reached = 0;
  expect(() => {
    for (;;) reached += decoder.read(target, reached, reached + 1_000);
  }).toThrow(/CRC|run/);
  return target.subarray(0, reached);
}

describe("BSDIFF40", () => {
  test("any patch, whole and with bytes changed: writes, image and refusal", () => {
    fc.assert(
      fc.property(anyPatchCase, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }), (pair, mutations) => {
        const patch = pair.patch.slice();
        for (const [at, change] of mutations) patch[at % patch.length]! ^= change;
        expectSame(() => {
          const sink = recordingSink();
          const expected = expectedOf(pair.oldImage, pair.newImage);
          applyPatchSync(patch, readAtFromBytes(pair.oldImage), sink, { expected, limits: roomy });
          return sink.bytes();
        });
      }),
      { numRuns: 500 },
    );
  });
});
