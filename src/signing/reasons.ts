/** Reason codes of `otakit/signing`: why a signature or a trusted key did not count towards a threshold, or a target was refused. */

/** Reason codes of signatures, trusted keys and targets that did not count: the meaning of each. */
export const signingReasonCodes = {
  signature_invalid: "No trusted key that the signature may belong to verifies it.",
  unknown_key: "The signature names a key id that no trusted key has.",
  same_key_twice: "The key has counted already: it signed twice, or trust lists it twice, under one key id or several.",
  target_too_long: "The target has more bytes than its metadata lists, or than the caller allows.",
  target_too_short: "The target ends before the length that its metadata lists.",
  target_hash_mismatch: "The target has another hash than its metadata lists.",
} as const;

/** Reason code of a signature, key or target that did not count. */
export type SigningReasonCode = keyof typeof signingReasonCodes;
