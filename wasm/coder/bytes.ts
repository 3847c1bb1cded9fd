/**
 * Decisions that are a byte, eight bits from the top: hashed contexts that each remember what followed them, and an expert that
 * expects one certain byte.
 *
 * Memory is lines of 64 bytes, each of four slots: a check byte and the states of the 15 nodes of one nibble. A lookup tries
 * three slots of its line and takes over the one that has seen least.
 */

import { initStateMap, nextState } from "./history";
import { stretch, stretchedAt } from "./logistic";
import { codeMixed, codeMixedLanes, initWeights, inputs, weightSetBytes } from "./mixer";

/** Most contexts of a byte; the eighth input is the expert's. */
export const maxContexts = 7;

/** Kinds of byte that the mixer tells apart, and what the caller may select. */
const classes = 5;
const selectors = 16;

/** A state's probability moves by 1/128 of what it missed. */
const stateRate = 7;
/** The expert's moves by 1/64. */
const expertRate = 6;
/** How sure the expert may be. */
const confidences = 32;

const contexts = memory.data(maxContexts * 4, 4);
const slots = memory.data(maxContexts * 4, 4);
/** Of each context's slot: its check, and the one that was there when its line was asked for, which nobody reads. */
const checks = memory.data(maxContexts);
const asked = memory.data(maxContexts);

let count: u32 = 0;
let lines: usize = 0;
let lineMask: u32 = 0;
let maps: usize = 0;
let experts: usize = 0;
let weightsA: usize = 0;
let weightsB: usize = 0;

const expertBytes: u32 = classes * confidences * 2;
const setsA: u32 = classes * 8 * 2;
/** By which slots have been used, too. */
const setsB: u32 = selectors * 2;

/** A map of states for each kind of byte and context. */
function mapBytes(contextCount: u32): u32 {
  return classes * contextCount * 512;
}

/** Bytes that coding bytes with 2^`bits` lines and `contextCount` contexts takes. */
export function byteBytes(bits: u32, contextCount: u32): u32 {
  return (64 << bits) + mapBytes(contextCount) + expertBytes + (setsA + (setsB << contextCount)) * <u32>weightSetBytes;
}

/** Forgets everything; the memory then lives at `at`, a multiple of 64, and each byte has `contextCount` contexts. */
export function resetBytes(at: usize, bits: u32, contextCount: u32): void {
  count = contextCount;
  lines = at;
  lineMask = (1 << bits) - 1;
  maps = at + (64 << bits);
  memory.fill(lines, 0, 64 << bits);
  experts = maps + mapBytes(contextCount);
  for (let map = maps; map < experts; map += 512) initStateMap(map);
  for (let each: usize = 0; each < expertBytes; each += 2) store<u16>(experts + each, 0xc000);
  weightsA = experts + expertBytes;
  weightsB = weightsA + setsA * weightSetBytes;
  initWeights(weightsA, setsA + (setsB << contextCount), contextCount + 1);
}

/** Gives one of the contexts of the next byte. */
// @ts-expect-error: decorator
@inline
export function byteContext(index: u32, context: u32): void {
  store<u32>(contexts + (index << 2), context);
}

/**
 * Codes a byte of class `kind` (below 5).
 *
 * `expected` is the expert's byte or -1, `confidence` below 32 how sure it is, `selector` below 16 what the caller knows of the
 * place.
 */
export function codeByte(byte: u32, kind: u32, selector: u32, expected: i32, confidence: u32): u32 {
  let found: u32 = 1;
  let shift: u32 = 7;
  const expert = experts + ((kind * confidences + confidence) << 1);
  const kindMaps = maps + kind * (count << 9);
  const kindWeights = weightsA + kind * (16 * weightSetBytes);
  const selected = weightsB + ((selector * weightSetBytes) << (count + 1));
  const wanted = <u32>expected | 256;
  if (!ASC_FEATURE_SIMD) {
    // Inputs of no context are silent: the last flag left its own there, in a block in front of this one perhaps.
    store<u64>(inputs, 0);
    store<u64>(inputs, 0, 8);
  }
  for (let half: u32 = 0; half < 2; half++) {
    let used: usize = 0;
    // First all lines are asked for and only then looked at: the memory, which is what takes longest here, is waited for once.
    let salt = ((kind * maxContexts + 1) * 32 + (half ? found : 0)) * 0x9e3779b1;
    for (let i: u32 = 0; i < count; i++, salt += 32 * 0x9e3779b1) {
      const hash = slotHash(load<u32>(contexts + (i << 2)), salt);
      const first = lines + (<usize>(hash & lineMask) << 6) + (((hash >> 22) & 3) << 4);
      store<u32>(slots + (i << 2), first);
      store<u8>(checks + i, hash >> 24);
      store<u8>(asked + i, load<u8>(first));
    }
    for (let i: u32 = 0; i < count; i++) {
      const slot = findSlot(load<u32>(slots + (i << 2)), load<u8>(checks + i));
      store<u32>(slots + (i << 2), slot);
      used = (used << 1) | (load<u8>(slot, 1) !== 0 ? 1 : 0);
    }
    let node: u32 = 1;
    for (let step = 0; step < 4; step++) {
      const active: usize = expected >= 0 && wanted >> (shift + 1) === found ? 1 : 0;
      const expectedBit = (wanted >> shift) & 1;
      let opinion: i32 = 0;
      if (active) {
        opinion = stretch(load<u16>(expert) >> 4);
        if (!expectedBit) opinion = -opinion;
      }
      const a = kindWeights + ((<usize>(7 - shift) << 1) | active) * weightSetBytes;
      const b = selected + ((active << count) | used) * weightSetBytes;
      let bit = (byte >> shift) & 1;
      if (ASC_FEATURE_SIMD) {
        let x = i16x8.replace_lane(i16x8.splat(0), 7, <i16>opinion);
        x = v128.load_lane<i16>(inputAt(0, node, kindMaps), x, 0);
        if (count > 1) x = v128.load_lane<i16>(inputAt(1, node, kindMaps), x, 1);
        if (count > 2) x = v128.load_lane<i16>(inputAt(2, node, kindMaps), x, 2);
        if (count > 3) x = v128.load_lane<i16>(inputAt(3, node, kindMaps), x, 3);
        if (count > 4) x = v128.load_lane<i16>(inputAt(4, node, kindMaps), x, 4);
        if (count > 5) x = v128.load_lane<i16>(inputAt(5, node, kindMaps), x, 5);
        if (count > 6) x = v128.load_lane<i16>(inputAt(6, node, kindMaps), x, 6);
        bit = codeMixedLanes(bit, x, a, b);
      } else {
        for (let i: u32 = 0; i < count; i++) store<i16>(inputs + (i << 1), load<i16>(inputAt(i, node, kindMaps)));
        store<i16>(inputs, opinion, 14);
        bit = codeMixed(bit, a, b);
      }
      const target = bit ? 65535 : 0;
      learn(0, node, kindMaps, bit, target);
      if (count > 1) learn(1, node, kindMaps, bit, target);
      if (count > 2) learn(2, node, kindMaps, bit, target);
      if (count > 3) learn(3, node, kindMaps, bit, target);
      if (count > 4) learn(4, node, kindMaps, bit, target);
      if (count > 5) learn(5, node, kindMaps, bit, target);
      if (count > 6) learn(6, node, kindMaps, bit, target);
      if (active) {
        const p = <i32>load<u16>(expert);
        store<u16>(expert, p + (((bit === expectedBit ? 65535 : 0) - p) >> expertRate));
      }
      node = (node << 1) | bit;
      found = (found << 1) | bit;
      shift -= 1;
    }
  }
  return found & 255;
}

/** Where the stretched probability of a context lies. */
// @ts-expect-error: decorator
@inline
function inputAt(index: usize, node: u32, kindMaps: usize): usize {
  const state = <usize>load<u8>(load<u32>(slots + (index << 2)) + node);
  return stretchedAt(load<u16>(kindMaps + (index << 9) + (state << 1)) >> 4);
}

/** Moves the state of a context and what is thought of it. */
// @ts-expect-error: decorator
@inline
function learn(index: usize, node: u32, kindMaps: usize, bit: u32, target: i32): void {
  const at = <usize>load<u32>(slots + (index << 2)) + node;
  const state = <usize>load<u8>(at);
  const map = kindMaps + (index << 9) + (state << 1);
  const p = <i32>load<u16>(map);
  store<u16>(map, p + ((target - p) >> stateRate));
  store<u8>(at, nextState(<u32>state, bit));
}

// @ts-expect-error: decorator
@inline
function slotHash(context: u32, salt: u32): u32 {
  let hash = (context ^ salt) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

/** The slot of a context that has this check, tried from the first one on; taken over from another context when it has none. */
// @ts-expect-error: decorator
@inline
function findSlot(first: usize, check: u8): usize {
  const second = first ^ 16;
  const third = first ^ 32;
  if (load<u8>(first) === check) return first;
  if (load<u8>(second) === check) return second;
  if (load<u8>(third) === check) return third;
  let least = first;
  if (load<u8>(second, 1) < load<u8>(least, 1)) least = second;
  if (load<u8>(third, 1) < load<u8>(least, 1)) least = third;
  store<u64>(least, <u64>check);
  store<u64>(least, 0, 8);
  return least;
}
