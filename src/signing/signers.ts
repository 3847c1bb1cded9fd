/**
 * Who signs. The interface is asynchronous, because production keys live in a KMS or HSM and never enter this process.
 */

import { assertBytes, type Bytes } from "../core/index.ts";
import { SigningError } from "./errors.ts";
import type { PublicKey } from "./keys-material.ts";
import { schemeFacts } from "./scheme.ts";
import { isValidSignature, type SignatureOptions } from "./signature.ts";
import { curveOf, normalisedEcdsaSignature } from "./signers-ecdsa.ts";

/**
 * Something that signs whole messages with one key: a KMS, an HSM, {@link createWebCryptoSigner} or {@link createLocalSigner}.
 *
 * A service that takes digests alone is given the digest that its scheme hashes with: for ECDSA and RSA `sha256(message)` or its
 * like, with an algorithm that does not hash again. Ed25519 hashes the message twice over and cannot be had so.
 *
 * @example
 * ```ts
 * const signer: Signer = {
 *   publicKey: parsePublicKey(pem),
 *   sign: async (message) =>
 *     (await kms.sign({ KeyId: id, Message: sha256(message), MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" })).Signature,
 * };
 * ```
 */
export interface Signer {
  /** The key that verifies its signatures. */
  readonly publicKey: PublicKey;
  /**
   * Signs the message itself: whoever needs a digest makes it.
   *
   * @returns Ed25519: 64 bytes; ECDSA: DER, as KMS and PKCS #11 tools give it, with either s; RSASSA-PSS: as long as the modulus,
   * with a salt as long as the hash
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What {@link signWith} depends on besides signer and message. */
export interface SignWithOptions extends Pick<SignatureOptions, "provider" | "ecdsaEncoding"> {}

/**
 * Asks a signer and checks its answer: a KMS alias that points to another key shows here and not in the vehicle.
 *
 * The signer gets a copy of the message and its answer is copied before the check: whoever writes into either afterwards
 * changes neither what the next signer signs nor what was checked. Of the two ECDSA signatures that verify, the one with the lower
 * s is given, because some verifiers refuse the other.
 *
 * @param options - `ecdsaEncoding`: form of an ECDSA signature in the document it is for, DER when absent
 * @throws {@link SigningError} `ERR_SIGNING_SIGNER_FAULT` when the signer's own public key does not verify its signature
 * @throws TypeError when the message, or the answer, is no Uint8Array
 * @example
 * ```ts
 * const sig = await signWith(hsm, encodeCanonicalJson(metadata.signed));
 * ```
 */
export async function signWith(signer: Signer, message: Uint8Array, options: SignWithOptions = {}): Promise<Bytes> {
  const { publicKey } = signer;
  const own = new Uint8Array(assertBytes(message, "message"));
  const answer = new Uint8Array(assertBytes(await signer.sign(new Uint8Array(own)), "signature"));
  const curve = curveOf(schemeFacts[publicKey.scheme]?.kind);
  const signature =
    curve === undefined ? answer : normalisedEcdsaSignature(answer, curve, options.ecdsaEncoding ?? "der");
  if (signature !== undefined && isValidSignature(publicKey, own, signature, options)) return signature;
  const { keyId } = publicKey;
  throw new SigningError("ERR_SIGNING_SIGNER_FAULT", `Cannot sign: key ${keyId} does not verify its own signature`, {
    details: { keyId },
  });
}
