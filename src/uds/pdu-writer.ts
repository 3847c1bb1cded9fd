/** Writes the fields of a diagnostic message in order; a value that has no place on the wire throws with its path. */

import { assertBytes, type Bytes } from "../core/index.ts";
import { UdsError } from "./errors.ts";
import { maxIntegerLength, suppressBit, type WireInteger } from "./pdu-reader.ts";

/** Writer of one message. */
export class PduWriter {
  #buffer: Bytes;
  #position = 1;
  #list = "";
  #index = 0;

  /**
   * @param sid - first byte of the message
   * @param length - length of the whole message, if it is known; otherwise a guess
   */
  constructor(sid: number, length: number) {
    this.#buffer = new Uint8Array(length);
    this.#buffer[0] = sid;
  }

  /** Writes a sub-function that a table of names gave, with bit 7. */
  subFunction(id: number, suppress: boolean | undefined): this {
    const at = this.#grow(1);
    this.#buffer[at] = suppress === true ? id | suppressBit : id;
    return this;
  }

  /** Makes paths point below item `index` of a list, until {@link PduWriter.leave}. */
  item(list: string, index: number): this {
    this.#list = list;
    this.#index = index;
    return this;
  }

  /** Makes paths point into the message again. */
  leave(): this {
    this.#list = "";
    return this;
  }

  /** Writes a byte. */
  u8(value: number, path = ""): this {
    if (!isUint(value, 0xff)) throw this.#outOfRange(value, 1, path);
    const at = this.#grow(1);
    this.#buffer[at] = value;
    return this;
  }

  /** Writes two bytes, most significant first. */
  u16(value: number, path = ""): this {
    if (!isUint(value, 0xffff)) throw this.#outOfRange(value, 2, path);
    const at = this.#grow(2);
    this.#buffer[at] = value >>> 8;
    this.#buffer[at + 1] = value;
    return this;
  }

  /** Writes three bytes, most significant first. */
  u24(value: number, path = ""): this {
    if (!isUint(value, 0xffffff)) throw this.#outOfRange(value, 3, path);
    const at = this.#grow(3);
    this.#buffer[at] = value >>> 16;
    this.#buffer[at + 1] = value >>> 8;
    this.#buffer[at + 2] = value;
    return this;
  }

  /** Writes an integer into `length` bytes, most significant first. */
  uint(value: WireInteger, length: number, path = ""): this {
    if (integerLength(value) > length) throw this.#outOfRange(value, length, path);
    const at = this.#grow(length);
    if (typeof value === "bigint") {
      let left = value;
      for (let index = at + length - 1; index >= at; index--, left >>= 8n) this.#buffer[index] = Number(left & 0xffn);
    } else {
      let left = value;
      for (let index = at + length - 1; index >= at; index--, left = Math.floor(left / 256)) this.#buffer[index] = left;
    }
    return this;
  }

  /** Writes bytes as they are; fewer than `least` have no place. */
  bytes(value: Uint8Array, path = "", least = 0): this {
    assertBytes(value, this.#pathOf(path));
    if (value.length < least) throw this.wrong(path, `expected at least ${least} bytes, got ${value.length}`);
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
    return this;
  }

  /** Writes exactly `length` bytes. */
  fixed(value: Uint8Array, length: number, path = ""): this {
    assertBytes(value, this.#pathOf(path));
    if (value.length !== length) throw this.wrong(path, `expected ${length} bytes, got ${value.length}`);
    return this.bytes(value, path);
  }

  /** Writes a two-byte length and that many bytes. */
  counted(value: Uint8Array, path: string, least = 0): this {
    assertBytes(value, this.#pathOf(path));
    return this.u16(value.length, path).bytes(value, path, least);
  }

  /** The message. */
  finish(): Bytes {
    const { length } = this.#buffer;
    return this.#position === length ? this.#buffer : this.#buffer.slice(0, this.#position);
  }

  /** The error of a value that has no place on the wire. */
  wrong(path: string, what: string): UdsError {
    const full = this.#pathOf(path);
    return new UdsError("ERR_UDS_VALUE", `Cannot encode ${full}: ${what}`, { path: full });
  }

  /** Steps over `length` bytes and gives the offset of the first. */
  #grow(length: number): number {
    const at = this.#position;
    this.#position = at + length;
    if (this.#position > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.#buffer.length, this.#position));
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    return at;
  }

  #outOfRange(value: unknown, length: number, path: string): UdsError {
    return this.wrong(path, `expected integer of ${length} bytes, got ${String(value)}`);
  }

  #pathOf(path: string): string {
    return this.#list === "" ? path : `${this.#list}/${this.#index}${path}`;
  }
}

function isUint(value: number, highest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= highest;
}

/** Fewest bytes, at least one, that hold an integer; Infinity for what is no integer from 0, or a number beyond 2^53 - 1. */
function integerLength(value: WireInteger): number {
  if (typeof value === "bigint") {
    return value < 0n ? Number.POSITIVE_INFINITY : Math.ceil(value.toString(16).length / 2);
  }
  if (!Number.isSafeInteger(value) || value < 0) return Number.POSITIVE_INFINITY;
  let length = 1;
  for (let left = value; left > 0xff; left = Math.floor(left / 256)) length++;
  return length;
}

/** Bytes of an integer field that is as short as the value allows; what no field can hold is refused when it is written. */
export function shortestLength(value: WireInteger): number {
  return Math.min(maxIntegerLength, integerLength(value));
}
