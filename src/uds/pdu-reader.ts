/**
 * Reads the fields of a diagnostic message in order, without exceptions: the first fault is kept, every read after it gives
 * an empty value, and `finish` gives the fault instead of the message. So nothing that was not there ever leaves a decoder.
 */

import { defaultLimits, resolveLimits } from "../core/index.ts";
import { type DecodeOptions, short, tolerateTail, tooLong, type UdsFailure, type UdsResult } from "./decoding.ts";
import type { UdsFault } from "./errors.ts";
import type { UdsWarning } from "./reasons.ts";

/** An integer of a message: a number, or a bigint where it lies beyond 2^53 - 1. */
export type WireInteger = number | bigint;

/** Most bytes of one integer: what a four-bit length can say. */
export const maxIntegerLength = 15;

/** Bit 7 of a sub-function: suppressPosRspMsgIndicationBit. */
export const suppressBit = 0x80;

/** Reader over one message, just behind its SID or its header. */
export class PduReader {
  /** The whole message. */
  readonly bytes: Uint8Array;
  /** What was tolerated or noticed so far. */
  readonly warnings: UdsWarning[] = [];
  /** Whether the sub-function that was read has bit 7 set. */
  suppress = false;
  readonly #options: DecodeOptions;
  #position: number;
  #fault: UdsFault | undefined;
  /** Path of the list whose items are being read, or the empty string outside lists. */
  #list = "";
  #index = 0;

  /**
   * @param bytes - a message whose first bytes were looked at
   * @param start - bytes that were looked at: the SID, where no other number is given
   */
  constructor(bytes: Uint8Array, options: DecodeOptions, start: number = 1) {
    this.bytes = bytes;
    this.#options = options;
    this.#position = start;
  }

  /** Offset of the next read in the message. */
  get position(): number {
    return this.#position;
  }

  /** Bytes not read yet; 0 after a fault. */
  get remaining(): number {
    return this.#fault === undefined ? this.bytes.length - this.#position : 0;
  }

  /** Whether a fault was met. */
  get failed(): boolean {
    return this.#fault !== undefined;
  }

  /** Sub-function of a request without bit 7, which goes to `suppress`. */
  subFunction(): number {
    const byte = this.u8("/subFunctionId");
    this.suppress = byte >= suppressBit;
    return byte & ~suppressBit;
  }

  /** Sub-function of a response without bit 7, which no response should carry. */
  echoedSubFunction(): number {
    const id = this.subFunction();
    if (this.suppress) {
      const message = "Sub-function echoed with bit 7 set";
      this.warnings.push({ code: "suppress_bit_echoed", message, path: "/subFunctionId" });
    }
    return id;
  }

  /** Next byte; `path` is relative to the item of a list, if one is being read. */
  u8(path = ""): number {
    const at = this.#take(1, path);
    return at < 0 ? 0 : this.bytes[at]!;
  }

  /** Next two bytes, most significant first. */
  u16(path = ""): number {
    const at = this.#take(2, path);
    return at < 0 ? 0 : (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  /** {@link PduReader.u16} without stepping over it. */
  peekU16(path = ""): number {
    const value = this.u16(path);
    if (this.#fault === undefined) this.#position -= 2;
    return value;
  }

  /** Next three bytes, most significant first. */
  u24(path = ""): number {
    const at = this.#take(3, path);
    return at < 0 ? 0 : (this.bytes[at]! << 16) | (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!;
  }

  /** Next four bytes, most significant first. */
  u32(path = ""): number {
    const at = this.#take(4, path);
    if (at < 0) return 0;
    const { bytes } = this;
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  /** Next `length` bytes, 1 .. {@link maxIntegerLength}, most significant first. */
  uint(length: number, path = ""): WireInteger {
    const at = this.#take(length, path);
    if (at < 0) return 0;
    let value = 0;
    let index = at;
    // Six bytes are exact in a number; so are more while the leading ones are zero.
    for (const end = at + length; index < end && value < 2 ** 40; index++) value = value * 256 + this.bytes[index]!;
    if (index === at + length) return value;
    let large = BigInt(value);
    for (; index < at + length; index++) large = (large << 8n) | BigInt(this.bytes[index]!);
    return large <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(large) : large;
  }

  /** Next `length` bytes as a view. */
  take(length: number, path = ""): Uint8Array {
    const at = this.#take(length, path);
    return at < 0 ? this.bytes.subarray(0, 0) : this.bytes.subarray(at, at + length);
  }

  /** All bytes that are left, as a view; fewer than `least` are a fault. */
  rest(path = "", least = 0): Uint8Array {
    return this.take(Math.max(least, this.remaining), path);
  }

  /** A field of a two-byte length and that many bytes, as a view; at least one byte unless it may be empty. */
  counted(path: string, least: "mayBeEmpty" | "notEmpty"): Uint8Array {
    const length = this.u16(path);
    if (length === 0 && least === "notEmpty") this.badLength(0, this.#position - 2, path);
    return this.take(length, path);
  }

  /** Whether a list goes on with item `index`: its reads then have paths below it. Bounds the items by `maxEntries`. */
  item(list: string, index: number): boolean {
    this.#list = list;
    this.#index = index;
    if (this.remaining === 0) {
      // The paths of a fault are made where it is met, so they need the list no more.
      this.#list = "";
      return false;
    }
    const { limits } = this.#options;
    const { maxEntries: allowed } = limits === undefined ? defaultLimits : resolveLimits(limits);
    if (index < allowed) return true;
    const details = { limit: "maxEntries", allowed, found: index + 1 };
    const message = `Cannot decode message: "maxEntries" allows ${allowed}, found more`;
    this.#note({ code: "ERR_UDS_LIMIT", message, offset: this.#position, path: this.#pathOf(""), details });
    return false;
  }

  /** Whether item `index` is the first of a list that must have one, so that its reads are to find out what is missing. */
  missing(list: string, index: number): boolean {
    if (index > 0 || this.failed) return false;
    this.#list = list;
    return true;
  }

  /** Makes paths point into the message again, for a list that is left before its end. */
  leave(): void {
    this.#list = "";
  }

  /** Notes that the length at `offset` is one that no field can have. */
  badLength(found: number, offset: number, path: string): void {
    const full = this.#pathOf(path);
    const message = `Cannot decode ${full}: length ${found} at offset ${offset} is not possible`;
    this.#note({ code: "ERR_UDS_LENGTH_FORMAT", message, offset, path: full, details: { found } });
  }

  /** The length of an integer field; what is not 1 .. {@link maxIntegerLength} is a fault at the byte before. */
  integerLength(length: number, bytesBefore: number, path: string): number {
    if (length > 0 && length <= maxIntegerLength) return length;
    this.badLength(length, this.#position - bytesBefore, path);
    return 0;
  }

  /** The result: `value`, unless a field was missing or bytes are left over. */
  finish<T>(value: T): UdsResult<T> {
    if (this.#fault !== undefined) return { ok: false, error: this.#fault };
    const { bytes, warnings } = this;
    const end = this.#position;
    if (end === bytes.length || tolerateTail(bytes, end, this.#options.leniency, warnings)) {
      return { ok: true, value, warnings };
    }
    return tooLong(bytes, end, value);
  }

  /** The fault that was met, as a result. */
  fail(): UdsFailure {
    return { ok: false, error: this.#fault! };
  }

  /** The result after a fault, with what was complete before it; without a fault as {@link PduReader.finish}. */
  finishPartly<T>(value: T): UdsResult<T> {
    return this.#fault === undefined ? this.finish(value) : { ok: false, error: this.#fault, partial: value };
  }

  /** Steps over `length` bytes and gives the offset of the first, or -1 and the fault. */
  #take(length: number, path: string): number {
    const at = this.#position;
    const end = at + length;
    if (end <= this.bytes.length && this.#fault === undefined) {
      this.#position = end;
      return at;
    }
    if (this.#fault === undefined) this.#fault = short(this.bytes, this.#pathOf(path), end).error;
    return -1;
  }

  #note(fault: UdsFault): void {
    this.#fault ??= fault;
  }

  #pathOf(path: string): string {
    return this.#list === "" ? path : `${this.#list}/${this.#index}${path}`;
  }
}
