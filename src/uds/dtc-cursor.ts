/**
 * Walks over records of a three-byte DTC and its status byte without allocating: the one place that reads them.
 *
 * It does not look at the message around them; `scanDtcs` does and hands out a cursor.
 */

/** Bytes of one record: DTC and status. */
export const recordLength = 4;

/**
 * Cursor over the DTCs of a message: `next` moves it and fills the fields. {@link scanDtcs} opens one.
 *
 * Deliberately no iterator: an object for each record is what the hot path cannot afford.
 *
 * @example
 * ```ts
 * const scan = scanDtcs(response);
 * if (scan.ok) while (scan.value.next()) count(scan.value.code, scan.value.status);
 * ```
 */
export class DtcCursor {
  /** DTCStatusAvailabilityMask of the message, 0 .. 255. */
  readonly availabilityMask: number;
  /** DTC of the current record, 0 .. 0xFFFFFF. Like `status` and `offset`, only meaningful after `next` gave true. */
  code = 0;
  /** Status byte of the current record as it is on the wire, 0 .. 255. */
  status = 0;
  /** Offset of the current record in the message. */
  offset: number;
  /** All-zero records passed over so far, where the leniency says so. */
  dropped = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #dropAllZero: boolean;

  /**
   * @param start offset of the first record
   * @param end offset after the last complete record: `start` plus a multiple of four, at most the length of `bytes`
   */
  constructor(bytes: Uint8Array, start: number, end: number, availabilityMask: number, dropAllZero: boolean) {
    this.#bytes = bytes;
    this.#end = end;
    this.#dropAllZero = dropAllZero;
    this.offset = start - recordLength;
    this.availabilityMask = availabilityMask;
  }

  /** Moves to the next record; false when there is none. */
  next(): boolean {
    const bytes = this.#bytes;
    do {
      const at = this.offset + recordLength;
      if (at >= this.#end) return false;
      this.offset = at;
      this.code = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      this.status = bytes[at + 3]!;
    } while (this.#dropAllZero && this.#passOverAllZero());
    return true;
  }

  #passOverAllZero(): boolean {
    if (this.code !== 0 || this.status !== 0) return false;
    this.dropped++;
    return true;
  }
}
