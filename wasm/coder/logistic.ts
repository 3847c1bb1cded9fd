/**
 * Probabilities and their logistic images, in integers only: engines differ in the last bit of floating point, and one bit
 * would be another image.
 *
 * A probability is 16 bits wide, a stretched one is 256 ln(p / (1 - p)), from -2047 to 2047.
 */

/** 65536 / (1 + e^(-x / 256)) at x = -2048, -2016 ... 2048. */
const knots = memory.data<u16>([
  22, 25, 28, 32, 36, 41, 47, 53, 60, 68, 77, 87, 98, 111, 126, 143, 162, 184, 208, 236, 267, 302, 342, 387, 439,
  497, 562, 636, 720, 815, 922, 1042, 1179, 1333, 1506, 1701, 1921, 2168, 2446, 2758, 3108, 3500, 3938, 4427, 4971,
  5577, 6249, 6992, 7812, 8714, 9702, 10782, 11955, 13226, 14595, 16062, 17625, 19282, 21025, 22849, 24743, 26695,
  28693, 30723, 32768, 34813, 36843, 38841, 40793, 42687, 44511, 46254, 47911, 49474, 50941, 52310, 53581, 54754,
  55834, 56822, 57724, 58544, 59287, 59959, 60565, 61109, 61598, 62036, 62428, 62778, 63090, 63368, 63615, 63835,
  64030, 64203, 64357, 64494, 64614, 64721, 64816, 64900, 64974, 65039, 65097, 65149, 65194, 65234, 65269, 65300,
  65328, 65352, 65374, 65393, 65410, 65425, 65438, 65449, 65459, 65468, 65476, 65483, 65489, 65495, 65500, 65504,
  65508, 65511, 65514,
]);

/** No coded probability is nearer to 0 or 65536 than this: 11.5 bits for the unlikely bit. */
const leastProbability: i32 = 22;

const squashed = memory.data(4096 * 2);
const stretched = memory.data(4096 * 2);

/** Fills both tables; the second is the inverse of the first. */
export function initLogistic(): void {
  let filled = 0;
  for (let x = 0; x < 4096; x++) {
    const knot = knots + ((x >> 5) << 1);
    const low = <i32>load<u16>(knot);
    const p = low + ((((<i32>load<u16>(knot, 2)) - low) * (x & 31)) >> 5);
    store<u16>(squashed + (x << 1), min(max(p, leastProbability), 65536 - leastProbability));
    for (; filled <= p >> 4; filled++) store<i16>(stretched + (filled << 1), max(x - 2048, -2047));
  }
  for (; filled < 4096; filled++) store<i16>(stretched + (filled << 1), 2047);
}

/** Stretches a probability of 12 bits. */
// @ts-expect-error: decorator
@inline
export function stretch(p12: u32): i32 {
  return <i32>load<i16>(stretchedAt(p12));
}

/** Where the stretched value of a probability of 12 bits lies, 16 bits wide. */
// @ts-expect-error: decorator
@inline
export function stretchedAt(p12: u32): usize {
  return stretched + (p12 << 1);
}

/** Probability of 16 bits, 22 to 65514, of a stretched value of any size. */
// @ts-expect-error: decorator
@inline
export function squash(x: i32): i32 {
  return <i32>load<u16>(squashed + (min(max(x, -2047), 2047) + 2048 << 1));
}
