/**
 * What otakit asks of a cryptographic back end. Both are synchronous, so that verification can be part of a pure step.
 *
 * The default comes from the package's own `imports` map (`#crypto`): `node:crypto` under Node, Bun and Deno, noble elsewhere.
 * Every function that hashes or verifies also takes a provider, so a caller can inject another one. Whatever the
 * provider, verdicts are identical: rules that back ends disagree about are checked before the provider is asked.
 */

import type { Bytes } from "../bytes.ts";

/** Hash functions of FIPS 180-4 that otakit uses. */
export type HashAlgorithm = "sha256" | "sha512";

/** A hash under way. */
export interface StreamingHash {
  /**
   * Adds bytes; they are consumed before the call returns.
   *
   * @throws TypeError when the digest was already taken, or the argument is no Uint8Array
   */
  update(bytes: Uint8Array): StreamingHash;
  /**
   * Ends the hash and gives its digest.
   *
   * @throws TypeError when the digest was already taken
   */
  digest(): Bytes;
}

/** Hash back end. */
export interface HashProvider {
  /** Name for logs: `noble`, `node`, or the caller's. */
  readonly name: string;
  /** Starts a hash over chunks. */
  create(algorithm: HashAlgorithm): StreamingHash;
  /** Hashes a whole message. */
  digest(algorithm: HashAlgorithm, message: Uint8Array): Bytes;
}

/** Signature scheme, by its TUF name: kind of key, hash function and padding. */
export type SignatureScheme =
  | "ed25519"
  | "ecdsa-sha2-nistp256"
  | "ecdsa-sha2-nistp384"
  | "rsassa-pss-sha256"
  | "rsassa-pss-sha384"
  | "rsassa-pss-sha512";

/**
 * Signature back end: the bare equations, asked only after the strict byte checks of `otakit/signing` have passed.
 *
 * Material of a public key: `ed25519` the encoded point, 32 bytes; ECDSA the uncompressed point `04 || x || y` of SEC 1, on the
 * curve; RSA the DER of an RSAPublicKey (RFC 8017 A.1.1). Material of a private key: `ed25519` the seed, 32 bytes; ECDSA the
 * scalar, 32 or 48 bytes big-endian; RSA the DER of an RSAPrivateKey (RFC 8017 A.1.2).
 */
export interface SignatureProvider {
  /** Name for logs: `noble`, `node`, or the caller's. */
  readonly name: string;
  /**
   * Makes a public key ready for many verifications. The material has passed the strict checks but for one: whether an Ed25519
   * key is a point of the curve. If it is none, gives `undefined` or a key that verifies nothing; never throws.
   */
  importPublicKey(scheme: SignatureScheme, material: Uint8Array): ImportedPublicKey | undefined;
  /**
   * Makes a private key ready for signing; for tools and tests.
   *
   * @throws TypeError when the provider cannot sign with the scheme; RangeError when the material is no private key of it
   */
  importPrivateKey(scheme: SignatureScheme, material: Uint8Array): ImportedPrivateKey;
}

/** A public key that is ready for use: a decompressed point, a key handle of the runtime. */
export interface ImportedPublicKey {
  /**
   * Decides the bare equation; false, never an exception, for anything that does not verify.
   *
   * `ed25519`: whether encode(S*B - k*A) equals the 32 bytes of R (RFC 8032 section 5.1.7 without the cofactor). ECDSA: FIPS 186-5
   * section 6.4.2. RSA: RFC 8017 section 8.1.2 with MGF1 of the same hash.
   *
   * @param signature - Ed25519: 64 bytes with S < L; ECDSA: r || s, each of the curve's length and in 1 .. n-1, either half of the
   * range; RSA: as long as the modulus and below it
   * @param saltLength - for RSASSA-PSS alone: length of the salt in bytes, or `"any"`
   */
  verify(message: Uint8Array, signature: Uint8Array, saltLength?: number | "any"): boolean;
}

/** A private key that is ready for use. */
export interface ImportedPrivateKey {
  /** Its public key, in the form that {@link SignatureProvider.importPublicKey} takes. */
  readonly publicKey: Bytes;
  /** Signs a message; ECDSA gives r || s with s in the lower half of the range, RSA uses a salt as long as the hash. */
  sign(message: Uint8Array): Bytes;
}
