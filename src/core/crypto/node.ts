/** Providers on `node:crypto`, for Node, Bun and Deno. The only file of the library that may import a `node:` module. */

import { createHash, createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto";
import { type Bytes, concatBytes, hexToBytes } from "../bytes.ts";
import { guardedHashProvider } from "./guarded-hash.ts";
import type { HashProvider, SignatureProvider } from "./provider.ts";

/** A copy over its own plain buffer: node's small Buffers are windows on a shared pool. */
function detach(buffer: Uint8Array): Bytes {
  return new Uint8Array(buffer);
}

/** SHA-2 by the runtime's `node:crypto`. */
export const hashProvider: HashProvider = /* @__PURE__ */ guardedHashProvider("node", {
  create(algorithm) {
    const running = createHash(algorithm);
    return { update: (bytes) => running.update(bytes), digest: () => detach(running.digest()) };
  },
  // The one-shot function spares short messages a third of the time.
  digest: (algorithm, message) => detach(hash(algorithm, message, "buffer")),
});

/** DER in front of a raw Ed25519 seed: OneAsymmetricKey of RFC 8410 section 7. */
const pkcs8Prefix = /* @__PURE__ */ hexToBytes("302e020100300506032b657004220420");

function privateKey(seed: Uint8Array): KeyObject {
  const der = concatBytes(pkcs8Prefix, seed);
  return createPrivateKey({ key: der as unknown as Buffer, format: "der", type: "pkcs8" });
}

/** A JWK (RFC 8037) of the raw key: OpenSSL 3.0, which Node 20 has, takes twice as long to import DER. */
function publicKey(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

/** Ed25519 by the runtime's `node:crypto`. */
export const signatureProvider: SignatureProvider = {
  name: "node",
  ed25519Equation(rawPublicKey, message, signature) {
    try {
      return verify(null, message, publicKey(rawPublicKey), signature);
    } catch {
      // Bytes that are no point: OpenSSL and BoringSSL answer false, Deno throws.
      return false;
    }
  },
  ed25519PublicKey(seed) {
    const { x } = createPublicKey(privateKey(seed)).export({ format: "jwk" });
    return detach(Buffer.from(x!, "base64url"));
  },
  ed25519Sign: (seed, message) => detach(sign(null, message, privateKey(seed))),
};
