/** In which state a value is: what an explanation says of a leaf that is unknown. */

import { isFresh, isUncontradicted, type VehicleRecord } from "./closures.ts";
import { readableTest, valueTest } from "./leaves.ts";
import type { AgeLeaf, ValueLeaf } from "./tree.ts";

/**
 * State of an attribute's value. `known`: it counts. `missing`: not there, or `null`. `stale`: observed too long ago, or nobody
 * knows when. `ahead`: dated after now. `unreadable`: none of its type. `incomparable`: a version of another series than the
 * selector's. `contradictory`: sources disagree.
 */
export type ValueStatus = "known" | "missing" | "stale" | "ahead" | "unreadable" | "incomparable" | "contradictory";

/** State of the value that a leaf looks at. */
export function valueStatus(leaf: ValueLeaf | AgeLeaf, vehicle: VehicleRecord, now: number): ValueStatus {
  const { attribute } = leaf;
  const { freshness, contradiction, maxAheadMs } = attribute;
  if (leaf.kind === "age") {
    const observedAt = vehicle[attribute.observedAt!.field];
    if (observedAt === undefined || observedAt === null) return "missing";
    if (!Number.isSafeInteger(observedAt)) return "unreadable";
    return (observedAt as number) > now + maxAheadMs ? "ahead" : "known";
  }
  const value = vehicle[attribute.field];
  if (value === undefined || value === null) return "missing";
  if (contradiction !== undefined && !isUncontradicted(vehicle[contradiction.field])) return "contradictory";
  if (freshness !== undefined) {
    const observedAt = vehicle[freshness.field];
    if (Number.isSafeInteger(observedAt) && (observedAt as number) > now + maxAheadMs) return "ahead";
    if (!isFresh(observedAt, now - freshness.maxAgeMs, now + maxAheadMs)) return "stale";
  }
  if (!readableTest(attribute)(value)) return "unreadable";
  return leaf.kind === "version" && valueTest(leaf)(value) === 1 ? "incomparable" : "known";
}
