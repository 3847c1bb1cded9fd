/** What each signature scheme is made of. The names are those of TUF, as securesystemslib has them. */

import type { SignatureScheme } from "../core/index.ts";

/** Kind of key: two keys of different kinds are never the same key, whatever their bytes. */
export type KeyKind = "ed25519" | "p256" | "p384" | "rsa";

/** What a scheme is made of. */
export interface SchemeFacts {
  readonly kind: KeyKind;
  /** `keytype` of TUF key objects. */
  readonly keytype: "ed25519" | "ecdsa" | "rsa";
  /** Name of RFC 7518 and RFC 9864 for the `alg` of a JWK. */
  readonly jwkAlgorithm: string;
}

/** Every scheme. */
export const schemeFacts: Readonly<Record<SignatureScheme, SchemeFacts>> = {
  ed25519: { kind: "ed25519", keytype: "ed25519", jwkAlgorithm: "Ed25519" },
  "ecdsa-sha2-nistp256": { kind: "p256", keytype: "ecdsa", jwkAlgorithm: "ES256" },
  "ecdsa-sha2-nistp384": { kind: "p384", keytype: "ecdsa", jwkAlgorithm: "ES384" },
  "rsassa-pss-sha256": { kind: "rsa", keytype: "rsa", jwkAlgorithm: "PS256" },
  "rsassa-pss-sha384": { kind: "rsa", keytype: "rsa", jwkAlgorithm: "PS384" },
  "rsassa-pss-sha512": { kind: "rsa", keytype: "rsa", jwkAlgorithm: "PS512" },
};

/** Scheme of a key that does not say which. */
export const defaultScheme: Readonly<Record<KeyKind, SignatureScheme>> = {
  ed25519: "ed25519",
  p256: "ecdsa-sha2-nistp256",
  p384: "ecdsa-sha2-nistp384",
  rsa: "rsassa-pss-sha256",
};

/** Tells whether a text names a scheme. */
export function isSignatureScheme(text: unknown): text is SignatureScheme {
  return typeof text === "string" && Object.hasOwn(schemeFacts, text);
}
