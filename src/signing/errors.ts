/** Error codes of `otakit/signing`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link SigningError}: cause and remedy of each. */
export const signingErrorCodes = {
  ERR_SIGNING_KEY_FORMAT:
    "A public key is neither hexadecimal digits, PEM, DER nor JWK, has a wrong length, or is too long. Remedy: export it as SPKI PEM.",
  ERR_SIGNING_KEY_PEM:
    "A PEM document is not one strict block of RFC 7468 with the label that is wanted. Remedy: export the key alone, as SPKI (or PKCS #8) PEM.",
  ERR_SIGNING_KEY_DER:
    "A key's DER is malformed, truncated or followed by more bytes. Remedy: export it again with another tool.",
  ERR_SIGNING_KEY_JWK:
    "A JWK lacks a member, has a malformed one, is not for signatures, or is a private key. Remedy: see `path`; replace a private key that was sent.",
  ERR_SIGNING_KEY_OBJECT: "A key object of TUF metadata lacks a member or has one of another type. Remedy: see `path`.",
  ERR_SIGNING_KEY_ALGORITHM:
    "A key, key type or scheme is of an algorithm that is not supported. Remedy: use Ed25519, ECDSA on P-256 or P-384, or RSASSA-PSS.",
  ERR_SIGNING_KEY_MISMATCH:
    "A key is declared for a scheme of another algorithm than its own. Remedy: distrust its source; verifiers would disagree about it.",
  ERR_SIGNING_KEY_NON_CANONICAL:
    "A public key encodes its point in a way that verifiers disagree about. Remedy: distrust its source.",
  ERR_SIGNING_KEY_SMALL_ORDER:
    "An Ed25519 public key is a point of small order, for which anyone can sign. Remedy: distrust its source.",
  ERR_SIGNING_KEY_NOT_ON_CURVE:
    "A public key is no point of its curve, so that nothing it signs can verify. Remedy: copy the key again.",
  ERR_SIGNING_KEY_RSA:
    "An RSA key has a modulus outside 2048 to 8192 bits, an exponent outside 65537 to 2^31-1, or an even one of them. Remedy: make a new key.",
  ERR_SIGNING_PRIVATE_KEY:
    "A private key is no raw key, PKCS #8 document or private JWK, or a malformed one. Remedy: openssl pkcs8 -topk8 -nocrypt.",
  ERR_SIGNING_PRIVATE_KEY_ALGORITHM:
    "A private key is of an algorithm or for a scheme that is not supported, here or by the provider. Remedy: sign in a KMS or HSM.",
  ERR_SIGNING_PRIVATE_KEY_MISMATCH:
    "A private key's document carries another public key than its own. Remedy: distrust it; export the key again.",
  ERR_SIGNING_SIGNER_FAULT:
    "A signer gave a signature that its own public key does not verify. Remedy: check which key the KMS or HSM used.",
  ERR_SIGNING_DSSE_ENVELOPE:
    "A document is not a DSSE envelope: a field is missing or is of another type. Remedy: see `path`.",
  ERR_SIGNING_DSSE_PAYLOAD_TYPE:
    "A DSSE envelope carries another type of payload than the one asked for. Remedy: pass it to its own verifier.",
  ERR_SIGNING_TOO_MANY_SIGNATURES:
    "Checking every signature against the keys it may belong to is more work than allowed. Remedy: give signatures key ids.",
  ERR_SIGNING_TOO_MANY_BYTES:
    "Checking every signature would hash more bytes than allowed. Remedy: give signatures key ids, or raise `maxCheckedBytes` knowingly.",
  ERR_SIGNING_TRUST_KEYS: "The keys of a trust are no list of keys. Remedy: pass what was stored as it was stored.",
  ERR_SIGNING_TRUST_THRESHOLD:
    "A signature threshold is not an integer >= 1. Remedy: set how many distinct keys must sign.",
  ERR_SIGNING_TRUST_UNSATISFIABLE:
    "A signature threshold is above the number of distinct trusted keys. Remedy: add keys; the same key counts once.",
  ERR_SIGNING_THRESHOLD:
    "Fewer distinct trusted keys signed than the threshold asks for. Remedy: `details.reasons` says why each did not count.",
  ERR_SIGNING_REQUEST:
    "A document is not a signing request: a member is missing, unknown or wrong. Remedy: see `path`; have the file sent again.",
  ERR_SIGNING_REQUEST_VERSION:
    "A signing request names a schema that this release of otakit does not know. Remedy: update otakit; do not edit the file.",
  ERR_SIGNING_REQUEST_KEY:
    "A signature, or the signer, has a key that is in no quorum of the request. Remedy: ask those whom the request names.",
  ERR_SIGNING_REQUEST_SIGNATURE:
    "A signature of a request does not verify. Remedy: `details.keyid` names the key; have its holder sign again.",
  ERR_SIGNING_REQUEST_OTHER:
    "A returned file has another message, purpose or quorum than the request sent out. Remedy: merge it into its own request.",
  ERR_SIGNING_REQUEST_INCOMPLETE:
    "A request has too few signatures for one of its quorums. Remedy: `details.quorums` says who has not signed.",
  ERR_SIGNING_STATEMENT:
    "A document is not an in-toto statement: a field is missing or is of another type. Remedy: see `path`.",
  ERR_SIGNING_STATEMENT_VERSION:
    "A statement is of another version of the in-toto attestation framework. Remedy: have it written as Statement v1.",
  ERR_SIGNING_STATEMENT_PREDICATE:
    "A statement makes another kind of claim than the one asked for. Remedy: pass it to its own verifier.",
  ERR_SIGNING_STATEMENT_SUBJECT:
    "A statement is about other artifacts than the one in question. Remedy: find the statement of this artifact.",
  ERR_SIGNING_TARGET_UNVERIFIABLE:
    "A target lists no hash that this reader knows, or a malformed one. Remedy: have its metadata written again with sha256.",
  ERR_SIGNING_TARGET_LENGTH:
    "A target is longer or shorter than its metadata says, or than the caller allows. Remedy: fetch it again; if it stays so, distrust the mirror.",
  ERR_SIGNING_TARGET_HASH:
    "A target's bytes have another hash than its metadata lists. Remedy: fetch it again; if it stays so, distrust the mirror.",
} as const;

/** Code of a {@link SigningError}. */
export type SigningErrorCode = keyof typeof signingErrorCodes;

/** A key, signature, envelope or trust that must not be used. */
export class SigningError extends OtaError<SigningErrorCode> {}
