/** Counts a fleet by stratum, keeping four bytes a vehicle: what the exact cuts of rings need, and no ids. */

import { bucketCount, bucketOf } from "../bucket.ts";
import { CohortError } from "../errors.ts";

/** Bounds of a census. */
export interface CensusLimits {
  /** Most strata; 10,000 when absent. */
  readonly maxStrata?: number;
  /** Most vehicles, at four to eight bytes of memory each; 100,000,000 when absent. */
  readonly maxVehicles?: number;
}

/** Where a ring ends in a stratum: those below the bucket are in, and of those in it the ones listed. */
export interface Cut {
  /** Buckets below it are in: an integer from 0 to 2^32. */
  readonly below: number;
  /** Ids in bucket `below` itself that are in; absent when no two vehicles had to be told apart. */
  readonly ids?: readonly string[];
}

/** A cut that is known but for the ids of one bucket, of which the first `count` by code points are in. */
export interface OpenCut {
  readonly below: number;
  readonly count: number;
}

/** A growing list of buckets. */
interface Buckets {
  values: Uint32Array<ArrayBuffer>;
  length: number;
}

/** Buckets of a fleet by stratum. */
export class StrataCensus {
  private readonly salt: string;
  private readonly maxStrata: number;
  private readonly maxVehicles: number;
  private readonly strata = new Map<string, Buckets>();
  private counted = 0;

  constructor(salt: string, { maxStrata = 10_000, maxVehicles = 100_000_000 }: CensusLimits = {}) {
    this.salt = salt;
    this.maxStrata = maxStrata;
    this.maxVehicles = maxVehicles;
  }

  /** Vehicles so far. */
  get vehicles(): number {
    return this.counted;
  }

  /** Counts a vehicle; each only once. */
  add(vehicleId: string, stratum: string): void {
    let buckets = this.strata.get(stratum);
    if (buckets === undefined) {
      if (this.strata.size >= this.maxStrata) throw tooMany("strata", this.maxStrata);
      buckets = { values: new Uint32Array(16), length: 0 };
      this.strata.set(stratum, buckets);
    }
    if (this.counted >= this.maxVehicles) throw tooMany("vehicles", this.maxVehicles);
    if (buckets.length === buckets.values.length) {
      const larger = new Uint32Array(2 * buckets.length);
      larger.set(buckets.values);
      buckets.values = larger;
    }
    buckets.values[buckets.length++] = bucketOf(this.salt, vehicleId);
    this.counted++;
  }

  /** Size of each stratum, by key. */
  sizes(): ReadonlyMap<string, number> {
    return new Map([...this.strata].map(([key, { length }]) => [key, length]));
  }

  /**
   * Where the first so many vehicles of a stratum end.
   *
   * @param seats - counts, none above the stratum's size
   */
  cuts(stratum: string, seats: readonly number[]): readonly (Cut | OpenCut)[] {
    const { values, length } = this.strata.get(stratum)!;
    const sorted = values.subarray(0, length).sort();
    return seats.map((count): Cut | OpenCut => {
      if (count === 0) return { below: 0 };
      // A stratum that is in as a whole has no end: what is built tomorrow belongs to it too.
      if (count === length) return { below: bucketCount };
      const last = sorted[count - 1]!;
      if (last < sorted[count]!) return { below: last + 1 };
      return { below: last, count: count - sorted.indexOf(last) };
    });
  }
}

function tooMany(what: string, most: number): CohortError {
  return new CohortError("ERR_COHORT_STRATA_LIMIT", `Cannot count fleet: it has more than ${most} ${what}`, {
    details: { what, most },
  });
}
