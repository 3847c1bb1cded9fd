/** bzip2 compression: the bytes of libbz2, and back again. */

import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../scripts/random.ts";
import { bytesToHex, concatBytes } from "../../src/core/index.ts";
import { compressBzip2, smallestLevel } from "../../src/delta/bzip2/compress.ts";
import { decompressBzip2 } from "../../src/delta/index.ts";
import { openDiffCore } from "../../src/delta/wasm/diff-core.ts";
import { fixture, sha256 } from "./harness.ts";
import { runs, words } from "./samples.ts";

const core = openDiffCore(2 ** 26);
const compress = (bytes: Uint8Array, level?: number): Uint8Array => concatBytes(...compressBzip2(core, bytes, level));

describe("compressBzip2", () => {
  test("gives the bytes of bzip2 1.0.8", () => {
    expect(bytesToHex(compress(new Uint8Array(0), 9))).toBe("425a683917724538509000000000");
    expect(bytesToHex(sha256(compress(words(120_000), 1)))).toBe(bytesToHex(sha256(fixture("words-120000.bz2"))));
  });

  test("any bytes come back", () => {
    const runsOf = fc
      .array(
        fc.tuple(fc.nat(3), fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(254, 255, 258, 259, 260, 600))),
        {
          maxLength: 60,
        },
      )
      .map((list) => Uint8Array.from(list.flatMap(([byte, length]) => Array<number>(length).fill(byte))));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 3_000, size: "max" }), runsOf), (bytes) => {
        expect(decompressBzip2(compress(bytes), bytes.length)).toEqual(Uint8Array.from(bytes));
      }),
      { numRuns: 400 },
    );
  });

  test("the level is the least whose block holds every run", () => {
    expect([0, 1, 79_980, 80_000, 400_000, 800_000, 10 ** 8].map(smallestLevel)).toEqual([1, 1, 1, 2, 6, 9, 9]);
    const pairs = Uint8Array.from({ length: 79_900 }, (_, index) => (index >>> 2) & 1);
    expect(compress(pairs)[3]).toBe(0x31);
  });

  const random = seededRandom("delta/bzip2 compress");
  const inputs: Readonly<Record<string, Uint8Array>> = {
    words: words(300_000),
    "random bytes about the size of a block": random.bytes(99_981),
    "random bytes, two blocks": random.bytes(150_000),
    zeros: new Uint8Array(3_000_000),
    "runs about the limits": runs(),
    "short runs": Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) >>> 9),
    "Fibonacci word": Uint8Array.from(
      { length: 120_000 },
      (_, index) => Math.floor((index + 2) / 1.618033988749895) & 1,
    ),
    "few symbols": Uint8Array.from({ length: 190 }, (_, index) => (index * index) % 7),
    "skewed frequencies, too long codes": Uint8Array.from(
      Array.from({ length: 22 }, (_, power) => Array<number>(Math.floor(1.7 ** power)).fill(power)).flat(),
    ).map((value, index) => (index % 3 === 0 ? value * 9 : (index * 31) & 127)),
  };
  const hasBzip2 = spawnSync("bzip2", ["--help"]).error === undefined;
  test.skipIf(!hasBzip2).each(Object.keys(inputs))("as the bzip2 program: %s", (name) => {
    for (const level of [1, 9]) {
      const { stdout } = spawnSync("bzip2", ["-c", `-${level}`], { input: inputs[name]!, maxBuffer: 2 ** 24 });
      expect(bytesToHex(sha256(compress(inputs[name]!, level)))).toBe(bytesToHex(sha256(stdout)));
    }
  });

  test("a block that repeats a part comes back", () => {
    for (const part of [1, 2, 3, 50, 4_999]) {
      const bytes = Uint8Array.from({ length: part * 20 }, (_, index) => ((index % part) * 7) & 255);
      expect(decompressBzip2(compress(bytes, 9), bytes.length)).toEqual(bytes);
    }
  });
});
