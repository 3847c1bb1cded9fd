/** Providers on noble: run everywhere, no native code. Chosen by `#crypto` where the runtime has no `node` condition. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { concatBytes, equalBytes } from "../bytes.ts";
import type { HashAlgorithm, HashProvider, SignatureProvider } from "./provider.ts";

const functions = { sha256, sha512 };

/** SHA-2 by `@noble/hashes`. */
export const hashProvider: HashProvider = {
  name: "noble",
  create: (algorithm: HashAlgorithm) => functions[algorithm].create(),
  digest: (algorithm: HashAlgorithm, message) => functions[algorithm](message),
};

/** Ed25519 by `@noble/curves`. */
export const signatureProvider: SignatureProvider = {
  name: "noble",
  ed25519Equation(publicKey, message, signature) {
    const { Point } = ed25519;
    const encodedR = signature.subarray(0, 32);
    let negatedA: InstanceType<typeof Point>;
    try {
      negatedA = Point.fromBytes(publicKey).negate();
    } catch {
      return false;
    }
    const k = littleEndian(sha512(concatBytes(encodedR, publicKey, message))) % Point.Fn.ORDER;
    const s = littleEndian(signature.subarray(32));
    // Public data only, so the faster variable-time multiplication is safe.
    const r = Point.BASE.multiplyUnsafe(s).add(negatedA.multiplyUnsafe(k));
    return equalBytes(r.toBytes(), encodedR);
  },
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  ed25519Sign: (seed, message) => ed25519.sign(message, seed),
};

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
  return value;
}
