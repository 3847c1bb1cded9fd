/** Reason codes of `otakit/signing`: why a signature or a trusted key did not count towards a threshold. */

/** Reason codes of verified and refused signatures: the meaning of each. */
export const signingReasonCodes = {
  signature_invalid: "No trusted key that the signature may belong to verifies it.",
  unknown_key: "The signature names a key id that no trusted key has.",
  same_key_twice: "The key has counted already: it signed twice, or trust lists it twice, under one key id or several.",
} as const;

/** Reason code of a signature or key that did not count. */
export type SigningReasonCode = keyof typeof signingReasonCodes;
