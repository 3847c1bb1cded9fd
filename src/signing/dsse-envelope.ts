/** The DSSE envelope (secure-systems-lab/dsse 1.0.2): its JSON form and the bytes that its signatures cover. */

import {
  assertBytes,
  type Bytes,
  bytesToBase64,
  concatBytes,
  encodeJcs,
  type JsonObject,
  type JsonValue,
  type Limits,
  parseStrictJson,
  utf8ToBytes,
} from "../core/index.ts";
import { FieldReader } from "./document-fields.ts";
import { SigningError } from "./errors.ts";
import { shortened } from "./hostile-text.ts";

/** One signature of an envelope. */
export interface DsseSignature {
  /** Unauthenticated hint whose signature it is; empty when the envelope has none. */
  readonly keyid: string;
  /** The signature itself; for `ed25519` 64 bytes. */
  readonly sig: Bytes;
}

/** The contents of an envelope, of which nothing was verified. */
export interface DsseEnvelope {
  /** Names encoding and meaning of the payload; opaque, case-sensitive. */
  readonly payloadType: string;
  /** The bytes that were signed, together with their type. */
  readonly payload: Bytes;
  /** Signatures as the envelope lists them. */
  readonly signatures: readonly DsseSignature[];
}

/**
 * The bytes that a DSSE signature covers: `DSSEv1 <length> <type> <length> <payload>`, lengths in bytes.
 *
 * The lengths make it unambiguous: no other type and payload give the same bytes.
 *
 * Standard: DSSE 1.0.2 protocol, Signature Definition.
 *
 * @throws `CoreError` `ERR_CORE_UTF8` when the type has a lone surrogate
 * @throws TypeError when the payload is no Uint8Array
 * @example
 * ```ts
 * preAuthEncoding("http://example.com/HelloWorld", utf8ToBytes("hello world"));
 * // the bytes of "DSSEv1 29 http://example.com/HelloWorld 11 hello world"
 * ```
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Bytes {
  const type = utf8ToBytes(payloadType);
  assertBytes(payload, "payload");
  return concatBytes(utf8ToBytes(`DSSEv1 ${type.length} `), type, utf8ToBytes(` ${payload.length} `), payload);
}

/**
 * Reads an envelope without verifying it: to inspect it, or to see which keys it names.
 *
 * Strict JSON. Fields that the standard does not name are ignored, as it asks; base64 may be of the standard or the URL-safe
 * alphabet, padded. A missing `keyid` is an empty one.
 *
 * Standard: DSSE 1.0.2 envelope, Parsing rules.
 *
 * @param limits - `maxBytes`, `maxDepth` and `maxEntries` (10,000 when absent) bound the JSON document
 * @throws {@link SigningError} `ERR_SIGNING_DSSE_ENVELOPE` with the JSON pointer of the wrong field
 * @throws `CoreError` `ERR_CORE_JSON_*`, `ERR_CORE_UTF8` or `ERR_CORE_LIMIT` when the document is not strict JSON
 * @example
 * ```ts
 * parseDsseEnvelope(bytes).signatures.map(({ keyid }) => keyid);
 * ```
 */
export function parseDsseEnvelope(envelope: Uint8Array, limits?: Partial<Limits>): DsseEnvelope {
  return readEnvelope(parseStrictJson(envelope, envelopeLimits(limits)));
}

/** Limits of an envelope's JSON: it has few members, and a million of them would take a vehicle's memory. */
export function envelopeLimits(limits: Partial<Limits> = {}): Partial<Limits> {
  // By name, because a spread drops what a class inherits.
  const { maxBytes, maxDepth, maxEntries = 10_000 } = limits;
  return {
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    maxEntries,
  };
}

/**
 * Writes an envelope as JSON, with standard base64 and without empty key ids.
 *
 * @throws `CoreError` `ERR_CORE_JSON_SURROGATE` when the type or a key id has a lone surrogate
 * @throws TypeError when the payload or a signature is no Uint8Array
 * @example
 * ```ts
 * encodeDsseEnvelope(parseDsseEnvelope(bytes));
 * ```
 */
export function encodeDsseEnvelope(envelope: DsseEnvelope): Bytes {
  const { payloadType, payload, signatures } = envelope;
  assertBytes(payload, "payload");
  return encodeJcs({ payload: bytesToBase64(payload), payloadType, signatures: signatures.map(signatureToJson) });
}

/** The JSON form of a signature. */
export function signatureToJson({ keyid, sig }: DsseSignature): JsonObject {
  const text = bytesToBase64(assertBytes(sig, "sig"));
  return keyid === "" ? { sig: text } : { keyid, sig: text };
}

const fields = /* @__PURE__ */ new FieldReader("ERR_SIGNING_DSSE_ENVELOPE", "envelope");

/** Takes the fields of the standard out of a JSON document. */
export function readEnvelope(document: JsonValue): DsseEnvelope {
  const envelope = fields.object(document, "");
  return {
    payloadType: fields.text(envelope["payloadType"], "/payloadType"),
    payload: fields.bytes(envelope["payload"], "/payload"),
    signatures: fields.list(envelope["signatures"], "/signatures").map((item, index) => {
      const path = `/signatures/${index}`;
      const { keyid = "", sig } = fields.object(item, path);
      return { keyid: fields.text(keyid, `${path}/keyid`), sig: fields.bytes(sig, `${path}/sig`) };
    }),
  };
}

/** Refuses to go on without saying which type is meant: a missing type must not read as "any". */
export function assertPayloadType(payloadType: string): void {
  if (typeof payloadType !== "string" || payloadType === "") {
    throw new TypeError(`"payloadType" expected text that is not empty, got ${JSON.stringify(payloadType)}`);
  }
}

/**
 * DSSE 1.0.2 protocol: "Reject if PAYLOAD_TYPE is not a supported type". A payload that was signed as one thing must not be read
 * as another.
 */
export function checkPayloadType(found: string, wanted: string): void {
  if (found === wanted) return;
  throw new SigningError("ERR_SIGNING_DSSE_PAYLOAD_TYPE", `Cannot accept envelope: its payload type is not ${wanted}`, {
    path: "/payloadType",
    details: { found: shortened(found), wanted },
  });
}
