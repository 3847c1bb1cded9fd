/** Verifying a DSSE envelope: from hostile bytes to a payload that enough trusted keys signed, or an error. */

import type { Bytes, Limits, Reason } from "../core/index.ts";
import { assertPayloadType, checkPayloadType, parseDsseEnvelope, preAuthEncoding } from "./dsse-envelope.ts";
import type { SigningReasonCode } from "./reasons.ts";
import { checkTrust, type ThresholdOptions, type TrustedKeys, verifyWithTrust } from "./threshold.ts";
import type { Verified } from "./verified.ts";

/** A payload that enough distinct trusted keys signed, as {@link verifyDsse} gives it. */
export interface VerifiedDsse extends Verified<"dsse"> {
  /** The type that was asked for. */
  readonly payloadType: string;
  /** The bytes that were signed. Use these; never read the envelope again. */
  readonly payload: Bytes;
  /** Key ids of the distinct trusted keys that signed, in the order of trust. */
  readonly signedBy: readonly string[];
  /** Signatures (`/signatures/<n>`) and entries of trust (`/keys/<n>`) that did not count, and why. */
  readonly ignored: readonly Reason<SigningReasonCode>[];
}

/** What a verification depends on besides the envelope and trust. */
export interface VerifyDsseOptions extends ThresholdOptions {
  /** The only type of payload that is acceptable here. */
  readonly payloadType: string;
  /** `maxBytes`, `maxDepth` and `maxEntries` (10,000 when absent) bound the envelope's JSON. */
  readonly limits?: Partial<Limits>;
}

/**
 * Verifies a DSSE envelope and gives its payload.
 *
 * Order: trust is checked, then the envelope's shape, the payload type, and the signatures. A signature counts when a trusted key
 * verifies it under the strict rule of {@link isValidSignature}; the threshold counts distinct key material. Key ids are hints:
 * one narrows the keys that are tried, none means that all are tried. Signatures that do not count are listed, no more.
 *
 * Standard: DSSE 1.0.2 protocol, multi-signature verification.
 *
 * @param envelope - JSON bytes as received
 * @throws {@link SigningError} `ERR_SIGNING_THRESHOLD` (`details.reasons` has one reason for each signature that did not count),
 * `ERR_SIGNING_DSSE_ENVELOPE`, `ERR_SIGNING_DSSE_PAYLOAD_TYPE`, `ERR_SIGNING_TOO_MANY_SIGNATURES`, `ERR_SIGNING_TOO_MANY_BYTES`, or,
 * when trust itself is at fault, `ERR_SIGNING_TRUST_KEYS`, `ERR_SIGNING_TRUST_THRESHOLD`, `ERR_SIGNING_TRUST_UNSATISFIABLE`,
 * `ERR_SIGNING_KEY_FORMAT` or `ERR_SIGNING_KEY_ALGORITHM`
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the document is not strict JSON
 * @throws TypeError when the payload type is missing or empty
 * @example
 * ```ts
 * const { payload } = verifyDsse(bytes, { keys: [alice, bob, carol], threshold: 2 }, { payloadType: "application/vnd.example+json" });
 * ```
 */
export function verifyDsse(envelope: Uint8Array, trust: TrustedKeys, options: VerifyDsseOptions): VerifiedDsse {
  assertPayloadType(options.payloadType);
  const checkedTrust = checkTrust(trust);
  const { payloadType, payload, signatures } = parseDsseEnvelope(envelope, options.limits);
  checkPayloadType(payloadType, options.payloadType);
  const message = preAuthEncoding(payloadType, payload);
  const { signedBy, ignored } = verifyWithTrust(message, signatures, checkedTrust, options);
  return Object.freeze({ payloadType, payload, signedBy, ignored }) as VerifiedDsse;
}
