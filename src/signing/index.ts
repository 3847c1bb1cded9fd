/**
 * Who vouches for a document: public keys, strict signature verification, thresholds of distinct keys, DSSE envelopes, signers.
 *
 * @packageDocumentation
 */

export { defaultSignatureProvider, pureSignatureProvider } from "../core/crypto/signature-providers.ts";
export type { SignatureProvider, SignatureScheme } from "../core/index.ts";
export {
  addSignature,
  finishSigningRequest,
  mergeSigningRequests,
  type QuorumProgress,
  signingProgress,
} from "./ceremony.ts";
export * from "./ceremony-explain.ts";
export * from "./ceremony-request.ts";
export * from "./ceremony-types.ts";
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
export * from "./hmac.ts";
export { encodePublicKeyJwk } from "./jwk.ts";
export {
  encodePublicKeyDer,
  encodePublicKeyPem,
  type ParsePublicKeyOptions,
  parsePublicKey,
  sameKey,
} from "./keys.ts";
export type { PublicKey } from "./keys-material.ts";
export * from "./local-signer.ts";
export * from "./reasons.ts";
export { isValidSignature, type SignatureOptions } from "./signature.ts";
export { type Signer, type SignWithOptions, signWith } from "./signers.ts";
export {
  buildStatement,
  parseStatement,
  type Statement,
  type StatementSubject,
  statementPayloadType,
  statementType,
} from "./statement.ts";
export * from "./statement-envelope.ts";
export type { SignatureEncoding } from "./strict-verify.ts";
export {
  createTargetVerifier,
  type ExpectedTarget,
  type TargetVerifier,
  type TargetVerifierOptions,
  type VerifiedTarget,
  verifyTarget,
} from "./target-verifier.ts";
export {
  checkTrustedKeys,
  type HintedSignature,
  type ThresholdOptions,
  type ThresholdOutcome,
  type TrustedKeys,
  verifyThreshold,
} from "./threshold.ts";
export { encodeTufKey, parseTufKey } from "./tuf-keys.ts";
export type { Verified } from "./verified.ts";
export * from "./webcrypto-signer.ts";
