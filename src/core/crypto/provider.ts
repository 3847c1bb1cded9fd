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

/**
 * Signature back end: the bare group equations, asked only after the strict byte checks of `otakit/signing` have passed.
 *
 * Those callers guarantee the lengths: public keys and seeds of 32 bytes, signatures of 64.
 */
export interface SignatureProvider {
  /** Name for logs: `noble`, `node`, or the caller's. */
  readonly name: string;
  /**
   * Decides the cofactorless Ed25519 equation, that is, whether encode(S*B - k*A) equals the 32 bytes of R.
   * False, never an exception, when A is not a point of the curve or S is not below L.
   *
   * Standard: RFC 8032 section 5.1.7 with the check of the equation without the cofactor.
   */
  ed25519Equation(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** Public key (32 bytes) of an Ed25519 seed (32 bytes). */
  ed25519PublicKey(seed: Uint8Array): Bytes;
  /** Deterministic Ed25519 signature (64 bytes) with a seed (32 bytes); for tools and tests. */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Bytes;
}
