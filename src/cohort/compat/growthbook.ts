/** Buckets as GrowthBook has them. Source: GrowthBook's JavaScript SDK, which hashes UTF-16 code units; other SDKs agree on ASCII. */

/**
 * Gives the bucket of GrowthBook: FNV-1a of value and seed.
 *
 * @param version - 1: a thousand buckets, seed after value, where two seeds can be confused; 2: ten thousand, hashed twice
 * @returns a number from 0 to below 1, in steps of 0.001 or 0.0001
 * @throws RangeError for another version
 * @example
 * ```ts
 * growthbookBucket("seed", "a", 2); // 0.0505
 * ```
 */
export function growthbookBucket(seed: string, value: string, version: 1 | 2): number {
  if (version === 1) return (fnv1a(value + seed) % 1_000) / 1_000;
  if (version === 2) return (fnv1a(String(fnv1a(seed + value))) % 10_000) / 10_000;
  throw new RangeError(`"version" expected 1 or 2, got ${String(version)}`);
}

/** FNV-1a of 32 bits over code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
