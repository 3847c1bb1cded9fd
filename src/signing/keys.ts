/**
 * Public keys as plain data, read from hexadecimal text or SPKI PEM (RFC 5280, RFC 8410), with the key ids of TUF.
 *
 * A key id is a label for people and logs. Two keys are the same when their material is; nothing else counts.
 */

import {
  ByteReader,
  type Bytes,
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  encodeCanonicalJson,
  equalBytes,
  hexToBytes,
  type OtaErrorOptions,
  sha256,
} from "../core/index.ts";
import { derTag, endDer, readBitString, readDer } from "./der.ts";
import { ed25519KeyLength, encodingFault, isOnCurve } from "./ed25519.ts";
import { SigningError, type SigningErrorCode } from "./errors.ts";
import { decodePublicKeyPem, encodePublicKeyPemBlock, looksLikePem } from "./pem.ts";

/** Signature scheme, by its TUF name. */
export type SignatureScheme = "ed25519";

/** A public key as plain data: to be stored, sent and compared as it is. */
export interface PublicKey {
  /** How the key verifies. */
  readonly scheme: SignatureScheme;
  /** Label that signatures refer to; {@link parsePublicKey} gives the TUF one, 64 lower-case hexadecimal digits. */
  readonly keyId: string;
  /** The key itself: for `ed25519` the encoded point, 64 lower-case hexadecimal digits. */
  readonly material: string;
}

/** Longest text of a public key: an SPKI PEM of the largest RSA key that TUF repositories use has 1,400 characters. */
const maxKeyLength = 4096;

/** RFC 8410 section 3: id-Ed25519, 1.3.101.112. */
const ed25519Oid = /* @__PURE__ */ hexToBytes("2b6570");

/** RFC 8410 section 4: everything of an Ed25519 SubjectPublicKeyInfo before the 32 bytes of the key. */
const ed25519SpkiPrefix = /* @__PURE__ */ hexToBytes("302a300506032b6570032100");

/**
 * Reads an Ed25519 public key and refuses one that no honest signer has.
 *
 * Accepted are the 32 raw bytes as 64 hexadecimal digits of either case, and one SPKI PEM block (RFC 7468 strict form, DER
 * without any slack); either may end with one line end. Refused are points that are encoded non-canonically, of small order
 * or not on the curve.
 *
 * Standard: RFC 7468 section 13; RFC 5280 section 4.1.2.7; RFC 8410 sections 3 and 4; RFC 8032 section 5.1.3.
 *
 * @param text - the text, or its bytes as read from a file; at most 4,096 characters
 * @throws {@link SigningError} `ERR_SIGNING_KEY_FORMAT`, `ERR_SIGNING_KEY_PEM` (with `details.line`), `ERR_SIGNING_KEY_DER`
 * (with the offset in the DER), `ERR_SIGNING_KEY_ALGORITHM`, `ERR_SIGNING_KEY_NON_CANONICAL`, `ERR_SIGNING_KEY_SMALL_ORDER` or
 * `ERR_SIGNING_KEY_NOT_ON_CURVE`
 * @throws `CoreError` `ERR_CORE_UTF8` when bytes are no text
 * @example
 * ```ts
 * const key = parsePublicKey("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
 * key.scheme; // "ed25519"
 * ```
 */
export function parsePublicKey(text: string | Uint8Array): PublicKey {
  if (text.length > maxKeyLength) throw formatError(`longer than ${maxKeyLength} characters`);
  const document = typeof text === "string" ? text : bytesToUtf8(text);
  if (looksLikePem(document)) return importEd25519(decodeEd25519Spki(decodePublicKeyPem(document)));
  const digits = /^([0-9A-Fa-f]{64})(?:\r\n|\r|\n)?$/.exec(document)?.[1];
  if (digits === undefined) throw formatError("neither 64 hexadecimal digits nor PEM");
  return importEd25519(hexToBytes(digits));
}

/**
 * Writes a public key as SPKI PEM, one block that ends with a line feed.
 *
 * Standard: RFC 7468 section 13; RFC 8410 section 4.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no such key
 * @example
 * ```ts
 * encodePublicKeyPem(key); // "-----BEGIN PUBLIC KEY-----\nMCow…"
 * ```
 */
export function encodePublicKeyPem(key: PublicKey): string {
  return encodePublicKeyPemBlock(concatBytes(ed25519SpkiPrefix, keyBytes(key)));
}

/**
 * Tells whether two public keys are the same key, whatever their key ids.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 */
export function sameKey(left: PublicKey, right: PublicKey): boolean {
  return left.scheme === right.scheme && equalBytes(keyBytes(left), keyBytes(right));
}

/**
 * The raw bytes of a key that may come from storage. Its material must be in the one form that {@link PublicKey} allows,
 * so that a key in another spelling cannot pass for a second key.
 *
 * @param path - JSON pointer of the key, for errors
 */
export function keyBytes(key: PublicKey, path = ""): Bytes {
  if (key.scheme !== "ed25519") {
    throw new SigningError("ERR_SIGNING_KEY_ALGORITHM", 'Cannot use public key: its scheme is not "ed25519"', {
      path: `${path}/scheme`,
    });
  }
  if (typeof key.keyId !== "string") throw formatError("its key id is not text", { path: `${path}/keyId` });
  if (typeof key.material !== "string" || !/^[0-9a-f]{64}$/.test(key.material)) {
    throw formatError("its material is not 64 lower-case hexadecimal digits", { path: `${path}/material` });
  }
  return hexToBytes(key.material);
}

/** A public key of 32 raw bytes, checked as an import. */
export function importEd25519(raw: Uint8Array): PublicKey {
  const fault = encodingFault(raw) ?? (isOnCurve(raw) ? undefined : "not_on_curve");
  if (fault !== undefined) throw pointError(fault);
  const material = bytesToHex(raw);
  return { scheme: "ed25519", keyId: tufKeyId("ed25519", material), material };
}

/** TUF 1.0.34 section 4.2.2: SHA-256 of the canonical JSON of the key object. */
function tufKeyId(scheme: SignatureScheme, material: string): string {
  return bytesToHex(sha256(encodeCanonicalJson({ keytype: "ed25519", keyval: { public: material }, scheme })));
}

/** SubjectPublicKeyInfo ::= SEQUENCE { SEQUENCE { OID, parameters }, BIT STRING }: RFC 5280 section 4.1. */
function decodeEd25519Spki(der: Uint8Array): Uint8Array {
  const document = new ByteReader(der);
  const spki = readDer(document, derTag.sequence);
  endDer(document);
  const algorithm = readDer(spki, derTag.sequence);
  const oid = readDer(algorithm, derTag.objectIdentifier).bytes;
  if (!equalBytes(oid, ed25519Oid)) {
    throw new SigningError("ERR_SIGNING_KEY_ALGORITHM", "Cannot use public key: it is not an Ed25519 key", {
      details: { objectIdentifier: bytesToHex(oid) },
    });
  }
  // RFC 8410 section 3: "the parameters MUST be absent".
  endDer(algorithm);
  const raw = readBitString(spki);
  endDer(spki);
  if (raw.length !== ed25519KeyLength) throw formatError(`an Ed25519 key has 32 bytes, this one has ${raw.length}`);
  return raw;
}

function pointError(fault: "non_canonical" | "small_order" | "not_on_curve"): SigningError {
  const errors: Record<typeof fault, readonly [SigningErrorCode, string]> = {
    non_canonical: ["ERR_SIGNING_KEY_NON_CANONICAL", "its point is not encoded canonically"],
    small_order: ["ERR_SIGNING_KEY_SMALL_ORDER", "its point is of small order"],
    not_on_curve: ["ERR_SIGNING_KEY_NOT_ON_CURVE", "it is no point of the curve"],
  };
  const [code, what] = errors[fault];
  return new SigningError(code, `Cannot use public key: ${what}`);
}

function formatError(what: string, options: OtaErrorOptions = {}): SigningError {
  return new SigningError("ERR_SIGNING_KEY_FORMAT", `Cannot use public key: ${what}`, options);
}
