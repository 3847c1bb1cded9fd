/** The server's half of the WebAssembly core, with its modules; never imported by what applies a patch. */

import type { BsdiffExports } from "../bsdiff/triples.ts";
import { DeltaError } from "../errors.ts";
import type { OtadeltaMakeExports } from "../otadelta/exports.ts";
import { type Core, openCore } from "./core.ts";
import { base64 as plain } from "./diff.generated.ts";
import { base64 as simd } from "./diff-simd.generated.ts";

/** What `wasm/diff.ts` exports. */
export interface DiffExports extends BsdiffExports, OtadeltaMakeExports {}

/**
 * Makes an instance; `maxBytes` bounds its memory.
 *
 * @throws DeltaError `ERR_DELTA_NO_WASM` where the host has no WebAssembly: patches are not made without
 */
export function openDiffCore(maxBytes: number): Core<DiffExports> {
  const core = openCore<DiffExports>("diff", { simd, plain }, maxBytes);
  if (core !== undefined) return core;
  throw new DeltaError("ERR_DELTA_NO_WASM", "Cannot make patch: the host runs no WebAssembly");
}
