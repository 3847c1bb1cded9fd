import { describe, expect, test } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { seededRandom } from "../../../scripts/random.ts";
import {
  type DeltaProfile,
  inspectPatch,
  type MakeProgress,
  makePatch,
  type OtadeltaInfo,
} from "../../../src/delta/index.ts";
import { faultOf } from "../harness.ts";
import { applyWith } from "./apply-with.ts";

const [old, fresh] = [loadFirmware("cityhub", "7.27"), loadFirmware("cityhub", "7.28")];
const inspect = (patch: Uint8Array): OtadeltaInfo => inspectPatch(patch) as OtadeltaInfo;

describe("makePatch", () => {
  test("tells progress that never goes back within a phase, and stops when it is asked to", () => {
    const seen: MakeProgress[] = [];
    const patch = makePatch(old, fresh, { blockSize: 1 << 16, onProgress: (progress) => seen.push(progress) });
    expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(["index-old", "scan-new", "compress"]));
    for (const phase of ["index-old", "scan-new", "compress"]) {
      const done = seen.filter((each) => each.phase === phase).map(({ doneBytes }) => doneBytes);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
    }
    expect(seen.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes)).toBe(true);
    for (let calls = 0; calls < seen.length; calls++) {
      let left = calls;
      const signal = {
        get aborted() {
          return left-- <= 0;
        },
        reason: "enough",
      };
      const fault = faultOf(() => makePatch(old, fresh, { blockSize: 1 << 16, signal }));
      expect([fault.code, fault.cause]).toEqual(["ERR_DELTA_CANCELLED", "enough"]);
    }
    expect(makePatch(old, fresh, { blockSize: 1 << 16 })).toEqual(patch);
  });

  test.each([1 << 16, 1 << 17, 1 << 24])("makes blocks of %i bytes", (blockSize) => {
    const patch = makePatch(old, fresh, { blockSize });
    expect(inspect(patch)).toMatchObject({ blockSize, blocks: Math.ceil(fresh.length / blockSize) });
    expect(Buffer.compare(applyWith(patch, old, fresh), fresh)).toBe(0);
  });

  test("level fast finds covers again where they are short or few, and not in a large image where they are long", () => {
    const indexings = (from: Uint8Array, to: Uint8Array): number => {
      const phases: string[] = [];
      makePatch(from, to, { level: "fast", onProgress: ({ phase }) => phases.push(phase) });
      return phases.filter((phase) => phase === "index-old").length;
    };
    // Eight bytes more behind so many: each begins another cover.
    const large = seededRandom("covers").bytes(1 << 20);
    const inserted = (each: number): Uint8Array => {
      const grown = new Uint8Array(large.length + Math.ceil(large.length / each) * 8);
      let at = 0;
      for (let from = 0; from < large.length; from += each, at += 8) {
        grown.set(large.subarray(from, from + each), at);
        at += Math.min(each, large.length - from);
      }
      return grown.subarray(0, at);
    };
    expect([indexings(large, inserted(4096)), indexings(large, inserted(256))]).toEqual([1, 2]);
    expect(indexings(old, fresh)).toBe(2);
    const moved = loadFirmware("cityhub", "7.22");
    const [fast, whole] = (["fast", "default"] as const).map((level) => makePatch(moved, fresh, { level }).length);
    expect(fast).toBeLessThan(whole! * 1.05);
  });

  test("keeps to the memory of the vehicle", () => {
    const needs = (profile: DeltaProfile): number => inspect(makePatch(old, fresh, { profile })).memoryBytes;
    const [tiny, middle, large] = [needs("tiny"), needs("default"), needs("smallest")];
    expect([tiny < middle, middle < large]).toEqual([true, true]);
    const chosen = (maxApplyMemory: number, profile?: DeltaProfile): string =>
      inspect(makePatch(old, fresh, { maxApplyMemory, ...(profile === undefined ? {} : { profile }) })).profile;
    expect([chosen(large, "smallest"), chosen(large - 1, "smallest"), chosen(middle - 1, "smallest")]).toEqual([
      "smallest",
      "default",
      "tiny",
    ]);
    // More memory than the profile needs is no reason to take it.
    expect([chosen(large), chosen(large, "tiny")]).toEqual(["default", "tiny"]);
    const fault = faultOf(() => makePatch(old, fresh, { maxApplyMemory: tiny - 1 }));
    expect([fault.code, fault.details?.["found"]]).toEqual(["ERR_DELTA_MEMORY_LIMIT", tiny]);
    expect(() => applyWith(makePatch(old, fresh), old, fresh, { limits: { maxMemory: middle } })).not.toThrow();
  });

  test("costs no more than the new image alone when the old one is of no use", () => {
    const random = seededRandom("useless");
    const useless = random.bytes(200_000);
    const alone = makePatch(new Uint8Array(0), fresh);
    expect(makePatch(useless, fresh).length).toBeLessThanOrEqual(alone.length + 64);
    const noise = random.bytes(300_000);
    expect(makePatch(useless, noise).length).toBeLessThanOrEqual(noise.length + 512);
    expect(inspect(makePatch(useless, noise)).storedBlocks).toBe(1);
  });

  test.each([
    ["level", { level: "best" }],
    ["profile", { profile: "__proto__" }],
    ["blockSize", { blockSize: 100_000 }],
    ["blockSize", { blockSize: 1 << 15 }],
    ["blockSize", { blockSize: 1 << 25 }],
    ["maxMemory", { maxMemory: -1 }],
    ["maxApplyMemory", { maxApplyMemory: 0.5 }],
  ])("refuses another %s", (name, options) => {
    expect(() => makePatch(old, fresh, options as object)).toThrow(new RegExp(`"${name}" expected`));
  });

  test("refuses what is no image", () => {
    expect(() => makePatch("old" as unknown as Uint8Array, fresh)).toThrow(TypeError);
    expect(faultOf(() => makePatch(old, fresh, { maxMemory: 1 << 20 })).code).toBe("ERR_DELTA_MEMORY_LIMIT");
  });
});
