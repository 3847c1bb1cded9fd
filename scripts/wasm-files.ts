/** Writes the embedded WebAssembly modules as files, for platforms that compile imports but no bytes. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { base64 as apply } from "../src/delta/wasm/apply.generated.ts";
import { base64 as applySimd } from "../src/delta/wasm/apply-simd.generated.ts";
import { base64 as diff } from "../src/delta/wasm/diff.generated.ts";
import { base64 as diffSimd } from "../src/delta/wasm/diff-simd.generated.ts";

/** Writes all four files into `folder`. */
export function writeWasmFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, base64] of Object.entries({ apply, "apply-simd": applySimd, diff, "diff-simd": diffSimd })) {
    writeFileSync(join(folder, `${name}.wasm`), Buffer.from(base64, "base64"));
  }
}
