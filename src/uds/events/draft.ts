/** What all builders of events and reports share. */

import { assessQuality, type DataQuality, loneSurrogate, type QualityFlag, type Reason } from "../../core/index.ts";
import type { FaultEvent, FaultSource, FaultWarning } from "./event.ts";
import type { FaultContext, FaultReport } from "./report.ts";

/** Schema id of an event. */
export const eventSchema = "otakit.fault-event/1";
/** Schema id of a report. */
const reportSchema = "otakit.fault-report/1";

/** Longest key of a vehicle and longest address of an entity, in characters. */
export const longestKey = 256;

/** @throws RangeError when a member is out of range: a mistake of the caller, not of the vehicle */
export function checkContext({ observedAt, vehicleId, ecu }: FaultContext): void {
  requireInteger("observedAt", observedAt, Number.MAX_SAFE_INTEGER);
  if (vehicleId !== undefined) requireKey("vehicleId", vehicleId);
  if (typeof ecu.address === "string") requireKey("ecu.address", ecu.address);
  else requireInteger("ecu.address", ecu.address, 0xffffffff);
}

/** @throws RangeError when `value` is no integer 0 .. `highest` */
export function requireInteger(name: string, value: number, highest: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > highest) {
    throw new RangeError(`"${name}" expected integer 0..${highest}, got ${value}`);
  }
}

function requireKey(name: string, value: string): void {
  if (typeof value !== "string" || value.length < 1 || value.length > longestKey || loneSurrogate(value) >= 0) {
    throw new RangeError(`"${name}" expected well-formed text of 1..${longestKey} characters`);
  }
}

/** Head of a report. */
export function reportHead(
  { observedAt, vehicleId, ecu }: FaultContext,
  source: FaultSource,
): Pick<FaultReport, "schema" | "observedAt" | "vehicle" | "ecu" | "source"> {
  return { schema: reportSchema, observedAt, ...vehicleOf(vehicleId), ecu, source };
}

/** Member `vehicle`, where there is a key. */
export function vehicleOf(vehicleId: string | undefined): Pick<FaultEvent, "vehicle"> {
  return vehicleId === undefined ? {} : { vehicle: { id: vehicleId } };
}

/** A warning or a fault without its evidence, which may hold what no dashboard should. */
export function plainWarning({ code, message }: Pick<Reason, "code" | "message">): FaultWarning {
  return { code, message };
}

/** The worst of the flags. */
export function qualityOf(flags: readonly QualityFlag[]): DataQuality {
  return flags.length === 0 ? "good" : assessQuality(flags).quality;
}

/** A value under construction. */
export type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };
