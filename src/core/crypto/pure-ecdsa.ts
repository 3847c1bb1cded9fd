/** ECDSA on P-256 and P-384 (FIPS 186-5) by `@noble/curves`. */

import { p256, p384 } from "@noble/curves/nist.js";
import type { ImportedPrivateKey, ImportedPublicKey } from "./provider.ts";

/** ECDSA scheme, by its TUF name. */
export type EcdsaScheme = "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";

/** The curve of a scheme, with the hash that goes with it: SHA-256 for P-256, SHA-384 for P-384. */
function curveOf(scheme: EcdsaScheme): typeof p256 {
  return scheme === "ecdsa-sha2-nistp256" ? p256 : p384;
}

/** Makes an uncompressed point ready for verification; `undefined` when it is not on the curve. */
export function importEcdsaPublicKey(scheme: EcdsaScheme, point: Uint8Array): ImportedPublicKey | undefined {
  const curve = curveOf(scheme);
  const publicKey = Uint8Array.from(point);
  if (!curve.utils.isValidPublicKey(publicKey, false)) return undefined;
  return {
    verify(message, signature) {
      try {
        // By default noble refuses every s in the upper half, which half of all honest signatures have.
        return curve.verify(signature, message, publicKey, { lowS: false, format: "compact" });
      } catch {
        return false;
      }
    },
  };
}

/**
 * Makes a private scalar ready for signing.
 *
 * @throws RangeError when it is none of the curve
 */
export function importEcdsaPrivateKey(scheme: EcdsaScheme, scalar: Uint8Array): ImportedPrivateKey {
  const curve = curveOf(scheme);
  const privateKey = Uint8Array.from(scalar);
  if (!curve.utils.isValidSecretKey(privateKey)) {
    throw new RangeError(`"material" expected private key of ${scheme}`);
  }
  return {
    publicKey: curve.getPublicKey(privateKey, false),
    sign: (message) => curve.sign(message, privateKey, { lowS: true, format: "compact" }),
  };
}
