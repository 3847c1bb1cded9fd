/**
 * The shapes in which every module answers: `Result` of a decoder, `Reason` and `Decision` of a judgement.
 *
 * All are plain data that survive `JSON.stringify`, so that an answer can be logged, replayed and shown.
 */

import { isOtaError } from "./errors.ts";

/**
 * Why a decision was taken or what a decoder noticed.
 *
 * `code` is lower snake case, unique over the package and stable over releases.
 */
export interface Reason<Code extends string = string> {
  readonly code: Code;
  /** One sentence for people; may change. */
  readonly message: string;
  /** JSON pointer of the value that the reason speaks of. */
  readonly path?: string;
  /** Standard and clause that the rule carries out. */
  readonly clause?: string;
  /** What was found and what was wanted. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** A fault in decoded bytes, as data: decoders do not throw. */
export interface Fault<Code extends string = string> {
  /** Stable code, `ERR_<MODULE>_<WHAT>`. */
  readonly code: Code;
  /** One sentence for people; may change. */
  readonly message: string;
  /** Byte offset of the fault from the start of the input; at most its length. */
  readonly offset: number;
  /** JSON pointer into the value that was being decoded. */
  readonly path: string;
  /** What was found and what was wanted. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a `decodeX` or `safeParseX` gives: the value with what was tolerated, or the fault with what was understood. */
export type Result<T, F extends Fault = Fault, Partial = unknown> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Reason[] }
  | { readonly ok: false; readonly error: F; readonly partial?: Partial };

/**
 * Runs a parser that throws and gives its value or, as data, the {@link OtaError} it threw; other exceptions pass through.
 *
 * A fault without an offset or a path lies at the start, or in the whole: 0 and `""`.
 *
 * @typeParam Code - the codes that the parser can throw
 * @example
 * ```ts
 * const result = resultOf(() => hexToBytes("0g"));
 * if (!result.ok) result.error.offset; // 1
 * ```
 */
export function resultOf<T, Code extends string = string>(parse: () => T): Result<T, Fault<Code>> {
  try {
    return { ok: true, value: parse(), warnings: [] };
  } catch (error) {
    if (!isOtaError(error)) throw error;
    const { code, message, offset = 0, path = "", details } = error;
    return { ok: false, error: { code: code as Code, message, offset, path, ...(details ? { details } : {}) } };
  }
}

/**
 * A judgement: one word, every reason, and the facts it rests on.
 *
 * All failing reasons are listed; the first is decisive. Unknown or stale input has a word of its own and never means yes.
 */
export interface Decision<
  Word extends string,
  Code extends string = string,
  Evidence = Readonly<Record<string, unknown>>,
> {
  readonly decision: Word;
  readonly reasons: readonly Reason<Code>[];
  readonly evidence: Evidence;
}
