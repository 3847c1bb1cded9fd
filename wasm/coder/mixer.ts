/**
 * Mixes eight stretched probabilities into one, as a small network that learns: the sum of two sets of weights, each chosen by
 * what is known of the place, both corrected after every bit (the way of PAQ).
 *
 * Everything is 16-bit and saturates; SIMD and plain code give the same integers. With SIMD the inputs come in a register: in memory eight stores of
 * 16 bits would have to be done before one load of all of them, which the processor can not serve from its store buffer.
 */

import { squash } from "./logistic";
import { code } from "./range";

/** Bytes of one set of weights: eight of 16 bits; 8192 is 1.0. */
export const weightSetBytes: usize = 16;

/** Step of a correction. */
const rate: i32 = 20;

/** The eight inputs of {@link codeMixed}. */
// @ts-expect-error: decorator
@lazy
export const inputs: usize = memory.data(16, 16);

/** Sets `count` sets of weights to the share that sums the first `lanes` inputs up to 1.68, half of it in each of the two sets. */
export function initWeights(at: usize, count: u32, lanes: u32): void {
  const weight = <i16>(6881 / lanes);
  for (let end = at + count * weightSetBytes; at < end; at += 2) store<i16>(at, weight);
}

/** Codes one bit with the eight inputs `x`, and corrects the weights at `a` and `b`; only with SIMD. */
// @ts-expect-error: decorator
@inline
export function codeMixedLanes(bit: u32, x: v128, a: usize, b: usize): u32 {
  const wa = v128.load(a);
  const wb = v128.load(b);
  const products = i32x4.dot_i16x8_s(x, i16x8.add_sat_s(wa, wb));
  const pairs = i32x4.add(products, i8x16.shuffle(products, products, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const sum = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
  const p = squash(sum >> 13);
  const found = code(bit, p);
  const correction = i16x8.q15mulr_sat_s(x, i16x8.splat(<i16>errorOf(found, p)));
  v128.store(a, i16x8.add_sat_s(wa, correction));
  v128.store(b, i16x8.add_sat_s(wb, correction));
  return found;
}

/** Codes one bit with the inputs in memory, and corrects the weights at `a` and `b`; without SIMD. */
// @ts-expect-error: decorator
@inline
export function codeMixed(bit: u32, a: usize, b: usize): u32 {
  let sum: i32 = 0;
  for (let lane: usize = 0; lane < 16; lane += 2) {
    const weight = saturate(<i32>load<i16>(a + lane) + <i32>load<i16>(b + lane));
    sum += <i32>load<i16>(inputs + lane) * weight;
  }
  const p = squash(sum >> 13);
  const found = code(bit, p);
  const error = errorOf(found, p);
  for (let lane: usize = 0; lane < 16; lane += 2) {
    const correction = (<i32>load<i16>(inputs + lane) * error + 0x4000) >> 15;
    store<i16>(a + lane, saturate(<i32>load<i16>(a + lane) + correction));
    store<i16>(b + lane, saturate(<i32>load<i16>(b + lane) + correction));
  }
  return found;
}

// @ts-expect-error: decorator
@inline
function errorOf(bit: u32, p: i32): i32 {
  return ((<i32>(bit << 16) - p) * rate) >> 9;
}

// @ts-expect-error: decorator
@inline
function saturate(value: i32): i32 {
  return min(max(value, -32768), 32767);
}
