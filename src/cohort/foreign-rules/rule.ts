/** Rules of other systems that watch a bare share, and what they see of the counters of a ring. */

import type { Aggregate } from "../gate/aggregate.ts";

/** A rule of another system, as it works there. */
export type ForeignRule = HawkbitRule | AwsAbortRule;

/** Thresholds of one rollout group: hawkBit compares reported errors, and reported ends, with the size of the group. */
export interface HawkbitRule {
  readonly system: "hawkbit";
  /** Name of the ring that stands for the group. */
  readonly ring: string;
  /** Vehicles of the group. */
  readonly vehicles: number;
  /** Whole per cent of the group that must be exceeded by errors for its error action; null for none. */
  readonly errorPercent: number | null;
  /** Whole per cent of the group that has to have finished for the next group to start. */
  readonly successPercent: number;
}

/** One criterion of an abort configuration: AWS IoT Jobs compares results of one kind with the things that were reached. */
export interface AwsAbortRule {
  readonly system: "aws_iot_jobs";
  readonly failureType: "FAILED" | "REJECTED" | "TIMED_OUT" | "ALL";
  /** Hundredths of a per cent: 1 .. 10,000. */
  readonly thresholdHundredths: number;
  /** Things that have to be reached before it counts. */
  readonly minThings: number;
  /**
   * What the share is of; the documentation does not say. `executed`: things with a result. `notified`: all things of the job that were
   * told.
   */
  readonly of: "executed" | "notified";
}

/** What another system sees. */
export interface SeenCounts {
  /** Vehicles that were told to update. */
  readonly notified: number;
  /** Reported ends without an error, whenever after the installation. */
  readonly succeeded: number;
  /** Reported errors, whatever their category. */
  readonly failed: number;
  /** Neither, when it was due. A system without timeouts does not see them. */
  readonly overdue: number;
}

/** Counts what was seen up to the watermark; in one ring, or in all. */
function seenCounts({ series }: Aggregate, ring: string | undefined, dueBeforeMs: number): SeenCounts {
  const seen = { notified: 0, succeeded: 0, failed: 0, overdue: 0 };
  for (const one of series) {
    if (ring !== undefined && one.ring !== ring) continue;
    one.enrolled.forEach((enrolled, at) => {
      const failed = one.failure[at]! + one.excluded[at]! + one.conflict[at]!;
      // A premature report of success ends the update there.
      const succeeded = one.success[at]! + one.provisional[at]!;
      seen.notified += enrolled;
      seen.succeeded += succeeded;
      seen.failed += failed;
      if (one.endMs[at]! <= dueBeforeMs) seen.overdue += enrolled - succeeded - failed;
    });
  }
  return seen;
}

/** What a rule would have done. */
export type ForeignWord = "stop" | "continue" | "open_next";

/** The answer of a foreign rule to the counters. */
export interface ForeignAnswer {
  readonly rule: ForeignRule;
  readonly decision: ForeignWord;
  /** In words, with the numbers. */
  readonly message: string;
  readonly seen: SeenCounts;
}

/**
 * Asks a rule of another system.
 *
 * hawkBit: an error share above the threshold pauses; a share of ends at the threshold or above, or a group without open vehicles,
 * starts the next group. AWS IoT Jobs: a share at the threshold or above cancels the job, once enough things are reached.
 *
 * Source: hawkBit `ThresholdRolloutGroupErrorCondition` and `ThresholdRolloutGroupSuccessCondition`; AWS IoT developer guide, "How job
 * rollouts and scheduling work".
 *
 * @param aggregate - counters as `parseAggregate` gives them; they are not checked again
 * @param dueBeforeMs - vehicles of buckets that end by then and have no outcome are overdue, epoch milliseconds
 */
export function askForeignRule(rule: ForeignRule, aggregate: Aggregate, dueBeforeMs: number): ForeignAnswer {
  if (rule.system === "hawkbit") {
    const seen = seenCounts(aggregate, rule.ring, dueBeforeMs);
    return { rule, seen, ...askHawkbit(rule, seen) };
  }
  const seen = seenCounts(aggregate, undefined, dueBeforeMs);
  return { rule, seen, ...askAws(rule, seen) };
}

function askHawkbit(
  { vehicles, errorPercent, successPercent }: HawkbitRule,
  { succeeded, failed, notified }: SeenCounts,
): { readonly decision: ForeignWord; readonly message: string } {
  const told = `${failed} errors and ${succeeded} ends of ${vehicles} vehicles`;
  if (notified === 0) return { decision: "continue", message: "The group has not started" };
  if (errorPercent !== null && failed * 100 > errorPercent * vehicles) {
    return { decision: "stop", message: `${told}: more than ${errorPercent} % errors` };
  }
  if (succeeded * 100 >= successPercent * vehicles) {
    return { decision: "open_next", message: `${told}: at least ${successPercent} % ends` };
  }
  if (succeeded + failed >= vehicles) return { decision: "open_next", message: `${told}: nobody is open any more` };
  return { decision: "continue", message: `${told}: neither threshold is reached` };
}

function askAws(
  { failureType, thresholdHundredths, minThings, of }: AwsAbortRule,
  { notified, succeeded, failed, overdue }: SeenCounts,
): { readonly decision: ForeignWord; readonly message: string } {
  const counted = { FAILED: failed, REJECTED: 0, TIMED_OUT: overdue, ALL: failed + overdue }[failureType];
  const results = succeeded + failed + (failureType === "FAILED" || failureType === "REJECTED" ? 0 : overdue);
  const base = of === "executed" ? results : notified;
  const told = `${counted} ${failureType} of ${base} things ${of}`;
  const percent = thresholdHundredths / 100;
  if (base === 0 || base < minThings)
    return { decision: "continue", message: `${told}: fewer than ${Math.max(1, minThings)}` };
  if (counted * 10_000 >= thresholdHundredths * base) {
    return { decision: "stop", message: `${told}: at least ${percent} %` };
  }
  return { decision: "continue", message: `${told}: below ${percent} %` };
}
