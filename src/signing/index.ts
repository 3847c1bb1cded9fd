/**
 * Who vouches for a document: public keys, strict signature verification, thresholds of distinct keys, DSSE envelopes, signers.
 *
 * @packageDocumentation
 */

export * from "../core/crypto/signature-providers.ts";
export {
  type DsseEnvelope,
  type DsseSignature,
  encodeDsseEnvelope,
  parseDsseEnvelope,
  preAuthEncoding,
} from "./dsse-envelope.ts";
export * from "./dsse-sign.ts";
export { type VerifiedDsse, type VerifyDsseOptions, verifyDsse } from "./dsse-verify.ts";
export { isValidEd25519 } from "./ed25519.ts";
export * from "./errors.ts";
export { encodePublicKeyPem, type PublicKey, parsePublicKey, type SignatureScheme, sameKey } from "./keys.ts";
export * from "./reasons.ts";
export { createLocalSigner, generateLocalKey, type LocalKey, type Signer } from "./signers.ts";
export type { TrustedKeys } from "./threshold.ts";
