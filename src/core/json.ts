/**
 * Strict JSON: the grammar of RFC 8259, less everything that two readers could understand differently.
 *
 * There is no lenient mode, because signed content must mean the same to every party.
 */

import { bytesToUtf8, utf8ToBytes } from "./bytes.ts";
import { assertBytes } from "./crypto/assert-bytes.ts";
import type { CoreErrorCode } from "./errors.ts";
import { StrictJsonReader } from "./json-reader.ts";
import type { JsonValue } from "./json-value.ts";
import { enforceLimit, type Limits, resolveLimits } from "./limits.ts";
import { type Fault, type Result, resultOf } from "./result.ts";

/**
 * Reads one JSON document strictly.
 *
 * Refused beyond the grammar: a byte order mark, a member name twice in one object (after unescaping), lone surrogates, and
 * numbers other than integers of magnitude <= 2^53 - 1 (no fraction, exponent or negative zero). Objects have a null
 * prototype: `constructor` and `__proto__` are names like any other. Members keep the order of the text, except that
 * JavaScript lists names like `"7"` first. Time is linear in the input; bounds are `maxBytes`, `maxDepth` and `maxEntries`.
 *
 * Standard: RFC 8259; RFC 7493 (I-JSON) section 2.
 *
 * @param input - UTF-8 bytes, or text; offsets in errors count UTF-8 bytes for both
 * @throws {@link CoreError} `ERR_CORE_JSON_BOM`, `ERR_CORE_JSON_SYNTAX`, `ERR_CORE_JSON_DUPLICATE_KEY`,
 * `ERR_CORE_JSON_NOT_INTEGER`, `ERR_CORE_JSON_UNSAFE_INTEGER`, `ERR_CORE_JSON_NEGATIVE_ZERO`, `ERR_CORE_JSON_SURROGATE`
 * (escaped) or `ERR_CORE_LIMIT`, with the offset of the fault and the path of its value
 * @throws {@link CoreError} `ERR_CORE_UTF8` when bytes are not UTF-8, or a text has a lone surrogate and thus no UTF-8 form;
 * the offset is in bytes or in code units then
 * @throws TypeError when the input is neither bytes nor text; RangeError when a limit is out of range
 * @example
 * ```ts
 * parseStrictJson('{"version": 3}'); // { version: 3 }
 * parseStrictJson('{"version": 3, "version": 4}'); // ERR_CORE_JSON_DUPLICATE_KEY, offset 15, path "/version"
 * ```
 */
export function parseStrictJson(input: Uint8Array | string, limits?: Partial<Limits>): JsonValue {
  const bounds = resolveLimits(limits);
  if (typeof input !== "string") assertBytes(input, "input");
  // Before coding or decoding, so that an input that is too long costs nothing; a text has at least as many bytes as units.
  enforceLimit("maxBytes", input.length, bounds);
  const bytes = typeof input === "string" ? utf8ToBytes(input) : input;
  enforceLimit("maxBytes", bytes.length, bounds);
  const text = typeof input === "string" ? input : bytesToUtf8(input);
  return new StrictJsonReader(bytes, text, bounds).readDocument();
}

/**
 * Reads one JSON document strictly, by the rules of {@link parseStrictJson}, and gives a refusal as data.
 *
 * @throws TypeError or RangeError when an argument is none that {@link parseStrictJson} takes
 * @example
 * ```ts
 * const result = safeParseStrictJson("[1, 2.5]");
 * if (!result.ok) result.error; // { code: "ERR_CORE_JSON_NOT_INTEGER", offset: 4, path: "/1", message: … }
 * ```
 */
export function safeParseStrictJson(
  input: Uint8Array | string,
  limits?: Partial<Limits>,
): Result<JsonValue, Fault<CoreErrorCode>> {
  return resultOf<JsonValue, CoreErrorCode>(() => parseStrictJson(input, limits));
}
