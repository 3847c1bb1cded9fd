/**
 * Decisions that are one flag: six hashed counters and a constant, mixed.
 *
 * A counter holds a probability of 22 bits and, below it, how often it was asked, 10 bits: it moves fast at first and slowly
 * once it has seen much.
 */

import { stretch } from "./logistic";
import { codeMixed, initWeights, inputs, weightSetBytes } from "./mixer";

/** After so many bits a counter moves at a constant speed. */
const limit: u32 = 400;

/** Kinds of flag that the mixer tells apart, each with so many sets of weights for what the caller selects. */
export const maxFlagClasses = 32;
const selectors = 32;

/** 65536 / (n + 1.5). */
const steps = memory.data((400 + 1) * 2);

/** Contexts of the flag to be coded: six hashes. */
const contexts = memory.data(6 * 4, 4);
const addresses = memory.data(6 * 4, 4);

let table: usize = 0;
let tableMask: u32 = 0;
let weights: usize = 0;

/** Bytes that the flags of a table with 2^`bits` counters take. */
export function flagBytes(bits: u32): u32 {
  return (4 << bits) + maxFlagClasses * (1 + selectors) * <u32>weightSetBytes;
}

/** Fills the table of steps. */
export function initCounters(): void {
  for (let n: u32 = 0; n <= limit; n++) store<u16>(steps + (n << 1), 131072 / (2 * n + 3));
}

/** Forgets everything; the flags then live at `at`. */
export function resetFlags(at: usize, bits: u32): void {
  table = at;
  tableMask = (1 << bits) - 1;
  weights = at + (4 << bits);
  for (let entry = at; entry < weights; entry += 4) store<u32>(entry, 0x80000000);
  initWeights(weights, maxFlagClasses * (1 + selectors), 6);
}

/** Gives one of the six contexts of the next flag, 0 <= `index` < 6. */
// @ts-expect-error: decorator
@inline
export function flagContext(index: u32, context: u32): void {
  store<u32>(contexts + (index << 2), context);
}

/** Codes a flag of class `kind`; `selector` is below 32. */
export function codeFlag(bit: u32, kind: u32, selector: u32): u32 {
  for (let i: u32 = 0; i < 6; i++) {
    const context = load<u32>(contexts + (i << 2));
    const hash = (context ^ ((kind * 6 + i + 1) * 0x9e3779b1)) * 0x85ebca6b;
    const address = table + (<usize>((hash ^ (hash >> 15)) & tableMask) << 2);
    store<u32>(addresses + (i << 2), address);
    store<i16>(inputs + (i << 1), stretch(load<u32>(address) >> 20));
  }
  store<i16>(inputs, 256, 12);
  store<i16>(inputs, 0, 14);
  const a = weights + kind * weightSetBytes;
  const b = weights + (maxFlagClasses + kind * selectors + selector) * weightSetBytes;
  const found = codeMixed(bit, a, b);
  for (let i: u32 = 0; i < 6; i++) learn(load<u32>(addresses + (i << 2)), found);
  return found;
}

// @ts-expect-error: decorator
@inline
function learn(address: usize, bit: u32): void {
  const counter = load<u32>(address);
  const p = counter >> 10;
  const n = counter & 1023;
  const step = <i32>load<u16>(steps + (n << 1));
  const target: i32 = bit ? 0x3fffff : 0;
  const moved = <i32>p + <i32>((<i64>(target - <i32>p) * step) >> 16);
  store<u32>(address, (<u32>moved << 10) | (n < limit ? n + 1 : n));
}
