/** Signing DSSE envelopes, at once or one party after another. */

import { assertBytes, type Bytes, encodeJcs, type JsonObject, type Limits, parseStrictJson } from "../core/index.ts";
import {
  assertPayloadType,
  checkPayloadType,
  type DsseSignature,
  encodeDsseEnvelope,
  envelopeLimits,
  preAuthEncoding,
  readEnvelope,
  signatureToJson,
} from "./dsse-envelope.ts";
import { type Signer, type SignWithOptions, signWith } from "./signers.ts";

/** What signing depends on besides the message and the signers: see {@link SignWithOptions}. */
export interface SignDsseOptions extends SignWithOptions {}

/** What adding a signature depends on besides the envelope and the signers. */
export interface AddDsseSignaturesOptions extends SignDsseOptions {
  /** Type of payload that the signers mean to sign. */
  readonly payloadType: string;
  /** `maxBytes`, `maxDepth` and `maxEntries` (10,000 when absent) bound the envelope's JSON. */
  readonly limits?: Partial<Limits>;
}

/**
 * Signs a payload with every given signer.
 *
 * Each signature is checked against its signer's public key before it is used.
 *
 * Standard: DSSE 1.0.2 protocol.
 *
 * @param payloadType - media type or URI that names both encoding and meaning, for example `application/vnd.in-toto+json`
 * @param signers - at least one, asked at the same time
 * @returns the envelope as JSON bytes, to be stored or sent as they are
 * @throws TypeError when the payload type is missing or empty, or the payload is no Uint8Array
 * @throws RangeError when there is no signer
 * @throws {@link SigningError} `ERR_SIGNING_SIGNER_FAULT`
 * @throws `CoreError` `ERR_CORE_UTF8` when the payload type has a lone surrogate
 * @example
 * ```ts
 * const envelope = await signDsse("application/vnd.example+json", payload, [alice, bob]);
 * ```
 */
export async function signDsse(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
  options: SignDsseOptions = {},
): Promise<Bytes> {
  assertPayloadType(payloadType);
  // A copy: the caller's array may change while a KMS is asked, and what was signed must be what is sent.
  const own = new Uint8Array(assertBytes(payload, "payload"));
  const signatures = await signAll(preAuthEncoding(payloadType, own), signers, options);
  return encodeDsseEnvelope({ payloadType, payload: own, signatures });
}

/**
 * Adds signatures to an envelope, for a ceremony in which one party signs after another.
 *
 * The signatures and fields that are there stay as they are, unknown ones included, and are not verified. Look at the payload
 * before signing it: {@link parseDsseEnvelope} on the same bytes.
 *
 * Standard: DSSE 1.0.2 protocol and envelope.
 *
 * @throws TypeError when the payload type is missing or empty
 * @throws RangeError when there is no signer
 * @throws {@link SigningError} `ERR_SIGNING_DSSE_ENVELOPE`, `ERR_SIGNING_DSSE_PAYLOAD_TYPE` or `ERR_SIGNING_SIGNER_FAULT`
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the document is not strict JSON
 * @example
 * ```ts
 * const complete = await addDsseSignatures(envelope, [carol], { payloadType: "application/vnd.example+json" });
 * ```
 */
export async function addDsseSignatures(
  envelope: Uint8Array,
  signers: readonly Signer[],
  options: AddDsseSignaturesOptions,
): Promise<Bytes> {
  assertPayloadType(options.payloadType);
  const limits = envelopeLimits(options.limits);
  const document = parseStrictJson(envelope, limits);
  const { payloadType, payload } = readEnvelope(document);
  checkPayloadType(payloadType, options.payloadType);
  const added = await signAll(preAuthEncoding(payloadType, payload), signers, options);
  const fields = document as JsonObject & { readonly signatures: readonly JsonObject[] };
  return encodeJcs({ ...fields, signatures: [...fields.signatures, ...added.map(signatureToJson)] }, limits);
}

async function signAll(message: Bytes, signers: readonly Signer[], options: SignDsseOptions): Promise<DsseSignature[]> {
  if (signers.length === 0) throw new RangeError('"signers" expected at least one signer, got none');
  return Promise.all(
    signers.map(async (signer) => ({
      keyid: signer.publicKey.keyId,
      sig: await signWith(signer, message, options),
    })),
  );
}
