/** The pure providers under the names that `#crypto` promises, for runtimes without the `node` condition. */

export { importEd25519PublicKey } from "./pure-ed25519.ts";
export { pureHashProvider as hashProvider } from "./pure-hash.ts";
export { pureSignatureProvider as signatureProvider } from "./pure-signature.ts";
