/** Ed25519 (RFC 8032) that runs everywhere: verification by our own arithmetic, signing by `@noble/curves`. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, numberToBytesLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { equalBytes, hexToBytes } from "../bytes.ts";
import { decodePoint, encodePoint, type Multiples, multiplesOf, sumOf } from "./edwards25519.ts";
import type { ImportedPrivateKey, ImportedPublicKey } from "./provider.ts";

/** L, the order of the base point. */
const groupOrder = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/** B of RFC 8032 section 5.1: y = 4/5, x even. */
const encodedBase = /* @__PURE__ */ hexToBytes("5866666666666666666666666666666666666666666666666666666666666666");

/** Made at the first verification, in about the time of two. */
let multiplesOfBase: Multiples | undefined;

/** Decompresses a public key of 32 bytes and prepares its multiples; `undefined` when it is no point of the curve. */
export function importEd25519PublicKey(publicKey: Uint8Array): ImportedPublicKey | undefined {
  const encodedA = Uint8Array.from(publicKey);
  const a = decodePoint(encodedA);
  if (a === undefined) return undefined;
  const multiplesOfMinusA = multiplesOf({ x: -a.x, y: a.y }, 5);
  return {
    verify(message, signature) {
      // Further bytes would make more signatures of one.
      if (signature.length !== 64) return false;
      const encodedR = signature.subarray(0, 32);
      const s = signature.subarray(32);
      if (bytesToNumberLE(s) >= groupOrder) return false;
      const digest = sha512.create().update(encodedR).update(encodedA).update(message).digest();
      const k = numberToBytesLE(bytesToNumberLE(digest) % groupOrder, 32);
      multiplesOfBase ??= multiplesOf(decodePoint(encodedBase)!, 6);
      const r = sumOf([
        { factor: s, multiples: multiplesOfBase },
        { factor: k, multiples: multiplesOfMinusA },
      ]);
      return equalBytes(encodePoint(r), encodedR);
    },
  };
}

/**
 * Makes a seed of 32 bytes ready for signing.
 *
 * @throws RangeError when it has another length
 */
export function importEd25519PrivateKey(seed: Uint8Array): ImportedPrivateKey {
  if (seed.length !== 32) throw new RangeError('"material" expected private key of ed25519');
  const privateKey = Uint8Array.from(seed);
  return {
    publicKey: ed25519.getPublicKey(privateKey),
    sign: (message) => ed25519.sign(message, privateKey),
  };
}
