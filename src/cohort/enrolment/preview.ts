/** What an enrolment would do, before it is done: sizes, what is not known, whom the selector has lost, and cases to look at. */

import { compareCodePoints } from "../../core/index.ts";
import { bucketOf } from "../bucket.ts";
import type { Explanation, VehicleRecord } from "../selector/index.ts";
import { compileEnrolment, type Enrolment, type EnrolmentPlan, ringNames } from "./enrol.ts";

/** Counts of a fleet, or of a part of it. */
export interface CohortCounts {
  readonly vehicles: number;
  readonly in: number;
  readonly out: number;
  readonly unknown: number;
  /** Members of each ring, that of the ring itself alone, in the order of the rings: those of the ledger and those that will be. */
  readonly rings: readonly number[];
}

/** Counts of a stratum. */
export interface StratumPreview extends CohortCounts {
  readonly key: string;
}

/** In how many vehicles an attribute left the selector without an answer, and why. */
export interface UnknownAttribute {
  readonly attribute: string;
  readonly missing: number;
  readonly stale: number;
  readonly unreadable: number;
  readonly contradictory: number;
}

/** A vehicle to look at. */
export interface SampledVehicle {
  readonly vehicleId: string;
  readonly enrolment: Enrolment;
  readonly explanation: Explanation;
}

/** What an enrolment would do. */
export interface CohortPreview extends CohortCounts {
  readonly schema: "otakit.cohort-preview/1";
  readonly ringNames: readonly string[];
  /** By code points of the key; only with `stratumOf`. */
  readonly strata: readonly StratumPreview[];
  /** Vehicles of strata beyond the most that are counted apart, or of none. */
  readonly vehiclesOfOtherStrata: number;
  /** Most frequent first. */
  readonly unknownAttributes: readonly UnknownAttribute[];
  /** Records whose id is missing or cannot be hashed. */
  readonly vehiclesWithoutId: number;
  readonly drift: {
    /** Vehicles of the ledger that the source gave. */
    readonly enrolled: number;
    /** Of these, those that the selector does not take any more. */
    readonly out: number;
    /** Of these, those of which the selector cannot tell any more. */
    readonly unknown: number;
    /** Vehicles of the ledger that the source did not give; only when the ledger tells its size. */
    readonly notSeen?: number;
  };
  /** Some vehicles of each kind: those of the lowest buckets, so that the order of the source does not matter. */
  readonly samples: {
    readonly unknown: readonly SampledVehicle[];
    readonly drifted: readonly SampledVehicle[];
    /** Selected, and in no ring: a stratum that was not counted, or rings that end before the whole fleet. */
    readonly inNoRing: readonly SampledVehicle[];
  };
}

/** What a preview tells apart. */
export interface PreviewOptions {
  /** Key of a vehicle's stratum; that of the rings when they are stratified. */
  readonly stratumOf?: (vehicle: VehicleRecord) => string | undefined;
  /** Strata that are counted apart: an integer >= 0, 1,000 when absent. */
  readonly maxStrata?: number;
  /** Vehicles of each sample: an integer >= 0, 10 when absent. */
  readonly sampleSize?: number;
}

/**
 * Runs an enrolment without enrolling: reads every vehicle once and keeps counts and samples alone.
 *
 * @throws RangeError as `compileEnrolment`, and when an option is out of range
 * @example
 * ```ts
 * const preview = await previewCohort(rows, plan);
 * console.log(preview.in, preview.unknown, preview.unknownAttributes[0]?.attribute);
 * ```
 */
export async function previewCohort(
  vehicles: Iterable<VehicleRecord> | AsyncIterable<VehicleRecord>,
  plan: EnrolmentPlan,
  options: PreviewOptions = {},
): Promise<CohortPreview> {
  const { maxStrata = 1_000, sampleSize = 10 } = options;
  for (const [name, value] of Object.entries({ maxStrata, sampleSize })) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
  }
  const stratumOf = options.stratumOf ?? ("plan" in plan.rings ? plan.rings.stratumOf : () => undefined);
  const names = ringNames(plan.rings);
  const salt = "plan" in plan.rings ? plan.rings.plan.salt : plan.rings.salt;
  const enrol = compileEnrolment(plan);
  const total = new Counter(names.length);
  const strata = new Map<string, Counter>();
  const unknowns = new Map<string, Record<UnknownKind, number>>();
  const samples = {
    unknown: new Sample(sampleSize),
    drifted: new Sample(sampleSize),
    inNoRing: new Sample(sampleSize),
  };
  const drift = { enrolled: 0, out: 0, unknown: 0 };
  let [others, withoutId] = [0, 0];
  for await (const vehicle of vehicles) {
    const enrolment = enrol(vehicle);
    const { vehicleId, decision, selection, ring, drifted } = enrolment;
    total.add(enrolment);
    const key = stratumOf(vehicle);
    const counter = key === undefined ? undefined : counterOf(strata, key, names.length, maxStrata);
    if (counter === undefined) others++;
    else counter.add(enrolment);
    if (selection === "unknown") countUnknowns(plan.selector.explain(vehicle, plan.now), unknowns);
    if (decision === "enrolled") drift.enrolled++;
    if (drifted) drift[selection as "out" | "unknown"]++;
    if (vehicleId === undefined) {
      withoutId++;
      continue;
    }
    const sample = drifted
      ? samples.drifted
      : decision === "unknown"
        ? samples.unknown
        : decision === "waiting" && ring === undefined
          ? samples.inNoRing
          : undefined;
    sample?.offer(bucketOf(salt, vehicleId), vehicleId, () => ({
      vehicleId,
      enrolment,
      explanation: plan.selector.explain(vehicle, plan.now),
    }));
  }
  const size = plan.ledger?.size;
  return {
    schema: "otakit.cohort-preview/1",
    ...total.counts(),
    ringNames: names,
    strata: [...strata]
      .sort(([left], [right]) => compareCodePoints(left, right))
      .map(([key, counter]) => ({ key, ...counter.counts() })),
    vehiclesOfOtherStrata: others,
    unknownAttributes: [...unknowns]
      .map(([attribute, counts]) => ({ attribute, ...counts }))
      .sort((left, right) => sumOf(right) - sumOf(left) || compareCodePoints(left.attribute, right.attribute)),
    vehiclesWithoutId: withoutId,
    drift: { ...drift, ...(size === undefined ? {} : { notSeen: size - drift.enrolled }) },
    samples: {
      unknown: samples.unknown.vehicles(),
      drifted: samples.drifted.vehicles(),
      inNoRing: samples.inNoRing.vehicles(),
    },
  };
}

type UnknownKind = "missing" | "stale" | "unreadable" | "contradictory";
const unknownKinds: readonly UnknownKind[] = ["missing", "stale", "unreadable", "contradictory"];

function countUnknowns(explanation: Explanation, into: Map<string, Record<UnknownKind, number>>): void {
  for (const kind of unknownKinds) {
    for (const attribute of explanation[kind]) {
      const counts = into.get(attribute) ?? { missing: 0, stale: 0, unreadable: 0, contradictory: 0 };
      counts[kind]++;
      into.set(attribute, counts);
    }
  }
}

function sumOf({ missing, stale, unreadable, contradictory }: UnknownAttribute): number {
  return missing + stale + unreadable + contradictory;
}

/** The counter of a stratum; none for strata beyond the most that are counted apart. */
function counterOf(strata: Map<string, Counter>, key: string, rings: number, maxStrata: number): Counter | undefined {
  const counter = strata.get(key);
  if (counter !== undefined || strata.size >= maxStrata) return counter;
  const added = new Counter(rings);
  strata.set(key, added);
  return added;
}

class Counter {
  private readonly selections = { in: 0, out: 0, unknown: 0 };
  private readonly rings: number[];

  constructor(rings: number) {
    this.rings = new Array<number>(rings).fill(0);
  }

  add({ selection, ring }: Enrolment): void {
    this.selections[selection]++;
    // A ledger may know rings that the plan does not have any more.
    if (ring !== undefined && ring in this.rings) this.rings[ring]!++;
  }

  counts(): CohortCounts {
    const { in: taken, out, unknown } = this.selections;
    return { vehicles: taken + out + unknown, in: taken, out, unknown, rings: this.rings };
  }
}

/** The vehicles of the lowest buckets among all that were offered. */
class Sample {
  private readonly size: number;
  private readonly kept: { readonly bucket: number; readonly vehicle: SampledVehicle }[] = [];

  constructor(size: number) {
    this.size = size;
  }

  offer(bucket: number, vehicleId: string, make: () => SampledVehicle): void {
    const before = (other: (typeof this.kept)[number]): boolean =>
      bucket < other.bucket || (bucket === other.bucket && compareCodePoints(vehicleId, other.vehicle.vehicleId) < 0);
    const last = this.kept.at(-1);
    if (this.kept.length === this.size && (last === undefined || !before(last))) return;
    const place = this.kept.findIndex(before);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, { bucket, vehicle: make() });
    if (this.kept.length > this.size) this.kept.pop();
  }

  vehicles(): readonly SampledVehicle[] {
    return this.kept.map(({ vehicle }) => vehicle);
  }
}
