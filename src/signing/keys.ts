/**
 * Public keys as plain data, read from hexadecimal text, SPKI (PEM or DER) or JWK, with the key ids of TUF.
 *
 * A key id is a label for people and logs. Two keys are the same when their material is; nothing else counts.
 */

import { assertBytes, type Bytes, bytesToUtf8, hexToBytes, type SignatureScheme } from "../core/index.ts";
import { decodeJwk, type RawJwk } from "./jwk.ts";
import { formatError, importMaterial, keyBytes, type PublicKey } from "./keys-material.ts";
import { decodeSpki, encodeSpki } from "./keys-spki.ts";
import { decodePem, encodePem, looksLikePem } from "./pem.ts";
import { defaultScheme, isSignatureScheme, schemeFacts } from "./scheme.ts";
import { maxKeyLength, mismatch, tufKeyId } from "./tuf-keys.ts";

export type { PublicKey } from "./keys-material.ts";

/** What a key document leaves open. */
export interface ParsePublicKeyOptions {
  /**
   * The scheme that the key is meant for. It must be one of the key's algorithm. Without it: that of a JWK's `alg`, else
   * `rsassa-pss-sha256` for RSA and the only one for others. Needed for points in hexadecimal that are not Ed25519.
   */
  readonly scheme?: SignatureScheme;
  /** Label of the key; its TUF key id when absent. */
  readonly keyId?: string;
}

/**
 * Reads a public key and refuses one that no honest signer has.
 *
 * Accepted are hexadecimal digits of either case (Ed25519: the 32 bytes of the key; with `scheme` also ECDSA: the point, compressed
 * or not), one SPKI PEM block (RFC 7468 strict form), the DER of an SPKI without any slack, and one JWK without private members.
 * Text may end with one line end. Refused are Ed25519 points that are encoded non-canonically, of small order or not on the curve,
 * ECDSA points that are not on theirs, and RSA numbers out of bounds: a modulus of 2,048 to 8,192 bits, an exponent of 65,537 to
 * 2^31 - 1, both odd.
 *
 * Standard: RFC 7468 section 13; RFC 5280 section 4.1.2.7; RFC 8410 sections 3 and 4; RFC 5480 section 2; RFC 8017 appendix A.1;
 * RFC 7517; RFC 8032 section 5.1.3.
 *
 * @param document - text, or bytes as read from a file; at most 4,096 characters
 * @throws {@link SigningError} `ERR_SIGNING_KEY_FORMAT`, `ERR_SIGNING_KEY_PEM` (with `details.line`), `ERR_SIGNING_KEY_DER` (with the
 * offset in the DER), `ERR_SIGNING_KEY_JWK` (with the path), `ERR_SIGNING_KEY_ALGORITHM`, `ERR_SIGNING_KEY_MISMATCH`,
 * `ERR_SIGNING_KEY_NON_CANONICAL`, `ERR_SIGNING_KEY_SMALL_ORDER`, `ERR_SIGNING_KEY_NOT_ON_CURVE` or `ERR_SIGNING_KEY_RSA`
 * @throws `CoreError` `ERR_CORE_UTF8` when bytes are no text, `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when a JWK is no strict JSON
 * @throws TypeError when `scheme` names none
 * @example
 * ```ts
 * const key = parsePublicKey("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
 * key.scheme; // "ed25519"
 * ```
 */
export function parsePublicKey(document: string | Uint8Array, options: ParsePublicKeyOptions = {}): PublicKey {
  if (document.length > maxKeyLength) throw formatError(`longer than ${maxKeyLength} characters`);
  if (options.scheme !== undefined && !isSignatureScheme(options.scheme)) {
    throw new TypeError(`"scheme" expected signature scheme, got ${String(options.scheme)}`);
  }
  const { kind, raw, scheme: restriction } = readDocument(document, options.scheme);
  const scheme = options.scheme ?? restriction ?? defaultScheme[kind];
  if (kind !== schemeFacts[scheme].kind) throw mismatch(`key of kind ${kind}`, scheme);
  if (restriction !== undefined && restriction !== scheme) throw mismatch(`key for ${restriction}`, scheme);
  return publicKeyOf(scheme, raw, options.keyId);
}

function readDocument(document: string | Uint8Array, scheme: SignatureScheme | undefined): RawJwk {
  if (typeof document !== "string" && isDer(assertBytes(document, "document"))) {
    return { ...decodeSpki(document), scheme: undefined };
  }
  const text = typeof document === "string" ? document : bytesToUtf8(document);
  if (looksLikePem(text)) return { ...decodeSpki(decodePem(text, "PUBLIC KEY")), scheme: undefined };
  if (/^[ \t\r\n]*\{/.test(text)) return decodeJwk(text);
  const kind = scheme === undefined ? "ed25519" : schemeFacts[scheme].kind;
  const digits = /^((?:[0-9A-Fa-f]{2})+)(?:\r\n|\r|\n)?$/.exec(text)?.[1];
  if (digits === undefined || kind === "rsa" || (kind === "ed25519" && digits.length !== 64)) {
    throw formatError("neither 64 hexadecimal digits nor PEM, DER or JWK");
  }
  return { kind, raw: hexToBytes(digits), scheme: undefined };
}

/** Whether bytes are one DER sequence. No hexadecimal text of a key is: the digit "0" is a sequence's tag, its length differs. */
function isDer(bytes: Uint8Array): boolean {
  const length = bytes[1]! < 0x80 ? 2 + bytes[1]! : bytes.length;
  return bytes[0] === 0x30 && length === bytes.length && bytes.length > 1;
}

/** A public key of raw bytes, checked as an import; labelled by the rule of TUF when no key id is given. */
export function publicKeyOf(scheme: SignatureScheme, raw: Uint8Array, keyId?: string): PublicKey {
  const material = importMaterial(schemeFacts[scheme].kind, raw);
  return { scheme, keyId: keyId ?? tufKeyId(scheme, material), material };
}

/**
 * Writes a public key as the DER of a SubjectPublicKeyInfo.
 *
 * Standard: RFC 5280 section 4.1; RFC 8410 section 4; RFC 5480 section 2; RFC 8017 appendix A.1.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 * @example
 * ```ts
 * await crypto.subtle.importKey("spki", encodePublicKeyDer(key), "Ed25519", true, ["verify"]);
 * ```
 */
export function encodePublicKeyDer(key: PublicKey): Bytes {
  const bytes = keyBytes(key);
  return encodeSpki(schemeFacts[key.scheme].kind, bytes);
}

/**
 * Writes a public key as SPKI PEM, one block that ends with a line feed.
 *
 * Standard: RFC 7468 section 13.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 * @example
 * ```ts
 * encodePublicKeyPem(key); // "-----BEGIN PUBLIC KEY-----\nMCow…"
 * ```
 */
export function encodePublicKeyPem(key: PublicKey): string {
  return encodePem(encodePublicKeyDer(key), "PUBLIC KEY");
}

/**
 * Tells whether two public keys are the same key, whatever their key ids and, for RSA, their schemes.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 */
export function sameKey(left: PublicKey, right: PublicKey): boolean {
  // Material of different kinds differs in its length or its first byte.
  for (const key of [left, right]) keyBytes(key);
  return left.material === right.material;
}
