/** Texts, bytes and decimal digits, with every way to say how long they are. */

import { bytesToHex, bytesToUtf8, hexToBytes, isOtaError, utf8ToBytes } from "../../core/index.ts";
import type { UndecodedReason } from "../undecoded.ts";
import type { Node } from "./check.ts";
import { type CompiledField, contentOf, failValue } from "./field.ts";
import type { TextField } from "./types.ts";

/** Bytes of a field to text, or undefined when they are none; and back. */
interface TextCodec {
  readonly malformed: UndecodedReason;
  read(bytes: Uint8Array): string | undefined;
  write(text: string): Uint8Array | undefined;
}

const codecs: Readonly<Record<TextField["type"], TextCodec>> = {
  ascii: {
    malformed: "malformed_text",
    read: (bytes) => (isAscii(bytes) ? bytesToUtf8(bytes) : undefined),
    write(text) {
      const bytes = orUndefined(() => utf8ToBytes(text));
      return bytes !== undefined && isAscii(bytes) ? bytes : undefined;
    },
  },
  utf8: {
    malformed: "malformed_text",
    read: (bytes) => orUndefined(() => bytesToUtf8(bytes)),
    write: (text) => orUndefined(() => utf8ToBytes(text)),
  },
  bytes: {
    malformed: "malformed_text",
    read: bytesToHex,
    write: (text) => orUndefined(() => hexToBytes(text)),
  },
  bcd: {
    malformed: "malformed_digits",
    read(bytes) {
      const digits = bytesToHex(bytes);
      return /^\d*$/.test(digits) ? digits : undefined;
    },
    write: (text) => (/^(\d\d)*$/.test(text) ? hexToBytes(text) : undefined),
  },
};

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

function orUndefined<T>(convert: () => T): T | undefined {
  try {
    return convert();
  } catch (error) {
    if (isOtaError(error)) return undefined;
    throw error;
  }
}

/** Where the data of a field lies among its bytes, and how it is written among them. */
interface Extent {
  /** Bytes that the field takes; more than `end - offset` when the message ends before. */
  measure(bytes: Uint8Array, offset: number, end: number): number;
  /** Bytes before the data, and after it. */
  readonly before: number;
  after(bytes: Uint8Array, offset: number, end: number): number;
  /** The data with what belongs around it, or undefined when it does not fit. */
  wrap(data: Uint8Array): readonly number[] | undefined;
}

const none = (): number => 0;

function fixedExtent(size: number, padding: number | undefined): Extent {
  return {
    measure: () => size,
    before: 0,
    after: none,
    wrap(data) {
      if (data.length > size || (data.length < size && padding === undefined)) return undefined;
      return [...data, ...new Array<number>(size - data.length).fill(padding ?? 0)];
    },
  };
}

const restExtent: Extent = {
  measure: (_bytes, offset, end) => end - offset,
  before: 0,
  after: none,
  wrap: (data) => [...data],
};

function prefixedExtent(size: 1 | 2): Extent {
  return {
    measure(bytes, offset, end) {
      if (end - offset < size) return size;
      return size + (size === 1 ? bytes[offset]! : bytes[offset]! * 256 + bytes[offset + 1]!);
    },
    before: size,
    after: none,
    wrap(data) {
      const { length } = data;
      if (length >= 256 ** size) return undefined;
      return size === 1 ? [length, ...data] : [length >>> 8, length & 255, ...data];
    },
  };
}

/** Ends with a byte of value `until`, or after `max` bytes without one. */
function terminatedExtent(until: number, max: number): Extent {
  const sizeOf = (bytes: Uint8Array, offset: number, end: number): number => {
    for (let at = offset; at < end && at < offset + max; at++) if (bytes[at] === until) return at - offset;
    return -1;
  };
  return {
    measure(bytes, offset, end) {
      const size = sizeOf(bytes, offset, end);
      if (size >= 0) return size + 1;
      // Where the message ends first, at least one more byte would have to come.
      return end - offset < max ? end - offset + 1 : max;
    },
    before: 0,
    after: (bytes, offset, end) => (sizeOf(bytes, offset, end) >= 0 ? 1 : 0),
    wrap(data) {
      if (data.length > max || data.includes(until)) return undefined;
      return data.length === max ? [...data] : [...data, until];
    },
  };
}

const longest = 65_535;

function extentOf(length: Node, padding: number | undefined): Extent {
  if (typeof length.value === "number") return fixedExtent(length.integer(0, longest), padding);
  if (length.value === "rest") return restExtent;
  if (typeof length.value !== "object" || length.value === null) {
    return length.fail('a number of bytes, "rest", { prefix } or { until, max }');
  }
  const { prefix, until, max } = length.members(["prefix", "until", "max"]);
  if (!prefix.isPresent) return terminatedExtent(until.integer(0, 255), max.integer(1, longest));
  if (until.isPresent) until.fail("no member beside prefix");
  if (max.isPresent) max.fail("no member beside prefix");
  return prefixedExtent(prefix.oneOf(["u8", "u16"]) === "u8" ? 1 : 2);
}

/** Compiles a text, bytes or decimal digits. */
export function compileText(node: Node): CompiledField {
  const members = node.members(["name", "type", "length", "padding"]);
  const name = members.name.text();
  const codec = codecs[members.type.oneOf(["ascii", "utf8", "bytes", "bcd"])];
  const padding = members.padding.isPresent ? members.padding.integer(0, 255) : undefined;
  const extent = extentOf(members.length, padding);
  return {
    names: [name],
    takesRest: extent === restExtent,
    measure: extent.measure,
    decode(bytes, offset, end, into) {
      const data = bytes.subarray(offset + extent.before, end - extent.after(bytes, offset, end));
      const value = codec.read(padding === undefined ? data : withoutPadding(data, padding));
      if (value !== undefined) into.push({ name, value });
      else into.push({ name, undecoded: { offset, bytes: bytes.subarray(offset, end), reason: codec.malformed } });
    },
    encode(values) {
      const value = contentOf(values, name);
      if (typeof value !== "string") return failValue(name, "text");
      const data = codec.write(value) ?? failValue(name, "text in the encoding of the field");
      return extent.wrap(data) ?? failValue(name, "text that fits the length of the field");
    },
  };
}

function withoutPadding(data: Uint8Array, padding: number): Uint8Array {
  let end = data.length;
  while (end > 0 && data[end - 1] === padding) end--;
  return data.subarray(0, end);
}
