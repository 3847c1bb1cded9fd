/** Exact chance that a rollout has crossed a boundary, by dynamic programming over the number of failures; no simulation. */

/**
 * @param p - failure rate, independent from vehicle to vehicle
 * @param looks - numbers of vehicles to report at, rising
 * @param crossed - for each n which numbers of failures are across the boundary: at least `from`, or at most `to`
 */
export function crossingProbabilities(
  p: number,
  looks: readonly number[],
  crossed: (n: number) => { readonly from: number } | { readonly to: number },
): readonly number[] {
  const last = looks[looks.length - 1]!;
  // Mass of the paths that have not crossed, by failures so far. What lies below 1e-18 on either edge is let go.
  let mass = Float64Array.of(1);
  let low = 0;
  let absorbed = 0;
  const answers: number[] = [];
  for (let n = 1; n <= last; n++) {
    const next = new Float64Array(mass.length + 1);
    for (let i = 0; i < mass.length; i++) {
      next[i]! += mass[i]! * (1 - p);
      next[i + 1]! += mass[i]! * p;
    }
    const boundary = crossed(n);
    const first = "from" in boundary ? Math.max(0, boundary.from - low) : 0;
    const end = "from" in boundary ? next.length : Math.min(next.length, boundary.to - low + 1);
    for (let i = first; i < end; i++) {
      absorbed += next[i]!;
      next[i] = 0;
    }
    let start = 0;
    let stop = next.length;
    while (start < stop - 1 && next[start]! < 1e-18) start++;
    while (stop > start + 1 && next[stop - 1]! < 1e-18) stop--;
    mass = next.slice(start, stop);
    low += start;
    if (looks.includes(n)) answers.push(absorbed);
  }
  return answers;
}
