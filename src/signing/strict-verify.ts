/** The seam between our strict checks and a provider's bare equation. */

import type { ImportedPublicKey } from "../core/index.ts";

/** A key that is ready: checks the bytes of a signature by the rules of its scheme, then asks for the equation. */
export type StrictVerify = (message: Uint8Array, signature: Uint8Array, encoding?: SignatureEncoding) => boolean;

/** Choices about the form of a signature. */
export interface SignatureEncoding {
  /** Form of ECDSA signatures: DER, as TUF and sigstore have it (the default), or r || s of IEEE P1363, as JOSE has it. */
  readonly ecdsaEncoding?: "der" | "p1363";
  /** Salt of RSA-PSS signatures: as long as the hash (the default), or of any length. */
  readonly pssSalt?: "hash" | "any";
}

/** The equation of a provider for one key, and nothing accepted by accident. */
export type Equation = (message: Uint8Array, signature: Uint8Array, saltLength?: number | "any") => boolean;

/**
 * The equation of a key that a provider imported, after the strict checks of its bytes.
 *
 * @throws TypeError, also from the equation, when the provider answers with a promise or anything else but what it should
 */
export function equationOf(imported: ImportedPublicKey | undefined): Equation {
  if (imported === undefined) return () => false;
  if (typeof imported?.verify !== "function") {
    throw new TypeError(`"importPublicKey" expected key of provider, got ${typeof imported}`);
  }
  return (message, signature, saltLength) => {
    const verdict: unknown = imported.verify(message, signature, saltLength);
    // A promise is truthy: an asynchronous provider would accept every signature.
    if (typeof verdict !== "boolean") throw new TypeError(`"verify" expected boolean, got ${typeof verdict}`);
    return verdict;
  };
}
