/**
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1) for ECUs that share a key with their verifier. A type apart from public keys: nothing that
 * verifies signatures takes a shared secret, so that a public key can never be used as one.
 */

import {
  assertBytes,
  type Bytes,
  createHash,
  equalBytesConstantTime,
  type HashProvider,
  sha256,
} from "../core/index.ts";

/** A secret that both sides know; whoever can verify with it can sign with it. */
export interface SymmetricKey {
  readonly scheme: "hmac-sha256";
  /** Label that documents refer to. */
  readonly keyId: string;
  /** At least 16 random bytes, best 32: keep it out of logs and documents. */
  readonly secret: Bytes;
}

/** What checking an authentication code depends on besides key and message. */
export interface HmacOptions {
  /** Length of the code in bytes, 16 to 32; 32 when absent. A shorter code is the beginning of the full one. */
  readonly tagLength?: number;
  /** Hash back end; the runtime's default when absent. */
  readonly provider?: HashProvider;
}

/** Block of SHA-256 in bytes. */
const blockLength = 64;

/**
 * Authentication code of a message, 32 bytes.
 *
 * Standard: RFC 2104 section 2; FIPS 198-1.
 *
 * @param secret - at least 16 bytes
 * @throws TypeError when an argument is no Uint8Array; RangeError when the secret is shorter
 * @example
 * ```ts
 * const tag = hmacSha256(secret, message);
 * ```
 */
export function hmacSha256(secret: Uint8Array, message: Uint8Array, provider?: HashProvider): Bytes {
  // SP 800-131A: at least 112 bits of security. An empty secret would make a code that anybody can compute.
  if (assertBytes(secret, "secret").length < 16) {
    throw new RangeError(`"secret" expected 16 bytes or more, got ${secret.length}`);
  }
  const key = new Uint8Array(blockLength);
  key.set(secret.length > blockLength ? sha256(secret, provider) : secret);
  const hashWith = (pad: number, text: Uint8Array): Bytes => {
    const hash = createHash("sha256", provider).update(key.map((byte) => byte ^ pad));
    return new Uint8Array(assertBytes(hash.update(text).digest(), "digest"));
  };
  return hashWith(0x5c, hashWith(0x36, assertBytes(message, "message")));
}

/**
 * Tells whether an authentication code belongs to a message, without an early exit at the first byte that differs.
 *
 * Standard: RFC 2104 sections 2 and 5.
 *
 * @param tag - as long as `tagLength`; another length is refused
 * @throws TypeError when an argument is no Uint8Array or the key is of another scheme
 * @throws RangeError when the secret has fewer than 16 bytes, or `tagLength` is not in 16 .. 32
 * @example
 * ```ts
 * if (!isValidHmacSha256(ecuKey, message, tag)) throw new Error("refused");
 * ```
 */
export function isValidHmacSha256(
  key: SymmetricKey,
  message: Uint8Array,
  tag: Uint8Array,
  { tagLength = 32, provider }: HmacOptions = {},
): boolean {
  if (key.scheme !== "hmac-sha256") throw new TypeError(`"scheme" expected "hmac-sha256", got ${String(key.scheme)}`);
  // RFC 2104 section 5: not less than half the length of the hash.
  if (!Number.isSafeInteger(tagLength) || tagLength < 16 || tagLength > 32) {
    throw new RangeError(`"tagLength" expected integer in 16 .. 32, got ${tagLength}`);
  }
  assertBytes(tag, "tag");
  const expected = hmacSha256(key.secret, message, provider).subarray(0, tagLength);
  // Also what a broken back end makes of it must not be shorter: a code of no bytes would be everybody's.
  return tag.length === tagLength && equalBytesConstantTime(expected, tag);
}
