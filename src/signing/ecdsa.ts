/**
 * ECDSA on P-256 and P-384: points, and signatures in their two forms, checked byte by byte before a provider is asked.
 *
 * Both halves of the range of s are accepted, because KMS, OpenSSL and Go sign so; that makes a second valid signature of a
 * signed message easy to find, which harms nobody who does not take signatures for identifiers.
 */

import { type Bytes, concatBytes, type SignatureProvider, type SignatureScheme } from "../core/index.ts";
import { numberOf, powerModulo } from "./modular.ts";
import { equationOf, type StrictVerify } from "./strict-verify.ts";

/** A curve y² = x³ - 3 x + b over the integers modulo p, with a prime number n of points: SP 800-186 section 3.2.1. */
export interface Curve {
  /** Length of a coordinate and of a scalar, in bytes. */
  readonly size: number;
  readonly p: bigint;
  readonly b: bigint;
  readonly n: bigint;
}

/** P-256. */
export const p256: Curve = {
  size: 32,
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
};

/** P-384. */
export const p384: Curve = {
  size: 48,
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** What bytes can be instead of a point. */
export type PointFault = "not_a_point" | "non_canonical" | "not_on_curve";

/**
 * Reads a point of SEC 1 section 2.3.4, compressed or not, and gives it uncompressed, or what is wrong with it.
 *
 * The hybrid form and the point at infinity are no keys.
 */
export function decodePoint(curve: Curve, encoded: Uint8Array): Bytes | PointFault {
  const { size, p } = curve;
  const form = encoded[0];
  const compressed = form === 2 || form === 3;
  if (!compressed && form !== 4) return "not_a_point";
  if (encoded.length !== 1 + (compressed ? size : 2 * size)) return "not_a_point";
  const x = numberOf(encoded.subarray(1, 1 + size));
  if (x >= p) return "non_canonical";
  const square = (x * x * x + (p - 3n) * x + curve.b) % p;
  if (compressed) {
    // p is 3 modulo 4, so that a square's root is its power (p + 1) / 4.
    let y = powerModulo(square, (p + 1n) / 4n, p);
    if ((y * y) % p !== square) return "not_on_curve";
    if ((y & 1n) !== BigInt(form & 1)) y = p - y;
    return concatBytes(Uint8Array.of(4), encoded.subarray(1), bytesOf(y, size));
  }
  const y = numberOf(encoded.subarray(1 + size));
  if (y >= p) return "non_canonical";
  return (y * y) % p === square ? Uint8Array.from(encoded) : "not_on_curve";
}

/** Checks an uncompressed point and makes it ready; one that is not on the curve verifies nothing. */
export function prepareEcdsa(
  scheme: SignatureScheme,
  curve: Curve,
  point: Uint8Array,
  provider: SignatureProvider,
): StrictVerify {
  if (typeof decodePoint(curve, point) === "string") return () => false;
  const equation = equationOf(provider.importPublicKey(scheme, point));
  const order = bytesOf(curve.n, curve.size);
  return (message, signature, { ecdsaEncoding = "der" } = {}) => {
    const raw = ecdsaEncoding === "der" ? ecdsaSignatureFromDer(signature, curve.size) : signature;
    if (raw === undefined || raw.length !== 2 * curve.size) return false;
    // FIPS 186-5 section 6.4.2 step 1: r and s in 1 .. n-1.
    return isScalar(raw, 0, order) && isScalar(raw, curve.size, order) && equation(message, raw);
  };
}

/** Whether the number at an offset is in 1 .. n-1. */
function isScalar(bytes: Uint8Array, offset: number, order: Uint8Array): boolean {
  let isZero = true;
  for (let index = 0; index < order.length && isZero; index++) isZero = bytes[offset + index] === 0;
  if (isZero) return false;
  for (let index = 0; index < order.length; index++) {
    if (bytes[offset + index] !== order[index]) return bytes[offset + index]! < order[index]!;
  }
  return false;
}

/**
 * Turns Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } into r || s, each of `size` bytes; `undefined` for anything but
 * the one DER encoding of two positive integers that fit.
 *
 * Standard: RFC 3279 section 2.2.3; ITU-T X.690.
 */
export function ecdsaSignatureFromDer(der: Uint8Array, size: number): Bytes | undefined {
  // Two numbers of at most 49 bytes each never need the long form of a length, so that its first byte is no length here.
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(2 * size);
  const afterR = copyInteger(der, 2, raw.subarray(0, size));
  if (afterR === undefined || copyInteger(der, afterR, raw.subarray(size)) !== der.length) return undefined;
  return raw;
}

/** Copies the INTEGER at an offset, right-aligned, and gives the offset behind it. */
function copyInteger(der: Uint8Array, offset: number, target: Uint8Array): number | undefined {
  const length = der[offset + 1];
  if (der[offset] !== 0x02 || length === undefined || length < 1) return undefined;
  let start = offset + 2;
  const end = start + length;
  if (end > der.length || der[start]! >= 0x80) return undefined;
  if (der[start] === 0) {
    // X.690 section 8.3.2: a zero in front belongs before a set top bit only; zero itself is no r and no s.
    if (length < 2 || der[start + 1]! < 0x80) return undefined;
    start++;
  }
  if (end - start > target.length) return undefined;
  target.set(der.subarray(start, end), target.length - (end - start));
  return end;
}

/** A number as that many bytes, most significant first; it fits. */
function bytesOf(value: bigint, size: number): Bytes {
  const bytes = new Uint8Array(size);
  for (let index = size - 1, rest = value; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}
