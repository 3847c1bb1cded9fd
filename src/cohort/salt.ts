/** Salts: 16 hexadecimal digits that keep apart what shares vehicles: campaigns from one another, and from layers. */

import { bytesToHex, concatBytes, type HashProvider, loneSurrogate, sha256, utf8ToBytes } from "../core/index.ts";
import { CohortError } from "./errors.ts";

const campaignDomain = "cohort/v1\0";
const layerDomain = "cohort/layer/v1\0";
const saltForm = /^[0-9a-f]{16}$/;

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
  return saltOf(campaignDomain, "campaignSaltId", campaignSaltId, provider);
}

/**
 * Derives the salt of a layer as {@link campaignSalt} does, but over `cohort/layer/v1`: a layer and a campaign of one name
 * have nothing in common.
 *
 * @param layerName - any text but the empty one
 * @throws {@link CohortError} `ERR_COHORT_ID`
 * @example
 * ```ts
 * layerSalt("powertrain"); // "9d9d65ea5b0ae2bd"
 * ```
 */
export function layerSalt(layerName: string, provider?: HashProvider): string {
  return saltOf(layerDomain, "layerName", layerName, provider);
}

function saltOf(domain: string, name: string, id: string, provider: HashProvider | undefined): string {
  requireId(name, id);
  const digest = sha256(concatBytes(utf8ToBytes(domain), utf8ToBytes(id)), provider);
  return bytesToHex(digest.subarray(0, 8));
}

/** Whether a value has the form of a salt. */
export function isSalt(value: unknown): value is string {
  return typeof value === "string" && saltForm.test(value);
}

/**
 * Makes sure that an id can be hashed. An empty id is a missing one, and a missing id must not have a bucket.
 *
 * @throws {@link CohortError} `ERR_COHORT_ID`
 */
export function requireId(name: string, id: string): void {
  if (typeof id !== "string") throw new TypeError(`"${name}" expected text, got ${typeof id}`);
  if (id === "") throw new CohortError("ERR_COHORT_ID", `Cannot form a bucket: "${name}" is empty`, { offset: 0 });
  const offset = loneSurrogate(id);
  if (offset < 0) return;
  throw new CohortError("ERR_COHORT_ID", `Cannot form a bucket: "${name}" has a lone surrogate`, { offset });
}
