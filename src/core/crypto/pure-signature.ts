/** Ed25519 by `@noble/curves`: runs everywhere. */

import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { equalBytes } from "../bytes.ts";
import type { SignatureProvider } from "./provider.ts";

/** A point of the curve. */
type Point = InstanceType<typeof ed25519.Point>;

/** The pure signature back end (`@noble/curves`), whatever the runtime's default is. */
export const pureSignatureProvider: SignatureProvider = {
  name: "noble",
  ed25519Equation(publicKey, message, signature) {
    const { Point } = ed25519;
    const encodedR = signature.subarray(0, 32);
    const s = bytesToNumberLE(signature.subarray(32));
    if (s >= Point.Fn.ORDER) return false;
    const a = decodePoint(publicKey);
    if (a === undefined) return false;
    const digest = sha512.create().update(encodedR).update(publicKey).update(message).digest();
    const k = bytesToNumberLE(digest) % Point.Fn.ORDER;
    // All of this is public, so variable time is safe. One joint multiplication is as fast as two with a table for B, and
    // spares a vehicle that verifies a few signatures the 20 ms that the table takes.
    const r = mulAddUnsafe(Point, [Point.BASE, a.negate()], [s, k]);
    return equalBytes(r.toBytes(), encodedR);
  },
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  ed25519Sign: (seed, message) => ed25519.sign(message, seed),
};

function decodePoint(encoded: Uint8Array): Point | undefined {
  try {
    return ed25519.Point.fromBytes(encoded);
  } catch {
    return undefined;
  }
}
