/** Key objects of TUF metadata (1.0.34 section 4.2), with the spellings of older repositories, and the key ids made of them. */

import {
  bytesToHex,
  encodeCanonicalJson,
  hexToBytes,
  type JsonObject,
  type JsonValue,
  type OtaErrorOptions,
  type SignatureScheme,
  sha256,
} from "../core/index.ts";
import { SigningError } from "./errors.ts";
import { shortened } from "./hostile-text.ts";
import { importMaterial, keyBytes, type PublicKey } from "./keys-material.ts";
import { decodeSpki, encodeSpki, type RawKey } from "./keys-spki.ts";
import { decodePem, encodePem, looksLikePem } from "./pem.ts";
import { isSignatureScheme, type KeyKind, schemeFacts } from "./scheme.ts";

/** Longest text of a public key: an SPKI PEM of an RSA key of 8,192 bits has 1,480 characters. */
export const maxKeyLength = 4096;

/**
 * Reads a key object of TUF metadata.
 *
 * The scheme says which algorithm verifies; `keytype` and the key itself must be of the same one. Key types that name the scheme
 * (`ecdsa-sha2-nistp256`), points in hexadecimal and Ed25519 keys in PEM are accepted, because older roots of sigstore and others
 * have them. Members that TUF does not name are ignored. The key id is kept as it is: it is a label.
 *
 * Standard: TUF 1.0.34 section 4.2.
 *
 * @param keyObject - `{ keytype, scheme, keyval: { public } }`
 * @param keyId - the key id under which the metadata lists it
 * @throws {@link SigningError} with the JSON pointer of the fault: `ERR_SIGNING_KEY_OBJECT` for another shape,
 * `ERR_SIGNING_KEY_ALGORITHM` for a key type or scheme that is not supported, `ERR_SIGNING_KEY_MISMATCH` for a key type or key that
 * is not of the scheme, and those of {@link parsePublicKey} for the key itself
 * @example
 * ```ts
 * const key = parseTufKey(root.signed.keys[keyId], keyId);
 * ```
 */
export function parseTufKey(keyObject: JsonValue, keyId: string): PublicKey {
  const object = asObject(keyObject, "");
  const keytype = asText(object["keytype"], "/keytype");
  const scheme = asText(object["scheme"], "/scheme");
  const text = asText(asObject(object["keyval"], "/keyval")["public"], "/keyval/public");
  if (!isSignatureScheme(scheme)) throw unsupported("scheme", scheme);
  if (!isKeytypeOf(keytype, scheme)) {
    const known = ["ed25519", "ecdsa", "rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"].includes(keytype);
    throw known ? mismatch(`key type ${keytype}`, scheme, "/keytype") : unsupported("keytype", keytype);
  }
  const { kind, raw } = readKeyText(text, schemeFacts[scheme].kind);
  if (kind !== schemeFacts[scheme].kind) throw mismatch(`key of kind ${kind}`, scheme, "/keyval/public");
  return { scheme, keyId, material: importMaterial(kind, raw) };
}

/** Whether a key object of this type may have the scheme: its own type, or, for ECDSA, the older one that is the scheme's name. */
function isKeytypeOf(keytype: string, scheme: SignatureScheme): boolean {
  const wanted = schemeFacts[scheme].keytype;
  return keytype === wanted || (wanted === "ecdsa" && keytype === scheme);
}

/** PEM, or for keys that are points hexadecimal digits. */
function readKeyText(text: string, kind: KeyKind): RawKey {
  if (text.length > maxKeyLength) throw objectError(`text of at most ${maxKeyLength} characters`, "/keyval/public");
  if (looksLikePem(text)) return decodeSpki(decodePem(text, "PUBLIC KEY"));
  if (kind === "rsa" || !/^(?:[0-9A-Fa-f]{2})+$/.test(text)) throw objectError("PEM or hexadecimal", "/keyval/public");
  return { kind, raw: hexToBytes(text) };
}

/**
 * Writes a public key as a key object of TUF metadata, as securesystemslib does: Ed25519 in hexadecimal, others in SPKI PEM.
 *
 * Standard: TUF 1.0.34 section 4.2.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 * @example
 * ```ts
 * encodeTufKey(key); // { keytype: "ed25519", keyval: { public: "d75a98…" }, scheme: "ed25519" }
 * ```
 */
export function encodeTufKey(key: PublicKey): JsonObject {
  const bytes = keyBytes(key);
  const { kind, keytype } = schemeFacts[key.scheme];
  const text = kind === "ed25519" ? key.material : encodePem(encodeSpki(kind, bytes), "PUBLIC KEY");
  return { keytype, keyval: { public: text }, scheme: key.scheme };
}

/** TUF 1.0.34 section 4.2.2: SHA-256 of the canonical JSON of the key object. */
export function tufKeyId(scheme: SignatureScheme, material: string): string {
  return bytesToHex(sha256(encodeCanonicalJson(encodeTufKey({ scheme, keyId: "", material }))));
}

function asObject(value: JsonValue | undefined, path: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw objectError("object", path);
}

function asText(value: JsonValue | undefined, path: string): string {
  if (typeof value === "string") return value;
  throw objectError("text", path);
}

function objectError(expected: string, path: string, options: OtaErrorOptions = {}): SigningError {
  return new SigningError("ERR_SIGNING_KEY_OBJECT", `Cannot read key object: "${path}" expected ${expected}`, {
    path,
    ...options,
  });
}

function unsupported(member: "keytype" | "scheme", found: string): SigningError {
  return new SigningError("ERR_SIGNING_KEY_ALGORITHM", `Cannot use public key: its ${member} is not supported`, {
    path: `/${member}`,
    details: { [member]: shortened(found) },
  });
}

/** A key under another algorithm's name: some verifiers would use the key's, others the name's. */
export function mismatch(what: string, scheme: SignatureScheme, path?: string): SigningError {
  return new SigningError("ERR_SIGNING_KEY_MISMATCH", `Cannot use public key: ${what} is not of scheme ${scheme}`, {
    details: { scheme },
    ...(path === undefined ? {} : { path }),
  });
}
