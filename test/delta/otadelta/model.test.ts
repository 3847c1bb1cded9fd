/** The memory that TypeScript counts is what WebAssembly lays out. */

import { describe, expect, it } from "vitest";
import { modelSizes } from "../../../src/delta/otadelta/model.ts";
import { profiles } from "../../../src/delta/otadelta/profile.ts";
import { openApplyCore } from "../../../src/delta/wasm/apply-core.ts";

const noTable = { oldTypes: 0, oldStrings: 0, oldStringBytes: 0, newTypes: 0, newTypeBytes: 0, newStrings: 0 };

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
      const typeTable = { ...noTable, oldTypeBytes: oldSize - (oldSize % 4) };
      const sizes = modelSizes({ profile, coverCount: covers, oldSize, typeTable });
      expect(sizes.model).toBe(exports.payloadBytes(flagBits, lineBits, correctionBits, contexts));
      expect(sizes.types).toBe(exports.btfBytes(typeTable.oldTypeBytes, covers));
      expect(modelSizes({ profile, coverCount: covers, oldSize, typeTable: undefined }).types).toBe(0);
      expect(sizes.turned).toBe(exports.turnedBytes(covers, oldSize));
    }
  });
});
