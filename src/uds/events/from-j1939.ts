/**
 * From diagnostic messages of J1939 to events. A code whose conversion bit leaves several readings gives one event with all
 * of them and none chosen.
 */

import type { Reason } from "../../core/index.ts";
import type { FaultCondition, FaultLamps } from "./event.ts";
import { detailRecords, type J1939DetailMessage } from "./from-j1939-frames.ts";
import { type J1939FaultRecord, j1939Record } from "./j1939-record.ts";
import { type DecodedCodes, readCodes, reportOf, unreadable } from "./listed.ts";
import type { FaultContext, FaultReport } from "./report.ts";
import { statusWithout } from "./status.ts";
import { hexOf } from "./stored-data.ts";

/** Trouble codes of a diagnostic message. */
export interface J1939TroubleCodes {
  /** Name of the message: `DM1`, `DM2` and so on. */
  readonly message: string;
  readonly lamps?: FaultLamps;
  /** In the order of the message, without the pattern that stands for no code. */
  readonly dtcs: readonly J1939FaultRecord[];
  /** The whole message, put together from its packets. */
  readonly bytes: Uint8Array;
  /** What the decoder tolerated. */
  readonly warnings?: readonly Pick<Reason, "code" | "message">[];
}

/** A diagnostic message with trouble codes, as `decodeJ1939Message` gives it. */
export type J1939FaultMessage = J1939TroubleCodes | J1939DetailMessage;

/** What the messages say that list all codes of one kind; codes of any other message are `unknown`. */
const conditions: ReadonlyMap<string, FaultCondition> = /* @__PURE__ */ new Map<string, FaultCondition>([
  ["DM1", "active"],
  ["DM2", "passive"],
  ["DM6", "pending"],
  ["DM12", "active"],
  ["DM23", "passive"],
  ["DM27", "pending"],
  ["DM28", "permanent"],
]);

/**
 * Turns the trouble codes of a diagnostic message into a report with one event for each.
 *
 * DM4 and DM25 give each code a snapshot, DM31 its lamps. None of the three says whether a fault is active, or lists all: their events are `unknown`, and
 * the report is never complete. Identifiers in the snapshot of DM4 are suspect parameter numbers; the bytes of DM25 stay bytes.
 *
 * Standard: SAE J1939-73; which message lists what, as ETI j1939-84 reads them.
 *
 * @param decoded what `decodeJ1939Message` gave for a message that lists codes, DM4, DM25 or DM31, or its value
 * @throws RangeError when a member of the context, an SPN or an FMI is out of range
 * @example
 * ```ts
 * const dm1 = { message: "DM1", bytes: hexToBytes("04ffb804030a"), dtcs: [{ offset: 2, occurrenceCount: 10,
 *   candidates: [{ version: 4, spn: 1208, fmi: 3 }] }] };
 * toJ1939FaultReport(dm1, { observedAt: now, ecu: { addressing: "j1939-sa", address: 0 } }).events[0].code.display;
 * // "SPN 1208 FMI 3"
 * ```
 */
export function toJ1939FaultReport(decoded: DecodedCodes<J1939FaultMessage>, context: FaultContext): FaultReport {
  const { codes, ...noticed } = readCodes(decoded);
  if (codes === undefined) return unreadable("j1939", noticed.fault, context);
  const { message, bytes } = codes;
  const condition = conditions.get(message);
  const lists = "dtcs" in codes;
  const dtcs = lists ? codes.dtcs : [];
  return reportOf(
    {
      source: { protocol: "j1939", memory: condition === "permanent" ? "permanent" : "primary", report: message },
      condition: condition ?? "unknown",
      status: statusWithout({}),
      complete: condition !== undefined,
      head: hexOf(bytes.subarray(0, dtcs[0]?.offset ?? 0)),
      ...noticed,
      ...(lists && codes.lamps !== undefined ? { lamps: codes.lamps } : {}),
      records: lists ? dtcs.map((dtc) => j1939Record(dtc, bytes, dtc.offset, 4)) : detailRecords(codes),
    },
    context,
  );
}
