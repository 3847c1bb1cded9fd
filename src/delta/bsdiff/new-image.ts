/**
 * The new image, made block by block: diff bytes with old ones added, and extra bytes as they are.
 *
 * `block` takes the bytes of both streams as they come, `addend` the old bytes at the same places and zero elsewhere, so
 * that one pass adds a whole block however many triples it is made of.
 */

import type { StreamingHash } from "../../core/index.ts";
import { DeltaError, type DeltaErrorCode } from "../errors.ts";
import { OldPages, oldPagesMemory } from "../old-pages.ts";
import { type PatchSteps, pause, writeNew } from "../steps.ts";
import { addBytes } from "./add.ts";
import type { PatchStreams } from "./streams.ts";

/** Bytes between two writes. */
const blockSize = 64 * 1024;

/** Memory of a {@link NewImage} and the old pages it reads, in bytes. */
export const newImageMemory: number = 2 * blockSize + oldPagesMemory;

/** An image under way; every byte of it is hashed and written once. */
export class NewImage {
  readonly #streams: PatchStreams;
  readonly #size: number;
  readonly #hash: StreamingHash;
  readonly #oldPages: OldPages;
  readonly #block: Uint8Array<ArrayBuffer> = new Uint8Array(blockSize);
  readonly #addend: Uint8Array<ArrayBuffer> = new Uint8Array(blockSize);
  #filled = 0;
  /** Bytes written. */
  written = 0;

  constructor(streams: PatchStreams, size: number, oldSize: number, hash: StreamingHash) {
    this.#streams = streams;
    this.#size = size;
    this.#oldPages = new OldPages(oldSize);
    this.#hash = hash;
  }

  /**
   * Appends `length` bytes of a stream, with the old bytes from `oldPosition` on added to those of the diff stream.
   *
   * Old bytes outside the image count as zero. So they do for bspatch behind the image; in front of it bspatch 4.3 reads
   * foreign memory.
   */
  *append(name: "diff" | "extra", length: number, oldPosition: number): PatchSteps<void> {
    let left = length;
    while (left > 0) {
      const start = this.#filled;
      const taken = this.#streams[name].read(this.#block, start, Math.min(start + left, blockSize));
      if (taken === 0) this.#refuse("ERR_DELTA_STREAM_SHORT", name, "ends before the new image is whole");
      if (name === "diff") {
        yield* this.#oldPages.copy(oldPosition + length - left, this.#addend, start, start + taken);
      }
      this.#filled += taken;
      left -= taken;
      if (this.#filled === blockSize || this.written + this.#filled === this.#size) yield* this.#write();
      else if (left > 0) yield pause("write-new", this.written, this.#size);
    }
  }

  /** Refuses what is left in the streams once the image is whole. */
  finish(): void {
    for (const name of ["diff", "extra"] as const) {
      if (this.#streams[name].read(this.#block, 0, blockSize) > 0) {
        this.#refuse("ERR_DELTA_STREAM_LONG", name, "goes on after the new image is whole");
      }
    }
  }

  *#write(): PatchSteps<void> {
    addBytes(this.#block, this.#addend);
    const bytes = this.#block.subarray(0, this.#filled);
    this.#hash.update(bytes);
    yield* writeNew(bytes);
    this.written += this.#filled;
    this.#filled = 0;
    this.#addend.fill(0);
    yield pause("write-new", this.written, this.#size);
  }

  #refuse(code: DeltaErrorCode, name: "diff" | "extra", what: string): never {
    const { offset, produced } = this.#streams[name];
    throw new DeltaError(code, `Cannot apply patch: ${name} stream ${what}`, {
      offset,
      details: { stream: name, bytes: produced },
    });
  }
}
