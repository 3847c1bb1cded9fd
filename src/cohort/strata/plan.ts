/**
 * Stratified rings: of each stratum exactly the vehicles that its share of the ring demands, chosen by bucket.
 *
 * A plan holds, for each stratum and ring, where the ring ends; so a vehicle is placed by its stratum and bucket alone, in any
 * order, and in a database as well. Rings are nested because seats of strata never fall when a ring grows.
 */

import { compareCodePoints } from "../../core/index.ts";
import { bucketCount, bucketOf } from "../bucket.ts";
import { CohortError } from "../errors.ts";
import { PlanReader } from "../plan-document.ts";
import { isSalt } from "../salt.ts";
import { type CensusLimits, type Cut, type OpenCut, StrataCensus } from "./census.ts";
import { websterSeats } from "./webster.ts";

/** A ring by number of vehicles. */
export interface StratifiedRing {
  /** 1 .. 64 characters, unique in the plan. */
  readonly name: string;
  /** Vehicles up to and including this ring: an integer from 0 to 2^32, none below the ring before. */
  readonly vehicles: number;
}

/** A stratum in a plan. */
export interface StratumCuts {
  /** 1 .. 64 characters, unique in the plan. */
  readonly key: string;
  /** Vehicles when it was counted. */
  readonly size: number;
  /** Where each ring ends, in the order of the rings. */
  readonly cuts: readonly Cut[];
}

/** Exact stratified rings of one campaign. */
export interface StratifiedRingPlan {
  readonly schema: "otakit.stratified-ring-plan/1";
  /** Salt of the campaign, from `campaignSalt`. */
  readonly salt: string;
  /** 1 .. 100 rings of non-decreasing size. */
  readonly rings: readonly StratifiedRing[];
  /** 1 .. 10,000 strata by code points of their keys. */
  readonly strata: readonly StratumCuts[];
}

/** A vehicle as the census counts it. */
export interface StratifiedVehicle {
  readonly id: string;
  /** Key of its stratum, 1 .. 64 characters: a region, a model, or several joined by the caller. */
  readonly stratum: string;
}

/** How rings are cut. */
export interface StratifiedRingOptions extends CensusLimits {
  /** Salt of the campaign, from `campaignSalt`. */
  readonly salt: string;
  /** 1 .. 100 rings, from the innermost to the outermost. */
  readonly rings: readonly StratifiedRing[];
  /**
   * Strata that shall have another share than their size gives, or a number of vehicles before any goes by share; both integers
   * from 0 to 2^32.
   */
  readonly shares?: Readonly<Record<string, { readonly weight?: number; readonly floor?: number }>>;
  /** Told how many vehicles were read, every 100,000 and at the end. */
  readonly onProgress?: (progress: { readonly read: number }) => void;
}

/** A source of vehicles that can be read again. */
export type VehicleSource<T> = () => Iterable<T> | AsyncIterable<T>;

const reportEvery = 100_000;

/**
 * Counts a fleet and cuts exact stratified rings; memory is four to eight bytes a vehicle.
 *
 * The source is read once, and a second time only when a cut goes between vehicles in one bucket, which their ids tell apart: with
 * five rings of ten million vehicles in about one plan of a hundred. It has to give each vehicle once, and the same ones again.
 *
 * @throws {@link CohortError} `ERR_COHORT_RING_PLAN` for rings that are none, `ERR_COHORT_SALT`, `ERR_COHORT_ID`,
 * `ERR_COHORT_STRATA_LIMIT`, `ERR_COHORT_SOURCE_CHANGED`
 * @throws RangeError for a weight or floor out of range, or a share of a stratum that no vehicle has
 * @example
 * ```ts
 * const plan = await planStratifiedRings(() => vehicles, {
 *   salt: campaignSalt("ota-2026-07"),
 *   rings: [{ name: "pilot", vehicles: 100 }, { name: "all", vehicles: vehicles.length }],
 *   shares: { "high risk": { floor: 5 } },
 * });
 * ```
 */
export async function planStratifiedRings(
  source: VehicleSource<StratifiedVehicle>,
  options: StratifiedRingOptions,
): Promise<StratifiedRingPlan> {
  const { salt, rings, shares = {}, onProgress } = options;
  const checkedRings = readRings(rings);
  const census = new StrataCensus(salt, options);
  for await (const { id, stratum } of source()) {
    reader.name(stratum, ["stratum"]);
    census.add(id, stratum);
    if (census.vehicles % reportEvery === 0) onProgress?.({ read: census.vehicles });
  }
  onProgress?.({ read: census.vehicles });
  const strata = [...census.sizes()]
    .map(([key, size]) => ({ key, size, ...(Object.hasOwn(shares, key) ? shares[key] : {}) }))
    .sort((left, right) => compareCodePoints(left.key, right.key));
  const stray = Object.keys(shares).find((key) => !census.sizes().has(key));
  if (stray !== undefined) throw new RangeError(`"shares" expected strata of the fleet, got another one`);
  reader.require(strata.length > 0, ["strata"], "at least one vehicle");
  const seats = checkedRings.map(({ vehicles }) => websterSeats(strata, vehicles));
  const open = strata.map(({ key, size }, index) => ({
    key,
    size,
    cuts: census.cuts(
      key,
      seats.map((ofRing) => ofRing[index]!),
    ),
  }));
  const tied = await idsInOpenBuckets(source, salt, open);
  const closed = open.map(({ key, size, cuts }) => ({
    key,
    size,
    cuts: cuts.map((cut) => (isOpen(cut) ? closeCut(cut, tied.get(tieKey(key, cut.below))!) : cut)),
  }));
  return { schema: "otakit.stratified-ring-plan/1", salt, rings: checkedRings, strata: closed };
}

type OpenStratum = Omit<StratumCuts, "cuts"> & { readonly cuts: readonly (Cut | OpenCut)[] };

function isOpen(cut: Cut | OpenCut): cut is OpenCut {
  return "count" in cut;
}

/** A stratum's key may hold anything but can hold no more digits in front of the blank. */
function tieKey(stratum: string, bucket: number): string {
  return `${bucket} ${stratum}`;
}

/** Reads the source again for the ids in buckets that a cut goes through. */
async function idsInOpenBuckets(
  source: VehicleSource<StratifiedVehicle>,
  salt: string,
  strata: readonly OpenStratum[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const { key, cuts } of strata) {
    for (const cut of cuts) if (isOpen(cut)) found.set(tieKey(key, cut.below), []);
  }
  if (found.size === 0) return found;
  for await (const { id, stratum } of source()) found.get(tieKey(stratum, bucketOf(salt, id)))?.push(id);
  for (const ids of found.values()) ids.sort(compareCodePoints);
  return found;
}

function closeCut({ below, count }: OpenCut, ids: readonly string[]): Cut {
  if (ids.length > count) return { below, ids: ids.slice(0, count) };
  throw new CohortError(
    "ERR_COHORT_SOURCE_CHANGED",
    "Cannot cut rings: the source gave other vehicles at its second reading",
  );
}

const reader = /* @__PURE__ */ new PlanReader(
  "stratified ring plan",
  "ERR_COHORT_RING_PLAN",
  "ERR_COHORT_RING_PLAN_VERSION",
);

function readRings(value: unknown): readonly StratifiedRing[] {
  const seen = new Set<string>();
  const rings = reader.list(value, 1, 100, ["rings"], "rings", (entry, path): StratifiedRing => {
    const { name, vehicles } = reader.members(entry, ["name", "vehicles"], path);
    return {
      name: reader.ownName(name, seen, [...path, "name"]),
      vehicles: reader.integer(vehicles, 0, bucketCount, [...path, "vehicles"]),
    };
  });
  rings.forEach(({ vehicles }, index) => {
    const grows = index === 0 || vehicles >= rings[index - 1]!.vehicles;
    reader.require(grows, ["rings", index, "vehicles"], "at least the vehicles of the ring before it");
  });
  return rings;
}

/**
 * Checks a stratified ring plan that was read back; it is untrusted input.
 *
 * @throws {@link CohortError} `ERR_COHORT_RING_PLAN`, or `ERR_COHORT_RING_PLAN_VERSION` for a version this reader does not know
 */
export function parseStratifiedRingPlan(value: unknown): StratifiedRingPlan {
  const { salt, rings, strata } = reader.document(value, "otakit.stratified-ring-plan/1", ["salt", "rings", "strata"]);
  reader.require(isSalt(salt), ["salt"], "16 lower-case hexadecimal digits");
  const checked = readRings(rings);
  const seen = new Set<string>();
  const checkedStrata = reader.list(strata, 1, 10_000, ["strata"], "strata", (entry, path): StratumCuts => {
    const { key, size, cuts } = reader.members(entry, ["key", "size", "cuts"], path);
    return {
      key: reader.ownName(key, seen, [...path, "key"]),
      size: reader.integer(size, 0, bucketCount, [...path, "size"]),
      cuts: readCuts(cuts, checked.length, [...path, "cuts"]),
    };
  });
  return { schema: "otakit.stratified-ring-plan/1", salt: salt as string, rings: checked, strata: checkedStrata };
}

function readCuts(value: unknown, count: number, place: readonly (string | number)[]): readonly Cut[] {
  const cuts = reader.list(value, count, count, place, "cuts", (entry, path): Cut => {
    const { below, ids } = reader.members(entry, ["below", "ids"], path);
    const bucket = reader.integer(below, 0, bucketCount, [...path, "below"]);
    if (ids === undefined) return { below: bucket };
    const list = reader.list(ids, 1, 1_000, [...path, "ids"], "ids", (id, at) => {
      reader.require(typeof id === "string" && id !== "", at, "an id");
      return id as string;
    });
    return { below: bucket, ids: list };
  });
  cuts.forEach((cut, index) => {
    const nested = index === 0 || isWithin(cuts[index - 1]!, cut);
    reader.require(nested, [...place, index], "all vehicles of the ring before it");
  });
  return cuts;
}

function isWithin(inner: Cut, outer: Cut): boolean {
  if (inner.below !== outer.below) return inner.below < outer.below;
  return (inner.ids ?? []).every((id) => outer.ids?.includes(id));
}

/**
 * Prepares a stratified plan for placing vehicles.
 *
 * @returns a function of stratum and vehicle id that gives the index of the innermost ring that holds the vehicle, or `undefined`;
 * a vehicle of a stratum that the plan does not know is in no ring
 * @example
 * ```ts
 * const ringOfVehicle = compileStratifiedRings(plan);
 * ringOfVehicle("EU", "WVWZZZ1KZAW000001"); // 0
 * ```
 */
export function compileStratifiedRings(
  plan: StratifiedRingPlan,
): (stratum: string, vehicleId: string) => number | undefined {
  const strata = new Map(plan.strata.map(({ key, cuts }) => [key, cuts]));
  return (stratum, vehicleId) => {
    const bucket = bucketOf(plan.salt, vehicleId);
    const cuts = strata.get(stratum);
    if (cuts === undefined) return undefined;
    const ring = cuts.findIndex(({ below, ids }) => bucket < below || (bucket === below && ids?.includes(vehicleId)));
    return ring < 0 ? undefined : ring;
  };
}
