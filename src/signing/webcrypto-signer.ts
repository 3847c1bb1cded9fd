/**
 * A signer over WebCrypto, for browsers, Workers, Node, Bun and Deno: its private key can be one that cannot be exported.
 * WebCrypto is asynchronous and so no provider for verification.
 */

import { assertBytes, type Bytes, type SignatureScheme } from "../core/index.ts";
import { parsePublicKey } from "./keys.ts";
import type { PublicKey } from "./keys-material.ts";
import { schemeFacts } from "./scheme.ts";
import type { Signer } from "./signers.ts";
import { curveOf, ecdsaSignatureToDer } from "./signers-ecdsa.ts";

/** What is asked of a `CryptoKey`. */
export interface WebCryptoKey {
  readonly type: string;
  /** `Ed25519`; `ECDSA` with `namedCurve` P-256 or P-384; `RSA-PSS` with `hash` SHA-256, SHA-384 or SHA-512. */
  readonly algorithm: object;
}

/** What is asked of a `SubtleCrypto`. */
export interface WebCryptoSubtle<Key> {
  /** Signs a message; `Ed25519` looks at the name alone. */
  sign(
    algorithm: { readonly name: string; readonly hash: string; readonly saltLength: number },
    key: Key,
    message: Bytes,
  ): Promise<ArrayBuffer>;
  /** Gives the DER of a public key. */
  exportKey(format: "spki", key: Key): Promise<ArrayBuffer>;
}

/** A `CryptoKeyPair`, or a private key with the public key as otakit has it. */
export interface WebCryptoKeyPair<Key> {
  readonly privateKey: Key;
  readonly publicKey: Key | PublicKey;
}

/** What a signer over WebCrypto leaves open. */
export interface WebCryptoSignerOptions {
  /** Label of the public key; its TUF key id when absent. Does not count for a {@link PublicKey}, which has one. */
  readonly keyId?: string;
}

/** Hash of each scheme, for `sign`; for Ed25519 it is not looked at. */
const hashes: Readonly<Record<SignatureScheme, { readonly hash: string; readonly saltLength: number }>> = {
  ed25519: { hash: "SHA-512", saltLength: 0 },
  "ecdsa-sha2-nistp256": { hash: "SHA-256", saltLength: 0 },
  "ecdsa-sha2-nistp384": { hash: "SHA-384", saltLength: 0 },
  "rsassa-pss-sha256": { hash: "SHA-256", saltLength: 32 },
  "rsassa-pss-sha384": { hash: "SHA-384", saltLength: 48 },
  "rsassa-pss-sha512": { hash: "SHA-512", saltLength: 64 },
};

/**
 * Makes a signer of a WebCrypto key pair; the scheme follows from the key's algorithm.
 *
 * ECDSA signatures, which WebCrypto gives as r || s, become DER with the lower s.
 *
 * Standard: W3C Web Cryptography API, with the Ed25519 of Secure Curves.
 *
 * @param subtle - `crypto.subtle`
 * @throws {@link SigningError} the codes of {@link parsePublicKey} when the exported public key is no good one
 * @throws TypeError when the private key is none, is for something else than these schemes, or does not fit the public key's scheme
 * @example
 * ```ts
 * const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
 * const signer = await createWebCryptoSigner(crypto.subtle, pair);
 * ```
 */
export async function createWebCryptoSigner<Key extends WebCryptoKey>(
  subtle: WebCryptoSubtle<Key>,
  { privateKey, publicKey }: WebCryptoKeyPair<Key>,
  options: WebCryptoSignerOptions = {},
): Promise<Signer> {
  const { type } = privateKey;
  if (type !== "private") throw new TypeError(`"privateKey" expected private key, got ${type} key`);
  const { name } = privateKey.algorithm as { readonly name: string };
  const scheme = schemeOf(privateKey.algorithm);
  const own =
    "material" in publicKey
      ? publicKey
      : parsePublicKey(new Uint8Array(await subtle.exportKey("spki", publicKey)), { ...options, scheme });
  if (own.scheme !== scheme) throw new TypeError(`"publicKey" expected key for ${scheme}, got one for ${own.scheme}`);
  const curve = curveOf(schemeFacts[scheme].kind);
  return {
    publicKey: own,
    sign: async (message) => {
      // Of a text or a number the copy would be zeros, or nothing at all.
      const own = new Uint8Array(assertBytes(message, "message"));
      const answer = await subtle.sign({ name, ...hashes[scheme] }, privateKey, own);
      const signature = new Uint8Array(answer);
      // Anything else than r || s is passed on, for signWith to refuse.
      return curve === undefined || signature.length !== 2 * curve.size
        ? signature
        : ecdsaSignatureToDer(signature, curve);
    },
  };
}

/** The scheme of a key's algorithm: a KeyAlgorithm, EcKeyAlgorithm or RsaHashedKeyAlgorithm. */
function schemeOf(algorithm: object): SignatureScheme {
  const { name, namedCurve, hash } = algorithm as {
    readonly name?: string;
    readonly namedCurve?: string;
    readonly hash?: { readonly name?: string };
  };
  const words = [name, namedCurve ?? hash?.name].filter((word) => word !== undefined).join(" ");
  if (Object.hasOwn(schemeOfWords, words)) return schemeOfWords[words]!;
  throw new TypeError(`"privateKey" expected Ed25519, ECDSA on P-256 or P-384, or RSA-PSS key, got ${words} key`);
}

const schemeOfWords: Readonly<Record<string, SignatureScheme>> = {
  Ed25519: "ed25519",
  "ECDSA P-256": "ecdsa-sha2-nistp256",
  "ECDSA P-384": "ecdsa-sha2-nistp384",
  "RSA-PSS SHA-256": "rsassa-pss-sha256",
  "RSA-PSS SHA-384": "rsassa-pss-sha384",
  "RSA-PSS SHA-512": "rsassa-pss-sha512",
};
