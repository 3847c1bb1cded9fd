/**
 * The commonest answer about faults: an availability mask and records of DTC and status. Opened once here, and read as
 * a cursor, as bare numbers or (by the service) as rich records.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation); the layout as python-udsoncan and mdabrowski1990/uds agree on it.
 */

import { defaultLimits, resolveLimits } from "../core/index.ts";
import { type DecodeOptions, short, tolerateTail, type UdsFailure, type UdsResult } from "./decoding.ts";
import { DtcCursor, recordLength } from "./dtc-cursor.ts";
import type { UdsWarning } from "./reasons.ts";

/** A DTC and its status byte as they are on the wire. */
export interface DtcRecord {
  /** 0 .. 0xFFFFFF. */
  readonly code: number;
  /** 0 .. 255, also with bits that the availability mask leaves out. */
  readonly status: number;
}

/** DTCs with the mask that their status bytes are to be read under. */
export interface DtcList<R extends DtcRecord = DtcRecord> {
  /** DTCStatusAvailabilityMask, 0 .. 255: the status bits that the ECU supports. */
  readonly availabilityMask: number;
  /** In the order of the message. */
  readonly dtcs: readonly R[];
}

/** First byte of a positive response of ReadDTCInformation. */
export const readDTCInformationSid = 0x59;

/** Sub-functions whose response is an availability mask and records of DTC and status. */
export const dtcListSubFunctions = { 0x02: "reportDTCByStatusMask", 0x0a: "reportSupportedDTC" } as const;

/** Bit 7 of a sub-function: suppressPosRspMsgIndicationBit, which only a request carries. */
const suppressBit = 0x80;
const firstRecord = 3;

/**
 * Opens a response that lists DTCs for reading without allocation: checks what is around the records, then gives a
 * cursor over them.
 *
 * Never throws on any bytes. Faults: `ERR_UDS_UNEXPECTED_RESPONSE` for another message, `ERR_UDS_SHORT` (with a cursor
 * over the complete records in `partial`), `ERR_UDS_LIMIT` (`maxEntries` records). Status bits outside the
 * availability mask are the caller's to mask.
 *
 * Standard: ISO 14229-1, sub-functions 0x02 reportDTCByStatusMask and 0x0A reportSupportedDTC.
 *
 * @example
 * ```ts
 * const scan = scanDtcs(hexToBytes("5902ff0420160a"));
 * if (scan.ok) while (scan.value.next()) console.log(scan.value.code, scan.value.status); // 270358 10
 * ```
 */
export function scanDtcs(bytes: Uint8Array, options: DecodeOptions = {}): UdsResult<DtcCursor> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  if (bytes[0] !== readDTCInformationSid) return unexpected(bytes, 0, "/sid");
  if (bytes.length < 2) return short(bytes, "/subFunctionId", 2);
  if (!(subFunctionOf(bytes) in dtcListSubFunctions)) return unexpected(bytes, 1, "/subFunctionId");
  if (bytes.length < firstRecord) return short(bytes, "/availabilityMask", firstRecord);

  const { leniency, limits } = options;
  const end = bytes.length - ((bytes.length - firstRecord) % recordLength);
  const { maxEntries } = limits === undefined ? defaultLimits : resolveLimits(limits);
  const entries = (end - firstRecord) / recordLength;
  if (entries > maxEntries) return tooMany(maxEntries, entries);

  const cursor = () => new DtcCursor(bytes, firstRecord, end, bytes[2]!, leniency?.allZeroDtc === "drop");
  const warnings = suppressBitWarnings(bytes);
  if (end === bytes.length || tolerateTail(bytes, end, leniency, warnings)) {
    return { ok: true, value: cursor(), warnings };
  }
  const field = bytes.length - end === recordLength - 1 ? "status" : "code";
  const failure = short(bytes, `/dtcs/${countRecords(cursor())}/${field}`, end + recordLength);
  return { ...failure, partial: cursor() };
}

/**
 * Reads a response that lists DTCs as bare numbers, without text and flags.
 *
 * Never throws on any bytes; faults as those of {@link scanDtcs}, with the complete records in `partial`.
 *
 * @example
 * ```ts
 * decodeDtcRecords(hexToBytes("5902ff0420160a")); // value { availabilityMask: 255, dtcs: [{ code: 270358, status: 10
 * }] }
 * ```
 */
export function decodeDtcRecords(bytes: Uint8Array, options: DecodeOptions = {}): UdsResult<DtcList> {
  return readDtcList(scanDtcs(bytes, options), (code, status) => ({ code, status }));
}

/** Collects the records of a scan, also of one that ends in a fault. */
export function readDtcList<R extends DtcRecord>(
  scan: UdsResult<DtcCursor>,
  toRecord: (code: number, status: number, availabilityMask: number) => R,
): UdsResult<DtcList<R>> {
  const cursor = scan.ok ? scan.value : scan.partial;
  if (cursor === undefined) return scan as UdsFailure;
  const { availabilityMask } = cursor;
  const dtcs: R[] = [];
  let statusUnion = 0;
  while (cursor.next()) {
    const { code, status } = cursor;
    statusUnion |= status;
    dtcs.push(toRecord(code, status, availabilityMask));
  }
  const list: DtcList<R> = { availabilityMask, dtcs };
  if (!scan.ok) return { ok: false, error: scan.error, partial: list };
  const warnings = [...scan.warnings];
  if (cursor.dropped > 0) warnings.push(droppedWarning(cursor.dropped));
  const strayBits = statusUnion & ~availabilityMask;
  if (strayBits !== 0) warnings.push(strayBitsWarning(list, strayBits));
  return { ok: true, value: list, warnings };
}

/** Sub-function of a response of at least two bytes, without bit 7. */
export function subFunctionOf(bytes: Uint8Array): number {
  return bytes[1]! & ~suppressBit;
}

/** Whether a response of at least two bytes echoes bit 7 of the sub-function. */
export function suppressBitEchoed(bytes: Uint8Array): boolean {
  return (bytes[1]! & suppressBit) !== 0;
}

/** The warning that goes with {@link suppressBitEchoed}, or none. */
export function suppressBitWarnings(bytes: Uint8Array): UdsWarning[] {
  if (!suppressBitEchoed(bytes)) return [];
  return [{ code: "suppress_bit_echoed", message: "Sub-function echoed with bit 7 set", path: "/subFunctionId" }];
}

function countRecords(cursor: DtcCursor): number {
  let count = 0;
  while (cursor.next()) count++;
  return count;
}

function unexpected(bytes: Uint8Array, offset: number, path: string): UdsFailure {
  const found = bytes[offset]!;
  const message = `Cannot scan trouble codes: byte 0x${found.toString(16)} at offset ${offset} opens another response`;
  return { ok: false, error: { code: "ERR_UDS_UNEXPECTED_RESPONSE", message, offset, path, details: { found } } };
}

function tooMany(allowed: number, found: number): UdsFailure {
  const message = `Cannot scan trouble codes: "maxEntries" allows ${allowed}, found ${found}`;
  const details = { limit: "maxEntries", allowed, found };
  const offset = firstRecord + allowed * recordLength;
  return { ok: false, error: { code: "ERR_UDS_LIMIT", message, offset, path: `/dtcs/${allowed}`, details } };
}

function droppedWarning(records: number): UdsWarning {
  const message = `All-zero records left out: ${records}`;
  return { code: "all_zero_dtc_dropped", message, path: "/dtcs", evidence: { records } };
}

/** One warning for the whole list, so that a hostile message cannot ask for thousands. */
function strayBitsWarning({ availabilityMask, dtcs }: DtcList, bits: number): UdsWarning {
  const isStray = ({ status }: DtcRecord) => (status & bits) !== 0;
  const records = dtcs.filter(isStray).length;
  return {
    code: "status_bit_outside_availability",
    message: `Status bits outside the availability mask: ${records} records`,
    path: `/dtcs/${dtcs.findIndex(isStray)}/status`,
    evidence: { bits, availabilityMask, records },
  };
}
