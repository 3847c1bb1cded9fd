/** SHA-256 and SHA-512 (FIPS 180-4), whole or streaming, on the runtime's default provider or the caller's. */

import { hashProvider as runtimeHashProvider } from "#crypto";
import type { Bytes } from "./bytes.ts";
import type { HashAlgorithm, HashProvider, StreamingHash } from "./crypto/provider.ts";

/** The hash back end of this runtime: `node:crypto` under Node, Bun and Deno, noble elsewhere. */
export const defaultHashProvider: HashProvider = runtimeHashProvider;

/**
 * SHA-256 of a message, 32 bytes.
 *
 * @example
 * ```ts
 * bytesToHex(sha256(utf8ToBytes("abc"))); // "ba7816bf…"
 * ```
 */
export function sha256(message: Uint8Array, provider: HashProvider = defaultHashProvider): Bytes {
  return provider.digest("sha256", message);
}

/** SHA-512 of a message, 64 bytes. */
export function sha512(message: Uint8Array, provider: HashProvider = defaultHashProvider): Bytes {
  return provider.digest("sha512", message);
}

/**
 * Starts a hash over chunks; memory does not grow with the message.
 *
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
