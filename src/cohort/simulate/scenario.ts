/** What could happen to a rollout: how often vehicles fail, when that is told, and what nobody tells. */

/**
 * A model of a release and its fleet, to try a plan on.
 *
 * Vehicles are alike and independent but for what the members below say. Shares are parts per million, times whole milliseconds.
 */
export interface RolloutScenario {
  readonly schema: "otakit.rollout-scenario/1";
  /** 1 .. 64 characters. */
  readonly name: string;
  /**
   * What the release is, which decides the bound that the runs are held against. `tolerable`: to be stopped with at most `alphaPpm`.
   * `bad`: to be completed with at most `betaPpm`. `other`: no bound is claimed, because an assumption is broken or nothing is promised.
   */
  readonly release: "tolerable" | "bad" | "other";
  /** Vehicles of the fleet that exposure is a share of: 1 .. 10^9. */
  readonly fleetVehicles: number;
  /** Share of vehicles that fail by maturity. */
  readonly failurePpm: number;
  /** The same by name of ring, where it differs. */
  readonly failurePpmByRing?: Readonly<Record<string, number>>;
  /** The same by key of stratum, where it differs; goes before the ring's. */
  readonly failurePpmByStratum?: Readonly<Record<string, number>>;
  /** Lots that fail more often than the others. */
  readonly lots?: FailingLots;
  /** A time in which enrolled vehicles fail for a reason of its own. */
  readonly outage?: Outage;
  /** Of the failures, the shares that have a category; in all at most 1,000,000. */
  readonly categories?: Readonly<Record<string, number>>;
  /** Share of the working vehicles that never report. */
  readonly silentPpm: number;
  /** Share of the failed vehicles that never report. */
  readonly silentFailurePpm: number;
  /** Age at which a success is known; one before `soakMs` is confirmed at that age. */
  readonly successDelay: ReportDelay;
  /** Age at which a failure is known. */
  readonly failureDelay: ReportDelay;
  /** What vehicles that report bring for metrics of kind `exposure` and `continuous`, by metric id. */
  readonly measures?: Readonly<Record<string, SimulatedMeasure>>;
  /** Vehicles without the update, for metrics of kind `comparison`: at most 1,000. */
  readonly controls?: readonly SimulatedControl[];
  /** Time in which a ring's vehicles are enrolled, evenly: 0 .. one year. The plan's rate can make it longer. */
  readonly enrolOverMs: number;
  /** Age of the data at a look: 0 .. one year. */
  readonly dataLagMs: number;
  /** Local time of the vehicles minus UTC, for the plan's windows: -1,439 .. 1,439; 0 when absent. */
  readonly utcOffsetMinutes?: number;
}

/** When a report comes, as age of the vehicle in the rollout. */
export type ReportDelay =
  /** Lognormal: half of the reports come by the median. `sigmaPermille`: standard deviation of the logarithm, in thousandths, 0 .. 10,000. */
  | { readonly kind: "lognormal"; readonly medianMs: number; readonly sigmaPermille: number }
  /** Anywhere from `fromMs` to `toMs` with the same chance. */
  | { readonly kind: "uniform"; readonly fromMs: number; readonly toMs: number };

/** Lots that fail more often than the others. */
export interface FailingLots {
  /** Share of such lots. */
  readonly lotPpm: number;
  /** Share of their vehicles that fail, in place of all others. */
  readonly failurePpm: number;
  /** Vehicles of a lot that are enrolled one after another: 1 mixes lots, as buckets of hashes do. At most 10^9. */
  readonly successive: number;
}

/** A time in which enrolled vehicles fail for a reason of its own, such as a server that is down. */
export interface Outage {
  /** Since the start of the rollout. */
  readonly fromMs: number;
  /** Above 0. */
  readonly durationMs: number;
  /** Share of the vehicles enrolled in that time that fail by it. */
  readonly failurePpm: number;
  /** Their category; a plan can exclude it. */
  readonly category: string;
}

/** What a vehicle that reports brings for a metric. */
export type SimulatedMeasure =
  /** Exposure of each vehicle, and events for each million of it: Poisson, at most 100 expected for each vehicle. */
  | { readonly kind: "exposure"; readonly exposure: number; readonly eventsPerMillion: number }
  /** Normal, rounded to integers. The squares of |mean| and eight deviations, over all vehicles, must stay below 2^53. */
  | { readonly kind: "continuous"; readonly mean: number; readonly deviation: number };

/** Vehicles without the update. */
export interface SimulatedControl {
  /** Id of a metric of kind `comparison`. */
  readonly metric: string;
  /** Key of a stratum, or `""`. */
  readonly stratum: string;
  /** 1 .. 10^6. */
  readonly vehicles: number;
  /** Share of them that fails, or is silent. */
  readonly ppm: number;
}
