/**
 * Caps: how many vehicles of a region, a dealer, a plant or altogether may be under way at once, so that a bad release or an
 * overrun workshop stays small.
 */

import { compareCodePoints, type Reason } from "../../core/index.ts";
import type { CohortReasonCode } from "../reasons.ts";

/** A vehicle whose update is under way. */
export interface InFlightVehicle {
  readonly vehicleId: string;
  /** What it counts for, by the names that caps use: `{ region: "EU", dealer: "D-17" }`. */
  readonly keys: Readonly<Record<string, string | undefined>>;
}

/** A vehicle that may start. */
export interface AdmissionCandidate extends InFlightVehicle {
  /** Index of its ring. */
  readonly ring: number;
  /** From `bucketOf`. */
  readonly bucket: number;
}

/** A bound on vehicles under way. */
export interface AdmissionCap {
  /** Name of the key whose values are counted apart; absent, all vehicles are counted together. */
  readonly by?: string;
  /** Most vehicles for each value: an integer >= 0. */
  readonly max: number;
  /** Other bounds for single values. */
  readonly maxOf?: Readonly<Record<string, number>>;
}

/** A candidate that has to wait. */
export interface HeldCandidate {
  readonly candidate: AdmissionCandidate;
  /** Every cap that holds it, or the one thing that is wrong with it. */
  readonly reasons: readonly Reason<CohortReasonCode>[];
}

/** Who may start. */
export interface Admission {
  /** In the order in which they were considered. */
  readonly admitted: readonly AdmissionCandidate[];
  readonly held: readonly HeldCandidate[];
}

/**
 * Admits candidates as far as the caps allow: in the order of ring, bucket and id, each as soon as no cap forbids it.
 *
 * No cap is ever exceeded by an admission; nobody is held whom every cap would allow; whether a candidate is admitted depends on those
 * before it alone; and what is under way stays so, also above a cap that was lowered. A higher cap does not always keep everyone
 * admitted: a candidate that it frees may use up another cap.
 *
 * A candidate without a value for a cap's key is held: it could be anyone's. A vehicle under way without one counts against every
 * value.
 *
 * @throws RangeError when a cap, a ring or a bucket is no integer >= 0
 * @example
 * ```ts
 * admit(candidates, inFlight, [{ max: 500 }, { by: "dealer", max: 10 }, { by: "region", max: 200, maxOf: { JP: 20 } }]).admitted;
 * ```
 */
export function admit(
  candidates: Iterable<AdmissionCandidate>,
  inFlight: Iterable<InFlightVehicle>,
  caps: readonly AdmissionCap[],
): Admission {
  const counters = caps.map((cap) => new CapCounter(cap));
  const seen = new Set<string>();
  for (const vehicle of inFlight) {
    seen.add(vehicle.vehicleId);
    for (const counter of counters) counter.add(vehicle);
  }
  const underWay: ReadonlySet<string> = new Set(seen);
  const admitted: AdmissionCandidate[] = [];
  const held: HeldCandidate[] = [];
  for (const candidate of [...candidates].sort(inOrder)) {
    requireCount("ring", candidate.ring);
    requireCount("bucket", candidate.bucket);
    const reasons = seen.has(candidate.vehicleId)
      ? [again(underWay.has(candidate.vehicleId))]
      : counters.flatMap((counter) => counter.objections(candidate));
    seen.add(candidate.vehicleId);
    if (reasons.length > 0) held.push({ candidate, reasons });
    else {
      admitted.push(candidate);
      for (const counter of counters) counter.add(candidate);
    }
  }
  return { admitted, held };
}

function inOrder(left: AdmissionCandidate, right: AdmissionCandidate): number {
  return left.ring - right.ring || left.bucket - right.bucket || compareCodePoints(left.vehicleId, right.vehicleId);
}

function again(underWay: boolean): Reason<CohortReasonCode> {
  return underWay
    ? { code: "admission_under_way", message: "The vehicle's update is under way already." }
    : { code: "admission_named_twice", message: "The vehicle is among the candidates twice." };
}

/** Counts what one cap bounds. */
class CapCounter {
  private readonly cap: AdmissionCap;
  private readonly used = new Map<string, number>();
  /** Vehicles under way that could count for any value. */
  private unknown = 0;

  constructor(cap: AdmissionCap) {
    requireCount("max", cap.max);
    for (const max of Object.values(cap.maxOf ?? {})) requireCount("maxOf", max);
    this.cap = cap;
  }

  add(vehicle: InFlightVehicle): void {
    const value = this.valueOf(vehicle);
    if (value === undefined) this.unknown++;
    else this.used.set(value, this.usedBy(value) + 1);
  }

  objections(candidate: AdmissionCandidate): readonly Reason<CohortReasonCode>[] {
    const { by = "", max, maxOf = {} } = this.cap;
    const value = this.valueOf(candidate);
    if (value === undefined) {
      const message = `It is not known for which "${by}" the vehicle counts.`;
      return [{ code: "admission_key_unknown", message, evidence: { by } }];
    }
    const most = Object.hasOwn(maxOf, value) ? maxOf[value]! : max;
    const underWay = this.usedBy(value) + this.unknown;
    if (underWay < most) return [];
    const whose = this.cap.by === undefined ? "altogether" : `of ${by} "${value}"`;
    const message = `${underWay} vehicles ${whose} are under way or admitted; ${most} may be.`;
    return [{ code: "admission_cap_reached", message, evidence: { by, value, underWay, max: most } }];
  }

  private usedBy(value: string): number {
    return this.used.get(value) ?? 0;
  }

  private valueOf({ keys }: InFlightVehicle): string | undefined {
    const { by } = this.cap;
    if (by === undefined) return "";
    const value = Object.hasOwn(keys, by) ? keys[by] : undefined;
    return typeof value === "string" && value !== "" ? value : undefined;
  }
}

function requireCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new RangeError(`"${name}" expected integer >= 0, got ${value}`);
}
