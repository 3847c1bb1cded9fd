/** Buckets as Statsig has them. Source: Statsig's server SDKs. */

import { sha256, utf8ToBytes } from "../../core/index.ts";

/**
 * Gives the bucket of Statsig: the first 64 bits of SHA-256 of `salt.ruleSalt.unitId`, modulo 10,000.
 *
 * @param salt - of the gate or experiment
 * @param ruleSalt - of the rule, or its id where it has none
 * @returns an integer from 0 to 9,999; a rule of p percent takes those below 100 p
 * @example
 * ```ts
 * statsigBucket("gate", "rule", "unit");
 * ```
 */
export function statsigBucket(salt: string, ruleSalt: string, unitId: string): number {
  const digest = sha256(utf8ToBytes(`${salt}.${ruleSalt}.${unitId}`));
  const view = new DataView(digest.buffer, digest.byteOffset);
  // 2^32 is 7,296 modulo 10,000.
  return ((view.getUint32(0) % 10_000) * 7_296 + view.getUint32(4)) % 10_000;
}
