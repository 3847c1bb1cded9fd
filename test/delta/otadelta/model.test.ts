/** The memory that TypeScript counts is what WebAssembly lays out. */

import { describe, expect, it } from "vitest";
import { modelSizes } from "../../../src/delta/otadelta/model.ts";
import { profiles } from "../../../src/delta/otadelta/profile.ts";
import { openApplyCore } from "../../../src/delta/wasm/apply-core.ts";

describe("memory of the model", () => {
  it.each(Object.entries(profiles))("is counted as it is laid out, profile %s", (_, profile) => {
    const { exports } = openApplyCore(2 ** 17)!;
    const { flagBits, lineBits, correctionBits, contexts } = profile;
    for (const [covers, oldSize] of [
      [0, 0],
      [1, 4095],
      [1000, 4096],
      [77_777, 33_000_001],
    ] as const) {
      const sizes = modelSizes(profile, covers, oldSize);
      expect(sizes.model).toBe(exports.payloadBytes(flagBits, lineBits, correctionBits, contexts));
      expect(sizes.turned).toBe(exports.turnedBytes(covers, oldSize));
    }
  });
});
