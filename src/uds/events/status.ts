/** Status bytes as events show them: flags that may be null, the condition that follows, and what does not fit. */

import { type DataQuality, type QualityFlag, qualityFlag } from "../../core/index.ts";
import { lintStatus } from "../dtc-lint.ts";
import { dtcStatusBits } from "../dtc-status.ts";
import { conditionOf } from "./condition.ts";
import { qualityOf } from "./draft.ts";
import type { FaultCondition, FaultFlagName, FaultMemoryName, FaultStatus, FaultWarning } from "./event.ts";

/** What follows from one status byte. */
export interface StatusReading {
  readonly status: FaultStatus;
  readonly condition: FaultCondition;
  /** The worst of `flags`. */
  readonly quality: DataQuality;
  readonly flags: readonly QualityFlag[];
  readonly warnings: readonly FaultWarning[];
}

/**
 * Reads a status byte under the mask of its control unit.
 *
 * Where the mask is not known, a set bit counts, because it was set; a clear one may just as well be unsupported.
 */
export function readStatus(byte: number, availability: number | null, memory: FaultMemoryName): StatusReading {
  const flag = (bit: number): boolean | null => {
    if (availability === null) return (byte & bit) === 0 ? null : true;
    return (availability & bit) === 0 ? null : (byte & bit) !== 0;
  };
  const status: FaultStatus = {
    testFailed: flag(dtcStatusBits.testFailed),
    testFailedThisOperationCycle: flag(dtcStatusBits.testFailedThisOperationCycle),
    pendingDTC: flag(dtcStatusBits.pendingDTC),
    confirmedDTC: flag(dtcStatusBits.confirmedDTC),
    testNotCompletedSinceLastClear: flag(dtcStatusBits.testNotCompletedSinceLastClear),
    testFailedSinceLastClear: flag(dtcStatusBits.testFailedSinceLastClear),
    testNotCompletedThisOperationCycle: flag(dtcStatusBits.testNotCompletedThisOperationCycle),
    warningIndicatorRequested: flag(dtcStatusBits.warningIndicatorRequested),
    byte,
    availability,
  };
  const flags: QualityFlag[] = [];
  const warnings: FaultWarning[] = [];
  if (availability === null) flags.push(qualityFlag("partial", { missingFields: ["/status/availability"] }));
  // Without a mask, only what a set bit says can contradict another set bit.
  for (const { code, level, message } of lintStatus(byte, availability ?? byte)) {
    warnings.push({ code, message });
    flags.push(qualityFlag("inconsistent", { rule: code }, level === "impossible" ? "unreliable" : "degraded"));
  }
  const stray = byte & ~(availability ?? 0xff);
  if (stray !== 0) {
    const code = "status_bit_outside_availability";
    warnings.push({ code, message: `Status bits outside the availability mask: ${stray}` });
    flags.push(qualityFlag("inconsistent", { rule: code }, "degraded"));
  }
  return { status, condition: conditionOf(memory, status), quality: qualityOf(flags), flags, warnings };
}

/** Status of a source without status byte: what its report says of itself, and nothing else. */
export function statusWithout(known: Partial<Readonly<Record<FaultFlagName, boolean>>>): FaultStatus {
  return {
    testFailed: null,
    testFailedThisOperationCycle: null,
    pendingDTC: null,
    confirmedDTC: null,
    testNotCompletedSinceLastClear: null,
    testFailedSinceLastClear: null,
    testNotCompletedThisOperationCycle: null,
    warningIndicatorRequested: null,
    ...known,
    byte: null,
    availability: null,
  };
}
