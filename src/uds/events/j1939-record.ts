/** The record of a list for one trouble code of J1939. */

import { type QualityFlag, qualityFlag } from "../../core/index.ts";
import { formatJ1939Dtc } from "../dtc-j1939.ts";
import type { FaultCode, FaultCodeCandidate } from "./event.ts";
import type { FaultListRecord } from "./listed.ts";
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

/** The record of a code whose bytes are `length` from `start` on. */
export function j1939Record(
  { offset, candidates, occurrenceCount }: J1939FaultRecord,
  bytes: Uint8Array,
  start: number,
  length: number,
): FaultListRecord {
  const code = codeOf(bytes.subarray(offset, offset + 4), candidates);
  const flags: QualityFlag[] = code.spn === undefined ? [qualityFlag("partial", { missingFields: ["/code/spn"] })] : [];
  const counters = occurrenceCount === undefined ? {} : { occurrence: occurrenceCount };
  return { code, counters, flags, hex: hexOf(bytes.subarray(start, start + length)), offset: start };
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
