/** A slot for the new image that keeps what was written when the power fails. */

import type { ResumableSink } from "otakit/delta";

/** Storage in memory whose power fails after so many bytes. */
export class Slot implements ResumableSink {
  #bytes: Uint8Array = new Uint8Array(0);
  #bytesLeft: number;
  committed = false;
  /** Bytes written since the power came back. */
  written = 0;

  constructor(bytesUntilPowerCut: number) {
    this.#bytesLeft = bytesUntilPowerCut;
  }

  /** The power is back. */
  restart(): void {
    this.#bytesLeft = Number.POSITIVE_INFINITY;
    this.written = 0;
  }

  get content(): Uint8Array {
    return this.#bytes;
  }

  get keptBytes(): number {
    return this.#bytes.length;
  }

  readKept(offset: number, target: Uint8Array): number {
    const found = this.#bytes.subarray(offset, offset + target.length);
    target.set(found);
    return found.length;
  }

  truncate(size: number): void {
    this.#bytes = this.#bytes.slice(0, size);
  }

  write(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#bytesLeft);
    const grown = new Uint8Array(this.#bytes.length + taken.length);
    grown.set(this.#bytes);
    grown.set(taken, this.#bytes.length);
    this.#bytes = grown;
    this.#bytesLeft -= taken.length;
    this.written += taken.length;
    return taken.length;
  }

  flush(): void {}

  commit(): void {
    this.committed = true;
  }

  discard(): void {
    this.#bytes = new Uint8Array(0);
  }

  suspend(): void {}
}
