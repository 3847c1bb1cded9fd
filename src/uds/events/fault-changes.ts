/** What happened to faults between two states of one channel, by the rules of `diffDtcs`. */

import { type DtcChange, type DtcChangeKind, diffDtcs } from "../dtc-diff.ts";
import type { DtcRecord } from "../dtc-list.ts";
import { dtcStatusBits } from "../dtc-status.ts";
import type { FaultCondition } from "./event.ts";
import type { FaultReading } from "./fault-state.ts";

/** One change of one fault. */
export interface FaultChange {
  /** Name of the fault. */
  readonly id: string;
  readonly change: DtcChangeKind;
  /** Condition before; absent when the fault was not listed. */
  readonly before?: FaultCondition;
  /** Condition now; absent when the fault is not listed. */
  readonly after?: FaultCondition;
  /** Whether a status shows the change, or only that the fault is no longer listed. */
  readonly basis: "status" | "absence";
  /** When the report was received that shows it, in epoch milliseconds. */
  readonly observedAt: number;
}

/** Readings by the name of their fault. */
export type Readings = ReadonlyMap<string, FaultReading>;

/** Status and mask of a reading, for a comparison. */
interface Comparable {
  readonly status: number;
  readonly mask: number;
}

/** Status bits that stand for a condition without a status byte. */
const bitsOfCondition: Readonly<Record<FaultCondition, number>> = {
  active: dtcStatusBits.testFailed,
  pending: dtcStatusBits.pendingDTC,
  confirmed: dtcStatusBits.confirmedDTC,
  stored: dtcStatusBits.confirmedDTC,
  permanent: dtcStatusBits.confirmedDTC,
  passive: 0,
  unknown: 0,
};

const maskOfConditions = dtcStatusBits.testFailed | dtcStatusBits.pendingDTC | dtcStatusBits.confirmedDTC;

function comparable({ byte, availability, condition }: FaultReading): Comparable {
  if (byte === null) return { status: bitsOfCondition[condition], mask: maskOfConditions };
  // Without a mask, only a set bit says something.
  return { status: byte, mask: availability ?? byte };
}

/**
 * Changes between two states of a channel.
 *
 * Faults with the same masks are compared together, because a clear of the memory shows in any of them.
 */
export function changesBetween(before: Readings, after: Readings, observedAt: number): readonly FaultChange[] {
  const groups = new Map<string, { readonly prev: DtcRecord[]; readonly next: DtcRecord[]; masks: [number, number] }>();
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  const nextMask = commonMask(after);
  for (const [index, id] of ids.entries()) {
    const was = before.get(id);
    const is = after.get(id);
    // The same status shows no change, also none of the memory.
    if (was !== undefined && is !== undefined && saySame(was, is)) continue;
    const prev = was === undefined ? undefined : comparable(was);
    const next = is === undefined ? undefined : comparable(is);
    const masks: [number, number] = [prev?.mask ?? 0xff, next?.mask ?? nextMask ?? prev?.mask ?? 0xff];
    const group = groups.get(masks.join()) ?? { prev: [], next: [], masks };
    groups.set(masks.join(), group);
    if (prev !== undefined) group.prev.push({ code: index, status: prev.status });
    if (next !== undefined) group.next.push({ code: index, status: next.status });
  }
  const changes: FaultChange[] = [];
  for (const { prev, next, masks } of groups.values()) {
    const memories = [
      { availabilityMask: masks[0], dtcs: prev },
      { availabilityMask: masks[1], dtcs: next },
    ] as const;
    for (const change of diffDtcs(...memories)) {
      changes.push(faultChange(ids[change.code]!, change, before, after, observedAt));
    }
  }
  return changes;
}

/** Whether two readings say the same. */
function saySame(left: FaultReading, right: FaultReading): boolean {
  return left.byte === right.byte && left.availability === right.availability && left.condition === right.condition;
}

/** The mask that the readings have in common, if they all have one. */
function commonMask(readings: Readings): number | undefined {
  for (const reading of readings.values()) return comparable(reading).mask;
  return undefined;
}

function faultChange(
  id: string,
  { change, basis }: DtcChange,
  before: Readings,
  after: Readings,
  observedAt: number,
): FaultChange {
  const was = before.get(id);
  const is = after.get(id);
  // A list of active faults without a status byte says nothing of a clear: what left it, healed.
  const kind = basis === "absence" && was?.byte === null && change === "cleared" ? "healed" : change;
  return {
    id,
    change: kind,
    ...(was === undefined ? {} : { before: was.condition }),
    ...(is === undefined ? {} : { after: is.condition }),
    basis,
    observedAt,
  };
}
