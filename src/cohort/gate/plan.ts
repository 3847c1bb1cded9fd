/**
 * What a rollout plan promises before it starts: who owns it, when it stops, how vehicles get back, and the error rates of its gate.
 *
 * Shares are integers in parts per million, times whole milliseconds, so that a plan has one digest in every language.
 */

import type { BetaPrior } from "../../statistics/index.ts";

/** A plan of one rollout. Made by hand or by an importer, checked by `parseRolloutPlan`, judged by `checkPlan`. */
export interface RolloutPlan {
  readonly schema: "otakit.rollout-plan/1";
  /** The campaign that it belongs to, 1 .. 64 characters. */
  readonly campaign: string;
  /** The person who answers for it, 1 .. 64 characters; no approval of theirs opens a ring. */
  readonly owner: string;
  /** What stops it. */
  readonly stop: StopCondition;
  /** How vehicles get back to a working state. */
  readonly recoveryPath: RecoveryPath;
  /** What lets it expand. */
  readonly go: GoCondition;
  /** How outcomes are observed. */
  readonly observation: ObservationRules;
  /** 1 .. 32 metrics, the first of them of kind `failure`; ids differ. */
  readonly metrics: readonly GateMetric[];
  /** Parts of the fleet that are watched apart, 0 .. 1,000; a vehicle outside all of them counts overall only. */
  readonly strata: readonly PlanStratum[];
  /** 1 .. 100 rings from the innermost to the outermost; names differ. */
  readonly rings: readonly PlanRing[];
  /** Which data a verdict may rest on. */
  readonly dataQuality: DataQualityLimits;
  /** How fast vehicles may be enrolled; as the caller likes when absent. */
  readonly pace?: PlanPace;
}

/** When a rollout stops. */
export interface StopCondition {
  /** Bound on the probability that a tolerable release is ever stopped, over all metrics and strata: 1 .. 500,000. */
  readonly alphaPpm: number;
  /** Roll back when the failures prove more than this share, with an error bound of its own. */
  readonly rollback?: { readonly abovePpm: number; readonly alphaPpm: number };
  /** Roll back when so many vehicles failed with a category: 0 .. 100 limits of `atLeast` >= 1. */
  readonly safetyLimits: readonly { readonly category: string; readonly atLeast: number }[];
}

/** When a ring may open. */
export interface GoCondition {
  /** Bound on the probability that a release at or above a gate's maximum ever passes that gate: 1 .. 500,000. */
  readonly betaPpm: number;
  /**
   * Share of the overdue vehicles that is taken to have failed: 1,000,000 is the worst case, under which the bound holds for any
   * mechanism of missing reports; less is an assumption, which every verdict names.
   */
  readonly overdueFailedPpm: number;
}

/** Where a failed vehicle goes from here. Digests are 64 lower-case hexadecimal digits. */
export type RecoveryPath =
  | { readonly kind: "rollback"; readonly toDigest: string; readonly provenOn: string }
  | { readonly kind: "forward_fix"; readonly procedure: string }
  | { readonly kind: "service_visit"; readonly capacityPerDay: number }
  | { readonly kind: "safe_state"; readonly procedure: string };

/** How outcomes are observed; what aggregates vehicles needs it. */
export interface ObservationRules {
  /** A success counts from a health report at this age (since enrolment) or later, in milliseconds: 0 .. one year. */
  readonly soakMs: number;
  /** Age by which a vehicle's outcome is due, in milliseconds: above 0, at least `soakMs`, at most one year. */
  readonly maturityMs: number;
  /** Width of the buckets of enrolment time, in milliseconds: one minute .. one day. */
  readonly bucketMs: number;
  /** Failure categories that are not the release's (`infrastructure`): a vehicle that failed with such ones only is left out of all counts. */
  readonly excludedCategories: readonly string[];
}

/** A metric of the gate. Weights are parts of alpha, 0 .. 1,000: 0 watches nothing, but can still be required to expand. */
export type GateMetric = FailureMetric | SilenceMetric | ComparisonMetric | ExposureMetric | ContinuousMetric;

interface MetricBase {
  /** 1 .. 64 characters, unique in the plan. */
  readonly id: string;
  /** Its part of alpha, relative to the others': an integer from 0 to 1,000. */
  readonly weight: number;
  /** Whether it has to pass before a ring opens. */
  readonly required: boolean;
}

/** Share of vehicles that fail by maturity. */
export interface FailureMetric extends MetricBase {
  readonly kind: "failure";
  /** Tolerable share: 1 .. 999,999. */
  readonly toleratedPpm: number;
  /** Share that must not expand: above `toleratedPpm`, below 1,000,000; a ring can ask for another. */
  readonly maxPpm: number;
  /** Counts this category of failures only. */
  readonly category?: string;
  /** Weights over the shares that the stop looks for; Beta(1, 1 / max) when absent. */
  readonly stopPrior?: BetaPrior;
}

/** Share of vehicles whose outcome was not known at maturity, against the share of the same vehicles at the same age before. */
export interface SilenceMetric extends MetricBase {
  readonly kind: "silence";
  readonly baseline: SilenceBaseline;
  /** Excess over the baseline that is tolerable: 0 .. 999,999. */
  readonly marginPpm: number;
  /** Share that must not expand: above baseline and margin, below 1,000,000; a ring can ask for another. */
  readonly maxPpm: number;
  /** As in {@link FailureMetric}. */
  readonly stopPrior?: BetaPrior;
}

/**
 * What silence is compared with. `pre_period`: measured on the same vehicles before; an excess over it pauses. `stated`: a number
 * that nobody measured; an excess over it only holds.
 */
export type SilenceBaseline =
  | { readonly source: "pre_period"; readonly ageMs: number; readonly vehicles: number; readonly silent: number }
  | { readonly source: "stated"; readonly ageMs: number; readonly silentPpm: number };

/** Share of vehicles that fail, against vehicles without the update: `Aggregate.controls` of this metric's id. */
export interface ComparisonMetric extends MetricBase {
  readonly kind: "comparison";
  /** What is compared. */
  readonly of: "failure" | "silence";
  /** Excess over the control that is tolerable: 0 .. 999,999. */
  readonly marginPpm: number;
  /** Excess that must not expand: 1 .. 999,999. */
  readonly nonInferiorityPpm: number;
}

/** Events for each unit of exposure: fault codes per 1,000 km, support cases per vehicle-day. Counts are `measures` of its id. */
export interface ExposureMetric extends MetricBase {
  readonly kind: "exposure";
  /** Tolerable rate, in events per million units of exposure: 1 .. 10^12. */
  readonly toleratedPerMillion: number;
  /** Rate that must not expand: above the tolerable one. */
  readonly maxPerMillion: number;
}

/** Mean of a quantity: install minutes, battery drain. Sums are `measures` of its id. Its bounds are asymptotic, not exact. */
export interface ContinuousMetric extends MetricBase {
  readonly kind: "continuous";
  /** Tolerable mean, an integer in the unit of the measure. */
  readonly toleratedMean: number;
  /** Mean that must not expand: above the tolerable one. */
  readonly maxMean: number;
  /** Vehicles below which nothing is said: 1,000 .. 10^9. */
  readonly minVehicles: number;
}

/** A part of the fleet that is watched apart. */
export interface PlanStratum {
  /** Name, 1 .. 64 characters, unique in the plan. */
  readonly key: string;
  /** Vehicles of it in the fleet: 1 .. 10^9. Its part of alpha goes with the square root. */
  readonly size: number;
  /** `own`: must pass every gate by itself. `pooled`: too small for that; counts overall, and can still stop. */
  readonly go: "own" | "pooled";
  /** For its stop tests, in place of the metric's. */
  readonly stopPrior?: BetaPrior;
}

/** A ring and the gate at its end. */
export interface PlanRing {
  /** 1 .. 64 characters, unique in the plan. */
  readonly name: string;
  /** Vehicles that are enrolled in it: 1 .. 10^9. */
  readonly vehicles: number;
  /** Vehicles that it may have after extensions: `vehicles` .. 10^9. */
  readonly maxVehicles: number;
  /** Shares that must not expand, by metric id, where they differ from the metric's `maxPpm`. */
  readonly maxPpm?: Readonly<Record<string, number>>;
  /** Whether a person other than the owner has to approve what comes after it. */
  readonly approval: "required" | "none";
}

/** Limits beyond which data forbid expansion. Shares are of the events received from one source. */
export interface DataQualityLimits {
  /** Oldest watermark: milliseconds behind now, 0 .. one year. */
  readonly maxLagMs: number;
  /**
   * Least share of the expected events that must have been received: 0 .. 1,000,000. Above 0, a source that does not know what it should have
   * received is red: what is missing there nobody would notice.
   */
  readonly minReceivedPpm: number;
  /** Most events that came twice. They are counted once; beyond this the source is suspect. */
  readonly maxDuplicatePpm: number;
  /** Most events that contradict another. */
  readonly maxConflictingPpm: number;
  /** Most events dated ahead of their receipt. */
  readonly maxSkewedPpm: number;
  /** Most events that break their schema. */
  readonly maxRejectedPpm: number;
  /** Error bound of the alarm that the enrolled vehicles do not mirror the strata; 0 sets no alarm. At most 500,000. */
  readonly sampleRatioAlphaPpm: number;
}

/** How fast vehicles may be enrolled. */
export interface PlanPace {
  /** Expected failures that one wave may cost, at the upper bound of the failure share: 1 .. 10^6. */
  readonly failuresPerWave: number;
  /** Most vehicles of a wave, as a multiple of those enrolled so far: 1 .. 100. */
  readonly maxGrowth: number;
  /** Enrolments per minute. */
  readonly rate?: RolloutRate;
  /** When a vehicle may install, in its own local time: 1 .. 64 windows; at any time when absent. */
  readonly windows?: readonly LocalWindow[];
}

/** Enrolments per minute that grow by a factor with each step of notified or succeeded vehicles, as AWS IoT Jobs has it. */
export interface RolloutRate {
  /** 1 .. 1,000. */
  readonly basePerMinute: number;
  /** Factor of each step in tenths: 10 .. 50. */
  readonly factorTenths: number;
  /** Bound of the rate: `basePerMinute` .. 1,000,000. */
  readonly maxPerMinute: number;
  /** What is counted. */
  readonly counts: "notified" | "succeeded";
  /** Vehicles of one step: 1 .. 10^9. */
  readonly vehiclesPerStep: number;
}

/** A weekly window in the local time of the vehicle. */
export interface LocalWindow {
  /** ISO 8601: 1 is Monday, 7 is Sunday; at least one, none twice. */
  readonly days: readonly number[];
  /** Minutes after local midnight: 0 .. 1,439. */
  readonly startMinute: number;
  /** 1 .. 10,080. */
  readonly durationMinutes: number;
}
