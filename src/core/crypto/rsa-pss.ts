/** RSASSA-PSS verification (RFC 8017 section 8.1.2) with `bigint`, over any hash back end; the private operation is not here. */

import { bytesToHex, concatBytes, equalBytes, hexToBytes } from "../bytes.ts";
import type { ImportedPublicKey } from "./provider.ts";
import { readRsaPublicKey } from "./rsa-public-key.ts";

/** The hash of a scheme, used for the message and in MGF1. */
export type RsaHash = (message: Uint8Array) => Uint8Array;

/** Makes the DER of an RSAPublicKey ready for verification. */
export function importRsaPssPublicKey(der: Uint8Array, hash: RsaHash): ImportedPublicKey | undefined {
  const key = readRsaPublicKey(der);
  if (key === undefined) return undefined;
  const modulus = numberOf(key.modulus);
  const exponentBits = numberOf(key.exponent).toString(2);
  const encodedBits = modulus.toString(2).length - 1;
  const encodedLength = Math.ceil(encodedBits / 8);
  const hashLength = hash(new Uint8Array(0)).length;
  return {
    verify(message, signature, saltLength = hashLength) {
      // RFC 8017 section 8.1.2 step 1 and section 5.2.2 step 1.
      if (signature.length !== key.modulus.length) return false;
      const representative = numberOf(signature);
      if (representative >= modulus) return false;
      const number = powerModulo(representative, exponentBits, modulus);
      // Step 2.c: a number that needs more bytes than the encoded message has is no signature.
      if (number >> BigInt(8 * encodedLength) !== 0n) return false;
      const encoded = hexToBytes(number.toString(16).padStart(2 * encodedLength, "0"));
      return isEncodingOf(message, encoded, encodedBits, saltLength, hash);
    },
  };
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytesToHex(bytes)}`);
}

/** Square and multiply from the top bit: an exponent of 65,537 costs 17 multiplications. */
function powerModulo(base: bigint, exponentBits: string, modulus: bigint): bigint {
  let power = base;
  for (const bit of exponentBits.slice(1)) {
    power = (power * power) % modulus;
    if (bit === "1") power = (power * base) % modulus;
  }
  return power;
}

/** EMSA-PSS-VERIFY of RFC 8017 section 9.1.2; the numbers are its steps. */
function isEncodingOf(
  message: Uint8Array,
  encoded: Uint8Array,
  encodedBits: number,
  saltLength: number | "any",
  hash: RsaHash,
): boolean {
  const messageHash = hash(message); // 2
  const dbLength = encoded.length - messageHash.length - 1;
  if (dbLength < (saltLength === "any" ? 0 : saltLength) + 1) return false; // 3
  if (encoded.at(-1) !== 0xbc) return false; // 4
  const db = encoded.slice(0, dbLength); // 5
  const h = encoded.subarray(dbLength, -1);
  const usedBits = 0xff >>> (8 * encoded.length - encodedBits);
  if (db[0]! > usedBits) return false; // 6
  const mask = mgf1(h, dbLength, hash); // 7
  for (let index = 0; index < dbLength; index++) db[index]! ^= mask[index]!; // 8
  db[0]! &= usedBits; // 9
  const saltStart = db.findIndex((byte) => byte !== 0) + 1; // 10
  if (saltStart === 0 || db[saltStart - 1] !== 1) return false;
  const salt = db.subarray(saltStart); // 11
  if (saltLength !== "any" && salt.length !== saltLength) return false;
  return equalBytes(hash(concatBytes(new Uint8Array(8), messageHash, salt)), h); // 12 to 14
}

/** MGF1 of RFC 8017 appendix B.2.1. */
function mgf1(seed: Uint8Array, length: number, hash: RsaHash): Uint8Array {
  const mask = new Uint8Array(length);
  const input = concatBytes(seed, new Uint8Array(4));
  for (let counter = 0, filled = 0; filled < length; counter++) {
    // 1,024 bytes of the largest modulus take 32 blocks, so that one byte counts them.
    input[input.length - 1] = counter;
    const block = hash(input);
    mask.set(block.subarray(0, length - filled), filled);
    filled += block.length;
  }
  return mask;
}
