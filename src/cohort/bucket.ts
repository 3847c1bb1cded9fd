/**
 * The bucket of a vehicle in a campaign: 32 bits of SHA-256, the same in JavaScript and in every database that has SHA-256.
 *
 * The campaign's salt has a fixed length, so that no pair of salt and id can be read as another pair, and a vehicle's bucket
 * in one campaign tells nothing about its bucket in the next.
 */

import { bytesToHex, concatBytes, type HashProvider, loneSurrogate, sha256, utf8ToBytes } from "../core/index.ts";
import { CohortError } from "./errors.ts";

/** Buckets are integers from 0 to `bucketCount - 1`. */
export const bucketCount: number = 2 ** 32;

const saltDomain = "cohort/v1\0";
const saltDigits = 16;

/**
 * Derives the salt of a campaign: the first 16 hexadecimal digits of SHA-256 over `cohort/v1`, a zero byte and the
 * campaign's salt id. A plan stores the salt, so that databases need only one hash.
 *
 * @param campaignSaltId - any text but the empty one; campaigns that share it share their buckets
 * @throws {@link CohortError} `ERR_COHORT_ID`
 * @example
 * ```ts
 * campaignSalt("ota-2026-07"); // "192289bceb0360f2"
 * ```
 */
export function campaignSalt(campaignSaltId: string, provider?: HashProvider): string {
  requireId("campaignSaltId", campaignSaltId);
  const digest = sha256(concatBytes(utf8ToBytes(saltDomain), utf8ToBytes(campaignSaltId)), provider);
  return bytesToHex(digest.subarray(0, saltDigits / 2));
}

/**
 * Gives the bucket of a vehicle: the first four bytes, big-endian, of SHA-256 over `salt:vehicleId` in UTF-8.
 *
 * @param salt - from {@link campaignSalt}
 * @param vehicleId - any text but the empty one; compared as it is, without Unicode normalisation or case folding
 * @returns an integer from 0 to 2^32 - 1
 * @throws {@link CohortError} `ERR_COHORT_SALT` or `ERR_COHORT_ID`
 * @example
 * ```ts
 * bucketOf("192289bceb0360f2", "WVWZZZ1KZAW000001"); // 470461254
 * ```
 */
export function bucketOf(salt: string, vehicleId: string, provider?: HashProvider): number {
  if (!/^[0-9a-f]{16}$/.test(salt)) {
    throw new CohortError("ERR_COHORT_SALT", "Cannot form a bucket: the salt is not 16 lower-case hexadecimal digits");
  }
  requireId("vehicleId", vehicleId);
  const digest = sha256(utf8ToBytes(`${salt}:${vehicleId}`), provider);
  return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
}

/** An empty id is a missing one, and a missing id must not have a bucket. */
function requireId(name: string, id: string): void {
  if (typeof id !== "string") throw new TypeError(`"${name}" expected text, got ${typeof id}`);
  if (id === "") throw new CohortError("ERR_COHORT_ID", `Cannot form a bucket: "${name}" is empty`, { offset: 0 });
  const offset = loneSurrogate(id);
  if (offset < 0) return;
  throw new CohortError("ERR_COHORT_ID", `Cannot form a bucket: "${name}" has a lone surrogate`, { offset });
}
