/** One instance of a half of the WebAssembly core, with a memory of its own that lives as long as the run that it serves. */

import { DeltaError } from "../errors.ts";
import { type CompiledModule, instantiate, type WasmMemory } from "./host.ts";
import { type CoreHalf, type EmbeddedModules, markers, moduleOf } from "./modules.ts";

/** Bytes of a page of WebAssembly memory. */
export const pageSize: number = 64 * 1024;
/** The addresses are unsigned integers of 32 bits; `wasm/arena.ts` keeps off the last page. */
const mostPages = 0xffff;

/** What both halves export. */
export interface CoreExports {
  /** Lays out `size` bytes at a multiple of 64; 0 when the memory cannot grow that far. */
  allocate(size: number): number;
  /** Forgets every piece. */
  resetArena(): void;
}

/** An instance, its memory, and views on it. */
export class Core<Exports extends CoreExports> {
  readonly exports: Exports;
  readonly #memory: WasmMemory;

  constructor(exports: Exports, memory: WasmMemory) {
    this.exports = exports;
    this.#memory = memory;
  }

  /** Bytes of memory that the instance has taken; they never become fewer. */
  get memoryBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Lays out `size` bytes and gives their address; every view made before may have ended.
   *
   * @throws DeltaError `ERR_DELTA_MEMORY_LIMIT` when the instance's bound or the host allows no more
   */
  allocate(size: number): number {
    const address = size > mostPages * pageSize ? 0 : this.exports.allocate(size) >>> 0;
    if (address === 0) this.refuseMemory(size);
    return address;
  }

  /** Says that the memory cannot grow by what is wanted. */
  refuseMemory(size: number): never {
    throw new DeltaError("ERR_DELTA_MEMORY_LIMIT", `WebAssembly memory of ${this.memoryBytes} bytes cannot grow`, {
      details: { wanted: size, found: this.memoryBytes },
    });
  }

  /** A view on `length` bytes from `address` on; it ends when the memory grows. */
  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, address >>> 0, length);
  }

  /** A view on `length` integers of 16 bits; it ends when the memory grows. */
  halfWords(address: number, length: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.#memory.buffer, address >>> 0, length);
  }

  /** A view on `length` integers of 32 bits; it ends when the memory grows. */
  words(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#memory.buffer, address >>> 0, length);
  }
}

/**
 * Makes an instance of a half, or gives nothing where the host has no WebAssembly.
 *
 * @param maxBytes - bound on its memory, rounded up to pages of 64 KiB
 * @param refill - puts the next coded bytes of an otadelta patch into the input buffer and gives their number
 */
export function openCore<Exports extends CoreExports>(
  half: CoreHalf,
  embedded: EmbeddedModules,
  maxBytes: number,
  refill: () => number = () => 0,
): Core<Exports> | undefined {
  const module: CompiledModule | undefined = moduleOf(half, embedded);
  if (module === undefined) return undefined;
  const made = instantiate(module, Math.max(1, Math.min(mostPages, Math.ceil(maxBytes / pageSize))), refill);
  return made && new Core(made.exports as unknown as Exports, made.memory);
}

/** Whether an instance of `half` uses SIMD. */
export function usesSimd(core: Core<CoreExports>, half: CoreHalf): boolean {
  const marker = (core.exports as unknown as Record<string, { readonly value: number }>)[markers[half]];
  return marker!.value === 1;
}
