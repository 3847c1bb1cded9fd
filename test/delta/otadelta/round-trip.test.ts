/** Patches of the new format: what is made applies to what it was made from, and to nothing else. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { defaultHashProvider, sha256 } from "../../../src/core/index.ts";
import { makeBsdiff40Patch } from "../../../src/delta/bsdiff/make.ts";
import { openOtadelta } from "../../../src/delta/otadelta/header.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { otadeltaMemory } from "../../../src/delta/otadelta/memory.ts";
import { errorOf } from "../../error-of.ts";
import { applyWith } from "./apply-with.ts";

/** Images that share stretches, with pointers and noise. */
const images = fc
  .record({
    pieces: fc.array(fc.uint8Array({ minLength: 1, maxLength: 600 }), { maxLength: 12 }),
    order: fc.array(fc.nat(11), { maxLength: 24 }),
    flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
  })
  .map(({ pieces, order, flips }) => {
    const old = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
    const fresh = Uint8Array.from(order.flatMap((index) => [...(pieces[index] ?? [])]));
    for (const [at, value] of flips) if (fresh.length > 0) fresh[at % fresh.length] = value;
    return { old, fresh };
  });

describe("otadelta", () => {
  it.each([
    ["tiny", 600_000],
    ["default", 2_000_000],
    ["smallest", 8_000_000],
  ] as const)(
    "makes and applies patches of firmware, a third of bsdiff's, profile %s, in %i bytes",
    (profile, mostMemory) => {
      for (const hub of ["primehub", "cityhub"] as const) {
        const [old, fresh] = [loadFirmware(hub, "7.27"), loadFirmware(hub, "7.28")];
        const patch = makePatch(old, fresh, { profile });
        expect(sha256(applyWith(patch, old, fresh))).toEqual(sha256(fresh));
        expect(patch.length).toBeLessThan(makeBsdiff40Patch(old, fresh).length / 3);
        expect(otadeltaMemory(openOtadelta(patch, defaultHashProvider))).toBeLessThan(mostMemory);
      }
    },
  );

  it("gives back any new image from any old one", () => {
    fc.assert(
      fc.property(images, fc.constantFrom("fast", "default", "smallest"), ({ old, fresh }, level) => {
        const patch = makePatch(old, fresh, { level, profile: "tiny" });
        expect(applyWith(patch, old, fresh)).toEqual(fresh);
        expect(patch.length).toBeLessThanOrEqual(fresh.length + 256);
      }),
      { numRuns: 200 },
    );
  });

  it("refuses every patch of which one byte was changed", () => {
    const [old, fresh] = [loadFirmware("cityhub", "7.27"), loadFirmware("cityhub", "7.28")];
    const patch = makePatch(old, fresh, { profile: "tiny" });
    fc.assert(
      fc.property(fc.nat(patch.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = patch.slice();
        bad[at]! ^= change;
        expect(errorOf(() => applyWith(bad, old, fresh))).toMatchObject({ code: expect.stringMatching(/^ERR_DELTA_/) });
      }),
      { numRuns: 60 },
    );
  });
});
