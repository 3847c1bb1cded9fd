/** Buckets as Unleash has them. Source: Unleash client specification; agrees with its Node, Java and Go clients. */

import { murmur3 } from "./murmur3.ts";

/**
 * Gives the normalised value of Unleash: MurmurHash3 of `groupId:id`, modulo the normaliser, plus 1.
 *
 * To find out whom a gradual rollout of Unleash has already reached, and put them into the ledger of a campaign that takes over.
 *
 * @param normaliser - 100 for strategies, 1,000 for variants; an integer from 1 to 2^32
 * @param seed - 0 for strategies, 86028157 for variants
 * @returns an integer from 1 to `normaliser`; an Unleash strategy of p percent takes values up to p
 * @throws RangeError when a number is out of range
 * @example
 * ```ts
 * unleashBucket("gr1", "123"); // 73
 * ```
 */
export function unleashBucket(groupId: string, id: string, normaliser = 100, seed = 0): number {
  if (!Number.isSafeInteger(normaliser) || normaliser < 1 || normaliser > 2 ** 32) {
    throw new RangeError(`"normaliser" expected integer in 1 .. 2^32, got ${normaliser}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`"seed" expected integer in 0 .. 2^32 - 1, got ${seed}`);
  }
  return (murmur3(`${groupId}:${id}`, seed) % normaliser) + 1;
}
