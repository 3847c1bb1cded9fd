/**
 * `FaultReport`: one answer of one control unit about its faults. It exists beside its events because an answer without
 * any fault says something too, and because a refusal or a broken message must not look like one.
 */

import type { QualityFlag } from "../../core/index.ts";
import type { FaultEcu, FaultEvent, FaultSource, FaultWarning } from "./event.ts";

/** What a control unit answered. */
export type FaultReportOutcome =
  /** It listed faults, or said that there are none to list. */
  | "answered"
  /** It refused. */
  | "refused"
  /** The message is broken, or is no report of faults; what could be read of it is there. */
  | "unreadable";

/** One answer of one control unit. */
export interface FaultReport {
  readonly schema: "otakit.fault-report/1";
  /** When the report was received, in epoch milliseconds; given by the caller. */
  readonly observedAt: number;
  /** Opaque key of the vehicle; absent where the caller gives none. */
  readonly vehicle?: { readonly id: string };
  readonly ecu: FaultEcu;
  readonly source: FaultSource;
  readonly outcome: FaultReportOutcome;
  /**
   * Whether the report lists every fault of its kind, so that one it does not list is gone. False for details of one code,
   * for a filter that is not known, and for every message that was not read to its end.
   */
  readonly complete: boolean;
  /** Number of faults that the control unit says it has, where it only counts. */
  readonly count?: number;
  /** Negative response code, 0 .. 255, of a refusal. */
  readonly nrc?: number;
  readonly events: readonly FaultEvent[];
  readonly flags: readonly QualityFlag[];
  readonly warnings: readonly FaultWarning[];
}

/** What the caller knows about a message. */
export interface FaultContext {
  /** When the message was received, in epoch milliseconds. */
  readonly observedAt: number;
  /** Opaque key of the vehicle, 1 .. 256 characters; never shown to anyone by this module. */
  readonly vehicleId?: string;
  readonly ecu: FaultEcu;
}

/** What the caller knows about a response of ReadDTCInformation. */
export interface UdsFaultContext extends FaultContext {
  /** DTCStatusMask of the request, 0 .. 255; without it, a list filtered by status never counts as complete. */
  readonly statusMask?: number;
  /** DTCSeverityMask of the request, 0 .. 255; as `statusMask`. */
  readonly severityMask?: number;
  /** DTCStatusAvailabilityMask of the control unit, 0 .. 255, for responses that do not give it. */
  readonly availabilityMask?: number;
  /** DTCFormatIdentifier of the control unit, 0 .. 255, for responses that do not give it; without it, ISO 14229-1. */
  readonly formatIdentifier?: number;
}
