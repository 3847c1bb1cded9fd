/** Chance that can be repeated: the same seed gives the same numbers everywhere. */

import { type HashProvider, sha256, utf8ToBytes } from "../../core/index.ts";

/** One whole turn of the 32-bit output. */
export const turn = 0x1_0000_0000;

/**
 * Numbers from xoshiro128**, seeded by SHA-256 of a text.
 *
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** @param state - four 32-bit words, not all of them 0 */
  constructor([a, b, c, d]: readonly [number, number, number, number]) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
  }

  static fromText(text: string, provider?: HashProvider): Random {
    const digest = sha256(utf8ToBytes(text), provider);
    const view = new DataView(digest.buffer, digest.byteOffset);
    return new Random([view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)]);
  }

  /** An integer from 0 to 2^32 - 1. */
  next(): number {
    const scrambled = Math.imul(this.b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }
}

/** A standard normal number from two outputs (Box and Muller). */
export function normalOf(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log((first + 1) / turn)) * Math.cos((2 * Math.PI * second) / turn);
}

/** A Poisson number with a mean of at most 100 from one output. */
export function poissonOf(mean: number, output: number): number {
  let rest = output / turn;
  let count = 0;
  for (let chance = Math.exp(-mean); rest >= chance && chance > 0; chance *= mean / count) {
    rest -= chance;
    count++;
  }
  return count;
}

/** The outputs below which something of so many parts per million happens. */
export function thresholdOf(ppm: number): number {
  return (ppm * turn) / 1_000_000;
}
