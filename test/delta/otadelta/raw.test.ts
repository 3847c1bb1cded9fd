/** Stretches that look random are in the patch as they are; those that only seem to are not. */

import { describe, expect, it } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { seededRandom } from "../../../scripts/random.ts";
import { concatBytes } from "../../../src/core/index.ts";
import { makePatch } from "../../../src/delta/index.ts";
import { initDelta } from "../../../src/delta/wasm/modules.ts";
import { applyWith } from "./apply-with.ts";

const random = seededRandom("raw stretches");
const noise = random.bytes(100_000);
const old = loadFirmware("cityhub", "7.27");

function sizeOf(fresh: Uint8Array): number {
  const patch = makePatch(old, fresh);
  for (const backend of ["embedded", "typescript"] as const) {
    initDelta(backend);
    expect(Buffer.compare(applyWith(patch, old, fresh), fresh)).toBe(0);
  }
  initDelta("embedded");
  return patch.length;
}

describe("inserted stretches", () => {
  it("cost their bytes when they are random, between code", () => {
    const without = sizeOf(concatBytes(old.subarray(0, 60_000), old.subarray(60_000)));
    const long = random.bytes(600_000);
    const between = sizeOf(concatBytes(old.subarray(0, 60_000), long, old.subarray(60_000)));
    // The model would take some 70 bytes more than they are.
    expect(between - without).toBeLessThan(long.length + 32);
  });

  it.each([
    ["a zero in each 20 bytes", noise.map((byte, index) => (index % 20 === 0 ? 0 : byte))],
    ["seven bits a byte", noise.map((byte) => byte & 0x7f)],
    ["letters in base64", Uint8Array.from(Buffer.from(noise).toString("base64"), (letter) => letter.charCodeAt(0))],
    ["all values in turn, each as often as chance has it", noise.map((_, index) => index & 0xff)],
    ["the same 3,000 bytes again and again", Uint8Array.from({ length: 100_000 }, (_, index) => noise[index % 3_000]!)],
  ])("cost less when they have %s", (_name, bytes) => {
    expect(sizeOf(concatBytes(old, bytes)) - sizeOf(old)).toBeLessThan(bytes.length * 0.9995);
  });

  it("are short or long", () => {
    for (const length of [1, 1_023, 1_024, 1_025, 16_384, 16_385]) {
      expect(sizeOf(concatBytes(old, noise.subarray(0, length)))).toBeLessThan(length + sizeOf(old) + 64);
    }
  });
});
