/** Makes a failing input smaller and plainer while it still breaks the same law. */

/** Cuts pieces off, then zeroes bytes, as long as `stillFails` says so; asks at most `tries` times. */
export function minimise(input: Uint8Array, stillFails: (input: Uint8Array) => boolean, tries = 2_000): Uint8Array {
  let best = input;
  let left = tries;
  const keep = (candidate: Uint8Array): boolean => {
    if (left-- <= 0 || !stillFails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = best.length; size >= 1; size >>>= 1) {
    // From the end to the front: most formats are read from the front.
    for (let end = best.length; end > 0 && left > 0; end -= size) {
      const start = Math.max(0, end - size);
      keep(Uint8Array.from([...best.subarray(0, start), ...best.subarray(end)]));
    }
  }
  for (let index = 0; index < best.length && left > 0; index++) {
    if (best[index] !== 0) keep(best.with(index, 0));
  }
  return best;
}
