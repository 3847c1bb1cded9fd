/**
 * What a gate is told about the vehicles: counters by ring, stratum and bucket of enrolment time, in whole numbers.
 *
 * Nothing in it depends on the time of the look: which vehicles are overdue follows from the watermark. Columns stand side by
 * side, one entry for each bucket, because an aggregate may have 50,000 cells and each verdict digests them.
 */

/** The counters of one rollout up to a watermark. */
export interface Aggregate {
  readonly schema: "otakit.aggregate/1";
  /** `rolloutPlanDigest` of the plan whose observation rules made the counters. */
  readonly planDigest: string;
  /** At most 10,000 series of distinct ring and stratum, ordered by ring, then stratum (UTF-16 code units). */
  readonly series: readonly AggregateSeries[];
  /** Vehicles without the update, for metrics of kind `comparison`; at most 1,000, metric and stratum distinct and ordered. */
  readonly controls: readonly ControlCounts[];
  /** 1 .. 1,000 sources of events, ordered by name. The watermark of the aggregate is the smallest of theirs. */
  readonly sources: readonly SourceCounts[];
}

/** Counters of one ring and stratum. All columns have the length of `startMs`; entries are integers from 0 to 2^53 - 1. */
export interface AggregateSeries {
  /** Name of a ring of the plan. */
  readonly ring: string;
  /** Key of a stratum of the plan, or `""` for vehicles that are in none. */
  readonly stratum: string;
  /** First instant of each bucket, epoch milliseconds; rising. */
  readonly startMs: readonly number[];
  /**
   * Instant after each bucket: above `startMs`, not above the next bucket's start. Adjacent buckets may be merged, best alike in all
   * series: a prefix of enrolment ends only where no bucket of any series lies across.
   */
  readonly endMs: readonly number[];
  /** Vehicles enrolled in the bucket's time. */
  readonly enrolled: readonly number[];
  /** Vehicles that are known to have started, or have an outcome. At most `enrolled`. */
  readonly started: readonly number[];
  /** Vehicles with a health report at age `soakMs` or later and no failure by maturity. */
  readonly success: readonly number[];
  /** Vehicles that failed by maturity, whenever that was reported; without those of `excluded`. */
  readonly failure: readonly number[];
  /** Vehicles with two outcomes of one sequence number: failures for expanding, none for stopping. */
  readonly conflict: readonly number[];
  /** Vehicles that failed with excluded categories only. They count nowhere. */
  readonly excluded: readonly number[];
  /** Vehicles that reported success before `soakMs`, and nothing since. Overdue from maturity on. */
  readonly provisional: readonly number[];
  /** Vehicles whose outcome (success, failure, conflict or excluded) had been received by age `maturityMs`. At most those outcomes. */
  readonly onTime: readonly number[];
  /** Vehicles that failed with a category, at any age; one vehicle can count for several. At most 132, as many as a plan can watch. */
  readonly categories: Readonly<Record<string, readonly number[]>>;
  /** Sums for metrics of kind `exposure` and `continuous`, by metric id. */
  readonly measures: Readonly<Record<string, MeasureColumns>>;
}

/** Sums of one measure. */
export type MeasureColumns =
  | { readonly kind: "exposure"; readonly events: readonly number[]; readonly exposure: readonly number[] }
  | {
      readonly kind: "continuous";
      /** Vehicles that were measured. */
      readonly vehicles: readonly number[];
      /** Sum of the values, which may be negative: |sum| below 2^53. */
      readonly sum: readonly number[];
      /** Sum of their squares. */
      readonly sumOfSquares: readonly number[];
    };

/** Vehicles without the update, observed by the same rules over the same time. */
export interface ControlCounts {
  /** Id of a metric of kind `comparison`. */
  readonly metric: string;
  /** Key of a stratum of the plan, or `""` for all vehicles of the control. */
  readonly stratum: string;
  /** Vehicles whose outcome is due. */
  readonly vehicles: number;
  /** Those that failed, or were silent. */
  readonly count: number;
  /** Those without an outcome, of a metric of failures: the comparison takes them as whichever is worse. 0 of a metric of silence. */
  readonly overdue: number;
}

/** What one source of events delivered: integers from 0 to 2^53 - 1. */
export interface SourceCounts {
  /** 1 .. 64 characters. */
  readonly source: string;
  /** Everything that this source received up to this instant is in the counters; epoch milliseconds. */
  readonly watermarkMs: number;
  /** Distinct events that should have come, or null where that cannot be known. */
  readonly expected: number | null;
  /** Events that came, counting an event that came twice as two. */
  readonly received: number;
  /** Events that had come before. */
  readonly duplicate: number;
  /** Events that contradict another of the same vehicle and sequence number. */
  readonly conflicting: number;
  /** Events that came after a later one of their vehicle. */
  readonly outOfOrder: number;
  /** Events dated ahead of their receipt. */
  readonly skewed: number;
  /** Events that break their schema, and are counted nowhere else but in `received`. */
  readonly rejected: number;
}
