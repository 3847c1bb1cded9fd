/**
 * The control stream of a BSDIFF40 patch: triples (add, copy, seek) of sign-magnitude integers, checked one by one.
 *
 * Every rule about lengths and positions stands here, so that applying and inspecting cannot differ.
 */

import type { Bzip2Decoder } from "../bzip2/decoder.ts";
import { DeltaError, type DeltaErrorCode } from "../errors.ts";
import { defaultMaxTriples, type PatchLimits } from "../limits.ts";
import { magnitudeAt, signAt } from "./header.ts";

const tripleSize = 24;
/** Bytes of triples that are decompressed ahead. */
export const controlBufferSize: number = tripleSize * 512;

/** Reads the triples and follows the positions in both images. */
export class ControlReader {
  readonly #decoder: Bzip2Decoder;
  readonly #maxTriples: number;
  readonly #maxIdleTriples: number;
  readonly #newSize: number;
  readonly #buffer: Uint8Array = new Uint8Array(controlBufferSize);
  #start = 0;
  #end = 0;

  /** Triples read. */
  triples = 0;
  /** Triples that wrote nothing. */
  idleTriples = 0;
  /** Of the current triple: bytes to add to old ones, and bytes to copy as they are. */
  add = 0;
  copy = 0;
  /** Position in the old image of the current triple's first byte; may be outside it. */
  oldStart = 0;
  /** Position in the old image at which the next triple starts. */
  #oldPosition = 0;
  /** Bytes of the new image that the triples up to the current one make. */
  newPosition = 0;

  constructor(stream: Bzip2Decoder, newSize: number, limits: PatchLimits) {
    this.#decoder = stream;
    this.#maxTriples = limits.maxTriples ?? defaultMaxTriples(newSize);
    this.#maxIdleTriples = limits.maxIdleTriples ?? this.#maxTriples;
    this.#newSize = newSize;
  }

  /** Offset in the patch that decompressing has come to. */
  get offset(): number {
    return this.#decoder.offset;
  }

  /** Bytes of triples decompressed. */
  get bytes(): number {
    return this.#decoder.produced;
  }

  /** Decompresses at most one bzip2 block; true once a whole triple is there. */
  fill(): boolean {
    if (this.#end - this.#start >= tripleSize) return true;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const length = this.#decoder.read(this.#buffer, this.#end, this.#buffer.length);
    if (length === 0) this.#fail("ERR_DELTA_STREAM_SHORT", "control stream ends before the new image is whole");
    this.#end += length;
    return this.#end >= tripleSize;
  }

  /** Takes the next triple; only after {@link fill} gave true. */
  next(): void {
    const at = this.#start;
    this.#start += tripleSize;
    this.triples++;
    if (this.triples > this.#maxTriples) this.#fail("ERR_DELTA_TRIPLES", "too many triples");
    this.add = this.#length(at, "added");
    this.#advance(this.add);
    this.copy = this.#length(at + 8, "copied");
    this.#advance(this.copy);
    if (this.add === 0 && this.copy === 0) this.#idle();
    this.oldStart = this.#oldPosition;
    const magnitude = this.#magnitude(at + 16);
    this.#seek(this.add);
    this.#seek(signAt(this.#buffer, at + 16) ? 0 - magnitude : magnitude);
  }

  /** Refuses what is left in the stream once the new image is whole. */
  finish(): void {
    if (this.#end > this.#start || this.#decoder.read(this.#buffer, 0, this.#buffer.length) > 0) {
      this.#fail("ERR_DELTA_STREAM_LONG", "control stream goes on after the new image is whole");
    }
  }

  #fail(code: DeltaErrorCode, what: string): never {
    throw new DeltaError(code, `Cannot apply patch: ${what} (triple ${this.triples})`, {
      offset: this.offset,
      details: { stream: "control", triples: this.triples },
    });
  }

  /** A length, which bspatch once took for an index even if it was negative (CVE-2014-9862). */
  #length(at: number, what: string): number {
    if (signAt(this.#buffer, at)) this.#fail("ERR_DELTA_CONTROL_NEGATIVE", `number of bytes ${what} is negative`);
    return this.#magnitude(at);
  }

  #magnitude(at: number): number {
    const magnitude = magnitudeAt(this.#buffer, at);
    if (magnitude > Number.MAX_SAFE_INTEGER) this.#fail("ERR_DELTA_CONTROL_RANGE", "number above 2^53 - 1");
    return magnitude;
  }

  #advance(length: number): void {
    if (length > this.#newSize - this.newPosition) {
      this.#fail("ERR_DELTA_CONTROL_OVERRUN", `${length} bytes at ${this.newPosition} of ${this.#newSize}`);
    }
    this.newPosition += length;
  }

  /** Counts a triple that writes nothing; each that writes something pays for one. */
  #idle(): void {
    this.idleTriples++;
    const writing = this.triples - this.idleTriples;
    if (this.idleTriples - writing > this.#maxIdleTriples) {
      this.#fail("ERR_DELTA_IDLE_TRIPLES", "too many triples that write nothing");
    }
  }

  #seek(distance: number): void {
    // Two integers within 2^53 - 1 cannot round to a third within it unless it is their exact sum.
    this.#oldPosition += distance;
    if (!Number.isSafeInteger(this.#oldPosition)) {
      this.#fail("ERR_DELTA_SEEK_OVERFLOW", "position in the old image is beyond 2^53 - 1");
    }
  }
}
