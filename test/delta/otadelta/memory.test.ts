/** What a patch is said to take is what applying it takes, and what is too much is refused before any of it is taken. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import { openOtadelta, writeOtadelta } from "../../../src/delta/otadelta/header.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { coreBytes, hashBlockSize, otadeltaMemory } from "../../../src/delta/otadelta/memory.ts";
import { modelSizes } from "../../../src/delta/otadelta/model.ts";
import { profileBounds, profiles } from "../../../src/delta/otadelta/profile.ts";
import { openApplyCore } from "../../../src/delta/wasm/apply-core.ts";
import { errorOf } from "../../error-of.ts";
import { memoriesOf } from "../watched-memories.ts";
import { applyWith } from "./apply-with.ts";
import { encodePlan } from "./covers.ts";

const [old, fresh] = [loadFirmware("cityhub", "7.27"), loadFirmware("cityhub", "7.28")];

afterEach(() => vi.unstubAllGlobals());

describe("working memory", () => {
  it.each(Object.keys(profiles) as (keyof typeof profiles)[])("is what the patch says, profile %s", (profile) => {
    const patch = makePatch(old, fresh, { profile });
    const opened = openOtadelta(patch, defaultHashProvider);
    const [memory, ...others] = memoriesOf(() => applyWith(patch, old, fresh));
    expect(others).toEqual([]);
    expect(memory!.buffer.byteLength).toBe(coreBytes(opened));
    const limits = { maxMemory: otadeltaMemory(opened) };
    expect(sha256(applyWith(patch, old, fresh, { limits }))).toEqual(sha256(fresh));
    const less = { maxMemory: limits.maxMemory - 1 };
    expect(errorOf(() => applyWith(patch, old, fresh, { limits: less }))).toMatchObject({
      code: "ERR_DELTA_MEMORY_LIMIT",
    });
  });

  it("is enough for every profile, with a map that fills its pages", () => {
    const plan = { old, fresh, kinds: [2] };
    for (const end of [0, 1] as const) {
      const sizes = Object.fromEntries(Object.entries(profileBounds).map(([name, bounds]) => [name, bounds[end]]));
      const profile = { ...(sizes as unknown as typeof profiles.tiny), ...(end === 1 ? { lineBits: 16 } : {}) };
      for (let count = 0; count < 3_300; count += 97) {
        const covers = Array.from({ length: count }, (_, index) => ({ inserted: 1, length: 1, old: index }));
        const patch = encodePlan({ ...plan, fresh: fresh.subarray(0, 8_000), covers, profile });
        const bytes = writeOtadelta(patch, defaultHashProvider);
        const limits = { maxTriples: count };
        const [memory] = memoriesOf(() => applyWith(bytes, old, fresh.subarray(0, 8_000), { limits }));
        expect(memory!.buffer.byteLength).toBeLessThanOrEqual(coreBytes(patch));
        if (end === 1) break;
      }
    }
  });

  it("counts the constant tables of the core, and each block", () => {
    expect(openApplyCore(2 ** 17)!.allocate(1)).toBeLessThanOrEqual(26 * 1024);
    const plan = { old, fresh, covers: [], kinds: [], profile: profiles.tiny };
    const blocks = Math.ceil(fresh.length / 2 ** 16);
    expect(otadeltaMemory(encodePlan(plan))).toBe(coreBytes(encodePlan(plan)) + hashBlockSize + 512 * blocks);
  });

  it("is at most 0.6 MB with the profile tiny, but for pages that the map takes", () => {
    const { map } = modelSizes({ profile: profiles.tiny, coverCount: 2_000, oldSize: 0, typeTable: undefined });
    const sizes = { profile: profiles.tiny, newSize: 1, blockBits: 20, typeTable: undefined };
    expect(otadeltaMemory({ ...sizes, coverCount: 1_900, oldSize: 0 })).toBeLessThan(600_000);
    expect(map).toBeLessThan(45_000);
    // The page that is left of the 0.6 MB is for what the host holds beside: views, hashes, what is not collected yet.
    expect(otadeltaMemory({ ...sizes, coverCount: 0, oldSize: 0 })).toBeLessThan(540_000);
  });

  it("is refused in front of the lists that the header goes on with", () => {
    const patch = writeOtadelta(
      { ...openOtadelta(makePatch(old, fresh), defaultHashProvider), blocks: [] },
      defaultHashProvider,
    );
    // What is behind the head is missing, which is found later.
    const limits = { maxOutput: fresh.length - 1 };
    expect(errorOf(() => applyWith(patch, old, fresh, { limits }))).toMatchObject({ code: "ERR_DELTA_OUTPUT_LIMIT" });
  });
});

describe("covers", () => {
  it("are bounded as the control triples of BSDIFF40 are: each may cost a read", () => {
    const covers = Array.from({ length: 3_000 }, (_, index) => ({
      inserted: 0,
      length: 1,
      old: (index * 7_919) % old.length,
    }));
    const plan = { old, fresh: fresh.subarray(0, 10_000), covers, kinds: [0], profile: profiles.tiny };
    const bytes = writeOtadelta(encodePlan(plan), defaultHashProvider);
    expect(errorOf(() => applyWith(bytes, old, plan.fresh))).toMatchObject({
      code: "ERR_DELTA_TRIPLES",
      details: { limit: "maxTriples", allowed: 2_250, found: 3_000 },
    });
    expect(applyWith(bytes, old, plan.fresh, { limits: { maxTriples: 3_000 } })).toEqual(plan.fresh);
  });
});
