/**
 * Who signs. The interface is asynchronous, because production keys live in a KMS or HSM and never enter this process.
 */

import { defaultSignatureProvider } from "../core/crypto/signature-providers.ts";
import { assertBytes, type Bytes, type SignatureProvider } from "../core/index.ts";
import { isValidEd25519 } from "./ed25519.ts";
import { SigningError } from "./errors.ts";
import { importEd25519, keyBytes, type PublicKey } from "./keys.ts";

/**
 * Something that signs whole messages with one key: a KMS, an HSM, or {@link createLocalSigner}.
 *
 * @example
 * ```ts
 * const signer: Signer = {
 *   publicKey: parsePublicKey(pem),
 *   sign: async (message) => (await kms.sign({ KeyId: id, Message: message, MessageType: "RAW" })).Signature,
 * };
 * ```
 */
export interface Signer {
  /** The key that verifies its signatures. */
  readonly publicKey: PublicKey;
  /** Signs the message itself, not a digest of it; for `ed25519` gives 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A private key that was just made, with the signer that uses it. */
export interface LocalKey {
  /** The private key, 32 bytes: keep it out of logs. */
  readonly seed: Bytes;
  /** Signs with it. */
  readonly signer: Signer;
}

/**
 * A signer with its private key in memory, for tools and tests.
 *
 * Production keys belong in a KMS or HSM behind {@link Signer}: JavaScript can neither wipe memory reliably nor, in the pure
 * provider, sign in constant time.
 *
 * Standard: RFC 8032 section 5.1.6.
 *
 * @param seed - Ed25519 private key, 32 random bytes; copied
 * @throws RangeError when the seed is not 32 bytes, TypeError when it is no Uint8Array
 * @example
 * ```ts
 * const signer = createLocalSigner(seed);
 * await signDsse("application/vnd.example+json", payload, [signer]);
 * ```
 */
export function createLocalSigner(seed: Uint8Array, provider: SignatureProvider = defaultSignatureProvider): Signer {
  if (assertBytes(seed, "seed").length !== 32) throw new RangeError(`"seed" expected 32 bytes, got ${seed.length}`);
  // The copy stays in this closure, so that logging or serialising the signer shows its public key alone.
  const privateKey = Uint8Array.from(seed);
  return {
    publicKey: importEd25519(provider.ed25519PublicKey(privateKey)),
    sign: async (message) => provider.ed25519Sign(privateKey, message),
  };
}

/**
 * Makes a new private key from the caller's randomness.
 *
 * @param randomBytes - gives that many bytes of a cryptographically secure generator
 * @throws RangeError when it gives another number of bytes, TypeError when it gives no Uint8Array
 * @example
 * ```ts
 * const { seed, signer } = generateLocalKey((length) => crypto.getRandomValues(new Uint8Array(length)));
 * ```
 */
export function generateLocalKey(
  randomBytes: (length: number) => Uint8Array,
  provider: SignatureProvider = defaultSignatureProvider,
): LocalKey {
  const seed = new Uint8Array(assertBytes(randomBytes(32), "randomBytes()"));
  return { seed, signer: createLocalSigner(seed, provider) };
}

/**
 * Asks a signer and checks its answer: a KMS alias that points to another key shows here and not in the vehicle.
 *
 * The signer gets a copy of the message and its answer is copied before the check: whoever writes into either afterwards
 * changes neither what the next signer signs nor what was checked.
 *
 * @throws {@link SigningError} `ERR_SIGNING_SIGNER_FAULT`
 */
export async function signWith(signer: Signer, message: Uint8Array, provider: SignatureProvider): Promise<Bytes> {
  const signature = new Uint8Array(assertBytes(await signer.sign(new Uint8Array(message)), "signature"));
  if (isValidEd25519(keyBytes(signer.publicKey), message, signature, provider)) return signature;
  const { keyId } = signer.publicKey;
  throw new SigningError("ERR_SIGNING_SIGNER_FAULT", `Cannot sign: key ${keyId} does not verify its own signature`, {
    details: { keyId },
  });
}
