/**
 * Finds status bytes that cannot be, or hardly can: a sign of a broken ECU, of wrong bytes, or of a wrong mask.
 *
 * A rule is only judged where the availability mask holds all its bits. Standard: ISO 14229-1 (DTC status bit
 * definitions); what follows from them is this project's own reading.
 */

import type { Reason } from "../core/index.ts";
import { decodeDtcStatus, dtcStatusBits } from "./dtc-status.ts";
import { type UdsReasonCode, udsReasonCodes } from "./reasons.ts";

/** Code of a finding of {@link lintStatus}; the meaning of each is in `udsReasonCodes`. */
export type StatusLintCode = Extract<
  UdsReasonCode,
  | "status_failed_and_not_tested_this_cycle"
  | "status_failed_and_not_tested_since_clear"
  | "status_tested_this_cycle_and_not_since_clear"
  | "status_failed_after_passed_cycle"
  | "status_failed_this_cycle_not_since_clear"
  | "status_failed_this_cycle_not_pending"
  | "status_failed_not_since_clear"
  | "status_confirmed_and_not_tested_since_clear"
  | "status_pending_and_not_tested_since_clear"
  | "status_failed_not_this_cycle"
>;

/** A combination of bits that does not go together. */
export interface StatusFinding extends Reason<StatusLintCode> {
  /** Whether no sequence of events leads there, or only a rare one. */
  readonly level: "impossible" | "suspicious";
}

/** Bits that are set and bits that are clear, together: what cannot be. */
type Rule = readonly [code: StatusLintCode, set: number, clear: number];

const rules: readonly Rule[] = /* @__PURE__ */ rulesOf(dtcStatusBits);

function rulesOf(bits: typeof dtcStatusBits): readonly Rule[] {
  return [
    [
      "status_failed_and_not_tested_this_cycle",
      bits.testFailedThisOperationCycle | bits.testNotCompletedThisOperationCycle,
      0,
    ],
    [
      "status_failed_and_not_tested_since_clear",
      bits.testNotCompletedSinceLastClear | bits.testFailedSinceLastClear,
      0,
    ],
    [
      "status_tested_this_cycle_and_not_since_clear",
      bits.testNotCompletedSinceLastClear,
      bits.testNotCompletedThisOperationCycle,
    ],
    [
      "status_failed_after_passed_cycle",
      bits.testFailed,
      bits.testFailedThisOperationCycle | bits.testNotCompletedThisOperationCycle,
    ],
    ["status_failed_this_cycle_not_since_clear", bits.testFailedThisOperationCycle, bits.testFailedSinceLastClear],
    ["status_failed_this_cycle_not_pending", bits.testFailedThisOperationCycle, bits.pendingDTC],
    ["status_failed_not_since_clear", bits.testFailed, bits.testFailedSinceLastClear],
    ["status_confirmed_and_not_tested_since_clear", bits.confirmedDTC | bits.testNotCompletedSinceLastClear, 0],
    ["status_pending_and_not_tested_since_clear", bits.pendingDTC | bits.testNotCompletedSinceLastClear, 0],
    [
      "status_failed_not_this_cycle",
      bits.testFailed | bits.testNotCompletedThisOperationCycle,
      bits.testFailedThisOperationCycle,
    ],
  ];
}

/**
 * Names the combinations of status bits that do not go together; none for a sound status.
 *
 * @param status 0 .. 255
 * @param availabilityMask DTCStatusAvailabilityMask, 0 .. 255: bits outside it are not judged
 * @throws RangeError when either is no byte
 * @example
 * ```ts
 * lintStatus(0x42, 0xff)[0].code; // "status_failed_and_not_tested_this_cycle"
 * ```
 */
export function lintStatus(status: number, availabilityMask: number): readonly StatusFinding[] {
  const flags = decodeDtcStatus(status, availabilityMask);
  return rules
    .filter(([, set, clear]) => ((set | clear) & ~availabilityMask) === 0)
    .filter(([, set, clear]) => (status & set) === set && (status & clear) === 0)
    .map(([code, set, clear]) => ({
      code,
      level: code === "status_failed_not_this_cycle" ? "suspicious" : "impossible",
      message: udsReasonCodes[code],
      evidence: Object.fromEntries(Object.entries(flags).filter(([name]) => (bitOf(name) & (set | clear)) !== 0)),
    }));
}

function bitOf(name: string): number {
  return dtcStatusBits[name as keyof typeof dtcStatusBits];
}
