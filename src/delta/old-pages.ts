/**
 * A small cache of pages of the old image: the control triples of a patch are short and jump about, reads of storage are
 * better few. Longer parts are read as they are, past the cache.
 */

import { DeltaError } from "./errors.ts";
import type { PatchSteps } from "./steps.ts";

const pageSize = 4 * 1024;
const slotCount = 64;

/** Memory of the cache, in bytes. */
export const oldPagesMemory: number = pageSize * slotCount;

/** Pages of an old image of `size` bytes; page `n` lives in slot `n` modulo their number. */
export class OldPages {
  readonly #size: number;
  readonly #buffer: Uint8Array;
  /** Which page each slot holds; -1 for none. */
  readonly #held: Float64Array;

  /** @param buffer - where pages are kept, 4 KiB each */
  constructor(size: number, buffer: Uint8Array = new Uint8Array(oldPagesMemory)) {
    this.#size = size;
    this.#buffer = buffer;
    this.#held = new Float64Array(buffer.length / pageSize).fill(-1);
  }

  /**
   * Copies the old bytes from `offset` on to `target[start..end)`; what is outside the image leaves `target` as it is.
   *
   * `offset` is any integer within 2^53 - 1, also a negative one.
   */
  *copy(offset: number, target: Uint8Array, start: number, end: number): PatchSteps<void> {
    let from = Math.max(offset, 0);
    let at = start + (from - offset);
    const until = Math.min(end, at + this.#size - from);
    while (at < until) {
      if (until - at > pageSize) return yield* readOld(from, target.subarray(at, until));
      const page = Math.floor(from / pageSize);
      const slot = page % this.#held.length;
      if (this.#held[slot] !== page) yield* this.#load(page, slot);
      const inPage = from - page * pageSize;
      const length = Math.min(until - at, pageSize - inPage);
      const first = slot * pageSize + inPage;
      target.set(this.#buffer.subarray(first, first + length), at);
      at += length;
      from += length;
    }
  }

  *#load(page: number, slot: number): PatchSteps<void> {
    const offset = page * pageSize;
    const first = slot * pageSize;
    const target = this.#buffer.subarray(first, first + Math.min(pageSize, this.#size - offset));
    yield* readOld(offset, target);
    this.#held[slot] = page;
  }
}

/** Reads old bytes by a step and refuses a short read. */
export function* readOld(offset: number, target: Uint8Array): PatchSteps<void> {
  const length = yield { kind: "read", offset, target };
  if (length === target.length) return;
  throw new DeltaError("ERR_DELTA_OLD_READ", `Cannot read old image: ${length} of ${target.length} bytes`, {
    details: { oldOffset: offset, wanted: target.length, ...(typeof length === "number" ? { found: length } : {}) },
  });
}
