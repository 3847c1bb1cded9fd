/**
 * Walks over records of a three-byte DTC and one byte after it, with up to two bytes of severity before it, without
 * allocating: the one place that reads them.
 *
 * It does not look at the message around them; `scanDtcs` does and hands out a cursor.
 */

/** Bytes of a record without severity: DTC and status. */
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
  readonly #length: number;
  readonly #dropAllZero: boolean;

  /**
   * @param start offset of the first record
   * @param end offset after the last complete record: `start` plus a multiple of the record length, at most the length of
   * `bytes`
   * @param before bytes of each record before its code: 0, 1 or 2
   */
  constructor(
    bytes: Uint8Array,
    start: number,
    end: number,
    availabilityMask: number,
    dropAllZero: boolean,
    before: number = 0,
  ) {
    this.#bytes = bytes;
    this.#end = end;
    this.#length = recordLength + before;
    this.#dropAllZero = dropAllZero;
    this.offset = start - this.#length;
    this.availabilityMask = availabilityMask;
  }

  /** Severity byte of the current record, or undefined in a message without one. */
  get severity(): number | undefined {
    return this.#length === recordLength ? undefined : this.#bytes[this.offset]!;
  }

  /** Functional unit of the current record, or undefined in a message without one. */
  get functionalUnit(): number | undefined {
    return this.#length === recordLength + 2 ? this.#bytes[this.offset + 1]! : undefined;
  }

  /** Moves to the next record; false when there is none. */
  next(): boolean {
    const bytes = this.#bytes;
    do {
      const at = this.offset + this.#length;
      if (at >= this.#end) return false;
      this.offset = at;
      const last = at + this.#length - 1;
      this.code = (bytes[last - 3]! << 16) | (bytes[last - 2]! << 8) | bytes[last - 1]!;
      this.status = bytes[last]!;
    } while (this.#dropAllZero && this.#passOverAllZero());
    return true;
  }

  #passOverAllZero(): boolean {
    if (this.code !== 0 || this.status !== 0 || (this.severity ?? 0) !== 0 || (this.functionalUnit ?? 0) !== 0) {
      return false;
    }
    this.dropped++;
    return true;
  }
}
