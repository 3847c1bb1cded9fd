/**
 * Walks over records whose length only a dictionary knows: snapshots, stored data and extended data. A record of unknown
 * length takes the rest of the message as bytes; what came before it stays.
 */

import { defaultLimits, resolveLimits } from "../../core/index.ts";
import { type DecodeOptions, short, tolerateTail } from "../decoding.ts";
import type { FieldValue, RecordLayout } from "../dictionary/types.ts";
import type { UdsFault } from "../errors.ts";
import type { UdsWarning } from "../reasons.ts";
import type { Undecoded, UndecodedReason } from "../undecoded.ts";

/** Data with what the dictionary says about them. */
export interface LaidOutData {
  /** A view of the message, not a copy. */
  readonly data: Uint8Array;
  /** Name in the dictionary. */
  readonly name: string;
  readonly values: readonly FieldValue[];
}

/** Position in a message, with the first fault; reads after a fault give 0 and are never looked at. */
export class RecordWalk {
  readonly bytes: Uint8Array;
  readonly options: DecodeOptions;
  readonly warnings: UdsWarning[];
  /** Offset of the next read. */
  position: number;
  fault: UdsFault | undefined;
  /** Whether the message is nothing without a whole record, so that its first one is never a tail to be tolerated. */
  needsRecord = false;
  readonly #maxEntries: number;
  /** Offset from which all bytes are zero. */
  readonly #zeroFrom: number;
  /** JSON pointer of the list that is read, and index of the current record in it. */
  #list = "";
  #index = -1;
  #entries = 0;
  #recordStart: number;

  constructor(bytes: Uint8Array, position: number, options: DecodeOptions, warnings: UdsWarning[]) {
    this.bytes = bytes;
    this.position = position;
    this.options = options;
    this.warnings = warnings;
    this.#recordStart = position;
    const { limits, leniency } = options;
    this.#maxEntries = (limits === undefined ? defaultLimits : resolveLimits(limits)).maxEntries;
    this.#zeroFrom = leniency?.zeroPadding === "trim" ? startOfZeros(bytes) : bytes.length;
  }

  /** Whether another record of the list begins. Zeros up to the end are padding where that is allowed. */
  next(list: string): boolean {
    if (this.fault !== undefined || this.position >= this.bytes.length || this.endsInPadding()) return false;
    this.#list = list;
    this.#index++;
    this.#recordStart = this.position;
    return this.count("");
  }

  /** Counts an entry against the limit; false and a fault when there are too many. */
  count(path: string): boolean {
    const allowed = this.#maxEntries;
    if (++this.#entries <= allowed) return true;
    const message = `Cannot decode records: "maxEntries" allows ${allowed}, found more`;
    const details = { limit: "maxEntries", allowed, found: this.#entries };
    this.fault ??= { code: "ERR_UDS_LIMIT", message, offset: this.position, path: this.pathOf(path), details };
    return false;
  }

  /** Whether nothing but padding that may be left out follows. */
  isInPadding(): boolean {
    return this.position >= this.#zeroFrom && this.position < this.bytes.length;
  }

  /** Whether only padding is left; then it is passed over, and said in the warnings. */
  endsInPadding(): boolean {
    if (!this.isInPadding()) return false;
    tolerateTail(this.bytes, this.position, this.options.leniency, this.warnings);
    this.position = this.bytes.length;
    return true;
  }

  /** Steps over `length` bytes and gives the offset of the first, or -1 and the fault. */
  take(length: number, path: string): number {
    const at = this.position;
    if (this.fault !== undefined) return -1;
    if (at + length <= this.bytes.length) {
      this.position = at + length;
      return at;
    }
    this.fault = short(this.bytes, this.pathOf(path), at + length).error;
    return -1;
  }

  u8(path: string): number {
    const at = this.take(1, path);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  u16(path: string): number {
    const at = this.take(2, path);
    return at < 0 ? 0 : (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u24(path: string): number {
    const at = this.take(3, path);
    return at < 0 ? 0 : (this.bytes[at]! << 16) | (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!;
  }

  /** Next record of a layout that the dictionary knows, or undefined and the fault. */
  data(layout: RecordLayout, path: string): LaidOutData | undefined {
    const size = layout.measure(this.bytes, this.position, this.bytes.length);
    const at = this.take(size, path);
    if (at < 0) return undefined;
    const end = at + size;
    return {
      data: this.bytes.subarray(at, end),
      name: layout.name,
      values: layout.decode(this.bytes, at, end),
    };
  }

  /** Notes that the byte that was just read has a value that the standard keeps free. */
  reserved(path: string, what: string): void {
    const offset = this.position - 1;
    const full = this.pathOf(path);
    const found = this.bytes[offset]!;
    const message = `Cannot decode ${full}: ${found} at offset ${offset} is ${what}`;
    this.fault ??= { code: "ERR_UDS_RESERVED_VALUE", message, offset, path: full, details: { found } };
  }

  /** Leaves the rest of the message, from `offset` on, as bytes. */
  leave(offset: number, reason: UndecodedReason, evidence: Readonly<Record<string, number>>): Undecoded {
    const bytes = this.bytes.subarray(offset);
    this.position = this.bytes.length;
    this.warnings.push({
      code: "record_undecoded",
      message: `Record from offset ${offset} kept as ${bytes.length} bytes: the dictionary does not know its length`,
      path: this.pathOf("/undecoded"),
      evidence: { reason, offset, length: bytes.length, ...evidence },
    });
    return { offset, bytes, reason };
  }

  /** Ends the walk: an incomplete record at the end is tolerated where trailing bytes are. */
  finish(): UdsFault | undefined {
    const { fault } = this;
    if (fault?.code !== "ERR_UDS_SHORT" || this.#index < 0) return fault;
    if (this.needsRecord && this.#index === 0) return fault;
    const { leniency } = this.options;
    // Zeros were left out before the record began; what is left of them here has a record before it.
    return tolerateTail(this.bytes, this.#recordStart, { ...leniency, zeroPadding: "reject" }, this.warnings)
      ? undefined
      : fault;
  }

  /** JSON pointer of a member of the current record. */
  pathOf(path: string): string {
    return this.#index < 0 ? path : `${this.#list}/${this.#index}${path}`;
  }
}

/** Offset from which all bytes are zero; searched once, from the end. */
function startOfZeros(bytes: Uint8Array): number {
  let start = bytes.length;
  while (start > 0 && bytes[start - 1] === 0) start--;
  return start;
}
