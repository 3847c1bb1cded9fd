/**
 * Enrolment: selector, rings and ledger put together. A vehicle is a member when the ledger has it enrolled, or when the selector
 * takes it and its ring is open; so a ring that opens adds members, and nothing ever removes one.
 */

import { bucketOf } from "../bucket.ts";
import { parseRingPlan, type RingPlan, ringOf } from "../rings.ts";
import { requireId } from "../salt.ts";
import type { CompiledSelector, SelectionVerdict, VehicleRecord } from "../selector/index.ts";
import { compileStratifiedRings, parseStratifiedRingPlan, type StratifiedRingPlan } from "../strata/index.ts";

/** The caller's record of who is enrolled; a `Map` is one. */
export interface EnrolmentLedger {
  /** Index of the ring in which the vehicle was enrolled, an integer >= 0; `undefined`, not `null`, when it was in none. */
  get(vehicleId: string): number | undefined;
  /** Vehicles enrolled altogether, where it is known. */
  readonly size?: number;
}

/** Rings whose strata are a matter of the caller's records. */
export interface StratifiedRings {
  readonly plan: StratifiedRingPlan;
  /** Key of a vehicle's stratum; `undefined` when it cannot be told, which puts the vehicle into no ring. */
  readonly stratumOf: (vehicle: VehicleRecord) => string | undefined;
}

/** Who is to be enrolled. */
export interface EnrolmentPlan {
  readonly selector: CompiledSelector;
  readonly rings: RingPlan | StratifiedRings;
  /** Index of the outermost ring that is open; -1 when none is. */
  readonly openRing: number;
  /** Epoch milliseconds; what counts as fresh depends on it. */
  readonly now: number;
  /** Without one, nobody is enrolled yet. */
  readonly ledger?: EnrolmentLedger;
}

/**
 * Why a vehicle is a member, or not. `enrolled`: the ledger has it. `selected`: the selector takes it and its ring is open.
 * `waiting`: the selector takes it, its ring is not open yet, or it is in none. `out`: the selector does not take it. `unknown`: what
 * decides is not known, or the vehicle has no usable id. Only the first two are members.
 */
export type EnrolmentWord = "enrolled" | "selected" | "waiting" | "out" | "unknown";

/** What becomes of one vehicle. */
export interface Enrolment {
  /** `undefined` when the record has no usable id; then the decision is `unknown`, unless the selector is sure that it is `out`. */
  readonly vehicleId: string | undefined;
  readonly decision: EnrolmentWord;
  /** Whether it takes part: `enrolled` or `selected`. */
  readonly member: boolean;
  /** Index of its ring: that of the ledger for `enrolled`; absent when it is in no ring or not selected. */
  readonly ring?: number;
  /** What the selector says, whatever the ledger says. */
  readonly selection: SelectionVerdict;
  /** Whether the ledger has it and the selector does not, or not for certain, take it any more. It stays all the same. */
  readonly drifted: boolean;
}

const verdicts: readonly SelectionVerdict[] = ["out", "unknown", "in"];

/**
 * Prepares the decision about single vehicles. Plan and selector are taken as they are now: later changes of the caller's objects
 * change nothing; the ledger is asked at each decision.
 *
 * @throws {@link CohortError} `ERR_COHORT_RING_PLAN`, `ERR_COHORT_RING_PLAN_VERSION`
 * @throws RangeError when `openRing` is no index of a ring or -1, or `now` is not finite
 * @throws TypeError, by the function that is given back, when the ledger answers with anything but a ring's index or `undefined`:
 * a `null` must not read as enrolled
 * @example
 * ```ts
 * const enrol = compileEnrolment({ selector, rings, openRing: 0, now, ledger: new Map([["v1", 0]]) });
 * enrol({ vehicleId: "v1", region: "EU" }).decision; // "enrolled"
 * ```
 */
export function compileEnrolment(plan: EnrolmentPlan): (vehicle: VehicleRecord) => Enrolment {
  const { selector, rings, openRing, now, ledger } = plan;
  const count = ringNames(rings).length;
  if (!Number.isSafeInteger(openRing) || openRing < -1 || openRing >= count) {
    throw new RangeError(`"openRing" expected index of a ring or -1, got ${openRing}`);
  }
  if (!Number.isFinite(now)) throw new RangeError(`"now" expected finite number, got ${now}`);
  const idField = selector.catalogue.idField ?? "vehicleId";
  const ringOfVehicle = placement(rings);
  return (vehicle) => {
    const vehicleId = usableId(vehicle[idField]);
    const selection = verdicts[selector.truth(vehicle, now)]!;
    if (vehicleId === undefined) {
      return { vehicleId, decision: selection === "out" ? "out" : "unknown", member: false, selection, drifted: false };
    }
    const enrolledIn = ledger?.get(vehicleId);
    if (enrolledIn !== undefined) {
      if (!Number.isSafeInteger(enrolledIn) || enrolledIn < 0) {
        throw new TypeError(`"ledger" expected index of a ring or undefined, got ${String(enrolledIn)}`);
      }
      const drifted = selection !== "in";
      return { vehicleId, decision: "enrolled", member: true, ring: enrolledIn, selection, drifted };
    }
    if (selection !== "in") return { vehicleId, decision: selection, member: false, selection, drifted: false };
    // The bucket last: it costs more than the selector, and few vehicles get this far.
    const ring = ringOfVehicle(vehicle, vehicleId);
    const member = ring !== undefined && ring <= openRing;
    const decision = member ? "selected" : "waiting";
    return { vehicleId, decision, member, ...(ring === undefined ? {} : { ring }), selection, drifted: false };
  };
}

/** Names of the rings of a plan. */
export function ringNames(rings: RingPlan | StratifiedRings): readonly string[] {
  return ("plan" in rings ? rings.plan.rings : rings.rings).map(({ name }) => name);
}

function placement(
  rings: RingPlan | StratifiedRings,
): (vehicle: VehicleRecord, vehicleId: string) => number | undefined {
  if (!("plan" in rings)) {
    const plan = parseRingPlan(rings);
    return (_, vehicleId) => ringOf(plan, bucketOf(plan.salt, vehicleId));
  }
  const { stratumOf } = rings;
  const ringOfVehicle = compileStratifiedRings(parseStratifiedRingPlan(rings.plan));
  return (vehicle, vehicleId) => {
    const stratum = stratumOf(vehicle);
    return stratum === undefined ? undefined : ringOfVehicle(stratum, vehicleId);
  };
}

/** One record without a usable id must not end a run over millions. */
function usableId(id: unknown): string | undefined {
  try {
    requireId("vehicleId", id as string);
    return id as string;
  } catch {
    return undefined;
  }
}

/** How far a stream is. */
export interface EnrolmentProgress {
  readonly read: number;
  readonly members: number;
  readonly waiting: number;
  readonly out: number;
  readonly unknown: number;
  readonly drifted: number;
}

/** How a stream is watched. */
export interface StreamOptions {
  /** Told how far the stream is. */
  readonly onProgress?: (progress: EnrolmentProgress) => void;
  /** Vehicles between two reports: an integer >= 1, 100,000 when absent. A last report follows at the end. */
  readonly reportEvery?: number;
}

/**
 * Decides about a stream of vehicles, one at a time: memory does not grow with the fleet, and the next vehicle is asked for only when
 * the decision about the last one was taken.
 *
 * Leaving the loop early ends the source too.
 *
 * Each record is decided alone: the source has to give a vehicle once. Of two records of one id that contradict each other, one can
 * still be selected.
 *
 * @throws RangeError as {@link compileEnrolment}, and when `reportEvery` is out of range
 * @example
 * ```ts
 * for await (const { vehicleId, member } of enrolVehicles(rows, plan)) if (member) await enqueue(vehicleId);
 * ```
 */
export async function* enrolVehicles(
  vehicles: Iterable<VehicleRecord> | AsyncIterable<VehicleRecord>,
  plan: EnrolmentPlan,
  { onProgress, reportEvery = 100_000 }: StreamOptions = {},
): AsyncGenerator<Enrolment, void, undefined> {
  if (!Number.isSafeInteger(reportEvery) || reportEvery < 1) {
    throw new RangeError(`"reportEvery" expected integer >= 1, got ${reportEvery}`);
  }
  const enrol = compileEnrolment(plan);
  const counts = { read: 0, members: 0, waiting: 0, out: 0, unknown: 0, drifted: 0 };
  for await (const vehicle of vehicles) {
    const enrolment = enrol(vehicle);
    counts.read++;
    if (enrolment.member) counts.members++;
    else counts[enrolment.decision as "waiting" | "out" | "unknown"]++;
    if (enrolment.drifted) counts.drifted++;
    if (counts.read % reportEvery === 0) onProgress?.({ ...counts });
    yield enrolment;
  }
  onProgress?.({ ...counts });
}
