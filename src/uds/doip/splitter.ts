/** Cuts a byte stream into messages of DoIP: several in one segment, one over many, as TCP pleases. */

import { type Limits, resolveLimits } from "../../core/index.ts";
import type { UdsResult } from "../decoding.ts";
import type { UdsFault } from "../errors.ts";
import { headerLength, headerNack, isPatternAt, messageLengthAt, patternFault } from "./header.ts";

/**
 * Splitter of one stream: `push` takes bytes as they come and gives the messages that are whole.
 *
 * Holds at most twice the bytes of the message under way that have come, whatever its header says. After a fault it stays with it: where the
 * next message would begin, nobody knows.
 *
 * Standard: ISO 13400-2 (generic header).
 *
 * @example
 * ```ts
 * const splitter = new DoipSplitter();
 * const result = splitter.push(segment);
 * for (const message of (result.ok ? result.value : result.partial) ?? []) handle(decodeDoip(message));
 * ```
 */
export class DoipSplitter {
  readonly #maxBytes: number;
  /** Start of a message that is not whole yet. */
  #pending = empty;
  #filled = 0;
  /** Bytes of the stream before `#pending`. */
  #offset = 0;
  #fault: UdsFault | undefined;

  /**
   * @param limits - `maxBytes` bounds one message with its header, 8 MiB where nothing is given
   * @throws RangeError for a limit that is none
   */
  constructor(limits: Partial<Limits> = {}) {
    this.#maxBytes = resolveLimits(limits).maxBytes;
  }

  /** Bytes of a message that is not whole yet; above 0 at the end of a stream, something is missing. */
  get pendingBytes(): number {
    return this.#filled;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @param chunk - any number of bytes; messages that lie in it whole are views of it
   * @returns the messages that are whole now, each for {@link decodeDoip}; or a fault with `offset` in the stream, and those before it in
   * `partial`: `ERR_UDS_DOIP_PATTERN`, or `ERR_UDS_LIMIT` as soon as a header says too much. `details.nackCode` is what to answer
   */
  push(chunk: Uint8Array): UdsResult<readonly Uint8Array[]> {
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length && this.#fault === undefined) {
      if (this.#filled === 0 && chunk.length - at >= headerLength) {
        const length = this.#lengthOf(chunk, at);
        if (length <= chunk.length - at) {
          messages.push(chunk.subarray(at, at + length));
          at += length;
          this.#offset += length;
          continue;
        }
      }
      if (this.#fault === undefined) at = this.#collect(chunk, at, messages);
    }
    return this.#fault === undefined
      ? { ok: true, value: messages, warnings: [] }
      : { ok: false, error: this.#fault, partial: messages };
  }

  /** Adds to the message under way, up to its header first, then up to its end; gives the offset behind what it took. */
  #collect(chunk: Uint8Array, at: number, messages: Uint8Array[]): number {
    const wanted = this.#filled < headerLength ? headerLength : messageLengthAt(this.#pending, 0);
    const end = Math.min(chunk.length, at + wanted - this.#filled);
    this.#append(chunk.subarray(at, end), wanted);
    // Two bytes tell a wrong start; a length has to be within the limit before more is taken.
    const length = this.#lengthOf(this.#pending, 0);
    if (this.#fault === undefined && this.#filled === length) {
      messages.push(this.#pending.subarray(0, length));
      this.#pending = empty;
      this.#filled = 0;
      this.#offset += length;
    }
    return end;
  }

  #append(bytes: Uint8Array, wanted: number): void {
    const filled = this.#filled + bytes.length;
    if (filled > this.#pending.length) {
      const larger = new Uint8Array(Math.min(wanted, Math.max(2 * filled, headerLength)));
      larger.set(this.#pending.subarray(0, this.#filled));
      this.#pending = larger;
    }
    this.#pending.set(bytes, this.#filled);
    this.#filled = filled;
  }

  /** Length of the message that begins at `at`; infinite while its header is not whole, or after a fault, which it notes. */
  #lengthOf(bytes: Uint8Array, at: number): number {
    const there = bytes === this.#pending ? this.#filled : bytes.length - at;
    if (there >= 2 && !isPatternAt(bytes, at)) this.#fault = patternFault(bytes[at]!, bytes[at + 1]!, this.#offset);
    if (there < headerLength || this.#fault !== undefined) return Number.POSITIVE_INFINITY;
    const length = messageLengthAt(bytes, at);
    if (length > this.#maxBytes) {
      const message = `Cannot accept message: "maxBytes" allows ${this.#maxBytes}, its header says ${length}`;
      const details = {
        limit: "maxBytes",
        allowed: this.#maxBytes,
        found: length,
        nackCode: headerNack.tooLarge,
      };
      this.#fault = { code: "ERR_UDS_LIMIT", message, offset: this.#offset + 4, path: "/payload", details };
      return Number.POSITIVE_INFINITY;
    }
    return length;
  }
}

const empty = new Uint8Array(0);
