/**
 * The shapes in which every module answers: `Result` of a decoder, `Reason` and `Decision` of a judgement.
 *
 * All are plain data that survive `JSON.stringify`, so that an answer can be logged, replayed and shown.
 */

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
