/** Public keys as JSON Web Keys: RFC 7517, RFC 7518 section 6, RFC 8037 section 2. */

import {
  ByteReader,
  type Bytes,
  base64ToBytes,
  bytesToBase64,
  concatBytes,
  type JsonObject,
  type JsonValue,
  type OtaErrorOptions,
  parseStrictJson,
  type SignatureScheme,
} from "../core/index.ts";
import { derTag, encodeDer, encodePositiveInteger } from "./der.ts";
import { SigningError } from "./errors.ts";
import { keyBytes, type PublicKey } from "./keys-material.ts";
import type { RawKey } from "./keys-spki.ts";
import { readRsaNumbers } from "./rsa.ts";
import { schemeFacts } from "./scheme.ts";

/** Members of private keys; "oct" has its secret in k. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** `alg` values of keys that verify here; RFC 8037 had EdDSA where RFC 9864 has Ed25519. */
const schemeOfAlgorithm: Readonly<Record<string, SignatureScheme>> = {
  EdDSA: "ed25519",
  Ed25519: "ed25519",
  ES256: "ecdsa-sha2-nistp256",
  ES384: "ecdsa-sha2-nistp384",
  PS256: "rsassa-pss-sha256",
  PS384: "rsassa-pss-sha384",
  PS512: "rsassa-pss-sha512",
};

/** A key of a JWK, and the scheme that it is restricted to. */
export interface RawJwk extends RawKey {
  readonly scheme: SignatureScheme | undefined;
}

/**
 * Reads one JWK. Members that do not matter for verifying are ignored, key id and certificates too.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_JWK` with the JSON pointer of the fault, or `ERR_SIGNING_KEY_ALGORITHM`
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT` when the text is no strict JSON
 */
export function decodeJwk(text: string): RawJwk {
  const jwk = asJwk(parseStrictJson(text, { maxDepth: 8, maxEntries: 256 }));
  const secret = privateMembers.find((name) => jwk[name] !== undefined);
  // Whoever sees this key sees its private half: it must be replaced, not used. The value is not repeated.
  if (secret !== undefined) throw jwkError("no private key here", `/${secret}`);
  checkUse(jwk);
  return { ...readKey(jwk), scheme: readAlgorithm(jwk["alg"]) };
}

/** RFC 7517 sections 4.2 and 4.3: a key for encryption must not verify signatures. */
function checkUse({ use, key_ops: operations }: JsonObject): void {
  if (use !== undefined && use !== "sig") throw jwkError('"sig"', "/use");
  if (operations === undefined) return;
  if (!Array.isArray(operations) || !operations.includes("verify")) throw jwkError('list with "verify"', "/key_ops");
}

/** The scheme that a JWK is restricted to. */
export function readAlgorithm(alg: JsonValue | undefined): SignatureScheme | undefined {
  if (alg === undefined) return undefined;
  if (typeof alg === "string" && Object.hasOwn(schemeOfAlgorithm, alg)) return schemeOfAlgorithm[alg];
  throw unsupported("alg");
}

/** The public key of a JWK, private or not. */
export function readKey(jwk: JsonObject): RawKey {
  const { kty, crv } = jwk;
  if (kty === "OKP" && crv === "Ed25519") return { kind: "ed25519", raw: asBytes(jwk, "x") };
  if (kty === "RSA") return { kind: "rsa", raw: encodeRsa(asNumber(jwk, "n"), asNumber(jwk, "e")) };
  if (kty === "EC" && (crv === "P-256" || crv === "P-384")) {
    const size = crv === "P-256" ? 32 : 48;
    const raw = concatBytes(Uint8Array.of(4), asBytes(jwk, "x", size), asBytes(jwk, "y", size));
    return { kind: crv === "P-256" ? "p256" : "p384", raw };
  }
  throw unsupported(kty === "OKP" || kty === "EC" ? "crv" : "kty");
}

function encodeRsa(modulus: Uint8Array, exponent: Uint8Array): Bytes {
  return encodeDer(derTag.sequence, encodePositiveInteger(modulus), encodePositiveInteger(exponent));
}

/**
 * Writes a public key as a JWK, with `alg`.
 *
 * Standard: RFC 7517 section 4; RFC 7518 sections 6.2.1 and 6.3.1; RFC 8037 section 2; RFC 9864 section 2.2.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_ALGORITHM` or `ERR_SIGNING_KEY_FORMAT` for data that is no key
 * @example
 * ```ts
 * encodePublicKeyJwk(key); // { alg: "Ed25519", crv: "Ed25519", kty: "OKP", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
 * ```
 */
export function encodePublicKeyJwk(key: PublicKey): JsonObject {
  const bytes = keyBytes(key);
  const { kind, jwkAlgorithm: alg } = schemeFacts[key.scheme];
  if (kind === "ed25519") return { alg, crv: "Ed25519", kty: "OKP", x: toBase64Url(bytes) };
  if (kind === "rsa") {
    const { modulus, exponent } = readRsaNumbers(new ByteReader(bytes));
    return { alg, e: toBase64Url(exponent), kty: "RSA", n: toBase64Url(modulus) };
  }
  const size = (bytes.length - 1) / 2;
  const [x, y] = [bytes.subarray(1, 1 + size), bytes.subarray(1 + size)].map(toBase64Url);
  return { alg, crv: kind === "p256" ? "P-256" : "P-384", kty: "EC", x: x!, y: y! };
}

/** The members of a JWK. */
export function asJwk(value: JsonValue): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw jwkError("object", "");
}

/** Base64url without padding, of that many bytes: RFC 7518 section 6.2.1.2 asks for the full length. */
export function asBytes(jwk: JsonObject, name: string, size?: number): Bytes {
  const value = jwk[name];
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]+$/.test(value)) throw jwkError("base64url", `/${name}`);
  let bytes: Bytes;
  try {
    bytes = base64ToBytes(value.padEnd(Math.ceil(value.length / 4) * 4, "="));
  } catch (cause) {
    throw jwkError("base64url", `/${name}`, { cause });
  }
  if (size !== undefined && bytes.length !== size) throw jwkError(`${size} bytes`, `/${name}`);
  return bytes;
}

/** Base64urlUInt of RFC 7518 section 2: "the minimum number of octets". */
export function asNumber(jwk: JsonObject, name: string): Bytes {
  const bytes = asBytes(jwk, name);
  if (bytes[0] === 0) throw jwkError("number without leading zeros", `/${name}`);
  return bytes;
}

function toBase64Url(bytes: Uint8Array): string {
  return bytesToBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The error of a JWK member; it names the member and repeats nothing of it. */
function jwkError(expected: string, path: string, options: OtaErrorOptions = {}): SigningError {
  return new SigningError("ERR_SIGNING_KEY_JWK", `Cannot read JWK: "${path}" expected ${expected}`, {
    path,
    ...options,
  });
}

function unsupported(member: string): SigningError {
  return new SigningError("ERR_SIGNING_KEY_ALGORITHM", `Cannot use public key: its "${member}" is not supported`, {
    path: `/${member}`,
  });
}
