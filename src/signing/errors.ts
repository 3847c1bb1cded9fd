/** Error codes of `otakit/signing`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link SigningError}: cause and remedy of each. */
export const signingErrorCodes = {
  ERR_SIGNING_KEY_FORMAT:
    "A public key is neither 64 hexadecimal digits nor a PEM document, or is too long. Remedy: export it as SPKI PEM.",
  ERR_SIGNING_KEY_PEM:
    "A PEM document is not one strict PUBLIC KEY block of RFC 7468. Remedy: export the public key alone, as SPKI PEM.",
  ERR_SIGNING_KEY_DER:
    "A public key's DER is malformed, truncated or followed by more bytes. Remedy: export it again with another tool.",
  ERR_SIGNING_KEY_ALGORITHM: "A public key is of an algorithm that is not supported. Remedy: use an Ed25519 key.",
  ERR_SIGNING_KEY_NON_CANONICAL:
    "An Ed25519 public key encodes its point in a way that verifiers disagree about. Remedy: distrust its source.",
  ERR_SIGNING_KEY_SMALL_ORDER:
    "An Ed25519 public key is a point of small order, for which anyone can sign. Remedy: distrust its source.",
  ERR_SIGNING_KEY_NOT_ON_CURVE:
    "An Ed25519 public key is no point of the curve, so that nothing it signs can verify. Remedy: copy the key again.",
  ERR_SIGNING_SIGNER_FAULT:
    "A signer gave a signature that its own public key does not verify. Remedy: check which key the KMS or HSM used.",
  ERR_SIGNING_DSSE_ENVELOPE:
    "A document is not a DSSE envelope: a field is missing or is of another type. Remedy: see `path`.",
  ERR_SIGNING_DSSE_PAYLOAD_TYPE:
    "A DSSE envelope carries another type of payload than the one asked for. Remedy: pass it to its own verifier.",
  ERR_SIGNING_TOO_MANY_SIGNATURES:
    "Checking every signature against the keys it may belong to is more work than allowed. Remedy: give signatures key ids.",
  ERR_SIGNING_TRUST_THRESHOLD:
    "A signature threshold is not an integer >= 1. Remedy: set how many distinct keys must sign.",
  ERR_SIGNING_TRUST_UNSATISFIABLE:
    "A signature threshold is above the number of distinct trusted keys. Remedy: add keys; the same key counts once.",
  ERR_SIGNING_THRESHOLD:
    "Fewer distinct trusted keys signed than the threshold asks for. Remedy: `details.reasons` says why each did not count.",
} as const;

/** Code of a {@link SigningError}. */
export type SigningErrorCode = keyof typeof signingErrorCodes;

/** A key, signature, envelope or trust that must not be used. */
export class SigningError extends OtaError<SigningErrorCode> {}
