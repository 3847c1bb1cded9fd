/** What is told of a vehicle during a rollout. */

/** One event of one vehicle. Instants are epoch milliseconds, integers from 0 to 2^53 - 1. */
export type OutcomeEvent =
  | EnrolledEvent
  | StartedEvent
  | HealthyEvent
  | FailedEvent
  | RetractedEvent
  | ExposedEvent
  | MeasuredEvent;

interface EventOfVehicle {
  /** Not empty, without lone surrogates. */
  readonly vehicleId: string;
  /** When it happened, by the clock of who tells it. */
  readonly atMs: number;
  /** When it was received. */
  readonly receivedMs: number;
}

interface Report extends EventOfVehicle {
  /** Number of the report, counted by the vehicle: an integer from 0 to 2^53 - 1. The same report has the same number whoever delivers it. */
  readonly seq: number;
}

/** The vehicle was told to update. Of several the earliest instant and the innermost ring count; it cannot be retracted. */
export interface EnrolledEvent extends EventOfVehicle {
  readonly kind: "enrolled";
  /** Name of a ring of the plan. */
  readonly ring: string;
  /** Key of a stratum of the plan; `""` for none. */
  readonly stratum: string;
}

/** The vehicle began to update. */
export interface StartedEvent extends Report {
  readonly kind: "started";
}

/** The vehicle runs the update and is well at `atMs`. */
export interface HealthyEvent extends Report {
  readonly kind: "healthy";
}

/** The update of the vehicle failed at `atMs`. */
export interface FailedEvent extends Report {
  readonly kind: "failed";
  /** Not empty. Counted apart are those that the plan names. */
  readonly category?: string;
}

/** Every report of the vehicle with this number was wrong; a new report, with a number of its own, tells what is right. */
export interface RetractedEvent extends Report {
  readonly kind: "retracted";
  readonly retractedSeq: number;
}

/** Events during a time of exposure, for a metric of kind `exposure`. The exposures of a vehicle add up. */
export interface ExposedEvent extends Report {
  readonly kind: "exposed";
  /** Id of the metric. */
  readonly metric: string;
  /** 0 .. 10^6. */
  readonly events: number;
  /** Units of exposure: 0 .. 10^6. */
  readonly exposure: number;
}

/** A value of the vehicle, for a metric of kind `continuous`. Of several the one with the highest number counts. */
export interface MeasuredEvent extends Report {
  readonly kind: "measured";
  readonly metric: string;
  /** An integer from -10^6 to 10^6, in the unit of the metric. */
  readonly value: number;
}
