/**
 * How two things that are known of the same fault become one: the later wins, whatever the order in which they come. Each
 * function is commutative, associative and idempotent.
 */

import { worstQuality } from "../../core/index.ts";
import { type FaultSeverity, faultConditions } from "./event.ts";
import type { FaultEntry, FaultReading } from "./fault-state.ts";

/**
 * The later of two readings. Of the same instant, the one that knows more; where they say different things, the more urgent
 * one, marked as contradicted.
 */
export function mergeReadings(left: FaultReading | undefined, right: FaultReading): FaultReading {
  if (left === undefined || left.observedAt < right.observedAt) return right;
  if (left.observedAt > right.observedAt) return left;
  const winner = compareReadings(left, right) <= 0 ? left : right;
  const contradicted = left.contradicted === true || right.contradicted === true || contradict(left, right);
  if (!contradicted || winner.contradicted === true) return winner;
  return { ...winner, contradicted: true };
}

/** Two masks, or a mask and none, may come of two kinds of reports; two bytes or two words may not. */
function contradict(left: FaultReading, right: FaultReading): boolean {
  if (left.byte !== right.byte) return true;
  if (left.availability !== right.availability) return left.availability !== null && right.availability !== null;
  return left.condition !== right.condition;
}

/** Orders readings of one instant: negative when `left` is to be kept. */
function compareReadings(left: FaultReading, right: FaultReading): number {
  return (
    Number(left.availability === null) - Number(right.availability === null) ||
    faultConditions.indexOf(left.condition) - faultConditions.indexOf(right.condition) ||
    (right.byte ?? -1) - (left.byte ?? -1) ||
    (right.availability ?? -1) - (left.availability ?? -1) ||
    (left.quality === right.quality ? 0 : worstQuality(left.quality, right.quality) === left.quality ? -1 : 1)
  );
}

type SeverityReading = NonNullable<FaultEntry["severity"]>;

const severities: readonly FaultSeverity[] = ["immediate", "next-halt", "maintenance", "none"];

/** The later of two severities; of the same instant, the more urgent. */
export function mergeSeverities(
  left: SeverityReading | undefined,
  right: SeverityReading | undefined,
): SeverityReading | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  if (left.observedAt !== right.observedAt) return left.observedAt > right.observedAt ? left : right;
  return severities.indexOf(left.value) <= severities.indexOf(right.value) ? left : right;
}

/** Whether two readings are the same. */
export function sameReading(left: FaultReading, right: FaultReading | undefined): boolean {
  if (left === right) return true;
  return (
    right !== undefined &&
    left.observedAt === right.observedAt &&
    left.contradicted === right.contradicted &&
    compareReadings(left, right) === 0
  );
}
