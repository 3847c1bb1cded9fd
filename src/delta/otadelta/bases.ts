/**
 * Finds the address at which a raw image runs, by a vote of its pointers.
 *
 * Where two images differ and both values look like pointers, they differ by as much as what they point to has moved: a cover that
 * moved just so held it. Each such pair votes for the addresses that would make its cover the one.
 */

import type { PointerBases } from "./header.ts";

/** Covers as `wasm/match` writes them: start in the new image, length, start in the old one. */
export type Covers = Uint32Array;

/** What moved by a shift: old stretches. */
type ByShift = Map<number, { readonly old: number; readonly length: number }[]>;

/** Images are loaded at multiples of this. */
const grain = 4096;
/** Pairs that may vote; more change nothing. */
const mostPairs = 20_000;
/** A cover that is longer tells too little, one that is shorter proves too little. */
const longestCover = 1 << 20;
const shortestCover = 64;
/** Covers of one shift that a pair may mean. */
const mostMeant = 8;
/** An address with fewer votes is chance. */
const leastVotes = 8;

/** The bases of pointers of 64 and of 32 bits; 0 where none is found. Both images are taken to run at the same address. */
export function voteBases(oldImage: Uint8Array, newImage: Uint8Array, covers: Covers): PointerBases {
  const byShift = coversByShift(covers);
  const oldWords = new DataView(oldImage.buffer, oldImage.byteOffset, oldImage.length);
  const newWords = new DataView(newImage.buffer, newImage.byteOffset, newImage.length);
  const base32 = vote(byShift, narrowPairs(oldWords, newWords, covers));
  const { high, low } = voteWide(byShift, oldWords, newWords, covers);
  const base64 = (BigInt(high) << 32n) + BigInt(low);
  return { old64: base64, new64: base64, old32: base32, new32: base32 };
}

/** Wide pointers share their upper half: the most frequent one among the pairs. */
function voteWide(byShift: ByShift, oldWords: DataView, newWords: DataView, covers: Covers) {
  const uppers = new Map<number, number>();
  const found: (readonly [number, number, number])[] = [];
  for (const [oldValue, newValue, offset, newOffset] of pairs(oldWords, newWords, covers, 8)) {
    const upper = oldWords.getUint32(offset + 4, true);
    if (upper !== newWords.getUint32(newOffset + 4, true)) continue;
    uppers.set(upper, (uppers.get(upper) ?? 0) + 1);
    found.push([oldValue, newValue, upper]);
  }
  const high = [...uppers].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
  return {
    high,
    low: vote(
      byShift,
      found.filter(([, , upper]) => upper === high),
    ),
  };
}

/** Words that differ, and addresses that ARM code puts together by MOVW and MOVT. */
function* narrowPairs(oldWords: DataView, newWords: DataView, covers: Covers): Generator<readonly [number, number]> {
  for (const [oldValue, newValue, offset, newOffset] of pairs(oldWords, newWords, covers, 4)) {
    yield [oldValue, newValue];
    const [oldAddress, newAddress] = [movedAddress(oldWords, offset), movedAddress(newWords, newOffset)];
    if (oldAddress !== undefined && newAddress !== undefined) yield [oldAddress, newAddress];
  }
}

/** What MOVW at `offset` and the MOVT behind it, at most four words on, put into their register (Arm ARM, DDI 0406). */
function movedAddress(words: DataView, offset: number): number | undefined {
  const low = words.getUint32(offset, true);
  if ((low & 0x0ff0_0000) !== 0x0300_0000) return undefined;
  for (let at = offset + 4; at <= offset + 16 && at + 4 <= words.byteLength; at += 4) {
    const high = words.getUint32(at, true);
    if ((high & 0x0ff0_f000) === (0x0340_0000 | (low & 0xf000))) return immediate(high) * 0x1_0000 + immediate(low);
  }
  return undefined;
}

function immediate(word: number): number {
  return ((word >>> 4) & 0xf000) | (word & 0xfff);
}

/** Values at the same place of a cover that differ: old, new, and where. */
function* pairs(oldWords: DataView, newWords: DataView, covers: Covers, width: number) {
  let left = mostPairs;
  for (let index = 0; index < covers.length; index += 3) {
    const [start, length, old] = [covers[index]!, covers[index + 1]!, covers[index + 2]!];
    for (let at = (width - (old % width)) % width; at + width <= length; at += width) {
      const oldValue = oldWords.getUint32(old + at, true);
      const newValue = newWords.getUint32(start + at, true);
      if (oldValue === newValue) continue;
      yield [oldValue, newValue, old + at, start + at] as const;
      if (--left === 0) return;
    }
  }
}

function coversByShift(covers: Covers): ByShift {
  const byShift: ByShift = new Map();
  for (let index = 0; index < covers.length; index += 3) {
    const length = covers[index + 1]!;
    if (length < shortestCover || length > longestCover) continue;
    const shift = (covers[index]! - covers[index + 2]!) | 0;
    const same = byShift.get(shift) ?? [];
    if (same.length < mostMeant) same.push({ old: covers[index + 2]!, length });
    byShift.set(shift, same);
  }
  return byShift;
}

/** The address that most pairs agree on. */
function vote(byShift: ByShift, values: Iterable<readonly [number, number, ...unknown[]]>): number {
  const votes = new Map<number, number>();
  for (const [oldValue, newValue] of values) {
    const meant = byShift.get((newValue - oldValue) | 0);
    if (meant === undefined) continue;
    for (const { old, length } of meant) {
      const last = Math.floor((oldValue - old) / grain);
      for (let base = Math.max(0, Math.ceil((oldValue - old - length + 1) / grain)); base <= last; base++) {
        votes.set(base, (votes.get(base) ?? 0) + 1);
      }
    }
  }
  const [base, count] = [...votes].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
  return count < leastVotes ? 0 : base * grain;
}
