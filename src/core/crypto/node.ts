/** Providers on `node:crypto`, for Node, Bun and Deno. The only file of the library that may import a `node:` module. */

import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { type Bytes, concatBytes, hexToBytes } from "../bytes.ts";
import type { HashAlgorithm, HashProvider, SignatureProvider } from "./provider.ts";

/** A copy over its own plain buffer: node's small Buffers are windows on a shared pool. */
function detach(buffer: Uint8Array): Bytes {
  return new Uint8Array(buffer);
}

/** SHA-2 by the runtime's `node:crypto`. */
export const hashProvider: HashProvider = {
  name: "node",
  create(algorithm: HashAlgorithm) {
    const hash = createHash(algorithm);
    return {
      update(bytes) {
        hash.update(bytes);
        return this;
      },
      digest: () => detach(hash.digest()),
    };
  },
  digest: (algorithm: HashAlgorithm, message) => detach(createHash(algorithm).update(message).digest()),
};

/** DER in front of a raw Ed25519 public key: SubjectPublicKeyInfo of RFC 8410 section 4. */
const spkiPrefix = /* @__PURE__ */ hexToBytes("302a300506032b6570032100");
/** DER in front of a raw Ed25519 seed: OneAsymmetricKey of RFC 8410 section 7. */
const pkcs8Prefix = /* @__PURE__ */ hexToBytes("302e020100300506032b657004220420");

function privateKey(seed: Uint8Array) {
  const der = concatBytes(pkcs8Prefix, seed);
  return createPrivateKey({ key: der as unknown as Buffer, format: "der", type: "pkcs8" });
}

/** Ed25519 by the runtime's `node:crypto`. */
export const signatureProvider: SignatureProvider = {
  name: "node",
  ed25519Equation(publicKey, message, signature) {
    try {
      const der = concatBytes(spkiPrefix, publicKey);
      const key = createPublicKey({ key: der as unknown as Buffer, format: "der", type: "spki" });
      return verify(null, message, key, signature);
    } catch {
      // Some back ends refuse to import bytes that are no point; OpenSSL answers false when it verifies.
      return false;
    }
  },
  ed25519PublicKey(seed) {
    const spki = createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" });
    return detach(spki.subarray(spkiPrefix.length));
  },
  ed25519Sign: (seed, message) => detach(sign(null, message, privateKey(seed))),
};
