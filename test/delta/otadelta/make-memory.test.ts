/** Making keeps to its memory: what a byte of the old image takes, and what happens where there is less. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { type DeltaLevel, type MakePatchOptions, makePatch } from "../../../src/delta/otadelta/make.ts";
import { errorOf } from "../../error-of.ts";
import { memoriesOf } from "../watched-memories.ts";
import { applyWith } from "./apply-with.ts";

const [old, fresh] = [loadFirmware("ev3", "7.27"), loadFirmware("ev3", "7.28")];

afterEach(() => vi.unstubAllGlobals());

/** Several firmwares behind each other, each other bytes. */
function repeated(image: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(image.length * times);
  for (let copy = 0; copy < times; copy++) {
    for (let at = 0; at < image.length; at++) all[copy * image.length + at] = image[at]! ^ (copy * 37);
  }
  return all;
}

function made(from: Uint8Array, to: Uint8Array, options: MakePatchOptions): { patch: Uint8Array; bytes: number } {
  let patch = new Uint8Array();
  const memories = memoriesOf(() => {
    patch = makePatch(from, to, options);
  });
  vi.unstubAllGlobals();
  return { patch, bytes: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) };
}

describe("memory of making", () => {
  it.each(["fast", "default", "smallest"] as const)("is ten bytes for each old one at most, level %s", (level) => {
    expect(made(old, fresh, { level }).bytes).toBeLessThanOrEqual(10 * old.length);
  });

  it("is five bytes for each byte of a large old image where that is the bound", () => {
    const [large, next] = [repeated(old, 11), repeated(fresh, 11)];
    expect(large.length).toBeGreaterThan(8 << 20);
    const maxMemory = 5 * large.length;
    const { patch, bytes } = made(large, next, { maxMemory });
    expect(bytes).toBeLessThanOrEqual(maxMemory);
    expect(Buffer.compare(applyWith(patch, large, next, { limits: { maxOutput: 1 << 24 } }), next)).toBe(0);
    expect(made(large, next, {}).bytes).toBeGreaterThan(maxMemory);
  });

  it.each(["fast", "default", "smallest"] as const)(
    "is never more than allowed, and told when that is too little, level %s",
    (level: DeltaLevel) => {
      const refusal = (maxMemory: number): unknown => errorOf(() => makePatch(old, fresh, { level, maxMemory }));
      const { details } = refusal(0) as { details: { found: number } };
      expect(refusal(details.found - 1)).toMatchObject({
        code: "ERR_DELTA_MEMORY_LIMIT",
        details: { limit: "maxMemory", allowed: details.found - 1, found: details.found },
      });
      const { bytes: free } = made(old, fresh, { level });
      for (let maxMemory = details.found; maxMemory < free; maxMemory += 1 << 20) {
        const { patch, bytes } = made(old, fresh, { level, maxMemory });
        expect(bytes).toBeLessThanOrEqual(maxMemory);
        expect(Buffer.compare(applyWith(patch, old, fresh), fresh)).toBe(0);
      }
    },
  );

  it("changes no patch that it need not", () => {
    const { patch, bytes } = made(old, fresh, {});
    expect(Buffer.compare(makePatch(old, fresh, { maxMemory: bytes }), patch)).toBe(0);
    expect(Buffer.compare(makePatch(old, fresh, { maxMemory: bytes - 1 }), patch)).not.toBe(0);
  });

  it("finds in the prediction what lies at both ends of the old image", () => {
    // The prediction is written over the old image, in front of where that begins.
    for (const size of [1, 63, 64, 65, 1023, 1024, 1025, 2047, 2048, 2049, 4096]) {
      const part = old.subarray(0, size);
      const grown = Uint8Array.of(...fresh.subarray(0, 7), ...part, 1, 2, 3);
      expect(Buffer.compare(applyWith(makePatch(part, grown), part, grown), grown)).toBe(0);
    }
  });
});
