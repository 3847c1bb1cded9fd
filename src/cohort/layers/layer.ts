/**
 * Layers: within one, every vehicle has one bucket for all campaigns, and each campaign claims a range of them that no other may
 * touch. So two campaigns of a layer never meet in a vehicle, and a part of the fleet can be kept free of all of them.
 *
 * Source: Tang et al., Overlapping Experiment Infrastructure, 2010 (layers).
 */

import { bucketCount } from "../bucket.ts";
import { CohortError } from "../errors.ts";
import { PlanReader } from "../plan-document.ts";
import { ringThreshold, wholeFleetPpm } from "../rings.ts";
import { isSalt, layerSalt } from "../salt.ts";

/** A half-open range of buckets, `lo` .. `hi - 1`; integers with 0 <= lo < hi <= 2^32. */
export interface BucketRange {
  readonly lo: number;
  readonly hi: number;
}

/** What a campaign has claimed. */
export interface LayerClaim extends BucketRange {
  /** 1 .. 64 characters. A campaign may claim several ranges. */
  readonly campaign: string;
}

/** A layer and its claims. */
export interface Layer {
  readonly schema: "otakit.layer/1";
  /** 1 .. 64 characters. */
  readonly name: string;
  /** Salt of the layer, from `layerSalt`. */
  readonly salt: string;
  /** Vehicles that no campaign of the layer may have: those to compare the others with. */
  readonly holdback?: BucketRange;
  /** At most 1,000, by `lo`; none overlaps another or the holdback. */
  readonly claims: readonly LayerClaim[];
}

/**
 * Makes a layer without claims.
 *
 * @param holdbackPpm - share of the fleet to keep out of every campaign, in parts per million: an integer from 0 to 1,000,000
 * @throws {@link CohortError} `ERR_COHORT_LAYER`, `ERR_COHORT_ID`
 * @throws RangeError when `holdbackPpm` is out of range
 * @example
 * ```ts
 * const layer = createLayer("powertrain", 10_000); // one percent is never touched
 * ```
 */
export function createLayer(name: string, holdbackPpm = 0): Layer {
  const hi = ringThreshold(holdbackPpm);
  const holdback = hi === 0 ? {} : { holdback: { lo: 0, hi } };
  return parseLayer({ schema: "otakit.layer/1", name, salt: layerSalt(name), ...holdback, claims: [] });
}

/**
 * Claims a share of a layer for a campaign: the lowest free range of that size.
 *
 * @param ppm - share of the fleet in parts per million, an integer from 1 to 1,000,000
 * @returns the layer with the claim, and the claim itself
 * @throws {@link CohortError} `ERR_COHORT_LAYER_FULL` with the largest free share in `details.freePpm`; `ERR_COHORT_LAYER`
 * @throws RangeError when `ppm` is out of range
 * @example
 * ```ts
 * const { layer: next, claim } = claimLayer(layer, "brake-controller-4.2", 200_000);
 * ```
 */
export function claimLayer(
  layer: Layer,
  campaign: string,
  ppm: number,
): { readonly layer: Layer; readonly claim: LayerClaim } {
  if (!Number.isSafeInteger(ppm) || ppm < 1 || ppm > wholeFleetPpm) {
    throw new RangeError(`"ppm" expected integer in 1 .. ${wholeFleetPpm}, got ${ppm}`);
  }
  const checked = parseLayer(layer);
  const size = ringThreshold(ppm);
  const gaps = freeRanges(checked);
  const gap = gaps.find(({ lo, hi }) => hi - lo >= size);
  if (gap === undefined) {
    const widest = Math.max(0, ...gaps.map(({ lo, hi }) => hi - lo));
    const freePpm = Math.floor((widest * wholeFleetPpm) / bucketCount);
    throw new CohortError(
      "ERR_COHORT_LAYER_FULL",
      `Cannot claim ${ppm} ppm of layer "${checked.name}": ${freePpm} are free`,
      {
        details: { ppm, freePpm },
      },
    );
  }
  const claim: LayerClaim = { campaign, lo: gap.lo, hi: gap.lo + size };
  return { layer: parseLayer({ ...checked, claims: [...checked.claims, claim].sort(byLow) }), claim };
}

/** Gives back what a campaign has claimed; a layer without its claims is given back as it is. */
export function releaseLayer(layer: Layer, campaign: string): Layer {
  return { ...layer, claims: layer.claims.filter((claim) => claim.campaign !== campaign) };
}

/** The ranges of a layer that nobody has, by `lo`. */
export function freeRanges({ holdback, claims }: Layer): readonly BucketRange[] {
  const taken = [...(holdback ? [holdback] : []), ...claims].sort(byLow);
  const edges = [...taken, { lo: bucketCount, hi: bucketCount }];
  return edges.flatMap(({ lo: hi }, index) => {
    const lo = index === 0 ? 0 : edges[index - 1]!.hi;
    return lo < hi ? [{ lo, hi }] : [];
  });
}

/** Whose a bucket of a layer is. */
export type LayerSlot =
  | { readonly slot: "claimed"; readonly campaign: string }
  | { readonly slot: "held_back" }
  | { readonly slot: "free" };

/**
 * Gives whose a vehicle is in a layer.
 *
 * @param bucket - from `bucketOf(layer.salt, vehicleId)`
 * @throws RangeError when the bucket is out of range
 */
export function layerSlot({ holdback, claims }: Layer, bucket: number): LayerSlot {
  if (!Number.isSafeInteger(bucket) || bucket < 0 || bucket >= bucketCount) {
    throw new RangeError(`"bucket" expected integer in 0 .. ${bucketCount - 1}, got ${bucket}`);
  }
  if (holdback !== undefined && isIn(holdback, bucket)) return { slot: "held_back" };
  const claim = claims.find((range) => isIn(range, bucket));
  return claim === undefined ? { slot: "free" } : { slot: "claimed", campaign: claim.campaign };
}

function isIn({ lo, hi }: BucketRange, bucket: number): boolean {
  return lo <= bucket && bucket < hi;
}

/** Whether two ranges have a bucket in common. */
export function rangesMeet(left: BucketRange, right: BucketRange): boolean {
  return left.lo < right.hi && right.lo < left.hi;
}

function byLow(left: BucketRange, right: BucketRange): number {
  return left.lo - right.lo;
}

/**
 * Checks a layer that was read back; it is untrusted input. Claims that overlap are refused, whoever wrote them.
 *
 * @throws {@link CohortError} `ERR_COHORT_LAYER`, or `ERR_COHORT_LAYER_VERSION` for a version this reader does not know
 */
export function parseLayer(value: unknown): Layer {
  const reader = new PlanReader("layer", "ERR_COHORT_LAYER", "ERR_COHORT_LAYER_VERSION");
  const { name, salt, holdback, claims } = reader.document(value, "otakit.layer/1", [
    "name",
    "salt",
    "holdback",
    "claims",
  ]);
  const checkedName = reader.name(name, ["name"]);
  reader.require(isSalt(salt), ["salt"], "16 lower-case hexadecimal digits");
  const range = (lo: unknown, hi: unknown, path: readonly (string | number)[]): BucketRange => {
    const low = reader.integer(lo, 0, bucketCount - 1, [...path, "lo"]);
    return { lo: low, hi: reader.integer(hi, low + 1, bucketCount, [...path, "hi"]) };
  };
  const kept = ((): BucketRange | undefined => {
    if (holdback === undefined) return undefined;
    const { lo, hi } = reader.members(holdback, ["lo", "hi"], ["holdback"]);
    return range(lo, hi, ["holdback"]);
  })();
  const checked = reader.list(claims, 0, 1_000, ["claims"], "claims", (entry, path): LayerClaim => {
    const { campaign, lo, hi } = reader.members(entry, ["campaign", "lo", "hi"], path);
    return { campaign: reader.name(campaign, [...path, "campaign"]), ...range(lo, hi, path) };
  });
  checked.forEach((claim, index) => {
    const apart = index === 0 || checked[index - 1]!.hi <= claim.lo;
    reader.require(apart, ["claims", index], "a range after that of the claim before it");
    const free = kept === undefined || !rangesMeet(kept, claim);
    reader.require(free, ["claims", index], "a range outside of the holdback");
  });
  return {
    schema: "otakit.layer/1",
    name: checkedName,
    salt: salt as string,
    ...(kept === undefined ? {} : { holdback: kept }),
    claims: checked,
  };
}
