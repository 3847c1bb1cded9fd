/** The severity byte of UDS as events show it. */

import { type DtcClassName, dtcClassBits, dtcSeverityBits } from "../dtc-severity.ts";
import type { FaultSeverity } from "./event.ts";

const severityBits =
  dtcSeverityBits.maintenanceOnly | dtcSeverityBits.checkAtNextHalt | dtcSeverityBits.checkImmediately;

/**
 * The most urgent severity bit under the mask of the response.
 *
 * No bit at all is "none" only where the mask says that the control unit supports every one of them.
 */
export function severityOf(byte: number | undefined, mask: number | undefined): FaultSeverity {
  if (byte === undefined) return null;
  const bits = byte & (mask ?? severityBits);
  if ((bits & dtcSeverityBits.checkImmediately) !== 0) return "immediate";
  if ((bits & dtcSeverityBits.checkAtNextHalt) !== 0) return "next-halt";
  if ((bits & dtcSeverityBits.maintenanceOnly) !== 0) return "maintenance";
  return mask !== undefined && (mask & severityBits) === severityBits ? "none" : null;
}

/** The class, where exactly one bit of it is set under the mask of the response. */
export function classOf(byte: number | undefined, mask: number | undefined): DtcClassName | null {
  if (byte === undefined) return null;
  const bits = byte & (mask ?? 0xff) & 0x1f;
  for (const name of Object.keys(dtcClassBits) as DtcClassName[]) if (dtcClassBits[name] === bits) return name;
  return null;
}
