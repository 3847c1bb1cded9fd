/**
 * What happened to a fault memory between two readings of it: codes that appeared, were confirmed, healed, aged or were
 * cleared.
 *
 * Two readings do not tell everything: a code that is gone may have aged or been cleared, and `basis` says which changes
 * rest on status bits and which on absence alone. Standard: ISO 14229-1 (DTC status bit definitions).
 */

import type { DtcRecord } from "./dtc-list.ts";
import { dtcStatusBits } from "./dtc-status.ts";

/**
 * What happened to a code.
 *
 * - `appeared`: it shows a failure, and showed none before.
 * - `confirmed`: it became confirmed.
 * - `healed`: its last test failed before and passed now; it may still be stored.
 * - `aged`: it is no longer confirmed, without a clear: enough good operation cycles passed.
 * - `cleared`: the fault memory was cleared since.
 */
export type DtcChangeKind = "appeared" | "confirmed" | "healed" | "aged" | "cleared";

/** One change of one code. */
export interface DtcChange {
  /** 0 .. 0xFFFFFF. */
  readonly code: number;
  readonly change: DtcChangeKind;
  /** Status byte before, under the mask; absent when the code was not listed. */
  readonly before?: number;
  /** Status byte now, under the mask; absent when the code is not listed. */
  readonly after?: number;
  /** Whether status bits show the change, or only that the code is no longer listed. */
  readonly basis: "status" | "absence";
}

/** A reading of a fault memory: any response that lists codes with their status. */
export interface FaultMemory {
  /** DTCStatusAvailabilityMask, 0 .. 255. */
  readonly availabilityMask: number;
  readonly dtcs: readonly DtcRecord[];
}

/** testFailed, testFailedThisOperationCycle, pendingDTC, confirmedDTC, testFailedSinceLastClear: each shows a failure. */
const failureBits = 0x2f;

/**
 * Compares two readings of the same fault memory, made with the same request.
 *
 * Changes come in the order of the codes of `prev`, then of the new ones of `next`. Only bits that both masks hold are
 * compared. A code listed twice counts with the bits of all its records.
 *
 * @example
 * ```ts
 * diffDtcs(
 *   { availabilityMask: 0xff, dtcs: [{ code: 0x042016, status: 0x27 }] },
 *   { availabilityMask: 0xff, dtcs: [{ code: 0x042016, status: 0x2f }] },
 * ); // [{ code: 0x042016, change: "confirmed", before: 0x27, after: 0x2f, basis: "status" }]
 * ```
 */
export function diffDtcs(prev: FaultMemory, next: FaultMemory): readonly DtcChange[] {
  const mask = prev.availabilityMask & next.availabilityMask;
  const before = statusByCode(prev.dtcs, mask);
  const after = statusByCode(next.dtcs, mask);
  const memoryCleared = [...before].some(([code, was]) => showsClear(was, after.get(code) ?? was));
  const changes: DtcChange[] = [];
  for (const [code, was] of before) {
    const now = after.get(code);
    if (now !== undefined) {
      for (const change of changesOf(was, now))
        changes.push({ code, change, before: was, after: now, basis: "status" });
    } else if (showsFailure(was)) {
      changes.push({ code, change: changeOfAbsent(was, memoryCleared), before: was, basis: "absence" });
    }
  }
  for (const [code, now] of after) {
    if (before.has(code)) continue;
    for (const change of changesOf(0, now)) changes.push({ code, change, after: now, basis: "status" });
  }
  return changes;
}

function statusByCode(dtcs: readonly DtcRecord[], mask: number): Map<number, number> {
  const statuses = new Map<number, number>();
  for (const { code, status } of dtcs) statuses.set(code, (statuses.get(code) ?? 0) | (status & mask));
  return statuses;
}

/** Changes of a code that is listed now; `was` is 0 for one that was not listed before. */
function changesOf(was: number, now: number): DtcChangeKind[] {
  if (showsFailure(was) && showsClear(was, now)) return ["cleared"];
  const changes: DtcChangeKind[] = [];
  const lost = was & ~now;
  if (!showsFailure(was) && showsFailure(now)) changes.push("appeared");
  if ((now & ~was & dtcStatusBits.confirmedDTC) !== 0) changes.push("confirmed");
  // Without a completed test in this cycle, the lost bit is no proof of a repair.
  if ((lost & dtcStatusBits.testFailed) !== 0 && (now & dtcStatusBits.testNotCompletedThisOperationCycle) === 0)
    changes.push("healed");
  if ((lost & dtcStatusBits.confirmedDTC) !== 0) changes.push("aged");
  return changes;
}

function showsFailure(status: number): boolean {
  return (status & failureBits) !== 0;
}

/**
 * Only a clear takes back that a test was completed. Where the ECU does not support that bit: a failing code does not
 * age, so when it lost both that it fails and that it ever failed, it was cleared.
 */
function showsClear(was: number, now: number): boolean {
  if ((now & ~was & dtcStatusBits.testNotCompletedSinceLastClear) !== 0) return true;
  return (was & dtcStatusBits.testFailed & ~now) !== 0 && (was & dtcStatusBits.testFailedSinceLastClear & ~now) !== 0;
}

/** A failing code does not age: when it is gone, the memory was cleared. */
function changeOfAbsent(was: number, memoryCleared: boolean): DtcChangeKind {
  return memoryCleared || (was & dtcStatusBits.testFailed) !== 0 ? "cleared" : "aged";
}
