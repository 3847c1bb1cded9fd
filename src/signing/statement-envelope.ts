/** A statement in its DSSE envelope: signed, and verified for one artifact and one kind of claim. */

import { type Bytes, encodeJcs, type Limits } from "../core/index.ts";
import { type SignDsseOptions, signDsse } from "./dsse-sign.ts";
import { type VerifiedDsse, type VerifyDsseOptions, verifyDsse } from "./dsse-verify.ts";
import { SigningError } from "./errors.ts";
import { shortened } from "./hostile-text.ts";
import type { Signer } from "./signers.ts";
import { parseStatement, type Statement, type StatementSubject, statementPayloadType } from "./statement.ts";
import type { TrustedKeys } from "./threshold.ts";
import type { Verified } from "./verified.ts";

/** A statement whose signatures, kind and subject were checked; as {@link verifyStatement} gives it; frozen. */
export interface VerifiedStatement extends Verified<"statement"> {
  readonly statement: Statement;
  /** The subjects that are the artifact in question, at least one. */
  readonly matched: readonly StatementSubject[];
  /** Who signed, and which signatures did not count. */
  readonly envelope: VerifiedDsse;
}

/** What a verification depends on besides the envelope and trust. */
export interface VerifyStatementOptions extends Omit<VerifyDsseOptions, "payloadType"> {
  /** The only kind of claim that is acceptable here. */
  readonly predicateType: string;
  /**
   * Digests of the artifact in question, lower-case hexadecimal, for example the `hashes` of a {@link VerifiedTarget}; at least
   * one of `sha256` and `sha512`.
   */
  readonly subject: { readonly sha256?: string; readonly sha512?: string };
  /** Bounds for the envelope and, apart from it, the statement. */
  readonly limits?: Partial<Limits>;
}

/**
 * Signs a statement with every given signer.
 *
 * The signed bytes are the RFC 8785 form of the statement, so that equal statements give equal bytes.
 *
 * Standard: in-toto attestation framework 1.1, Envelope and Statement.
 *
 * @returns the DSSE envelope as bytes, to be stored or sent as they are
 * @throws {@link SigningError} `ERR_SIGNING_STATEMENT`, `ERR_SIGNING_STATEMENT_VERSION` or `ERR_SIGNING_SIGNER_FAULT`
 * @throws `CoreError` `ERR_CORE_JSON_*` when a value has no strict JSON form
 * @throws RangeError when there is no signer
 * @example
 * ```ts
 * const envelope = await signStatement(buildStatement({ subject, predicateType, predicate }), [alice, bob]);
 * ```
 */
export async function signStatement(
  statement: Statement,
  signers: readonly Signer[],
  options?: SignDsseOptions,
): Promise<Bytes> {
  const payload = encodeJcs(statement);
  // What is checked are the bytes that are going to be signed, as a verifier will read them.
  parseStatement(payload);
  return signDsse(statementPayloadType, payload, signers, options);
}

/**
 * Verifies that enough trusted keys signed a claim of the expected kind about the artifact in question.
 *
 * Order: trust, envelope, payload type and threshold as {@link verifyDsse} checks them, then the statement's shape, its
 * `predicateType`, and its subjects. A subject is the artifact when at least one digest of `sha256` and `sha512` is on both sides and
 * all that are on both sides are equal: stricter than the standard, for which one equal digest outweighs a different one. Names
 * do not count. What the predicate says is left to the caller: require what you need in it, and take absence for no.
 *
 * Standard: in-toto attestation framework 1.1, Envelope, Statement and DigestSet.
 *
 * @param envelope - JSON bytes as received
 * @throws {@link SigningError} `ERR_SIGNING_STATEMENT_PREDICATE` when the claim is of another kind, `ERR_SIGNING_STATEMENT_SUBJECT`
 * when it is about other artifacts, `ERR_SIGNING_STATEMENT`, `ERR_SIGNING_STATEMENT_VERSION`, and every code of {@link verifyDsse}
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when envelope or payload is no strict JSON
 * @throws TypeError when the expected kind or digests are missing or malformed
 * @example
 * ```ts
 * const { statement } = verifyStatement(envelope, auditors, {
 *   predicateType: "https://slsa.dev/verification_summary/v1",
 *   subject: verifiedTarget.hashes,
 * });
 * ```
 */
export function verifyStatement(
  envelope: Uint8Array,
  trust: TrustedKeys,
  options: VerifyStatementOptions,
): VerifiedStatement {
  const { predicateType, subject, ...dsseOptions } = options;
  if (typeof predicateType !== "string" || predicateType === "") {
    throw new TypeError('"predicateType" expected text that is not empty');
  }
  const wanted = wantedDigests(subject);
  const signed = verifyDsse(envelope, trust, { ...dsseOptions, payloadType: statementPayloadType });
  const statement = parseStatement(signed.payload, dsseOptions.limits);
  if (statement.predicateType !== predicateType) {
    throw new SigningError(
      "ERR_SIGNING_STATEMENT_PREDICATE",
      `Cannot accept statement: its predicate type is not ${predicateType}`,
      { path: "/predicateType", details: { expected: predicateType, found: shortened(statement.predicateType) } },
    );
  }
  const matched = statement.subject.filter(({ digest }) => isArtifact(digest, wanted));
  if (matched.length === 0) {
    throw new SigningError(
      "ERR_SIGNING_STATEMENT_SUBJECT",
      "Cannot accept statement: none of its subjects is the artifact",
      { path: "/subject", details: { expected: Object.fromEntries(wanted), subjects: statement.subject.length } },
    );
  }
  return Object.freeze({ statement, matched: Object.freeze(matched), envelope: signed }) as VerifiedStatement;
}

/** The digests that the caller names; none, or a malformed one, must not read as "any artifact". */
function wantedDigests(subject: VerifyStatementOptions["subject"]): readonly (readonly [string, string])[] {
  const forms = [
    ["sha256", /^[0-9a-f]{64}$/],
    ["sha512", /^[0-9a-f]{128}$/],
  ] as const;
  const wanted = forms.flatMap(([algorithm, form]) => {
    const digest = subject[algorithm];
    if (digest === undefined) return [];
    if (typeof digest !== "string" || !form.test(digest)) {
      throw new TypeError(`"subject.${algorithm}" expected digest in lower-case hexadecimal`);
    }
    return [[algorithm, digest] as const];
  });
  if (wanted.length === 0) throw new TypeError('"subject" expected sha256 or sha512 of the artifact, got neither');
  return wanted;
}

function isArtifact(digest: Readonly<Record<string, string>>, wanted: readonly (readonly [string, string])[]): boolean {
  const common = wanted.filter(([algorithm]) => Object.hasOwn(digest, algorithm));
  return common.length > 0 && common.every(([algorithm, expected]) => digest[algorithm] === expected);
}
