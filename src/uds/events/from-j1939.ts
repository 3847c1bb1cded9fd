/**
 * From diagnostic messages of J1939 to events. A code whose conversion bit leaves several readings gives one event with all
 * of them and none chosen.
 */

import { type QualityFlag, qualityFlag, type Reason } from "../../core/index.ts";
import { formatJ1939Dtc } from "../dtc-j1939.ts";
import type { FaultCode, FaultCodeCandidate, FaultCondition, FaultLamps } from "./event.ts";
import { type DecodedCodes, readCodes, reportOf, unreadable } from "./listed.ts";
import type { FaultContext, FaultReport } from "./report.ts";
import { statusWithout } from "./status.ts";
import { hexOf } from "./stored-data.ts";

/** One trouble code of a diagnostic message. */
export interface J1939FaultRecord {
  /** Offset of its four bytes in the message. */
  readonly offset: number;
  /** Every reading of the code; more than one where the conversion bit is set. */
  readonly candidates: readonly FaultCodeCandidate[];
  /** How often it came up, 0 .. 126; absent where the control unit does not say. */
  readonly occurrenceCount?: number;
}

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
 * Standard: SAE J1939-73; which message lists what, as ETI j1939-84 reads them.
 *
 * @param decoded what `decodeJ1939Message` gave for a message that lists codes, or its value
 * @throws RangeError when a member of the context, an SPN or an FMI is out of range
 * @example
 * ```ts
 * const dm1 = { message: "DM1", bytes: hexToBytes("04ffb804030a"), dtcs: [{ offset: 2, occurrenceCount: 10,
 *   candidates: [{ version: 4, spn: 1208, fmi: 3 }] }] };
 * toJ1939FaultReport(dm1, { observedAt: now, ecu: { addressing: "j1939-sa", address: 0 } }).events[0].code.display;
 * // "SPN 1208 FMI 3"
 * ```
 */
export function toJ1939FaultReport(decoded: DecodedCodes<J1939TroubleCodes>, context: FaultContext): FaultReport {
  const { codes, ...noticed } = readCodes(decoded);
  if (codes === undefined) return unreadable("j1939", noticed.fault, context);
  const { message, bytes, lamps, dtcs } = codes;
  const condition = conditions.get(message);
  return reportOf(
    {
      source: { protocol: "j1939", memory: condition === "permanent" ? "permanent" : "primary", report: message },
      condition: condition ?? "unknown",
      status: statusWithout({}),
      complete: condition !== undefined,
      head: hexOf(bytes.subarray(0, dtcs[0]?.offset ?? 0)),
      ...noticed,
      ...(lamps === undefined ? {} : { lamps }),
      records: dtcs.map((dtc) => recordOf(dtc, bytes)),
    },
    context,
  );
}

function recordOf({ offset, candidates, occurrenceCount }: J1939FaultRecord, bytes: Uint8Array) {
  const own = bytes.subarray(offset, offset + 4);
  const code = codeOf(own, candidates);
  const flags: QualityFlag[] = code.spn === undefined ? [qualityFlag("partial", { missingFields: ["/code/spn"] })] : [];
  const counters = occurrenceCount === undefined ? {} : { occurrence: occurrenceCount };
  return { code, counters, flags, hex: hexOf(own), offset };
}

/** Bit of the last byte that says which conversion methods are possible; the others count occurrences. */
const conversionBit = 0x80;

function codeOf(bytes: Uint8Array, candidates: readonly FaultCodeCandidate[]): FaultCode {
  const native = hexOf(bytes.map((byte, index) => (index === 3 ? byte & conversionBit : byte)));
  const texts = new Set(candidates.map(({ spn, fmi }) => formatJ1939Dtc({ spn, fmi })));
  const display = texts.size === 0 ? native : [...texts].join(" or ");
  const base = { native, display, system: null, standardised: null };
  const first = candidates[0];
  // Readings that agree leave no doubt.
  if (texts.size === 1 && first !== undefined) return { ...base, spn: first.spn, fmi: first.fmi };
  return { ...base, candidates: candidates.map(({ version, spn, fmi }) => ({ version, spn, fmi })) };
}
