/**
 * Strict Ed25519 (RFC 8032): one verdict for every input on every back end.
 *
 * RFC 8032 leaves room about unusual encodings, points of small order and the cofactor, and libraries use it differently.
 * The strict rule refuses all of that by comparing bytes, then asks the provider for the cofactorless equation alone. A key
 * with a component of small order beside its own (mixed order) is accepted: all back ends agree about those.
 */

import { defaultSignatureProvider } from "../core/crypto/signature-providers.ts";
import { assertBytes, bytesToHex, equalBytes, hexToBytes, type SignatureProvider } from "../core/index.ts";

/*
 * All numbers are little-endian, 32 bytes.
 *
 * The curve is -x² + y² = 1 + d x² y² over the integers modulo p = 2^255 - 19, with d = -121665/121666. Its group has
 * 8 L points, L = 2^252 + 27742317777372353535851937790883648493. An encoded point is y, with the parity of x as top bit.
 */

/** p. */
const fieldPrime = /* @__PURE__ */ hexToBytes("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

/** L. */
const groupOrder = /* @__PURE__ */ hexToBytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

/**
 * The y of the eight points whose order divides 8; each pair (x, y), (-x, y) shares one.
 *
 * Order 1 is (0, 1) and order 2 is (0, -1). Order 4 doubles to (0, -1), which needs y = 0. Order 8 doubles to y = 0; the
 * doubled y is (y² + x²) / (1 - d x² y²), so x² = -y², and the curve becomes d y⁴ + 2 y² - 1 = 0 with two roots y, -y.
 */
const smallOrderYs = /* @__PURE__ */ [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(hexToBytes);

/** Length of an Ed25519 public key, in bytes. */
export const ed25519KeyLength = 32;

/**
 * Tells whether an Ed25519 signature is valid under the strict rule. Low-level: it knows nothing of trust, thresholds or
 * what was signed; use {@link verifyDsse} for documents.
 *
 * Order: lengths (32 and 64 bytes), A and R canonical (y < p), neither of small order, S < L, then R = S B - k A.
 *
 * Standard: RFC 8032 sections 5.1.3 and 5.1.7, with the stricter choices of Taming the many EdDSAs (ePrint 2020/1244).
 *
 * @param publicKey - A, 32 bytes
 * @param signature - R and S, 64 bytes
 * @param provider - back end; the runtime's default when absent
 * @throws TypeError when an argument is no Uint8Array, or the provider answers with a promise or anything else but a boolean
 * @example
 * ```ts
 * if (!isValidEd25519(publicKey, message, signature)) throw new Error("refused");
 * ```
 */
export function isValidEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  provider: SignatureProvider = defaultSignatureProvider,
): boolean {
  assertBytes(publicKey, "publicKey");
  assertBytes(message, "message");
  assertBytes(signature, "signature");
  if (publicKey.length !== ed25519KeyLength || signature.length !== 64) return false;
  // RFC 8032 section 5.1.7 step 1 for A, R and S; small order is our addition.
  if (encodingFault(publicKey) !== undefined) return false;
  if (encodingFault(signature.subarray(0, 32)) !== undefined) return false;
  if (!isBelow(signature.subarray(32), groupOrder)) return false;
  const verdict: unknown = provider.ed25519Equation(publicKey, message, signature);
  // A promise is truthy: an asynchronous provider would accept every signature.
  if (typeof verdict !== "boolean") throw new TypeError(`"ed25519Equation" expected boolean, got ${typeof verdict}`);
  return verdict;
}

/**
 * What is wrong with 32 bytes as an encoded point of large order, as far as comparing bytes can tell.
 *
 * Masking the sign bit makes the y of both signs one case, also "-0": the points (0, 1) and (0, -1) with the sign bit set.
 */
export function encodingFault(encoded: Uint8Array): "non_canonical" | "small_order" | undefined {
  const y = Uint8Array.from(encoded);
  y[31]! &= 0x7f;
  if (!isBelow(y, fieldPrime)) return "non_canonical";
  return smallOrderYs.some((smallOrderY) => equalBytes(y, smallOrderY)) ? "small_order" : undefined;
}

/**
 * Whether some x completes the encoded y to a point of the curve, for an encoding without {@link encodingFault}.
 *
 * x² = u/v with u = y² - 1 and v = d y² + 1. u/v is a square exactly if u v is, and if -u v 121666² is (-1 is a square too),
 * which spares the fraction in d and keeps the numbers positive. Euler's criterion decides. A wrong answer here could refuse
 * a good key but never accept a signature.
 */
export function isOnCurve(encoded: Uint8Array): boolean {
  const prime = 2n ** 255n - 19n;
  const bigEndian = Uint8Array.from(encoded).reverse();
  bigEndian[0]! &= 0x7f;
  const y = BigInt(`0x${bytesToHex(bigEndian)}`);
  const square = y * y;
  const candidate = (square - 1n) * (121665n * square - 121666n) * 121666n;
  return powerModulo(candidate, (prime - 1n) / 2n, prime) === 1n;
}

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let power = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) power = (power * square) % modulus;
    square = (square * square) % modulus;
  }
  return power;
}

/** Compares 32-byte little-endian numbers. */
function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let index = 31; index >= 0; index--) {
    if (value[index] !== bound[index]) return value[index]! < bound[index]!;
  }
  return false;
}
