/**
 * Decisions that are one flag: six hashed counters and a constant, mixed.
 *
 * A counter holds a probability of 22 bits and, below it, how often it was asked, 10 bits: it moves fast at first and slowly
 * once it has seen much.
 */

import { stretchedAt } from "./logistic";
import { codeMixed, codeMixedLanes, initWeights, inputs, weightSetBytes } from "./mixer";

/** After so many bits a counter moves at a constant speed. */
const limit: u32 = 400;

/** Kinds of flag that the mixer tells apart, each with so many sets of weights for what the caller selects. */
const flagClasses: u32 = 20;
const selectors = 32;

/** What the salts of two contexts differ by. */
const saltStep: u32 = 0x9e3779b1;

/** The input that is no counter's. */
const constant: i16 = 256;

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
  return (4 << bits) + flagClasses * (1 + selectors) * <u32>weightSetBytes;
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
  initWeights(weights, flagClasses * (1 + selectors), 6);
}

/** Gives one of the six contexts of the next flag, 0 <= `index` < 6. */
// @ts-expect-error: decorator
@inline
export function flagContext(index: u32, context: u32): void {
  store<u32>(contexts + (index << 2), context);
}

/** Codes a flag of class `kind`; `selector` is below 32. */
export function codeFlag(bit: u32, kind: u32, selector: u32): u32 {
  const salt = (kind * 6 + 1) * saltStep;
  find(0, salt);
  find(1, salt + saltStep);
  find(2, salt + 2 * saltStep);
  find(3, salt + 3 * saltStep);
  find(4, salt + 4 * saltStep);
  find(5, salt + 5 * saltStep);
  const a = weights + kind * weightSetBytes;
  const b = weights + (flagClasses + kind * selectors + selector) * weightSetBytes;
  let found: u32;
  if (ASC_FEATURE_SIMD) {
    let x = i16x8.replace_lane(i16x8.splat(0), 6, constant);
    x = v128.load_lane<i16>(inputAt(0), x, 0);
    x = v128.load_lane<i16>(inputAt(1), x, 1);
    x = v128.load_lane<i16>(inputAt(2), x, 2);
    x = v128.load_lane<i16>(inputAt(3), x, 3);
    x = v128.load_lane<i16>(inputAt(4), x, 4);
    x = v128.load_lane<i16>(inputAt(5), x, 5);
    found = codeMixedLanes(bit, x, a, b);
  } else {
    for (let i: u32 = 0; i < 6; i++) store<i16>(inputs + (i << 1), load<i16>(inputAt(i)));
    store<i16>(inputs, constant, 12);
    store<i16>(inputs, 0, 14);
    found = codeMixed(bit, a, b);
  }
  const target: i32 = found ? 0x3fffff : 0;
  learn(0, target);
  learn(1, target);
  learn(2, target);
  learn(3, target);
  learn(4, target);
  learn(5, target);
  return found;
}

/** Finds the counter of a context. */
// @ts-expect-error: decorator
@inline
function find(index: usize, salt: u32): void {
  const hash = (load<u32>(contexts + (index << 2)) ^ salt) * 0x85ebca6b;
  store<u32>(addresses + (index << 2), table + (<usize>((hash ^ (hash >> 15)) & tableMask) << 2));
}

/** Where the stretched probability of a counter lies. */
// @ts-expect-error: decorator
@inline
function inputAt(index: usize): usize {
  return stretchedAt(load<u32>(load<u32>(addresses + (index << 2))) >> 20);
}

// @ts-expect-error: decorator
@inline
function learn(index: usize, target: i32): void {
  const address = <usize>load<u32>(addresses + (index << 2));
  const counter = load<u32>(address);
  const p = counter >> 10;
  const n = counter & 1023;
  const step = <i32>load<u16>(steps + (n << 1));
  const moved = <i32>p + <i32>((<i64>(target - <i32>p) * step) >> 16);
  store<u32>(address, (<u32>moved << 10) | (n < limit ? n + 1 : n));
}
