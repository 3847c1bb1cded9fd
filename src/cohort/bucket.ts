/**
 * The bucket of a vehicle in a campaign: 32 bits of SHA-256, the same in JavaScript and in every database that has SHA-256.
 *
 * The campaign's salt has a fixed length, so that no pair of salt and id can be read as another pair, and a vehicle's bucket
 * in one campaign tells nothing about its bucket in the next.
 */

import { type HashProvider, utf8ToBytes } from "../core/index.ts";
import { CohortError } from "./errors.ts";
import { isSalt, requireId } from "./salt.ts";
import { PrefixedHash } from "./sha256.ts";

/** Buckets are integers from 0 to `bucketCount - 1`. */
export const bucketCount: number = 2 ** 32;

/**
 * Gives the bucket of a vehicle: the first four bytes, big-endian, of SHA-256 over `salt:vehicleId` in UTF-8.
 *
 * Ids of up to 38 bytes fit one block of the hash, which is several times faster than a general implementation.
 *
 * @param salt - from {@link campaignSalt} or {@link layerSalt}
 * @param vehicleId - any text but the empty one; compared as it is, without Unicode normalisation or case folding
 * @param provider - if given, hashes every id: for a certified implementation
 * @returns an integer from 0 to 2^32 - 1
 * @throws {@link CohortError} `ERR_COHORT_SALT` or `ERR_COHORT_ID`
 * @example
 * ```ts
 * bucketOf("192289bceb0360f2", "WVWZZZ1KZAW000001"); // 470461254
 * ```
 */
export function bucketOf(salt: string, vehicleId: string, provider?: HashProvider): number {
  if (prepared?.salt !== salt) prepared = { salt, hash: prepareHash(salt) };
  if (provider === undefined && typeof vehicleId === "string" && vehicleId !== "") {
    const bucket = prepared.hash.firstWord(vehicleId);
    if (bucket !== undefined) return bucket;
  }
  // Without a provider this throws: only an id that cannot be hashed comes here.
  requireId("vehicleId", vehicleId);
  const digest = provider!.digest("sha256", utf8ToBytes(`${salt}:${vehicleId}`));
  return ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
}

/** What was prepared for the last salt: callers ask about many vehicles of one campaign. */
let prepared: { readonly salt: string; readonly hash: PrefixedHash } | undefined;

function prepareHash(salt: string): PrefixedHash {
  if (isSalt(salt)) return new PrefixedHash(`${salt}:`);
  throw new CohortError("ERR_COHORT_SALT", "Cannot form a bucket: the salt is not 16 lower-case hexadecimal digits");
}
