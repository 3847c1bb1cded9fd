/**
 * The base of every error that otakit throws, and the codes of `core` itself.
 *
 * Each module keeps a table `<module>ErrorCodes` (code -> cause and remedy) and one subclass. The tables are the source of
 * `docs/reference/error-codes.md`; because only their keys are used at run time, a bundler drops the texts.
 */

const brand = Symbol.for("otakit.error");

/** Where a fault lies, what was found there, and what caused it. */
export interface OtaErrorOptions {
  /** Facts for a log: JSON values only, never key material or vehicle identifiers. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Byte offset of the fault in the input, from 0. */
  readonly offset?: number;
  /** JSON pointer (RFC 6901) of the fault in the document. */
  readonly path?: string;
  /** The underlying error, if there is one. */
  readonly cause?: unknown;
}

/**
 * An error of otakit: malformed input, a failed security check or a broken promise of the caller's environment.
 *
 * `code` is stable over releases (`ERR_<MODULE>_<WHAT>`); `message` is for people and may change, and a minifier may
 * shorten `name`.
 * Mistakes in calling code are `TypeError` or `RangeError` instead.
 *
 * @example
 * ```ts
 * try {
 *   hexToBytes("0g");
 * } catch (error) {
 *   if (isOtaError(error)) console.error(error.code, error.offset); // ERR_CORE_HEX 1
 * }
 * ```
 */
export class OtaError<Code extends string = string> extends Error {
  /** Stable code, `ERR_<MODULE>_<WHAT>`. */
  readonly code: Code;
  /** Facts for a log. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** Byte offset of the fault in the input, if bytes are at fault. */
  readonly offset: number | undefined;
  /** JSON pointer of the fault, if a document is at fault. */
  readonly path: string | undefined;

  constructor(code: Code, message: string, options: OtaErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.details = options.details;
    this.offset = options.offset;
    this.path = options.path;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Plain data for a log; without stack and cause. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, offset, path, details } = this;
    return { name, code, message, offset, path, details };
  }
}

/**
 * Tells whether a thrown value is an otakit error, also one of another copy of the package.
 *
 * @example
 * ```ts
 * isOtaError(new TypeError("no")); // false
 * ```
 */
export function isOtaError(value: unknown): value is OtaError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** Codes of {@link CoreError}: cause and remedy of each. */
export const coreErrorCodes = {
  ERR_CORE_HEX: "A hexadecimal text has an odd length or another character. Remedy: pass 0-9, a-f, A-F in pairs.",
  ERR_CORE_BASE64:
    "A base64 text has a character outside the alphabet, wrong padding or stray bits. Remedy: encode it again.",
  ERR_CORE_UTF8: "Bytes are not well-formed UTF-8. Remedy: find out what wrote them; do not decode leniently.",
  ERR_CORE_BYTES_SHORT: "A read went past the end of the input. Remedy: the input is truncated; fetch it again.",
  ERR_CORE_JSON_SYNTAX:
    "A document does not follow the grammar of RFC 8259. Remedy: the document is damaged or truncated; have it written again.",
  ERR_CORE_JSON_BOM: "A document starts with a byte order mark. Remedy: write it as plain UTF-8 without one.",
  ERR_CORE_JSON_DUPLICATE_KEY:
    "An object has a member name twice, so that readers would disagree about its value. Remedy: distrust the writer.",
  ERR_CORE_JSON_NOT_INTEGER:
    "A number has a fraction or an exponent. Remedy: scale the quantity to an integer, or carry it as text.",
  ERR_CORE_JSON_UNSAFE_INTEGER:
    "An integer is beyond 2^53 - 1 in magnitude, so that readers would round it differently. Remedy: carry it as text.",
  ERR_CORE_JSON_NEGATIVE_ZERO: "A number is -0, which readers do not tell from 0 alike. Remedy: write 0.",
  ERR_CORE_JSON_SURROGATE:
    "A string has half of a surrogate pair, which has no UTF-8 form. Remedy: repair the text where it was cut.",
  ERR_CORE_JSON_VALUE:
    "A value has no JSON form: undefined, a function, a class instance, NaN. Remedy: convert it to plain data first.",
  ERR_CORE_TIME:
    "A time is not of the form YYYY-MM-DDTHH:MM:SSZ or names no real instant. Remedy: write UTC without fraction or offset.",
  ERR_CORE_VERSION_RANGE:
    "A version range is empty, has a comparison without a sign, or a version that is none of its scheme. Remedy: write `>=1.2.0 <2.0.0`.",
  ERR_CORE_VERSION_SCHEME:
    "A version scheme is unknown, or a custom one could be read in two ways. Remedy: name a scheme, or put separators between like parts.",
  ERR_CORE_WINDOW:
    "A maintenance window has a missing, unknown or impossible member. Remedy: correct the member at the given path.",
  ERR_CORE_LIMIT: "An input is larger, deeper or longer than the caller's limit. Remedy: raise the limit knowingly.",
} as const;

/** Code of a {@link CoreError}. */
export type CoreErrorCode = keyof typeof coreErrorCodes;

/** Fault in bytes, text, JSON, time, versions or limits. */
export class CoreError extends OtaError<CoreErrorCode> {}
