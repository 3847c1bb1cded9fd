/** SIMD and plain WebAssembly and the translation to JavaScript are one coder: the same patches, and each applies what the others made. */

import { afterEach, describe, expect, it } from "vitest";
import { loadFirmware } from "../../../examples/demo/firmware.ts";
import { base64ToBytes, bytesToHex, sha256 } from "../../../src/core/index.ts";
import { makePatch } from "../../../src/delta/otadelta/make.ts";
import { profiles } from "../../../src/delta/otadelta/profile.ts";
import { base64 as applyPlain } from "../../../src/delta/wasm/apply.generated.ts";
import { base64 as applySimd } from "../../../src/delta/wasm/apply-simd.generated.ts";
import { base64 as diffPlain } from "../../../src/delta/wasm/diff.generated.ts";
import { base64 as diffSimd } from "../../../src/delta/wasm/diff-simd.generated.ts";
import { compileModule } from "../../../src/delta/wasm/host.ts";
import { initDelta } from "../../../src/delta/wasm/modules.ts";
import { applyWith } from "./apply-with.ts";

const compile = (base64: string): object => compileModule(base64ToBytes(base64))!;
const plain = { apply: compile(applyPlain), diff: compile(diffPlain) };
const simd = { apply: compile(applySimd), diff: compile(diffSimd) };

afterEach(() => initDelta("embedded"));

describe("the variants of the core", () => {
  it.each(Object.keys(profiles) as (keyof typeof profiles)[])("agree, profile %s", (profile) => {
    const [old, fresh] = [loadFirmware("technichub", "7.22"), loadFirmware("technichub", "7.28")];
    const [byPlain, bySimd] = [plain, simd].map((modules) => {
      initDelta(modules);
      return makePatch(old, fresh, { profile });
    }) as [Uint8Array, Uint8Array];
    // By digest: the difference of two long arrays takes minutes to print.
    expect(bytesToHex(sha256(byPlain))).toBe(bytesToHex(sha256(bySimd)));
    for (const modules of [plain, simd, "typescript"] as const) {
      initDelta(modules);
      expect(bytesToHex(sha256(applyWith(byPlain, old, fresh)))).toBe(bytesToHex(sha256(fresh)));
    }
  });
});
