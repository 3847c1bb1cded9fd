/** RFC 8785 canonical JSON (JCS): the bytes that digests of our own evidence are made over. */

import { type Bytes, bytesToHex } from "./bytes.ts";
import type { HashProvider } from "./crypto/provider.ts";
import { sha256 } from "./hashing.ts";
import { type JsonForm, writeJson } from "./json-writer.ts";
import type { Limits } from "./limits.ts";

const form: JsonForm = {
  // ECMAScript's own spelling of strings, numbers and order of names is the standard's (sections 3.2.2 and 3.2.3).
  sortNames: (names) => names.sort(),
  special: /[^ !#-[\]-\ud7ff\ue000-\uffff]/,
  quote: (text) => JSON.stringify(text),
  numberFault: (value) => (Number.isFinite(value) ? undefined : "ERR_CORE_JSON_VALUE"),
};

/**
 * Writes a value in the canonical form of RFC 8785.
 *
 * No white space; names in order of UTF-16 code units; strings and numbers spelled as ECMAScript's `JSON.stringify` does (-0 as
 * `0`). Takes plain and null-prototype objects; properties that are not enumerable or have a symbol as key do not count, and
 * `toJSON` is not called. Bounds are `maxDepth` and `maxEntries`.
 *
 * Standard: RFC 8785 section 3.2.
 *
 * @param value - plain data; `unknown`, so that an interface without an index signature needs no cast
 * @throws {@link CoreError} with the path of the value: `ERR_CORE_JSON_VALUE` (undefined, function, symbol, bigint, class
 * instance, NaN, infinity), `ERR_CORE_JSON_SURROGATE`, or `ERR_CORE_LIMIT` (also for a value that contains itself)
 * @throws RangeError when a limit is out of range
 * @example
 * ```ts
 * bytesToUtf8(encodeJcs({ rate: 1e21, at: -0 })); // {"at":0,"rate":1e+21}
 * ```
 */
export function encodeJcs(value: unknown, limits?: Partial<Limits>): Bytes {
  return writeJson(value, form, limits);
}

/**
 * SHA-256 of a value's RFC 8785 form, as 64 lower-case hexadecimal digits: text, because it names a value inside other values.
 *
 * Equal for equal values, whatever the order of their members.
 *
 * @throws {@link CoreError} for the reasons of {@link encodeJcs}
 * @example
 * ```ts
 * jcsSha256Hex({ b: 2, a: 1 }) === jcsSha256Hex({ a: 1, b: 2 }); // true
 * ```
 */
export function jcsSha256Hex(value: unknown, provider?: HashProvider): string {
  return bytesToHex(sha256(encodeJcs(value), provider));
}
