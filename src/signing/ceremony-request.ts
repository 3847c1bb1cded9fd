/**
 * Signing requests: one JSON document that asks several people, at different times and places, to sign the same bytes, and
 * that carries their signatures back. The document travels as a file and is hostile whenever it arrives.
 */

import {
  assertBytes,
  type Bytes,
  bytesToBase64,
  bytesToHex,
  encodeJcs,
  parseStrictJson,
  sha256,
} from "../core/index.ts";
import { checkRequest, requestOf } from "./ceremony-check.ts";
import {
  type ParseSigningRequestOptions,
  type SigningRequest,
  type SigningRequestInput,
  signingRequestSchema,
} from "./ceremony-types.ts";
import { envelopeLimits } from "./dsse-envelope.ts";

/**
 * Makes a request without signatures.
 *
 * @returns plain JSON, frozen
 * @throws {@link SigningError} `ERR_SIGNING_REQUEST` with the JSON pointer of what is wrong, or the error of a quorum's keys or
 * threshold
 * @throws TypeError when the message is no Uint8Array
 * @example
 * ```ts
 * const request = createSigningRequest({
 *   purpose: "Release 2026-11",
 *   message: preAuthEncoding(payloadType, payload),
 *   quorums: [{ name: "release", keys: [alice, bob, carol], threshold: 2 }],
 * });
 * ```
 */
export function createSigningRequest(input: SigningRequestInput): SigningRequest {
  const message = assertBytes(input.message, "message");
  return requestOf(
    checkRequest({
      schema: signingRequestSchema,
      purpose: input.purpose,
      message: bytesToBase64(message),
      sha256: bytesToHex(sha256(message)),
      quorums: input.quorums,
      signatures: [],
    }),
  );
}

/**
 * Reads a request from a file and checks all of it, every signature included.
 *
 * Strict: another member, a digest that is not the message's, a key id for two keys, a signature of a key in no quorum, a second
 * one of the same key id, and one that does not verify are refused.
 *
 * @returns plain JSON, frozen
 * @throws {@link SigningError} `ERR_SIGNING_REQUEST_VERSION` for another version; `ERR_SIGNING_REQUEST` with the JSON pointer of
 * what is wrong; `ERR_SIGNING_REQUEST_KEY` or `ERR_SIGNING_REQUEST_SIGNATURE` with `details.keyid`; or the error of a quorum's
 * keys or threshold
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the document is not strict JSON
 * @example
 * ```ts
 * const request = parseSigningRequest(readFileSync("release.request.json"));
 * ```
 */
export function parseSigningRequest(bytes: Uint8Array, options: ParseSigningRequestOptions = {}): SigningRequest {
  const document = parseStrictJson(bytes, envelopeLimits(options.limits));
  return requestOf(checkRequest(document, options.provider));
}

/**
 * Writes a request as JSON, in its RFC 8785 form, so that equal requests are equal files.
 *
 * @throws `CoreError` `ERR_CORE_JSON_*` when the value is no JSON
 */
export function encodeSigningRequest(request: SigningRequest): Bytes {
  return encodeJcs(request);
}
