/**
 * State of a dashboard of faults: what was last known of each fault, and when each control unit last answered. Plain JSON,
 * without bytes of any message.
 */

import type { DataQuality } from "../../core/index.ts";
import type { FaultCode, FaultCondition, FaultEcu, FaultSeverity, FaultSource } from "./event.ts";

/** Schema id of {@link FaultState}. */
export const stateSchema = "otakit.fault-state/1";

/** What one kind of report last said of a fault. */
export interface FaultReading {
  readonly observedAt: number;
  readonly condition: FaultCondition;
  /** Status byte, 0 .. 255; null where the source has none. */
  readonly byte: number | null;
  /** DTCStatusAvailabilityMask, 0 .. 255; null where it is not known. */
  readonly availability: number | null;
  readonly quality: DataQuality;
  /** Set when another report of the same instant said something else. */
  readonly contradicted?: true;
}

/** A fault. */
export interface FaultEntry {
  readonly id: string;
  /** Key of its source in `FaultState.sources`. */
  readonly sourceId: string;
  readonly code: FaultCode;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** The last severity that any report gave. */
  readonly severity?: { readonly observedAt: number; readonly value: Exclude<FaultSeverity, null> };
  /** By channel: `status` for reports with a status byte, else `report:` and its name. */
  readonly readings: Readonly<Record<string, FaultReading>>;
}

/** A memory of a control unit: when it last answered what. */
export interface FaultCoverage {
  readonly vehicleId?: string;
  readonly ecu: FaultEcu;
  readonly source: Pick<FaultSource, "protocol" | "memory" | "memorySelection" | "scope">;
  readonly answeredAt?: number;
  readonly refusedAt?: number;
  readonly unreadableAt?: number;
  /** When a report last listed every fault, by channel: what it did not list is gone. */
  readonly completeAt: Readonly<Record<string, number>>;
}

/** State of a dashboard. */
export interface FaultState {
  readonly schema: typeof stateSchema;
  /** Most faults, and most sources, that the state takes. */
  readonly maxFaults: number;
  readonly faults: Readonly<Record<string, FaultEntry>>;
  readonly sources: Readonly<Record<string, FaultCoverage>>;
}

/** Most faults of a state where the caller says nothing. */
const defaultMaxFaults = 10_000;
/** Most faults that may be asked for: one takes some kilobyte. */
export const highestMaxFaults = 1_000_000;

/**
 * An empty state.
 *
 * @param options `maxFaults`, 1 .. 1,000,000: most faults, and most sources, that it takes; 10,000 when absent
 * @throws RangeError when `maxFaults` is out of range
 */
export function createFaultState(options: { readonly maxFaults?: number } = {}): FaultState {
  const { maxFaults = defaultMaxFaults } = options;
  if (!Number.isInteger(maxFaults) || maxFaults < 1 || maxFaults > highestMaxFaults) {
    throw new RangeError(`"maxFaults" expected integer 1..${highestMaxFaults}, got ${maxFaults}`);
  }
  return { schema: stateSchema, maxFaults, faults: {}, sources: {} };
}

/** Whether a reading stands: no complete report of its channel came after it. */
export function stands(channel: string, reading: FaultReading, coverage: FaultCoverage): boolean {
  return reading.observedAt >= (coverage.completeAt[channel] ?? 0);
}

/**
 * Takes faults out of a state that are gone and were last listed before a time, so that there is room for others.
 *
 * A report of that time that arrives after this brings such a fault back, as one that is gone.
 *
 * @param before epoch milliseconds
 * @example
 * ```ts
 * const smaller = forgetGoneFaults(state, now - 90 * 86_400_000);
 * ```
 */
export function forgetGoneFaults(state: FaultState, before: number): FaultState {
  const kept = Object.entries(state.faults).filter(([, { lastSeenAt, readings, sourceId }]) => {
    const coverage = state.sources[sourceId]!;
    const isGone = !Object.entries(readings).some(([channel, reading]) => stands(channel, reading, coverage));
    return !isGone || lastSeenAt >= before;
  });
  return { ...state, faults: Object.fromEntries(kept) };
}
