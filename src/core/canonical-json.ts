/** OLPC canonical JSON: the bytes that signatures of TUF and Uptane metadata are made over. */

import type { Bytes } from "./bytes.ts";
import { compareCodePoints } from "./code-points.ts";
import type { CoreErrorCode } from "./errors.ts";
import type { JsonValue } from "./json-value.ts";
import { type JsonForm, writeJson } from "./json-writer.ts";
import type { Limits } from "./limits.ts";

const surrogate = /[\ud800-\udfff]/;

const form: JsonForm = {
  sortNames: sortByCodePoints,
  special: /["\\\ud800-\udfff]/,
  quote: (text) => `"${text.replace(/["\\]/g, "\\$&")}"`,
  numberFault: integerFault,
};

/**
 * Writes a value as OLPC canonical JSON.
 *
 * No white space; names in order of Unicode code points (U+FB33 before U+1F600, unlike JavaScript's own order); only `"` and
 * `\` are escaped, so that control characters stand raw; integers only. Takes plain and null-prototype objects; properties
 * that are not enumerable or have a symbol as key do not count. Bounds are `maxDepth` and `maxEntries`.
 *
 * Within the limits, reading the result strictly and writing it again gives the same bytes, unless a text has a control
 * character below U+0020: then the result is not JSON, and {@link parseStrictJson} refuses it (`ERR_CORE_JSON_SYNTAX`).
 *
 * Standard: OLPC "Canonical JSON", as TUF 1.0.34 section 4.1 asks for. securesystemslib agrees; tuf-js does too but for the
 * order of names beyond U+FFFF, which it sorts by UTF-16 code units.
 *
 * @throws {@link CoreError} with the path of the value: `ERR_CORE_JSON_NOT_INTEGER`, `ERR_CORE_JSON_UNSAFE_INTEGER`,
 * `ERR_CORE_JSON_NEGATIVE_ZERO`, `ERR_CORE_JSON_SURROGATE`, `ERR_CORE_JSON_VALUE` (undefined, function, symbol, bigint,
 * class instance), or `ERR_CORE_LIMIT` (also for a value that contains itself)
 * @throws RangeError when a limit is out of range
 * @example
 * ```ts
 * bytesToUtf8(encodeCanonicalJson({ b: [1, "x"], a: null })); // {"a":null,"b":[1,"x"]}
 * ```
 */
export function encodeCanonicalJson(value: JsonValue, limits?: Partial<Limits>): Bytes {
  return writeJson(value, form, limits);
}

function integerFault(value: number): CoreErrorCode | undefined {
  if (!Number.isInteger(value)) return "ERR_CORE_JSON_NOT_INTEGER";
  if (!Number.isSafeInteger(value)) return "ERR_CORE_JSON_UNSAFE_INTEGER";
  return Object.is(value, -0) ? "ERR_CORE_JSON_NEGATIVE_ZERO" : undefined;
}

/** Orders as the engine does, which is fast, unless a surrogate makes a difference. */
function sortByCodePoints(names: string[]): string[] {
  names.sort();
  return names.some((name) => surrogate.test(name)) ? names.sort(compareCodePoints) : names;
}
