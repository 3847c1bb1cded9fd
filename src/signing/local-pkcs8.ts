/**
 * PKCS #8 private keys (RFC 5958), read strictly and written. What they hold is secret: an error names a place, never contents.
 */

import { ByteReader, type Bytes, equalBytes, isOtaError, type OtaErrorOptions } from "../core/index.ts";
import { derTag, encodeDer, endDer, readBitString, readDer, readPositiveInteger } from "./der.ts";
import { SigningError, type SigningErrorCode } from "./errors.ts";
import { encodeAlgorithm, namedCurves, readAlgorithm } from "./keys-spki.ts";
import { rsaFault } from "./rsa.ts";
import type { KeyKind } from "./scheme.ts";

/** A private key as its document carries it. */
export interface RawPrivateKey {
  readonly kind: KeyKind;
  /** As {@link SignatureProvider.importPrivateKey} takes it: Ed25519 seed, ECDSA scalar, RSA the DER of an RSAPrivateKey. */
  readonly material: Bytes;
  /** The public key that the document says belongs to it, if it says so: an encoded point, or the DER of an RSAPublicKey. */
  readonly publicKey?: Uint8Array;
}

/** Context-specific tags: constructed for EXPLICIT, primitive for an IMPLICIT string. */
const explicit0 = 0xa0;
const explicit1 = 0xa1;
const implicit1 = 0x81;

/** Lengths of private material in bytes; RSA keys have none. */
export const materialLength: Readonly<Record<Exclude<KeyKind, "rsa">, number>> = { ed25519: 32, p256: 32, p384: 48 };

/**
 * Reads OneAsymmetricKey ::= SEQUENCE { version, algorithm, OCTET STRING, [0] attributes OPTIONAL, [1] publicKey OPTIONAL }.
 *
 * Standard: RFC 5958 section 2; RFC 8410 section 7; RFC 5915 section 3; RFC 8017 appendix A.1.2.
 *
 * @throws {@link SigningError} `ERR_SIGNING_PRIVATE_KEY` with the offset of the fault in the DER,
 * `ERR_SIGNING_PRIVATE_KEY_ALGORITHM`, or `ERR_SIGNING_PRIVATE_KEY_MISMATCH` when it carries two public keys
 */
export function decodePkcs8(der: Uint8Array): RawPrivateKey {
  try {
    return readPkcs8(new ByteReader(der));
  } catch (error) {
    if (!isOtaError(error) || error.code.startsWith("ERR_SIGNING_PRIVATE_KEY")) throw error;
    // The faults of the DER reader that public keys share, under the name of what was read.
    if (error.code !== "ERR_SIGNING_KEY_ALGORITHM") throw malformed("malformed DER", error.offset);
    const { details = {} } = error;
    throw privateKeyError("ERR_SIGNING_PRIVATE_KEY_ALGORITHM", "its algorithm is not supported", { details });
  }
}

function readPkcs8(document: ByteReader): RawPrivateKey {
  const info = readDer(document, derTag.sequence);
  endDer(document);
  const version = readVersion(info, [0, 1]);
  const kind = readAlgorithm(readDer(info, derTag.sequence));
  const octets = readDer(info, derTag.octetString);
  if (nextTag(info) === explicit0) readDer(info, explicit0);
  // RFC 5958 section 2: "publicKey … is present … version is set to v2".
  const attached = version === 1 ? readDer(info, implicit1) : undefined;
  endDer(info);
  const key = readKey(kind, octets);
  endDer(octets);
  if (attached === undefined) return key;
  // The first octet of a BIT STRING: it must be of whole bytes.
  if (attached.u8() !== 0) throw malformed("malformed public key", attached.base);
  const publicKey = attached.take(attached.remaining);
  // Only one of them is compared with the private key, so that they must be one.
  if (key.publicKey !== undefined && !equalBytes(key.publicKey, publicKey)) {
    throw privateKeyError("ERR_SIGNING_PRIVATE_KEY_MISMATCH", "its document carries two public keys");
  }
  return { ...key, publicKey };
}

function readKey(kind: KeyKind, octets: ByteReader): RawPrivateKey {
  if (kind === "rsa") {
    const { base, bytes } = octets;
    checkRsaPrivateKey(octets.take(bytes.length), base);
    return { kind, material: Uint8Array.from(bytes) };
  }
  // RFC 8410 section 7: the seed is an OCTET STRING inside the OCTET STRING.
  if (kind === "ed25519") return { kind, material: readMaterial(kind, octets) };
  return readEc(kind, octets);
}

/** ECPrivateKey ::= SEQUENCE { version 1, OCTET STRING, [0] parameters OPTIONAL, [1] BIT STRING OPTIONAL }. */
function readEc(kind: "p256" | "p384", octets: ByteReader): RawPrivateKey {
  const key = readDer(octets, derTag.sequence);
  readVersion(key, [1]);
  const material = readMaterial(kind, key);
  if (nextTag(key) === explicit0) {
    const parameters = readDer(key, explicit0);
    const { bytes, base } = readDer(parameters, derTag.objectIdentifier);
    endDer(parameters);
    // RFC 5915 section 3: the curve once more, which must be the one of the algorithm.
    if (!equalBytes(bytes, curveIdentifier(kind))) throw malformed("another curve inside", base);
  }
  if (nextTag(key) !== explicit1) {
    endDer(key);
    return { kind, material };
  }
  const holder = readDer(key, explicit1);
  const point = readBitString(holder);
  endDer(holder);
  endDer(key);
  return { kind, material, publicKey: point.bytes };
}

/**
 * Checks RSAPrivateKey ::= SEQUENCE { version 0, modulus, publicExponent, and six numbers more }.
 *
 * @param base - offset of the bytes in the document, for errors
 */
export function checkRsaPrivateKey(der: Uint8Array, base = 0): void {
  const document = new ByteReader(der, base);
  const key = readDer(document, derTag.sequence);
  endDer(document);
  readVersion(key, [0]);
  const [modulus, exponent] = [readPositiveInteger(key), readPositiveInteger(key)];
  // Private exponent, two primes, their two exponents, coefficient.
  for (let left = 6; left > 0; left--) readPositiveInteger(key);
  endDer(key);
  const fault = rsaFault({ modulus, exponent });
  if (fault !== undefined) throw privateKeyError("ERR_SIGNING_PRIVATE_KEY", fault);
}

function readMaterial(kind: Exclude<KeyKind, "rsa">, reader: ByteReader): Bytes {
  const { bytes, base } = readDer(reader, derTag.octetString);
  if (bytes.length === materialLength[kind]) return Uint8Array.from(bytes);
  throw malformed(`${bytes.length} bytes where ${materialLength[kind]} belong`, base);
}

function readVersion(reader: ByteReader, allowed: readonly number[]): number {
  const { bytes, base } = readDer(reader, derTag.integer);
  if (bytes.length === 1 && allowed.includes(bytes[0]!)) return bytes[0]!;
  throw malformed("unknown version", base);
}

function nextTag(reader: ByteReader): number | undefined {
  return reader.bytes[reader.position];
}

function curveIdentifier(kind: "p256" | "p384"): Uint8Array {
  return namedCurves.find((named) => named.kind === kind)!.oid;
}

/**
 * Writes a private key as `openssl genpkey` does: ECDSA with the public point, Ed25519 without.
 *
 * @param publicPoint - the uncompressed point of an ECDSA key
 */
export function encodePkcs8(kind: Exclude<KeyKind, "rsa">, material: Uint8Array, publicPoint: Uint8Array): Bytes {
  const version = encodeDer(derTag.integer, Uint8Array.of(0));
  const raw = encodeDer(derTag.octetString, material);
  const key = kind === "ed25519" ? raw : encodeEc(raw, publicPoint);
  return encodeDer(derTag.sequence, version, encodeAlgorithm(kind), encodeDer(derTag.octetString, key));
}

function encodeEc(scalar: Bytes, publicPoint: Uint8Array): Bytes {
  const version = encodeDer(derTag.integer, Uint8Array.of(1));
  const point = encodeDer(explicit1, encodeDer(derTag.bitString, Uint8Array.of(0), publicPoint));
  return encodeDer(derTag.sequence, version, scalar, point);
}

function malformed(what: string, offset = 0): SigningError {
  return privateKeyError("ERR_SIGNING_PRIVATE_KEY", `${what} at offset ${offset}`, { offset });
}

/** The error of a private key; never with a cause, which might quote it. */
export function privateKeyError(
  code: Extract<SigningErrorCode, `ERR_SIGNING_PRIVATE_KEY${string}`>,
  what: string,
  options: Omit<OtaErrorOptions, "cause"> = {},
): SigningError {
  return new SigningError(code, `Cannot use private key: ${what}`, options);
}
