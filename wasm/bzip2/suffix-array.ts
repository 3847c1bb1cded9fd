/**
 * Suffix arrays by induced sorting (SA-IS, Nong, Zhang and Chan 2009): linear time whatever the text, so that repeats are no cliff.
 *
 * A suffix is of type S when it is smaller than the one behind it, else L; an S behind an L starts a substring that is sorted by recursion.
 * The end of the text counts as smaller than any symbol.
 */

/** Symbol at `index`. */
function symbol<T>(text: usize, index: u32): u32 {
  return <u32>load<T>(text + <usize>index * sizeof<T>());
}

function get(array: usize, index: u32): u32 {
  return load<u32>(array + ((<usize>index) << 2));
}

function set(array: usize, index: u32, value: u32): void {
  store<u32>(array + ((<usize>index) << 2), value);
}

/** Stands for no suffix; suffixes have numbers below 2^31. */
const none: u32 = 0xffffffff;

/** Whether an S-type suffix starts behind an L-type one. */
function isLeftmost(types: usize, index: u32): bool {
  return index > 0 && load<u8>(types + index) !== 0 && load<u8>(types + index - 1) === 0;
}

/** Sums of the counts of symbols: where each bucket starts, or with `end` where it ends. */
function bucketBounds(counts: usize, bounds: usize, alphabet: u32, end: bool): void {
  let sum: u32 = 0;
  for (let value: u32 = 0; value < alphabet; value++) {
    const count = get(counts, value);
    sum += count;
    set(bounds, value, end ? sum : sum - count);
  }
}

/** From the sorted leftmost suffixes, which stand at the ends of their buckets, the order of all suffixes. */
function induce<T>(
  text: usize,
  sa: usize,
  length: u32,
  types: usize,
  counts: usize,
  bounds: usize,
  alphabet: u32,
): void {
  bucketBounds(counts, bounds, alphabet, false);
  // The last suffix follows the empty one.
  const last = length - 1;
  const lastBucket = bounds + ((<usize>symbol<T>(text, last)) << 2);
  set(sa, load<u32>(lastBucket), last);
  store<u32>(lastBucket, load<u32>(lastBucket) + 1);
  for (let index: u32 = 0; index < length; index++) {
    const suffix = get(sa, index);
    if (suffix === none || suffix === 0 || load<u8>(types + suffix - 1) !== 0) continue;
    const bucket = bounds + ((<usize>symbol<T>(text, suffix - 1)) << 2);
    const place = load<u32>(bucket);
    store<u32>(bucket, place + 1);
    set(sa, place, suffix - 1);
  }
  bucketBounds(counts, bounds, alphabet, true);
  for (let index = length; index-- > 0; ) {
    const suffix = get(sa, index);
    if (suffix === none || suffix === 0 || load<u8>(types + suffix - 1) === 0) continue;
    const bucket = bounds + ((<usize>symbol<T>(text, suffix - 1)) << 2);
    const place = load<u32>(bucket) - 1;
    store<u32>(bucket, place);
    set(sa, place, suffix - 1);
  }
}

/** Whether the substrings from two leftmost suffixes to the next ones are equal. */
function sameSubstring<T>(text: usize, length: u32, types: usize, left: u32, right: u32): bool {
  for (let step: u32 = 0; left + step < length && right + step < length; step++) {
    if (symbol<T>(text, left + step) !== symbol<T>(text, right + step)) return false;
    if (step > 0) {
      const leftEnds = isLeftmost(types, left + step);
      if (leftEnds !== isLeftmost(types, right + step)) return false;
      if (leftEnds) return true;
    }
  }
  return false;
}

/**
 * Sorts the suffixes of `length` symbols below `alphabet` into `sa`.
 *
 * @param work - room for 10 bytes a symbol and 2 KiB
 */
export function sortSuffixes<T>(text: usize, sa: usize, length: u32, alphabet: u32, work: usize): void {
  const types = work;
  const counts = (types + length + 3) & ~3;
  const bounds = counts + ((<usize>alphabet) << 2);
  const deeper = bounds + ((<usize>alphabet) << 2);

  memory.fill(counts, 0, (<usize>alphabet) << 2);
  let small = false;
  for (let index = length; index-- > 0; ) {
    const value = symbol<T>(text, index);
    set(counts, value, get(counts, value) + 1);
    if (index < length - 1) {
      const next = symbol<T>(text, index + 1);
      small = value < next || (value === next && small);
    }
    store<u8>(types + index, small ? 1 : 0);
  }

  memory.fill(sa, 0xff, (<usize>length) << 2);
  bucketBounds(counts, bounds, alphabet, true);
  for (let index: u32 = 1; index < length; index++) {
    if (isLeftmost(types, index)) placeAtEnd<T>(text, sa, bounds, index);
  }
  induce<T>(text, sa, length, types, counts, bounds, alphabet);

  // The leftmost suffixes in order of their substrings, and those numbered; half as many places are enough, as no two are neighbours.
  let leftmost: u32 = 0;
  for (let index: u32 = 0; index < length; index++) {
    const suffix = get(sa, index);
    if (isLeftmost(types, suffix)) set(sa, leftmost++, suffix);
  }
  const names = sa + ((<usize>leftmost) << 2);
  memory.fill(names, 0xff, (<usize>(length - leftmost)) << 2);
  let name: u32 = 0;
  for (let index: u32 = 0; index < leftmost; index++) {
    const suffix = get(sa, index);
    if (index > 0 && !sameSubstring<T>(text, length, types, get(sa, index - 1), suffix)) name++;
    set(names, suffix >>> 1, name);
  }
  if (leftmost > 0) {
    const reduced = sa + ((<usize>(length - leftmost)) << 2);
    let filled = leftmost;
    for (let index = length - leftmost; index-- > 0; ) {
      const found = get(names, index);
      if (found !== none) set(reduced, --filled, found);
    }
    if (name + 1 < leftmost) sortSuffixes<u32>(reduced, sa, leftmost, name + 1, deeper);
    else for (let index: u32 = 0; index < leftmost; index++) set(sa, get(reduced, index), index);
    filled = 0;
    for (let index: u32 = 1; index < length; index++) if (isLeftmost(types, index)) set(reduced, filled++, index);
    for (let index: u32 = 0; index < leftmost; index++) set(sa, index, get(reduced, get(sa, index)));
  }

  memory.fill(names, 0xff, (<usize>(length - leftmost)) << 2);
  bucketBounds(counts, bounds, alphabet, true);
  for (let index = leftmost; index-- > 0; ) {
    const suffix = get(sa, index);
    set(sa, index, none);
    placeAtEnd<T>(text, sa, bounds, suffix);
  }
  induce<T>(text, sa, length, types, counts, bounds, alphabet);
}

/** Puts a suffix at the last free place of its bucket. */
function placeAtEnd<T>(text: usize, sa: usize, bounds: usize, suffix: u32): void {
  const bucket = bounds + ((<usize>symbol<T>(text, suffix)) << 2);
  const place = load<u32>(bucket) - 1;
  store<u32>(bucket, place);
  set(sa, place, suffix);
}
