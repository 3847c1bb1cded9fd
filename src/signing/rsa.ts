/**
 * RSASSA-PSS keys and signatures, checked byte by byte before a provider is asked. RSASSA-PKCS1-v1_5 is not here and is refused.
 *
 * Bounds: a modulus of 2,048 (FIPS 186-5 section 5.1) to 8,192 bits, because larger ones make verifying slow and some back ends
 * refuse them; an exponent of at least 65,537 (same section) and below 2^31, which is where Go's verifier ends.
 */

import { ByteReader, type SignatureProvider, type SignatureScheme } from "../core/index.ts";
import { derTag, endDer, readDer, readPositiveInteger } from "./der.ts";
import { equationOf, type StrictVerify } from "./strict-verify.ts";

/** The numbers of a public key, big-endian, without leading zeros. */
export interface RsaNumbers {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/**
 * Reads RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }, all of the reader's bytes.
 *
 * Standard: RFC 8017 appendix A.1.1.
 *
 * @throws {@link SigningError} `ERR_SIGNING_KEY_DER` with the offset of the fault
 */
export function readRsaNumbers(document: ByteReader): RsaNumbers {
  const sequence = readDer(document, derTag.sequence);
  endDer(document);
  const modulus = readPositiveInteger(sequence);
  const exponent = readPositiveInteger(sequence);
  endDer(sequence);
  return { modulus, exponent };
}

/** Why numbers must not be used as a key, or `undefined`. */
export function rsaFault({ modulus, exponent }: RsaNumbers): string | undefined {
  const bits = bitLength(modulus);
  if (bits < 2048 || bits > 8192) return `its modulus has ${bits} bits, not 2048 to 8192`;
  if ((modulus.at(-1)! & 1) === 0) return "its modulus is even";
  const value = exponent.reduce((sum, byte) => 256 * sum + byte, 0);
  if (value < 65_537 || value >= 2 ** 31) return "its exponent is not in 65537 .. 2^31-1";
  return value % 2 === 0 ? "its exponent is even" : undefined;
}

/** Checks the DER of a key and makes it ready; one that must not be used verifies nothing. */
export function prepareRsaPss(scheme: SignatureScheme, der: Uint8Array, provider: SignatureProvider): StrictVerify {
  const numbers = readRsaNumbers(new ByteReader(der));
  if (rsaFault(numbers) !== undefined) return () => false;
  const { modulus } = numbers;
  const equation = equationOf(provider.importPublicKey(scheme, der));
  const hashLength = Number(scheme.slice(-3)) / 8;
  return (message, signature, { pssSalt = "hash" } = {}) => {
    // RFC 8017 section 8.1.2 step 1 and section 5.2.2 step 1.
    if (signature.length !== modulus.length || !isBelow(signature, modulus)) return false;
    return equation(message, signature, pssSalt === "any" ? "any" : hashLength);
  };
}

function bitLength(number: Uint8Array): number {
  return 8 * number.length - (Math.clz32(number[0]!) - 24);
}

/** Compares numbers of the same length. */
function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let index = 0; index < bound.length; index++) {
    if (value[index] !== bound[index]) return value[index]! < bound[index]!;
  }
  return false;
}
