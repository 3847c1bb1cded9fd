/** Verifying a DSSE envelope: from hostile bytes to a payload that enough trusted keys signed, or an error. */

import { defaultSignatureProvider } from "../core/crypto/signature-providers.ts";
import type { Bytes, Limits, Reason, SignatureProvider } from "../core/index.ts";
import { assertPayloadType, checkPayloadType, parseDsseEnvelope, preAuthEncoding } from "./dsse-envelope.ts";
import type { SigningReasonCode } from "./reasons.ts";
import { checkTrust, type TrustedKeys, verifyThreshold } from "./threshold.ts";

/** A class that exists for the type checker alone: with a private member, neither a literal nor a spread is of its type. */
declare class Verified {
  private readonly verified: true;
}

/** A payload that enough distinct trusted keys signed, as {@link verifyDsse} gives it. */
export interface VerifiedDsse extends Verified {
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
export interface VerifyDsseOptions {
  /** The only type of payload that is acceptable here. */
  readonly payloadType: string;
  /** Signature back end; the runtime's default when absent. */
  readonly provider?: SignatureProvider;
  /** `maxBytes`, `maxDepth` and `maxEntries` (10,000 when absent) bound the envelope's JSON. */
  readonly limits?: Partial<Limits>;
  /**
   * Most checks of one signature with one key, each of which hashes the whole payload; 64 when absent. A signature with a key
   * id needs one check, a signature without needs one for each distinct trusted key.
   */
  readonly maxChecks?: number;
}

/**
 * Verifies a DSSE envelope and gives its payload.
 *
 * Order: trust is checked, then the envelope's shape, the payload type, and the signatures. A signature counts when a trusted key
 * verifies it under the strict rule of {@link isValidEd25519}; the threshold counts distinct key material. Key ids are hints:
 * one narrows the keys that are tried, none means that all are tried. Signatures that do not count are listed, no more.
 *
 * Standard: DSSE 1.0.2 protocol, multi-signature verification.
 *
 * @param envelope - JSON bytes as received
 * @throws {@link SigningError} `ERR_SIGNING_THRESHOLD` (`details.reasons` has one reason for each signature that did not count),
 * `ERR_SIGNING_DSSE_ENVELOPE`, `ERR_SIGNING_DSSE_PAYLOAD_TYPE`, `ERR_SIGNING_TOO_MANY_SIGNATURES`, or, when trust itself is at fault,
 * `ERR_SIGNING_TRUST_THRESHOLD`, `ERR_SIGNING_TRUST_UNSATISFIABLE`, `ERR_SIGNING_KEY_FORMAT` or `ERR_SIGNING_KEY_ALGORITHM`
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the document is not strict JSON
 * @throws TypeError when the payload type is missing or empty
 * @example
 * ```ts
 * const { payload } = verifyDsse(bytes, { keys: [alice, bob, carol], threshold: 2 }, { payloadType: "application/vnd.example+json" });
 * ```
 */
export function verifyDsse(envelope: Uint8Array, trust: TrustedKeys, options: VerifyDsseOptions): VerifiedDsse {
  const { provider = defaultSignatureProvider, maxChecks = 64 } = options;
  assertPayloadType(options.payloadType);
  const checkedTrust = checkTrust(trust);
  const { payloadType, payload, signatures } = parseDsseEnvelope(envelope, options.limits);
  checkPayloadType(payloadType, options.payloadType);
  const message = preAuthEncoding(payloadType, payload);
  const { signedBy, ignored } = verifyThreshold(message, signatures, checkedTrust, provider, maxChecks);
  return Object.freeze({ payloadType, payload, signedBy, ignored }) as VerifiedDsse;
}
