/** The vehicle's half of the WebAssembly core, with its modules. */

import type { Bzip2Exports } from "../bzip2/wasm-block.ts";
import type { OtadeltaExports } from "../otadelta/exports.ts";
import { base64 as plain } from "./apply.generated.ts";
import { base64 as simd } from "./apply-simd.generated.ts";
import { type Core, openCore, usesSimd } from "./core.ts";

/** What `wasm/apply.ts` exports. */
export interface ApplyExports extends Bzip2Exports, OtadeltaExports {}

/** Makes an instance, or gives nothing where TypeScript has to do; `maxBytes` bounds its memory. */
export function openApplyCore(maxBytes: number, refill?: () => number): Core<ApplyExports> | undefined {
  return openCore<ApplyExports>("apply", { simd, plain }, maxBytes, refill);
}

/** What applies patches on this host. */
export type DeltaBackend = "wasm-simd" | "wasm" | "typescript";

/**
 * Tells what applies patches in this program: WebAssembly with SIMD or without, or plain TypeScript where the host has no WebAssembly, a
 * content security policy forbids it, or {@link initDelta} said so. All three make the same bytes and refuse the same patches.
 *
 * The first call compiles the module.
 *
 * @example
 * ```ts
 * deltaBackend(); // "wasm-simd"
 * ```
 */
export function deltaBackend(): DeltaBackend {
  const core = openApplyCore(1);
  if (core === undefined) return "typescript";
  return usesSimd(core, "apply") ? "wasm-simd" : "wasm";
}
