/** The search for integer boundaries. */

/**
 * Margin in log E by which a test must pass its level. The error bound of the test is kept with that margin, and a value that should
 * tie with the bound cannot fall on one side of it in one engine and on the other in the next. Four orders above the error of log E
 * near a boundary, and too small to delay a verdict.
 */
export const guardBand = 1e-6;

/**
 * Gives the last integer of `from` .. `to` for which `holds`, or `from - 1`; `holds` is true up to some place and false after.
 *
 * Steps double, then halve: the cost grows with the logarithm of the distance from `from`.
 */
export function lastWhile(from: number, to: number, holds: (value: number) => boolean): number {
  let last = from - 1;
  let step = 1;
  while (last + step <= to && holds(last + step)) {
    last += step;
    step *= 2;
  }
  for (step /= 2; step >= 1; step /= 2) {
    if (last + step <= to && holds(last + step)) last += step;
  }
  return last;
}

/** {@link lastWhile}, with a guess of the answer: the cost grows with the logarithm of its distance from it. */
export function lastWhileNear(from: number, to: number, near: number, holds: (value: number) => boolean): number {
  const start = Math.max(from, Math.min(to, near));
  if (holds(start)) return lastWhile(start + 1, to, holds);
  let above = start;
  let below = start - 1;
  for (let step = 2; below >= from && !holds(below); step *= 2) {
    above = below;
    below -= step;
  }
  below = Math.max(below, from - 1);
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) below = middle;
    else above = middle;
  }
  return below;
}
