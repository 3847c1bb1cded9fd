/**
 * The host's WebAssembly as far as the core uses it. Declared here because neither ECMAScript's types nor a user's need have it.
 *
 * Everything that a host may refuse (no WebAssembly at all, a content security policy, an edge worker that takes no bytes) is
 * answered with `undefined`, never thrown.
 */

/** A compiled module, a `WebAssembly.Module`. */
export type CompiledModule = object;

/** A `WebAssembly.Memory`. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

type Exports = Readonly<Record<string, unknown>>;

declare const WebAssembly:
  | undefined
  | {
      validate(bytes: Uint8Array): boolean;
      readonly Module: {
        new (bytes: Uint8Array): CompiledModule;
        exports(module: CompiledModule): readonly { readonly name: string }[];
      };
      readonly Memory: new (descriptor: { readonly initial: number; readonly maximum?: number }) => WasmMemory;
      readonly Instance: new (
        module: CompiledModule,
        imports: { readonly env: { readonly memory: WasmMemory; readonly refill: () => number } },
      ) => { readonly exports: Exports };
    };

/** A function that gives a `v128`: valid where SIMD is. */
const simdProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

/** Whether the host has WebAssembly, with SIMD or without. */
export function hostSupport(): "simd" | "plain" | "none" {
  if (typeof WebAssembly === "undefined") return "none";
  return WebAssembly.validate(Uint8Array.from(simdProbe)) ? "simd" : "plain";
}

/** Compiles a module, or gives nothing where the host refuses to. */
export function compileModule(bytes: Uint8Array): CompiledModule | undefined {
  try {
    return new WebAssembly!.Module(bytes);
  } catch {
    return undefined;
  }
}

/** Names that a compiled module exports; none for a value that is no module of this host. */
export function exportNames(module: unknown): readonly string[] {
  try {
    return WebAssembly!.Module.exports(module as CompiledModule).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Makes an instance with a memory of its own, or gives nothing where the host has no room for it. */
export function instantiate(
  module: CompiledModule,
  maximumPages: number,
  refill: () => number,
): { readonly exports: Exports; readonly memory: WasmMemory } | undefined {
  try {
    const memory = new WebAssembly!.Memory({ initial: 1, maximum: maximumPages });
    return { exports: new WebAssembly!.Instance(module, { env: { memory, refill } }).exports, memory };
  } catch {
    return undefined;
  }
}
