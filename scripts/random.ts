/** Seeded random numbers for tools and tests: the same seed gives the same sequence on every machine. Not for secrets. */

/** A sequence of random values. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  u32(): number;
  /** A number in [0, 1) with 53 random bits. */
  unit(): number;
  /** An integer from 0 to `bound - 1`, for bounds up to 2^53. */
  below(bound: number): number;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** Random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** Starts a sequence (xoshiro128**, seeded by splitmix32 over the text of the seed). */
export function seededRandom(seed: number | string): Random {
  let mixed = 0x9e3779b9;
  for (const character of String(seed))
    mixed = Math.imul(mixed ^ character.codePointAt(0)!, 0x85ebca6b) ^ (mixed >>> 13);
  const state = Uint32Array.from({ length: 4 }, () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  });
  const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

  function u32(): number {
    const result = Math.imul(rotate(Math.imul(state[1]!, 5), 7), 9) >>> 0;
    const shifted = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= shifted;
    state[3] = rotate(state[3]!, 11);
    return result;
  }
  const unit = (): number => ((u32() >>> 5) * 0x4000000 + (u32() >>> 6)) / 2 ** 53;
  const below = (bound: number): number => Math.floor(unit() * bound);
  return {
    u32,
    unit,
    below,
    pick: (list) => list[below(list.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => u32() & 255),
  };
}
