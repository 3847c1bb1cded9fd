/** Loading of the WebAssembly core: which module runs where, and what a host that refuses gets. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { base64ToBytes } from "../../src/core/index.ts";
import { type DeltaBackend, deltaBackend, initDelta } from "../../src/delta/index.ts";
import { base64 as applyPlain } from "../../src/delta/wasm/apply.generated.ts";
import { openApplyCore } from "../../src/delta/wasm/apply-core.ts";
import { base64 as applySimd } from "../../src/delta/wasm/apply-simd.generated.ts";
import { base64 as diffPlain } from "../../src/delta/wasm/diff.generated.ts";
import { openDiffCore } from "../../src/delta/wasm/diff-core.ts";
import { base64 as diffSimd } from "../../src/delta/wasm/diff-simd.generated.ts";
import { refusal } from "./harness.ts";

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (descriptor: object) => object;
  validate(bytes: Uint8Array): boolean;
};
const host = WebAssembly;
const compile = (base64: string): object => new host.Module(base64ToBytes(base64));

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  initDelta("embedded");
  vi.unstubAllGlobals();
});

/** The back end of a freshly loaded module on a host whose WebAssembly is `replaced`. */
async function backendWith(replaced: unknown): Promise<DeltaBackend> {
  vi.stubGlobal("WebAssembly", replaced);
  const fresh = await import("../../src/delta/wasm/apply-core.ts");
  return fresh.deltaBackend();
}

describe("choice of the module", () => {
  test("SIMD where the host validates it", () => {
    expect(deltaBackend()).toBe("wasm-simd");
  });

  test("the plain module where it does not", async () => {
    const simdOff = { Module: host.Module, Memory: host.Memory, Instance: Reflect.get(host, "Instance") };
    expect(await backendWith({ ...simdOff, validate: () => false })).toBe("wasm");
  });

  test("TypeScript without WebAssembly, and where the host refuses bytes", async () => {
    expect(await backendWith(undefined)).toBe("typescript");
    vi.resetModules();
    const refuse = (): never => {
      throw new Error("blocked by Content Security Policy");
    };
    expect(await backendWith({ validate: host.validate, Memory: host.Memory, Module: refuse })).toBe("typescript");
  });

  test("bytes are compiled once", async () => {
    const counted = vi.fn(host.Module);
    const replaced = { Module: counted, Memory: host.Memory, Instance: Reflect.get(host, "Instance") };
    expect(await backendWith({ ...replaced, validate: host.validate })).toBe("wasm-simd");
    const { deltaBackend: again } = await import("../../src/delta/wasm/apply-core.ts");
    expect(again()).toBe("wasm-simd");
    expect(counted).toHaveBeenCalledTimes(1);
  });
});

describe("initDelta", () => {
  test("takes a module of either half, or both", () => {
    initDelta(compile(applyPlain));
    expect(deltaBackend()).toBe("wasm");
    initDelta({ apply: compile(applySimd), diff: compile(diffPlain) });
    expect(deltaBackend()).toBe("wasm-simd");
    initDelta(compile(diffSimd));
    expect(deltaBackend()).toBe("wasm-simd");
  });

  test("takes two words", () => {
    initDelta("typescript");
    expect(deltaBackend()).toBe("typescript");
    openDiffCore(65_536).allocate(10);
    initDelta("embedded");
    expect(deltaBackend()).toBe("wasm-simd");
  });

  test("refuses what is no module of its half, and keeps what it had", () => {
    initDelta(compile(applyPlain));
    const empty = new host.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    for (const wrong of [{}, empty, { apply: compile(diffPlain) }, { diff: compile(applyPlain) }, { apply: empty }]) {
      expect(() => initDelta(wrong)).toThrow(TypeError);
    }
    expect(() => initDelta(null as unknown as object)).toThrow(TypeError);
    expect(deltaBackend()).toBe("wasm");
  });

  test("making patches says what is missing", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const fresh = await import("../../src/delta/wasm/diff-core.ts");
    const { DeltaError } = await import("../../src/delta/errors.ts");
    expect(() => fresh.openDiffCore(65_536)).toThrow(DeltaError);
    expect(() => fresh.openDiffCore(65_536)).toThrow(/runs no WebAssembly/);
  });
});

describe.each([
  ["apply", () => openApplyCore(200_000)!],
  ["diff", () => openDiffCore(200_000)],
] as const)("the arena of the %s half", (_half, open) => {
  test("lays pieces out one behind the other, at multiples of 64, and grows", () => {
    const core = open();
    expect(core.memoryBytes).toBe(65_536);
    const first = core.allocate(10);
    const second = core.allocate(100_000);
    expect([first % 64, second]).toEqual([0, first + 64]);
    expect(core.memoryBytes).toBeGreaterThanOrEqual(second + 100_000);
    core.bytes(first, 10).fill(7);
    expect([...core.words(first, 2)]).toEqual([0x07070707, 0x07070707]);
    core.exports.resetArena();
    expect(core.allocate(1)).toBe(first);
  });

  test("never grows beyond its bound of whole pages", () => {
    const core = open();
    expect(refusal(() => core.allocate(4 * 65_536))).toEqual(["ERR_DELTA_MEMORY_LIMIT", undefined]);
    expect(refusal(() => core.allocate(2 ** 32))).toEqual(["ERR_DELTA_MEMORY_LIMIT", undefined]);
    expect(core.memoryBytes).toBe(65_536);
    core.allocate(3 * 65_536);
    expect(core.memoryBytes).toBe(4 * 65_536);
  });

  test("instances share no memory", () => {
    const [left, right] = [open(), open()];
    const address = left.allocate(4);
    expect(right.allocate(4)).toBe(address);
    left.words(address, 1)[0] = 5;
    expect(right.words(address, 1)[0]).toBe(0);
  });
});
