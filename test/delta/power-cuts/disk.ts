/** Storage whose power may fail: what was not flushed is there in part, torn, and not in the order of its writing. */

import type { Random } from "../../../scripts/random.ts";
import type { ResumableSink } from "../../../src/delta/index.ts";

/** What a call throws when the power fails in it; nothing of the program runs after it. */
export class PowerCut extends Error {}

interface Pending {
  readonly offset: number;
  /** New bytes, or nothing for a truncation to `offset`. */
  readonly bytes?: Uint8Array;
}

/** A file for the new image. `commit` is a rename: it is there or it is not. */
export class Disk implements ResumableSink {
  readonly #random: Random;
  #durable: Uint8Array = new Uint8Array(0);
  #pending: Pending[] = [];
  #size = 0;
  #callsLeft = Number.POSITIVE_INFINITY;
  #dead = false;
  committed = false;
  /** Bytes that the run at hand wrote. */
  written = 0;
  /** Bytes that were flushed and lie at the start of the file. */
  flushed = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Lets the power fail in one of the calls that follow; `Infinity` for none. */
  start(callsUntilCut: number): void {
    this.#callsLeft = callsUntilCut;
    this.#dead = false;
    this.written = 0;
  }

  /** What the power left: of the writes since the last flush some, whole or torn, in any order. */
  restart(): void {
    const random = this.#random;
    const left = this.#pending.filter(() => random.below(3) > 0);
    for (let last = left.length - 1; last > 0; last--) {
      const other = random.below(last + 1);
      [left[last], left[other]] = [left[other]!, left[last]!];
    }
    for (const { offset, bytes } of left) {
      if (bytes === undefined) this.#durable = this.#durable.slice(0, offset);
      else this.#put(offset, random.below(2) === 0 ? bytes : bytes.subarray(0, random.below(bytes.length + 1)));
    }
    this.#pending = [];
    this.#size = this.#durable.length;
  }

  /** Changes a byte that was thought to be safe. */
  rot(): void {
    if (this.#durable.length > 0)
      this.#durable[this.#random.below(this.#durable.length)]! ^= 1 + this.#random.below(255);
  }

  /** The file as the program sees it. */
  content(): Uint8Array {
    this.#settle();
    return this.#durable;
  }

  get keptBytes(): number {
    return this.#size;
  }

  readKept(offset: number, target: Uint8Array): number {
    this.#call();
    const found = this.content().subarray(offset, offset + target.length);
    target.set(found);
    return found.length;
  }

  truncate(size: number): void {
    this.#pending.push({ offset: size });
    this.#size = size;
    this.flushed = Math.min(this.flushed, size);
    this.#call();
  }

  write(bytes: Uint8Array): number {
    this.#pending.push({ offset: this.#size, bytes: bytes.slice() });
    this.#size += bytes.length;
    this.written += bytes.length;
    this.#call();
    return bytes.length;
  }

  flush(): void {
    // The power may fail in front of it or behind it.
    this.#call();
    this.#settle();
    this.flushed = this.#size;
    this.#call();
  }

  commit(): void {
    this.#call();
    this.#settle();
    this.committed = true;
  }

  discard(): void {
    if (this.#dead) return;
    this.#durable = new Uint8Array(0);
    this.#pending = [];
    this.#size = 0;
    this.flushed = 0;
  }

  suspend(): void {}

  #call(): void {
    if (this.#dead || --this.#callsLeft > 0) return;
    this.#dead = true;
    throw new PowerCut("the power failed");
  }

  #settle(): void {
    for (const { offset, bytes } of this.#pending) {
      if (bytes === undefined) this.#durable = this.#durable.slice(0, offset);
      else this.#put(offset, bytes);
    }
    this.#pending = [];
  }

  /** Puts bytes into the file; a hole in front of them is filled with what was on the medium. */
  #put(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#durable.length) {
      const grown = new Uint8Array(end).fill(0xa5);
      grown.set(this.#durable);
      this.#durable = grown;
    }
    this.#durable.set(bytes, offset);
  }
}
