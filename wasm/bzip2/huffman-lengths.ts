/** Lengths and codes of a bzip2 table, as libbz2 makes them: a Huffman tree, flattened until no code is too long. */

function get(array: usize, index: i32): i32 {
  return load<i32>(array + ((<usize>index) << 2));
}

function set(array: usize, index: i32, value: i32): void {
  store<i32>(array + ((<usize>index) << 2), value);
}

/** Moves the last node of the heap up to its place. */
function rise(heap: usize, weights: usize, count: i32): void {
  const node = get(heap, count);
  const weight = get(weights, node);
  let at = count;
  while (weight < get(weights, get(heap, at >> 1))) {
    set(heap, at, get(heap, at >> 1));
    at >>= 1;
  }
  set(heap, at, node);
}

/** Takes the lightest node off the heap of `count`. */
function takeLightest(heap: usize, weights: usize, count: i32): i32 {
  const lightest = get(heap, 1);
  const node = get(heap, count);
  const weight = get(weights, node);
  const left = count - 1;
  set(heap, 1, node);
  let at = 1;
  for (;;) {
    let below = at << 1;
    if (below > left) break;
    if (below < left && get(weights, get(heap, below + 1)) < get(weights, get(heap, below))) below++;
    if (weight < get(weights, get(heap, below))) break;
    set(heap, at, get(heap, below));
    at = below;
  }
  set(heap, at, node);
  return lightest;
}

/**
 * Makes code lengths of at most `maxLength` for these frequencies; zero counts as one.
 *
 * The low byte of a weight is the depth below it, which settles ties.
 *
 * @param work - room for 7 KiB
 */
export function makeCodeLengths(lengths: usize, frequencies: usize, alphabet: i32, maxLength: u32, work: usize): void {
  const heap = work;
  const weights = heap + 264 * 4;
  const parents = weights + 520 * 4;
  for (let symbol = 0; symbol < alphabet; symbol++) {
    set(weights, symbol + 1, max(get(frequencies, symbol), 1) << 8);
  }
  for (;;) {
    let nodes = alphabet;
    let count = 0;
    set(heap, 0, 0);
    set(weights, 0, 0);
    set(parents, 0, -2);
    for (let node = 1; node <= alphabet; node++) {
      set(parents, node, -1);
      set(heap, ++count, node);
      rise(heap, weights, count);
    }
    while (count > 1) {
      const left = takeLightest(heap, weights, count--);
      const right = takeLightest(heap, weights, count--);
      nodes++;
      set(parents, left, nodes);
      set(parents, right, nodes);
      const leftWeight = get(weights, left);
      const rightWeight = get(weights, right);
      const depth = 1 + max(leftWeight & 255, rightWeight & 255);
      set(weights, nodes, ((leftWeight & ~255) + (rightWeight & ~255)) | depth);
      set(parents, nodes, -1);
      set(heap, ++count, nodes);
      rise(heap, weights, count);
    }
    let longest: u32 = 0;
    for (let symbol = 0; symbol < alphabet; symbol++) {
      let length: u32 = 0;
      for (let node = get(parents, symbol + 1); node >= 0; node = get(parents, node)) length++;
      store<u8>(lengths + symbol, length);
      longest = max(longest, length);
    }
    if (longest <= maxLength) return;
    for (let symbol = 1; symbol <= alphabet; symbol++) set(weights, symbol, (1 + (get(weights, symbol) >> 8) / 2) << 8);
  }
}

/** Canonical codes: by length, then by symbol. */
export function assignCodes(codes: usize, lengths: usize, alphabet: i32): void {
  let code = 0;
  for (let length: u32 = 1; length <= 20; length++) {
    for (let symbol = 0; symbol < alphabet; symbol++) {
      if (<u32>load<u8>(lengths + symbol) === length) set(codes, symbol, code++);
    }
    code <<= 1;
  }
}
