/** Buckets as flagd has them since its high-precision fractional operator. Source: flagd's design record; flagd-testbed agrees. */

import { murmur3 } from "./murmur3.ts";

const maxWeight = 2 ** 31 - 1;

/**
 * Gives the bucket of flagd: (MurmurHash3(key) * totalWeight) >> 32, in exact integer arithmetic without BigInt.
 *
 * @param key - what flagd hashes: by default the flag's key directly followed by the targeting key
 * @param totalWeight - sum of the weights of all variants, an integer from 1 to 2^31 - 1
 * @returns an integer from 0 to `totalWeight - 1`; the variant is the first whose weights, added up, exceed it
 * @throws RangeError when the weight is out of range
 * @example
 * ```ts
 * flagdBucket("fractional-flag" + "jack", 100); // in 50 .. 74: the third of four variants of weight 25
 * ```
 */
export function flagdBucket(key: string, totalWeight: number): number {
  if (!Number.isSafeInteger(totalWeight) || totalWeight < 1 || totalWeight > maxWeight) {
    throw new RangeError(`"totalWeight" expected integer in 1 .. ${maxWeight}, got ${totalWeight}`);
  }
  const hash = murmur3(key, 0);
  // In halves of 16 bits, whose products with a weight stay below 2^47.
  const low = Math.floor(((hash & 0xffff) * totalWeight) / 65_536);
  return Math.floor(((hash >>> 16) * totalWeight + low) / 65_536);
}
