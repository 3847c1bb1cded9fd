/** Providers on `node:crypto`, for Node, Bun and Deno. The only file of the library that may import a `node:` module. */

import {
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  hash,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { type Bytes, bytesToHex, concatBytes, hexToBytes } from "../bytes.ts";
import { guardedHashProvider } from "./guarded-hash.ts";
import type {
  HashProvider,
  ImportedPrivateKey,
  ImportedPublicKey,
  SignatureProvider,
  SignatureScheme,
} from "./provider.ts";
import { importRsaPssPublicKey, type RsaHash } from "./rsa-pss.ts";
import { type RsaPublicKeyNumbers, readRsaPublicKey } from "./rsa-public-key.ts";

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

/** Ed25519, ECDSA and RSASSA-PSS by the runtime's `node:crypto`. */
export const signatureProvider: SignatureProvider = {
  name: "node",
  importPublicKey(scheme, material) {
    try {
      return importPublicKey(scheme, material);
    } catch {
      return undefined;
    }
  },
  importPrivateKey,
};

/** Ed25519 alone: the pure back end has it apart, and both have the same names. */
export function importEd25519PublicKey(publicKey: Uint8Array): ImportedPublicKey | undefined {
  return signatureProvider.importPublicKey("ed25519", publicKey);
}

function importPublicKey(scheme: SignatureScheme, material: Uint8Array): ImportedPublicKey | undefined {
  switch (scheme) {
    case "ed25519": {
      // A JWK (RFC 8037): OpenSSL 3.0, which Node 20 has, takes twice as long to import DER.
      const key = publicKeyOf({ kty: "OKP", crv: "Ed25519", x: toBase64Url(material) });
      return answering((message, signature) => verify(null, message, key, signature));
    }
    case "ecdsa-sha2-nistp256":
    case "ecdsa-sha2-nistp384": {
      const { hash: digest, ...curve } = curves[scheme];
      const options = { key: publicKeyOf(pointJwk(curve, material)), dsaEncoding: "ieee-p1363" } as const;
      return answering((message, signature) => verify(digest, message, options, signature));
    }
    default:
      return importRsaPublicKey(scheme, material);
  }
}

function importRsaPublicKey(scheme: RsaScheme, material: Uint8Array): ImportedPublicKey | undefined {
  const digest = rsaHashes[scheme];
  const numbers = readRsaPublicKey(material);
  if (numbers === undefined) return undefined;
  const hashOf: RsaHash = (message) => hash(digest, message, "buffer");
  // A modulus of 8 n + 1 bits has encodings of one byte less: Deno does not look at the byte that must be zero then.
  const isOddLength = numbers.modulus[0] === 1;
  const key = isOddLength ? undefined : tryRsaKey(numbers);
  if (key === undefined) return importRsaPssPublicKey(material, hashOf);
  const hashLength = hashOf(material).length;
  return answering((message, signature, salt = hashLength) => {
    const saltLength = salt === "any" ? constants.RSA_PSS_SALTLEN_AUTO : salt;
    return verify(digest, message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature);
  });
}

/** The runtime's own key; Deno has none with a modulus above 4,096 bits. */
function tryRsaKey({ modulus, exponent }: RsaPublicKeyNumbers): KeyObject | undefined {
  try {
    return publicKeyOf({ kty: "RSA", n: toBase64Url(modulus), e: toBase64Url(exponent) });
  } catch {
    return undefined;
  }
}

/** A key whose back end may throw where another one answers false: Deno does for an Ed25519 key that is no point. */
function answering(ask: ImportedPublicKey["verify"]): ImportedPublicKey {
  return {
    verify(message, signature, saltLength) {
      try {
        return ask(message, signature, saltLength);
      } catch {
        return false;
      }
    },
  };
}

function importPrivateKey(scheme: SignatureScheme, material: Uint8Array): ImportedPrivateKey {
  // OpenSSL takes other lengths too: a longer seed for its beginning, a shorter scalar for a number.
  const length = privateKeyLengths[scheme];
  try {
    if (length !== undefined && material.length !== length) throw new RangeError();
    switch (scheme) {
      case "ed25519":
        return importEd25519Seed(material);
      case "ecdsa-sha2-nistp256":
      case "ecdsa-sha2-nistp384":
        return importScalar(scheme, material);
      default:
        return importRsaPrivateKey(scheme, material);
    }
  } catch {
    // The runtime's own error could carry a part of the key.
    throw new RangeError(`"material" expected private key of ${scheme}`);
  }
}

const privateKeyLengths: Readonly<Partial<Record<SignatureScheme, number>>> = {
  ed25519: 32,
  "ecdsa-sha2-nistp256": 32,
  "ecdsa-sha2-nistp384": 48,
};

/** DER in front of a raw Ed25519 seed: OneAsymmetricKey of RFC 8410 section 7. */
const pkcs8Prefix = /* @__PURE__ */ hexToBytes("302e020100300506032b657004220420");

function importEd25519Seed(seed: Uint8Array): ImportedPrivateKey {
  const key = privateKeyOf(concatBytes(pkcs8Prefix, seed), "pkcs8");
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return { publicKey: detach(Buffer.from(x!, "base64url")), sign: (message) => detach(sign(null, message, key)) };
}

function importScalar(scheme: EcdsaScheme, scalar: Uint8Array): ImportedPrivateKey {
  const { hash: digest, ...curve } = curves[scheme];
  const pair = createECDH(curve.name);
  pair.setPrivateKey(scalar);
  const publicKey = detach(pair.getPublicKey());
  const jwk = { ...pointJwk(curve, publicKey), d: toBase64Url(scalar) };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return {
    publicKey,
    sign: (message) => lowS(detach(sign(digest, message, { key, dsaEncoding: "ieee-p1363" })), curve.order),
  };
}

/** The one of s and n - s that is in the lower half of the range: both are valid, one form spares a verifier a surprise. */
function lowS(signature: Bytes, order: bigint): Bytes {
  const size = signature.length / 2;
  const s = BigInt(`0x${bytesToHex(signature.subarray(size))}`);
  if (s > order / 2n) signature.set(hexToBytes((order - s).toString(16).padStart(2 * size, "0")), size);
  return signature;
}

function importRsaPrivateKey(scheme: RsaScheme, material: Uint8Array): ImportedPrivateKey {
  const key = privateKeyOf(material, "pkcs1");
  const options = {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return {
    publicKey: detach(createPublicKey(key).export({ format: "der", type: "pkcs1" })),
    sign: (message) => detach(sign(rsaHashes[scheme], message, options)),
  };
}

type EcdsaScheme = "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";

interface NodeCurve {
  /** Name in JWKs. */
  readonly crv: string;
  /** OpenSSL's name. */
  readonly name: string;
  readonly order: bigint;
}

const curves: Readonly<Record<EcdsaScheme, NodeCurve & { readonly hash: string }>> = {
  "ecdsa-sha2-nistp256": {
    hash: "sha256",
    crv: "P-256",
    name: "prime256v1",
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  "ecdsa-sha2-nistp384": {
    hash: "sha384",
    crv: "P-384",
    name: "secp384r1",
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
};

type RsaScheme = keyof typeof rsaHashes;

const rsaHashes = {
  "rsassa-pss-sha256": "sha256",
  "rsassa-pss-sha384": "sha384",
  "rsassa-pss-sha512": "sha512",
} as const;

function publicKeyOf(jwk: JsonWebKey): KeyObject {
  return createPublicKey({ key: jwk, format: "jwk" });
}

function privateKeyOf(der: Bytes | Uint8Array, type: "pkcs1" | "pkcs8"): KeyObject {
  return createPrivateKey({ key: der as unknown as Buffer, format: "der", type });
}

/** An uncompressed point as a JWK. */
function pointJwk({ crv }: Pick<NodeCurve, "crv">, point: Uint8Array): JsonWebKey {
  const size = (point.length - 1) / 2;
  return { kty: "EC", crv, x: toBase64Url(point.subarray(1, 1 + size)), y: toBase64Url(point.subarray(1 + size)) };
}

function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
