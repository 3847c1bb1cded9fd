/**
 * Strict Ed25519 (RFC 8032): one verdict for every input on every back end.
 *
 * RFC 8032 leaves room about unusual encodings, points of small order and the cofactor, and libraries use it differently.
 * The strict rule refuses all of that by comparing bytes, then asks the provider for the cofactorless equation alone. A key
 * with a component of small order beside its own (mixed order) is accepted: all back ends agree about those.
 */

import { importEd25519PublicKey } from "../core/crypto/signature-providers.ts";
import { assertBytes, hexToBytes, type ImportedPublicKey, type SignatureProvider } from "../core/index.ts";
import { equationOf, type StrictVerify } from "./strict-verify.ts";

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
 * what was signed, and imports the key each time; use {@link isValidSignature} for a known key, {@link verifyDsse} for documents.
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
  provider?: SignatureProvider,
): boolean {
  assertBytes(publicKey, "publicKey");
  assertBytes(message, "message");
  assertBytes(signature, "signature");
  // Before the import, which costs more than all of this.
  if (publicKey.length !== ed25519KeyLength || !isPlausibleSignature(signature)) return false;
  const importKey = provider === undefined ? importEd25519PublicKey : importWith(provider);
  return prepareEd25519(publicKey, importKey)(message, signature);
}

type ImportKey = (publicKey: Uint8Array) => ImportedPublicKey | undefined;

/** The import of Ed25519 keys by a provider. */
export function importWith(provider: SignatureProvider): ImportKey {
  return (publicKey) => provider.importPublicKey("ed25519", publicKey);
}

/** Checks a key of 32 bytes and makes it ready; one that no honest signer has verifies nothing. */
export function prepareEd25519(publicKey: Uint8Array, importKey: ImportKey): StrictVerify {
  // RFC 8032 section 5.1.7 step 1 for A; small order is our addition.
  if (encodingFault(publicKey) !== undefined) return () => false;
  const equation = equationOf(importKey(publicKey));
  return (message, signature) => isPlausibleSignature(signature) && equation(message, signature);
}

/** RFC 8032 section 5.1.7 step 1 for R and S, as far as bytes can tell. */
function isPlausibleSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  return encodingFault(signature) === undefined && isBelow(signature, 32, signature[63]!, groupOrder);
}

/**
 * What is wrong with the first 32 bytes as an encoded point of large order, as far as comparing bytes can tell.
 *
 * Masking the sign bit makes the y of both signs one case, also "-0": the points (0, 1) and (0, -1) with the sign bit set.
 */
export function encodingFault(encoded: Uint8Array): "non_canonical" | "small_order" | undefined {
  const topByte = encoded[31]! & 0x7f;
  if (!isBelow(encoded, 0, topByte, fieldPrime)) return "non_canonical";
  return smallOrderYs.some((y) => isY(encoded, topByte, y)) ? "small_order" : undefined;
}

function isY(encoded: Uint8Array, topByte: number, y: Uint8Array): boolean {
  if (topByte !== y[31]) return false;
  for (let index = 0; index < 31; index++) if (encoded[index] !== y[index]) return false;
  return true;
}

/** Compares the 32-byte little-endian number at an offset, whose top byte is passed apart, with a bound. */
function isBelow(bytes: Uint8Array, offset: number, topByte: number, bound: Uint8Array): boolean {
  if (topByte !== bound[31]) return topByte < bound[31]!;
  for (let index = 30; index >= 0; index--) {
    if (bytes[offset + index] !== bound[index]) return bytes[offset + index]! < bound[index]!;
  }
  return false;
}
