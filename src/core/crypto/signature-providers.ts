/**
 * The signature back ends a caller can choose from. Apart from the face of `core`, so that importing that module never loads
 * elliptic curves; `otakit/signing` exports them.
 */

import { signatureProvider as runtimeSignatureProvider } from "#crypto";
import type { SignatureProvider } from "./provider.ts";

/** Ed25519 alone, so that whoever verifies nothing else does not pay for other curves. */
export { importEd25519PublicKey } from "#crypto";
export { pureSignatureProvider } from "./pure-signature.ts";

/** The signature back end of this runtime: `node:crypto` under Node, Bun and Deno, the pure one elsewhere. */
export const defaultSignatureProvider: SignatureProvider = runtimeSignatureProvider;
