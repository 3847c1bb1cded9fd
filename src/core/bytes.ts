/** Bytes in and out of text, and comparisons. Strict: what is not exactly right is refused. */

import { CoreError } from "./errors.ts";

/** Bytes over a plain buffer, as every function of otakit returns them (accepted as is by WebCrypto and fetch). */
export type Bytes = Uint8Array<ArrayBuffer>;

const hexDigits = "0123456789abcdef";

/** Value of a hexadecimal digit's character code, or -1. */
function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/**
 * Reads hexadecimal text of either case, without separators.
 *
 * @throws {@link CoreError} `ERR_CORE_HEX` with the offset of the first wrong character
 * @example
 * ```ts
 * hexToBytes("00fF"); // Uint8Array [0, 255]
 * ```
 */
export function hexToBytes(text: string): Bytes {
  const bytes = new Uint8Array(text.length >>> 1);
  for (let index = 0; index < text.length; index++) {
    const value = hexValue(text.charCodeAt(index));
    if (value < 0) {
      throw new CoreError("ERR_CORE_HEX", `Cannot read hex: unexpected character at offset ${index}`, {
        offset: index,
      });
    }
    if (index >>> 1 < bytes.length) bytes[index >>> 1] = (bytes[index >>> 1]! << 4) | value;
  }
  if (text.length % 2 !== 0) {
    throw new CoreError("ERR_CORE_HEX", `Cannot read hex: odd length ${text.length}`, { offset: text.length });
  }
  return bytes;
}

/**
 * Writes bytes as lower-case hexadecimal text.
 *
 * @example
 * ```ts
 * bytesToHex(Uint8Array.of(0, 255)); // "00ff"
 * ```
 */
export function bytesToHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.length);
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    digits[2 * index] = hexDigits.charCodeAt(byte >>> 4);
    digits[2 * index + 1] = hexDigits.charCodeAt(byte & 15);
  }
  return asciiText(digits);
}

/** Text of ASCII codes, made at once: appending digit by digit would make a heap object of each. */
function asciiText(codes: Uint8Array): string {
  return new TextDecoder().decode(codes);
}

/** The code of `=`. */
const equalsSign = 0x3d;

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Value of a character of the standard or the URL-safe alphabet, or -1. */
function base64Value(code: number): number {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 43 || code === 45) return 62;
  return code === 47 || code === 95 ? 63 : -1;
}

/**
 * Reads padded base64 in the standard or the URL-safe alphabet (not a mixture), with no white space and no stray bits:
 * every sequence of bytes has exactly one accepted text per alphabet.
 *
 * Standard: RFC 4648 sections 3.5, 4 and 5.
 *
 * @throws {@link CoreError} `ERR_CORE_BASE64` with the offset of the fault
 * @example
 * ```ts
 * base64ToBytes("AP8="); // Uint8Array [0, 255]
 * ```
 */
export function base64ToBytes(text: string): Bytes {
  const fail = (offset: number, what: string): never => {
    throw new CoreError("ERR_CORE_BASE64", `Cannot read base64: ${what} at offset ${offset}`, { offset });
  };
  if (text.length % 4 !== 0) fail(text.length, "length is not a multiple of four");
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let standard = false;
  let urlSafe = false;
  let accumulator = 0;
  let filled = 0;
  for (let index = 0; index < digits; index++) {
    const code = text.charCodeAt(index);
    const value = base64Value(code);
    if (value < 0) fail(index, "unexpected character");
    standard ||= code === 43 || code === 47;
    urlSafe ||= code === 45 || code === 95;
    if (standard && urlSafe) fail(index, "mixed alphabets");
    accumulator = ((accumulator << 6) | value) & 0xffffff;
    // Digit n of a group completes byte n - 1: 12, 18 and 24 bits hold 1, 2 and 3 bytes.
    const place = index % 4;
    if (place > 0) bytes[filled++] = (accumulator >>> (6 - 2 * place)) & 255;
  }
  if (padding > 0 && (accumulator & (padding === 2 ? 15 : 3)) !== 0) fail(digits - 1, "stray bits before the padding");
  return bytes;
}

/**
 * Writes bytes as padded standard base64 (RFC 4648 section 4).
 *
 * @example
 * ```ts
 * bytesToBase64(Uint8Array.of(0, 255)); // "AP8="
 * ```
 */
export function bytesToBase64(bytes: Uint8Array): string {
  const digits = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(equalsSign);
  let filled = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    // One byte takes two digits, two take three; the rest of the group stays padding.
    for (let shift = 18; shift >= Math.max(0, 18 - 6 * left); shift -= 6) {
      digits[filled++] = base64Alphabet.charCodeAt((group >>> shift) & 63);
    }
    filled = (filled + 3) & ~3;
  }
  return asciiText(digits);
}

/**
 * Writes text as UTF-8.
 *
 * A lone surrogate has no UTF-8 form and would silently become U+FFFD, so that two texts could share their bytes.
 *
 * @throws {@link CoreError} `ERR_CORE_UTF8` with the offset, in UTF-16 code units, of the first lone surrogate
 * @example
 * ```ts
 * utf8ToBytes("€"); // Uint8Array [0xe2, 0x82, 0xac]
 * ```
 */
export function utf8ToBytes(text: string): Bytes {
  const lone = loneSurrogate(text);
  if (lone >= 0) {
    throw new CoreError("ERR_CORE_UTF8", `Cannot encode text: lone surrogate at offset ${lone}`, { offset: lone });
  }
  return new TextEncoder().encode(text) as Bytes;
}

/** Offset of the first surrogate code unit without its partner, or -1. */
export function loneSurrogate(text: string): number {
  // Few texts have any surrogate, which the engine's own search tells many times faster than the loop.
  if (!/[\ud800-\udfff]/.test(text)) return -1;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(index + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return index;
    index++;
  }
  return -1;
}

/**
 * Reads well-formed UTF-8; a byte order mark is kept as U+FEFF.
 *
 * Standard: RFC 3629 section 4 (no overlong forms, no surrogates, nothing above U+10FFFF).
 *
 * @throws {@link CoreError} `ERR_CORE_UTF8` with the offset of the first ill-formed sequence
 * @example
 * ```ts
 * bytesToUtf8(Uint8Array.of(0xe2, 0x82, 0xac)); // "€"
 * ```
 */
export function bytesToUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const offset = illFormedUtf8(bytes);
    // What is well-formed was refused for another reason: no array of bytes, or too long for a string.
    if (offset < 0) throw cause;
    throw new CoreError("ERR_CORE_UTF8", `Cannot decode text: ill-formed UTF-8 at offset ${offset}`, { cause, offset });
  }
}

/** Offset of the first sequence that is no UTF-8, or -1. */
function illFormedUtf8(bytes: Uint8Array): number {
  let index = 0;
  while (index < bytes.length) {
    const lead = bytes[index]!;
    if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4) return index;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // The second byte keeps out overlong forms (E0, F0), surrogates (ED) and what lies above U+10FFFF (F4).
    let least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    let most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let next = index + 1; next < index + length; next++) {
      const byte = bytes[next] ?? 0;
      if (byte < least || byte > most) return index;
      least = 0x80;
      most = 0xbf;
    }
    index += length;
  }
  return -1;
}

/** Joins byte arrays into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Compares two byte arrays; takes time that depends on where they differ: for public data. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

/**
 * Compares two byte arrays without an early exit: for digests and authentication codes.
 *
 * The length is not secret. JavaScript engines promise no timing; this only avoids the data-dependent loop.
 */
export function equalBytesConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left[index]! ^ right[index]!;
  return difference === 0;
}

/**
 * Orders byte arrays as unsigned bytes, shorter first on a common prefix: the order of `BYTEA` and `memcmp`.
 *
 * @returns a negative number, 0 or a positive number
 */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const common = Math.min(left.length, right.length);
  for (let index = 0; index < common; index++) {
    const difference = left[index]! - right[index]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
