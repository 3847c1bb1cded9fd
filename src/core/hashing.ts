/** SHA-256 and SHA-512 (FIPS 180-4), whole or streaming, on the runtime's default provider or the caller's. */

import { hashProvider as runtimeHashProvider } from "#crypto";
import type { Bytes } from "./bytes.ts";
import type { HashAlgorithm, HashProvider, StreamingHash } from "./crypto/provider.ts";

export { pureHashProvider } from "./crypto/pure-hash.ts";

/** The hash back end of this runtime: `node:crypto` under Node, Bun and Deno, noble elsewhere. */
export const defaultHashProvider: HashProvider = runtimeHashProvider;

/**
 * SHA-256 of a message, 32 bytes.
 *
 * Standard: FIPS 180-4.
 *
 * @throws TypeError when `message` is no Uint8Array
 * @example
 * ```ts
 * bytesToHex(sha256(utf8ToBytes("abc"))); // "ba7816bf…"
 * ```
 */
export function sha256(message: Uint8Array, provider: HashProvider = defaultHashProvider): Bytes {
  return provider.digest("sha256", message);
}

/**
 * SHA-512 of a message, 64 bytes.
 *
 * Standard: FIPS 180-4.
 *
 * @throws TypeError when `message` is no Uint8Array
 */
export function sha512(message: Uint8Array, provider: HashProvider = defaultHashProvider): Bytes {
  return provider.digest("sha512", message);
}

/**
 * Starts a hash over chunks; memory does not grow with the message.
 *
 * Standard: FIPS 180-4.
 *
 * @throws TypeError when `algorithm` is another one; the hash itself throws one when it is used after its digest
 * @example
 * ```ts
 * const hash = createHash("sha256");
 * for (const chunk of chunks) hash.update(chunk);
 * hash.digest(); // 32 bytes
 * ```
 */
export function createHash(algorithm: HashAlgorithm, provider: HashProvider = defaultHashProvider): StreamingHash {
  return provider.create(algorithm);
}
