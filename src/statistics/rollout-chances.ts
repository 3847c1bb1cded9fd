/** What will become of a rollout at a given failure rate, exactly: no simulation, by dynamic programming over the number of failures. */

import { maxCount, requireBetween, requireInteger } from "./range-checks.ts";

/** A gate at a number of vehicles. */
export interface PlannedGate {
  /** Vehicles whose outcome is known there, over all rings so far. */
  readonly n: number;
  /** Most failures that pass, from `goBoundary`; -1 where none do. */
  readonly maxFailures: number;
}

/** Chances at one gate. */
export interface GateChances {
  readonly n: number;
  /** That the rollout was stopped by then. */
  readonly stopped: number;
  /** That it passed this gate and all before. */
  readonly passed: number;
  /** That it was held at this gate: not stopped, too many failures to pass. */
  readonly held: number;
}

/** What will become of a rollout. */
export interface RolloutChances {
  readonly gates: readonly GateChances[];
  /** Expected failures by the time that it is stopped, held or through the last gate. */
  readonly expectedFailures: number;
  /** Expected failures of those that are stopped, by then; null where none ever is. */
  readonly expectedFailuresBeforeStop: number | null;
  /** Expected vehicles by the time that it is stopped, held or through the last gate. */
  readonly expectedVehicles: number;
}

/**
 * Computes what will become of a rollout whose vehicles fail independently, with a look after every vehicle.
 *
 * Takes about as many steps as vehicles times failures that do not stop.
 *
 * @param rate - failure rate, 0 < rate < 1
 * @param stopsAt - gives the failures that stop so many vehicles, or undefined where none do; never falls, as `stopBoundary` does not
 * @param gates - by rising n, at most 10^6 vehicles
 * @throws RangeError when an argument is out of range
 * @example
 * ```ts
 * const stop = tabulateStopBoundary(createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 }), 1000);
 * computeRolloutChances(0.02, (n) => stopBoundary(n, stop), [{ n: 1000, maxFailures: 8 }]).gates[0]?.stopped; // 0.977
 * ```
 */
export function computeRolloutChances(
  rate: number,
  stopsAt: (n: number) => number | undefined,
  gates: readonly PlannedGate[],
): RolloutChances {
  requireBetween("rate", rate, 0, 1);
  gates.forEach(({ n, maxFailures }, index) => {
    requireInteger("n", n, index === 0 ? 1 : gates[index - 1]!.n + 1, 1_000_000);
    requireInteger("maxFailures", maxFailures, -1, maxCount);
  });
  const lattice = new Lattice(rate);
  let vehicles = 0;
  const found = gates.map(({ n, maxFailures }): GateChances => {
    while (lattice.n < n) {
      vehicles += lattice.alive();
      lattice.enrol();
      lattice.absorb(stopsAt(lattice.n) ?? Number.POSITIVE_INFINITY, lattice.stopped);
    }
    const before = lattice.held.mass;
    lattice.absorb(maxFailures + 1, lattice.held);
    return { n, stopped: lattice.stopped.mass, passed: lattice.alive(), held: lattice.held.mass - before };
  });
  const { stopped, held } = lattice;
  return {
    gates: found,
    expectedFailures: stopped.failures + held.failures + lattice.aliveFailures(),
    expectedFailuresBeforeStop: stopped.mass > 0 ? stopped.failures / stopped.mass : null,
    expectedVehicles: vehicles,
  };
}

/** Mass of the paths that ended in one way, and the failures on them. */
interface Absorbed {
  mass: number;
  failures: number;
}

/** Mass on either edge that is let go: over a million vehicles less than 1e-12. */
const negligible = 1e-18;

/** The paths that go on, by their number of failures. */
class Lattice {
  n = 0;
  readonly stopped: Absorbed = { mass: 0, failures: 0 };
  readonly held: Absorbed = { mass: 0, failures: 0 };
  private readonly rate: number;
  /** Mass of `low`, `low + 1`, ... failures, at `first` .. `end - 1`. */
  private mass = new Float64Array(64);
  private first = 0;
  private end = 1;
  private low = 0;

  constructor(rate: number) {
    this.rate = rate;
    this.mass[0] = 1;
  }

  enrol(): void {
    this.n++;
    if (this.end === this.mass.length) this.grow();
    const { mass, rate, first } = this;
    mass[this.end] = 0;
    for (let at = this.end; at > first; at--) mass[at] = mass[at]! * (1 - rate) + mass[at - 1]! * rate;
    mass[first]! *= 1 - rate;
    this.end++;
    while (this.end > this.first + 1 && mass[this.end - 1]! < negligible) this.end--;
    while (this.first < this.end - 1 && mass[this.first]! < negligible) this.first++;
  }

  /** Ends the paths with so many failures or more. */
  absorb(failures: number, into: Absorbed): void {
    while (this.end > this.first && this.low + this.end - 1 >= failures) {
      const part = this.mass[--this.end]!;
      into.mass += part;
      into.failures += part * (this.low + this.end);
    }
    // An empty lattice keeps one place, of no mass.
    if (this.end === this.first) this.mass[this.end++] = 0;
  }

  alive(): number {
    let sum = 0;
    for (let at = this.first; at < this.end; at++) sum += this.mass[at]!;
    return sum;
  }

  aliveFailures(): number {
    let sum = 0;
    for (let at = this.first; at < this.end; at++) sum += this.mass[at]! * (this.low + at);
    return sum;
  }

  private grow(): void {
    const kept = this.mass.subarray(this.first, this.end);
    const mass = new Float64Array(2 * kept.length + 64);
    mass.set(kept);
    this.mass = mass;
    this.low += this.first;
    this.end -= this.first;
    this.first = 0;
  }
}
