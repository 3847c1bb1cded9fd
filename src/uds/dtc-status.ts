/**
 * The status byte of a DTC. A bit outside the ECU's availability mask is neither set nor clear: it is unsupported.
 *
 * Standard: ISO 14229-1 (DTC status mask and status bit definitions); bits and names as python-udsoncan and
 * mdabrowski1990/uds agree on them.
 */

/** The standard's name of each status bit, and its value. */
export const dtcStatusBits = {
  testFailed: 0x01,
  testFailedThisOperationCycle: 0x02,
  pendingDTC: 0x04,
  confirmedDTC: 0x08,
  testNotCompletedSinceLastClear: 0x10,
  testFailedSinceLastClear: 0x20,
  testNotCompletedThisOperationCycle: 0x40,
  warningIndicatorRequested: 0x80,
} as const;

/** State of one status bit; `unsupported` when the availability mask leaves it out. */
export type DtcStatusFlag = boolean | "unsupported";

/** State of each status bit. */
export interface DtcStatusFlags {
  readonly testFailed: DtcStatusFlag;
  readonly testFailedThisOperationCycle: DtcStatusFlag;
  readonly pendingDTC: DtcStatusFlag;
  readonly confirmedDTC: DtcStatusFlag;
  readonly testNotCompletedSinceLastClear: DtcStatusFlag;
  readonly testFailedSinceLastClear: DtcStatusFlag;
  readonly testNotCompletedThisOperationCycle: DtcStatusFlag;
  readonly warningIndicatorRequested: DtcStatusFlag;
}

/**
 * Reads a status byte under the availability mask of the same response.
 *
 * @param status 0 .. 255
 * @param availabilityMask DTCStatusAvailabilityMask, 0 .. 255
 * @throws RangeError when either is no byte
 * @example
 * ```ts
 * decodeDtcStatus(0x09, 0x7f); // testFailed and confirmedDTC true, warningIndicatorRequested "unsupported", the rest
 * false
 * ```
 */
export function decodeDtcStatus(status: number, availabilityMask: number): DtcStatusFlags {
  requireByte("status", status);
  requireByte("availabilityMask", availabilityMask);
  return statusFlags(status, availabilityMask);
}

/** {@link decodeDtcStatus} without the checks, for bytes that were just read. */
export function statusFlags(status: number, availabilityMask: number): DtcStatusFlags {
  return {
    testFailed: flag(status, availabilityMask, 0x01),
    testFailedThisOperationCycle: flag(status, availabilityMask, 0x02),
    pendingDTC: flag(status, availabilityMask, 0x04),
    confirmedDTC: flag(status, availabilityMask, 0x08),
    testNotCompletedSinceLastClear: flag(status, availabilityMask, 0x10),
    testFailedSinceLastClear: flag(status, availabilityMask, 0x20),
    testNotCompletedThisOperationCycle: flag(status, availabilityMask, 0x40),
    warningIndicatorRequested: flag(status, availabilityMask, 0x80),
  };
}

function flag(status: number, availabilityMask: number, bit: number): DtcStatusFlag {
  return (availabilityMask & bit) === 0 ? "unsupported" : (status & bit) !== 0;
}

/**
 * Writes flags as a status byte, or as the status mask of a request; flags that are absent, false or unsupported give
 * a zero bit.
 *
 * @example
 * ```ts
 * encodeDtcStatus({ pendingDTC: true, confirmedDTC: true }); // 0x0C
 * ```
 */
export function encodeDtcStatus(flags: Partial<DtcStatusFlags>): number {
  let status = 0;
  for (const [name, bit] of Object.entries(dtcStatusBits)) {
    if (flags[name as keyof DtcStatusFlags] === true) status |= bit;
  }
  return status;
}

/** The status of every code right after a clear: no test completed, nothing failed. */
export const afterClearStatus = 0x50;

/**
 * Whether a status is the one that a clear leaves behind, as far as the ECU supports its bits.
 *
 * False when the mask leaves out testNotCompletedSinceLastClear: nothing else tells a clear from a new operation cycle.
 *
 * @param status 0 .. 255
 * @param availabilityMask DTCStatusAvailabilityMask, 0 .. 255
 * @example
 * ```ts
 * isAfterClear(0x50, 0x7f); // true
 * ```
 */
export function isAfterClear(status: number, availabilityMask: number): boolean {
  if ((availabilityMask & dtcStatusBits.testNotCompletedSinceLastClear) === 0) return false;
  return (status & availabilityMask) === (afterClearStatus & availabilityMask);
}

function requireByte(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xff) {
    throw new RangeError(`"${name}" expected integer 0..255, got ${value}`);
  }
}
