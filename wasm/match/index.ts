/**
 * Index of an image: positions sorted by the hash of the bytes that begin there, so that a bucket is one stretch of memory in rising order and
 * the position nearest to where one is can be found by halving.
 */

let heads: usize = 0;
let positions: usize = 0;
let hashBits: u32 = 0;
/** Bits of the eight bytes that are left out: 0 for a hash of eight bytes, 16 for six. */
let ignored: u32 = 0;

/** Bytes of the heads for an image of `size` bytes. */
export function headBytes(size: u32): u32 {
  return (4 << bitsFor(size)) + 8;
}

/** Bits of the number of buckets for `size` positions: between 11/32 and 11/16 of them, so that heads take less than 3 bytes for each. */
function bitsFor(size: u32): u32 {
  return min(max(31 - clz((size - (size >> 2) - (size >> 4)) | 1), 8), 24);
}

/** Hash of the bytes at an address. */
// @ts-expect-error: decorator
@inline
export function hashAt(at: usize): u32 {
  return <u32>(((load<u64>(at) << ignored) * 0x9e3779b97f4a7c15) >> (64 - hashBits));
}

/** Whether a position only repeats what is in front of it; of runs and short periods the first positions stand for all. */
// @ts-expect-error: decorator
@inline
function repeats(at: usize): bool {
  const bytes = load<u64>(at);
  return bytes === load<u64>(at - 4) || bytes === load<u64>(at - 1);
}

/**
 * Indexes each `step`-th of the `size` bytes at `image`, which 8 readable bytes precede and follow; `length` (6 or 8) bytes make a
 * hash. Needs 4 bytes for each position at `at`, behind the heads.
 */
export function indexImage(image: usize, size: u32, length: u32, step: u32, at: usize): void {
  heads = at;
  hashBits = bitsFor(size / step);
  positions = at + headBytes(size / step);
  ignored = (8 - length) << 3;
  const buckets = 1 << hashBits;
  memory.fill(heads, 0, (buckets + 1) << 2);
  const end = size >= 8 ? size - 7 : 0;
  for (let p: u32 = 0; p < end; p += step) {
    if (p >= 8 && repeats(image + p)) continue;
    const head = heads + (hashAt(image + p) << 2);
    store<u32>(head, load<u32>(head) + 1);
  }
  let sum: u32 = 0;
  for (let bucket: u32 = 0; bucket <= <u32>buckets; bucket++) {
    sum += load<u32>(heads + (bucket << 2));
    store<u32>(heads + (bucket << 2), sum);
  }
  // From behind, so that each bucket ends up in rising order and its head at its first position.
  const count = (end + step - 1) / step;
  for (let i = count; i-- > 0; ) {
    const p = i * step;
    if (p >= 8 && repeats(image + p)) continue;
    const head = heads + (hashAt(image + p) << 2);
    const slot = load<u32>(head) - 1;
    store<u32>(head, slot);
    store<u32>(positions + (slot << 2), p);
  }
}

/** First place of a bucket. */
// @ts-expect-error: decorator
@inline
export function bucketStart(hash: u32): u32 {
  return load<u32>(heads + (hash << 2));
}

/** Place behind the last one of a bucket. */
// @ts-expect-error: decorator
@inline
export function bucketEnd(hash: u32): u32 {
  return load<u32>(heads + ((hash + 1) << 2));
}

/** Position at a place. */
// @ts-expect-error: decorator
@inline
export function positionAt(place: u32): u32 {
  return load<u32>(positions + (place << 2));
}

/** First place of a bucket whose position is not below `position`. */
export function placeNear(start: u32, end: u32, position: u32): u32 {
  while (start < end) {
    const middle = (start + end) >> 1;
    if (positionAt(middle) < position) start = middle + 1;
    else end = middle;
  }
  return start;
}
