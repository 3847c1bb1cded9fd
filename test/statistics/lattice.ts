/** Exact probabilities that a sequential rule has fired by some number of vehicles: no simulation, so no sampling error. */

/** Mass below this is dropped at the upper end; far below any printed digit. */
const negligible = 1e-25;

/**
 * Gives P(the rule has fired by n) for each n of `horizons` (ascending), when every vehicle fails with probability `p` and the
 * rule is looked at after every vehicle.
 *
 * The state is the number of failures so far among paths on which the rule has not fired; each vehicle splits the mass, and
 * the mass on which the rule fires leaves.
 */
export function firedBy(
  horizons: readonly number[],
  p: number,
  fires: (n: number) => (f: number) => boolean,
): readonly number[] {
  const last = horizons.at(-1)!;
  const mass = new Float64Array(last + 2);
  mass[0] = 1;
  let low = 0;
  let high = 0;
  let fired = 0;
  const result: number[] = [];
  for (let n = 1; n <= last; n++) {
    high++;
    for (let f = high; f >= low; f--) mass[f] = mass[f]! * (1 - p) + (f > 0 ? mass[f - 1]! * p : 0);
    const firesAt = fires(n);
    for (let f = low; f <= high; f++) {
      if (!firesAt(f)) continue;
      fired += mass[f]!;
      mass[f] = 0;
    }
    while (high > low && mass[high]! < negligible) mass[high--] = 0;
    while (low < high && mass[low] === 0) low++;
    if (horizons.includes(n)) result.push(fired);
  }
  return result;
}
