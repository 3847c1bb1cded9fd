/**
 * in-toto Statement v1 (in-toto attestation framework 1.1): claims about artifacts that are named by their digests, read and
 * built. What a predicate says is for its own reader.
 */

import {
  encodeJcs,
  freezeJson,
  type JsonObject,
  type JsonValue,
  jsonPointer,
  type Limits,
  parseStrictJson,
} from "../core/index.ts";
import { FieldReader } from "./document-fields.ts";
import { SigningError } from "./errors.ts";
import { shortened } from "./hostile-text.ts";

/** DSSE payload type of a statement. */
export const statementPayloadType = "application/vnd.in-toto+json";

/** `_type` of a statement of version 1. */
export const statementType = "https://in-toto.io/Statement/v1";

/** An artifact that a statement is about. Fields that the standard does not name may be there too. */
export interface StatementSubject {
  /** Digests by algorithm, at least one; `sha256` and `sha512` in lower-case hexadecimal. */
  readonly digest: Readonly<Record<string, string>>;
  /** Tells this artifact from others of the statement. */
  readonly name?: string;
  /** Names the artifact globally. */
  readonly uri?: string;
  /** The artifact itself, base64, if it is short. */
  readonly content?: string;
  /** Where it can be fetched. */
  readonly downloadLocation?: string;
  readonly mediaType?: string;
  readonly annotations?: JsonObject;
}

/** A statement. Fields that the standard does not name may be there too. */
export interface Statement {
  readonly _type: typeof statementType;
  /** What it is about, at least one artifact. */
  readonly subject: readonly StatementSubject[];
  /** URI that names the meaning of `predicate`. */
  readonly predicateType: string;
  /** What is said; absent means the same as empty. */
  readonly predicate?: JsonObject;
}

const fields = /* @__PURE__ */ new FieldReader("ERR_SIGNING_STATEMENT", "statement");

/** Hexadecimal digits of the digests whose form is checked: those that {@link verifyStatement} compares. */
const digestDigits: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/**
 * Builds a statement of version 1 and checks it as a reader would.
 *
 * @param statement - everything but `_type`; fields that the standard does not name are kept
 * @returns frozen plain data, without the caller's objects
 * @throws {@link SigningError} `ERR_SIGNING_STATEMENT` with the JSON pointer of the wrong field
 * @throws `CoreError` `ERR_CORE_JSON_*` when a value has no strict JSON form: numbers are integers
 * @example
 * ```ts
 * buildStatement({
 *   subject: [{ name: "gateway-b.bin", digest: { sha256 } }],
 *   predicateType: "https://slsa.dev/verification_summary/v1",
 *   predicate: { verificationResult: "PASSED" },
 * });
 * ```
 */
export function buildStatement(statement: Omit<Statement, "_type">): Statement {
  return parseStatement(encodeJcs({ ...statement, _type: statementType }));
}

/**
 * Reads a statement. This checks its shape only: use {@link verifyStatement} for anything that is going to be believed.
 *
 * Strict JSON, so that a fraction in a predicate is refused. Fields that the standard does not name are kept and otherwise ignored,
 * as it asks.
 *
 * Standard: in-toto attestation framework 1.1, Statement, ResourceDescriptor and DigestSet.
 *
 * @param bytes - the payload of the envelope
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` apply
 * @returns the document, frozen
 * @throws {@link SigningError} `ERR_SIGNING_STATEMENT_VERSION` when `_type` is another one; `ERR_SIGNING_STATEMENT` with the JSON
 * pointer of the wrong field
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the document is not strict JSON
 * @example
 * ```ts
 * parseStatement(parseDsseEnvelope(bytes).payload).predicateType;
 * ```
 */
export function parseStatement(bytes: Uint8Array, limits?: Partial<Limits>): Statement {
  const statement = fields.object(parseStrictJson(bytes, limits), "");
  checkType(fields.text(statement["_type"], "/_type"));
  const subjects = fields.list(statement["subject"], "/subject");
  // A statement about nothing would match nothing, which its author cannot have meant.
  if (subjects.length === 0) throw fields.fault("at least one artifact", "/subject");
  subjects.forEach(checkSubject);
  if (fields.text(statement["predicateType"], "/predicateType") === "") throw fields.fault("URI", "/predicateType");
  if (statement["predicate"] !== undefined) fields.object(statement["predicate"], "/predicate");
  return freezeJson(statement as JsonObject & Statement);
}

function checkType(found: string): void {
  if (found === statementType) return;
  throw new SigningError("ERR_SIGNING_STATEMENT_VERSION", `Cannot read statement: its type is not ${statementType}`, {
    path: "/_type",
    details: { expected: statementType, found: shortened(found) },
  });
}

function checkSubject(value: JsonValue, index: number): void {
  const path = `/subject/${index}`;
  const subject = fields.object(value, path);
  const digest = fields.object(subject["digest"], `${path}/digest`);
  const algorithms = Object.keys(digest);
  if (algorithms.length === 0) throw fields.fault("at least one digest", `${path}/digest`);
  for (const algorithm of algorithms) {
    const at = path + jsonPointer("digest", shortened(algorithm));
    const text = fields.text(digest[algorithm], at);
    const digits = Object.hasOwn(digestDigits, algorithm) ? digestDigits[algorithm]! : undefined;
    if (digits !== undefined && (text.length !== digits || /[^0-9a-f]/.test(text))) {
      throw fields.fault(`${digits} lower-case hexadecimal digits`, at);
    }
  }
  for (const name of ["name", "uri", "downloadLocation", "mediaType"]) {
    if (subject[name] !== undefined) fields.text(subject[name], `${path}/${name}`);
  }
  if (subject["content"] !== undefined) fields.bytes(subject["content"], `${path}/content`);
  if (subject["annotations"] !== undefined) fields.object(subject["annotations"], `${path}/annotations`);
}
