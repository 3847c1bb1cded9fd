/**
 * Rings: nested shares of the fleet. A vehicle is in ring k if its bucket is below the ring's threshold, an integer that
 * every engine computes alike; thresholds never fall, so each ring contains the one before it.
 */

import { bucketCount } from "./bucket.ts";
import { PlanReader } from "./plan-document.ts";
import { isSalt } from "./salt.ts";

/** One million parts: the whole fleet. */
export const wholeFleetPpm: number = 1_000_000;

/** A ring as planned. */
export interface Ring {
  /** 1 .. 64 characters, unique in the plan. */
  readonly name: string;
  /** Share of the fleet up to and including this ring, in parts per million: an integer from 0 to 1,000,000. */
  readonly ppm: number;
}

/** Rings of one campaign, from the innermost to the outermost. */
export interface RingPlan {
  readonly schema: "otakit.ring-plan/1";
  /** Salt of the campaign, from `campaignSalt`. */
  readonly salt: string;
  /** 1 .. 100 rings of non-decreasing share. */
  readonly rings: readonly Ring[];
}

/**
 * Gives the threshold of a share: floor(ppm * 2^32 / 10^6), in exact integer arithmetic.
 *
 * @param ppm - parts per million, an integer from 0 to 1,000,000
 * @returns an integer from 0 to 2^32; buckets below it are in
 * @throws RangeError when `ppm` is out of range
 * @example
 * ```ts
 * ringThreshold(10_000); // 42949672: one percent
 * ```
 */
export function ringThreshold(ppm: number): number {
  if (!Number.isSafeInteger(ppm) || ppm < 0 || ppm > wholeFleetPpm) {
    throw new RangeError(`"ppm" expected integer in 0 .. ${wholeFleetPpm}, got ${ppm}`);
  }
  // 10^6 * 2^32 is below 2^53: the product is exact, and a quotient that is no integer is far from the next one.
  return Math.floor((ppm * bucketCount) / wholeFleetPpm);
}

/**
 * Gives the innermost ring that holds a bucket, or `undefined` when no ring does.
 *
 * @returns index into `plan.rings`
 * @example
 * ```ts
 * ringOf(plan, bucketOf(plan.salt, "WVWZZZ1KZAW000002")); // 1
 * ```
 */
export function ringOf(plan: RingPlan, bucket: number): number | undefined {
  requireBucket(bucket);
  const index = plan.rings.findIndex(({ ppm }) => bucket < ringThreshold(ppm));
  return index < 0 ? undefined : index;
}

function requireBucket(bucket: number): void {
  if (Number.isSafeInteger(bucket) && bucket >= 0 && bucket < bucketCount) return;
  throw new RangeError(`"bucket" expected integer in 0 .. ${bucketCount - 1}, got ${bucket}`);
}

/** Why a vehicle is a member of a ring. */
export type Membership = "enrolled" | "bucket" | "out";

/**
 * Decides membership of a ring with stickiness: a vehicle once enrolled in it stays, whatever its bucket or attributes become.
 *
 * @param ringIndex - ring to look at; inner rings are part of it
 * @param enrolled - whether the caller's ledger has the vehicle enrolled in this ring or an inner one already
 * @throws TypeError when `enrolled` is no boolean: a text such as "no" must not read as yes
 * @throws RangeError when the plan has no such ring or the bucket is out of range
 */
export function ringMembership(plan: RingPlan, ringIndex: number, bucket: number, enrolled: boolean): Membership {
  requireBucket(bucket);
  const ring = plan.rings[ringIndex];
  if (ring === undefined) throw new RangeError(`"ringIndex" expected index of a ring, got ${ringIndex}`);
  if (typeof enrolled !== "boolean") throw new TypeError(`"enrolled" expected boolean, got ${typeof enrolled}`);
  if (enrolled) return "enrolled";
  return bucket < ringThreshold(ring.ppm) ? "bucket" : "out";
}

/**
 * Makes a ring plan for a campaign.
 *
 * @throws {@link CohortError} `ERR_COHORT_RING_PLAN` with the JSON pointer of the fault
 * @example
 * ```ts
 * planRings(campaignSalt("ota-2026-07"), [
 *   { name: "pilot", ppm: 1_000 },
 *   { name: "early", ppm: 100_000 },
 *   { name: "all", ppm: 1_000_000 },
 * ]);
 * ```
 */
export function planRings(salt: string, rings: readonly Ring[]): RingPlan {
  return parseRingPlan({ schema: "otakit.ring-plan/1", salt, rings });
}

/**
 * Checks a ring plan that was read back; it is untrusted input. Members that this reader does not know are refused, because
 * a rule that is silently left out could enrol a vehicle.
 *
 * @throws {@link CohortError} `ERR_COHORT_RING_PLAN`, or `ERR_COHORT_RING_PLAN_VERSION` for a version this reader does not know
 */
export function parseRingPlan(value: unknown): RingPlan {
  const reader = new PlanReader("ring plan", "ERR_COHORT_RING_PLAN", "ERR_COHORT_RING_PLAN_VERSION");
  const { salt, rings } = reader.document(value, "otakit.ring-plan/1", ["salt", "rings"]);
  reader.require(isSalt(salt), ["salt"], "16 lower-case hexadecimal digits");
  const seen = new Set<string>();
  const checked = reader.list(rings, 1, 100, ["rings"], "rings", (entry, path): Ring => {
    const { name, ppm } = reader.members(entry, ["name", "ppm"], path);
    return {
      name: reader.ownName(name, seen, [...path, "name"]),
      ppm: reader.integer(ppm, 0, wholeFleetPpm, [...path, "ppm"]),
    };
  });
  checked.forEach(({ ppm }, index) => {
    const grows = index === 0 || ppm >= checked[index - 1]!.ppm;
    reader.require(grows, ["rings", index, "ppm"], "at least the share of the ring before it");
  });
  return { schema: "otakit.ring-plan/1", salt: salt as string, rings: checked };
}
