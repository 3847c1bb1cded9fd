/** Makes hostile inputs out of well-formed ones: the byte-level half. Every choice comes from the given random sequence. */

import type { Random } from "../../scripts/random.ts";
import { mutateJson } from "./mutate-json.ts";

/** What mutations draw from. */
export interface Material {
  readonly seeds: readonly Uint8Array[];
  readonly dictionary: readonly Uint8Array[];
  readonly maxLength: number;
}

/** Values that integer fields go wrong at, for one, two, four and eight bytes. */
const boundaries = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];

type Mutation = (input: Uint8Array, random: Random, material: Material) => Uint8Array;

const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  truncate,
  removeRange,
  duplicateRange,
  splice,
  insertToken,
  overwriteInteger,
  insertBytes,
];

/** One input: a seed after one to eight mutations (a structural one first, sometimes, where it is JSON). */
export function mutate(random: Random, material: Material): Uint8Array {
  let input: Uint8Array = random.pick(material.seeds).slice();
  if (looksLikeJson(input) && random.below(2) === 0) {
    input = mutateJson(input, random);
    if (random.below(2) === 0) return clip(input, material);
  }
  // Mostly few: an input that is wrong in one place gets further into a parser.
  for (let left = 1 + random.below(1 << random.below(4)); left > 0; left--) {
    input = clip(random.pick(mutations)(input, random, material), material);
  }
  return input;
}

function looksLikeJson(input: Uint8Array): boolean {
  return input[0] === 0x7b || input[0] === 0x5b;
}

function clip(input: Uint8Array, { maxLength }: Material): Uint8Array {
  return input.length > maxLength ? input.subarray(0, maxLength) : input;
}

function replaceRange(input: Uint8Array, start: number, end: number, middle: Uint8Array): Uint8Array {
  const output = new Uint8Array(start + middle.length + input.length - end);
  output.set(input.subarray(0, start));
  output.set(middle, start);
  output.set(input.subarray(end), start + middle.length);
  return output;
}

/** A range of the input that is not empty, unless the input is. Mostly short. */
function randomRange(input: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(Math.max(1, input.length));
  const longest = random.below(2) === 0 ? 8 : input.length;
  return [start, Math.min(input.length, start + 1 + random.below(longest))];
}

function flipBit(input: Uint8Array, random: Random): Uint8Array {
  if (input.length > 0) input[random.below(input.length)]! ^= 1 << random.below(8);
  return input;
}

function setByte(input: Uint8Array, random: Random): Uint8Array {
  if (input.length > 0) input[random.below(input.length)] = random.below(256);
  return input;
}

function truncate(input: Uint8Array, random: Random): Uint8Array {
  return input.subarray(0, random.below(input.length + 1));
}

function removeRange(input: Uint8Array, random: Random): Uint8Array {
  const [start, end] = randomRange(input, random);
  return replaceRange(input, start, end, new Uint8Array());
}

function duplicateRange(input: Uint8Array, random: Random): Uint8Array {
  const [start, end] = randomRange(input, random);
  return replaceRange(input, end, end, input.slice(start, end));
}

/** The head of this input with the tail of another seed. */
function splice(input: Uint8Array, random: Random, { seeds }: Material): Uint8Array {
  const other = random.pick(seeds);
  return replaceRange(
    input,
    random.below(input.length + 1),
    input.length,
    other.subarray(random.below(other.length + 1)),
  );
}

function insertToken(input: Uint8Array, random: Random, { dictionary }: Material): Uint8Array {
  if (dictionary.length === 0) return setByte(input, random);
  const token = random.pick(dictionary);
  const start = random.below(input.length + 1);
  const end = random.below(2) === 0 ? start : Math.min(input.length, start + token.length);
  return replaceRange(input, start, end, token);
}

function overwriteInteger(input: Uint8Array, random: Random): Uint8Array {
  const size = random.pick([1, 2, 4, 8]);
  if (input.length < size) return setByte(input, random);
  const value = BigInt.asUintN(8 * size, random.pick(boundaries) + BigInt(random.below(3) - 1));
  const start = random.below(input.length - size + 1);
  const littleEndian = random.below(2) === 0;
  for (let index = 0; index < size; index++) {
    const place = littleEndian ? index : size - 1 - index;
    input[start + index] = Number((value >> BigInt(8 * place)) & 0xffn);
  }
  return input;
}

function insertBytes(input: Uint8Array, random: Random): Uint8Array {
  const start = random.below(input.length + 1);
  const length = 1 + random.below(16);
  const filler =
    random.below(2) === 0 ? random.bytes(length) : new Uint8Array(length).fill(random.pick([0, 255, 0x20]));
  return replaceRange(input, start, start, filler);
}
