/** The pure signature back end: noble's curves and our own RSASSA-PSS; runs everywhere. */

import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { SignatureProvider } from "./provider.ts";
import { importEcdsaPrivateKey, importEcdsaPublicKey } from "./pure-ecdsa.ts";
import { importEd25519PrivateKey, importEd25519PublicKey } from "./pure-ed25519.ts";
import { importRsaPssPublicKey } from "./rsa-pss.ts";

/**
 * The pure signature back end, whatever the runtime's default is. It signs with Ed25519 and ECDSA, not with RSA, because
 * JavaScript's integers take a time that tells the private key.
 */
export const pureSignatureProvider: SignatureProvider = {
  name: "noble",
  importPublicKey(scheme, material) {
    switch (scheme) {
      case "ed25519":
        return importEd25519PublicKey(material);
      case "ecdsa-sha2-nistp256":
      case "ecdsa-sha2-nistp384":
        return importEcdsaPublicKey(scheme, material);
      case "rsassa-pss-sha256":
        return importRsaPssPublicKey(material, sha256);
      case "rsassa-pss-sha384":
        return importRsaPssPublicKey(material, sha384);
      case "rsassa-pss-sha512":
        return importRsaPssPublicKey(material, sha512);
    }
  },
  importPrivateKey(scheme, material) {
    switch (scheme) {
      case "ed25519":
        return importEd25519PrivateKey(material);
      case "ecdsa-sha2-nistp256":
      case "ecdsa-sha2-nistp384":
        return importEcdsaPrivateKey(scheme, material);
      default:
        throw new TypeError(`Cannot sign: provider "noble" has no private keys of ${scheme}`);
    }
  },
};
