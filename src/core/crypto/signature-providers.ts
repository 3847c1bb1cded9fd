/**
 * The signature back ends a caller can choose from. Apart from the face of `core`, so that importing that module never loads
 * elliptic curves; `otakit/signing` exports them.
 */

import { signatureProvider as runtimeSignatureProvider } from "#crypto";
import type { SignatureProvider } from "./provider.ts";

export { pureSignatureProvider } from "./pure-signature.ts";

/** The signature back end of this runtime: `node:crypto` under Node, Bun and Deno, noble elsewhere. */
export const defaultSignatureProvider: SignatureProvider = runtimeSignatureProvider;
