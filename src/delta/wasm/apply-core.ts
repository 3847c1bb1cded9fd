/** The vehicle's half of the WebAssembly core, with its modules. */

import type { Bzip2Exports } from "../bzip2/wasm-block.ts";
import { DeltaError } from "../errors.ts";
import type { OtadeltaExports } from "../otadelta/exports.ts";
import { base64 as plain } from "./apply.generated.ts";
import { base64 as simd } from "./apply-simd.generated.ts";
import { Core, openCore, pageSize, usesSimd } from "./core.ts";
import { openOtadelta } from "./otadelta.generated.ts";

/** What `wasm/apply.ts` exports. */
export interface ApplyExports extends Bzip2Exports, OtadeltaExports {}

/** Makes an instance, or gives nothing where TypeScript has to do; `maxBytes` bounds its memory. */
export function openApplyCore(maxBytes: number, refill?: () => number): Core<ApplyExports> | undefined {
  return openCore<ApplyExports>("apply", { simd, plain }, maxBytes, refill);
}

/**
 * Makes an instance of what applies `otadelta` patches: in WebAssembly, or of the same source translated to JavaScript where the host has none.
 *
 * @param maxBytes - bound on its memory
 * @throws DeltaError `ERR_DELTA_MEMORY_LIMIT` when the host has no room for it
 */
export function openOtadeltaCore(maxBytes: number, refill: () => number): Core<OtadeltaExports> {
  const core = openApplyCore(maxBytes, refill);
  if (core !== undefined) return core;
  const memory = allocatePages(Math.ceil(maxBytes / pageSize));
  const exports: unknown = openOtadelta({ env: { memory, refill } });
  return new Core(exports as OtadeltaExports, memory);
}

/** Memory in place of WebAssembly's; all of it at once, for growing copies. */
function allocatePages(pages: number): { readonly buffer: ArrayBuffer } {
  try {
    return { buffer: new ArrayBuffer(pages * pageSize) };
  } catch (cause) {
    throw new DeltaError("ERR_DELTA_MEMORY_LIMIT", `The host has no room for ${pages} pages of 64 KiB`, { cause });
  }
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
