/**
 * Which compiled module stands for each half of the WebAssembly core: the embedded one, compiled when it is first needed, or one
 * that {@link initDelta} was given.
 */

import { base64ToBytes } from "../../core/index.ts";
import { type CompiledModule, compileModule, exportNames, hostSupport } from "./host.ts";

/** Halves of the core: the vehicle's, which applies patches, and the server's, which makes them. */
export type CoreHalf = "apply" | "diff";

/** The base64 text of both variants of a half. */
export interface EmbeddedModules {
  readonly simd: string;
  readonly plain: string;
}

/** Compiled modules for {@link initDelta}: `WebAssembly.Module` objects of `otakit/delta/*.wasm`. */
export interface DeltaModules {
  /** Of `apply.wasm` or `apply-simd.wasm`. */
  readonly apply?: object;
  /** Of `diff.wasm` or `diff-simd.wasm`. */
  readonly diff?: object;
}

/** Name of the constant that each half exports; its value tells whether SIMD is used. */
export const markers: Readonly<Record<CoreHalf, string>> = { apply: "applyCore", diff: "diffCore" };

/** Embedded modules once compiled; `null` where the host refused. */
const compiled: Partial<Record<CoreHalf, CompiledModule | null>> = {};
/** What the caller chose instead. */
let chosen: DeltaModules & { readonly typescript?: true } = {};

/**
 * Chooses what runs in place of the embedded WebAssembly modules, for the whole program.
 *
 * Edge workers compile no bytes at run time, but import `.wasm` files as compiled modules; there, call this once at start. Choose
 * the `-simd` files unless the platform has no SIMD. What is not given stays, or becomes, the embedded module. `"typescript"` applies
 * patches without WebAssembly, with the same bytes and refusals; `"embedded"` is the state at start.
 *
 * @param source - a compiled module of either half, one for each, or a word
 * @throws TypeError when a module is no compiled module of its half of otakit's core
 * @example
 * ```ts
 * import apply from "otakit/delta/apply-simd.wasm";
 *
 * initDelta(apply);
 * ```
 */
export function initDelta(source: object | DeltaModules | "typescript" | "embedded"): void {
  if (source === "embedded") chosen = {};
  else if (source === "typescript") chosen = { typescript: true };
  else if (halfOf(source) !== undefined) chosen = { [halfOf(source)!]: source };
  else {
    const { apply, diff } = source as DeltaModules;
    if (apply === undefined && diff === undefined) throw new TypeError("expected a module of otakit/delta/*.wasm");
    for (const [half, module] of Object.entries({ apply, diff })) {
      if (module !== undefined && halfOf(module) !== half) {
        throw new TypeError(`"${half}" expected a module of otakit/delta/${half}.wasm or ${half}-simd.wasm`);
      }
    }
    chosen = { ...(apply === undefined ? {} : { apply }), ...(diff === undefined ? {} : { diff }) };
  }
}

function halfOf(module: unknown): CoreHalf | undefined {
  const names = exportNames(module);
  return (["apply", "diff"] as const).find((half) => names.includes(markers[half]));
}

/** The module that stands for a half, or nothing where TypeScript has to do. */
export function moduleOf(half: CoreHalf, embedded: EmbeddedModules): CompiledModule | undefined {
  if (chosen.typescript && half === "apply") return undefined;
  if (chosen[half] !== undefined) return chosen[half];
  if (compiled[half] === undefined) {
    const support = hostSupport();
    compiled[half] = support === "none" ? null : (compileModule(base64ToBytes(embedded[support])) ?? null);
  }
  return compiled[half] ?? undefined;
}
