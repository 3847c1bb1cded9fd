/**
 * Walks over records of a three-byte DTC and one byte after it, with up to two bytes of severity before it, without
 * allocating: the one place that reads them.
 *
 * It does not look at the message around them; `scanDtcs` does and hands out a cursor.
 */

/** Bytes of a record without severity: DTC and status. */
export const recordLength = 4;

/**
 * Cursor over the DTCs of a message: `next` moves it, and its members read where it stands. {@link scanDtcs} opens one.
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
  /** Offset of the current record in the message. Like all that is read there, only meaningful after `next` gave true. */
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

  // Read where they are asked for: to keep them as fields costs as much again as the whole walk.
  /** DTC of the current record, 0 .. 0xFFFFFF. */
  get code(): number {
    const bytes = this.#bytes;
    const at = this.offset + this.#length - recordLength;
    return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  }

  /** Status byte of the current record as it is on the wire, 0 .. 255. */
  get status(): number {
    return this.#bytes[this.offset + this.#length - 1]!;
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
    const at = this.offset + this.#length;
    if (at >= this.#end) return false;
    this.offset = at;
    return !this.#dropAllZero || this.#passOverAllZero();
  }

  /** Moves on while the current record is zero throughout; false when all that are left are. */
  #passOverAllZero(): boolean {
    while ((this.code | this.status | (this.severity ?? 0) | (this.functionalUnit ?? 0)) === 0) {
      this.dropped++;
      const at = this.offset + this.#length;
      if (at >= this.#end) return false;
      this.offset = at;
    }
    return true;
  }
}
