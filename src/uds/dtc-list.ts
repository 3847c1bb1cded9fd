/**
 * The commonest answer about faults: fields at the head and records of DTC and status. Opened once here, and read as a
 * cursor, as bare numbers or (by the service) as rich records.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation); the layouts as python-udsoncan and mdabrowski1990/uds agree on them.
 */

import { defaultLimits, resolveLimits } from "../core/index.ts";
import { type DecodeOptions, short, tolerateTail, type UdsFailure, type UdsResult } from "./decoding.ts";
import { DtcCursor, recordLength } from "./dtc-cursor.ts";
import { suppressBit } from "./pdu-reader.ts";
import {
  bytesBeforeCode,
  type FixedRecords,
  haveStatus,
  isFixed,
  type ResponseLayout,
  responseLayouts,
} from "./read-dtc/layouts.ts";
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

/** Offset of the first byte behind the sub-function. */
export const headStart = 2;

/** Mask of the records that have no status. */
const noMask = 0xff;

/**
 * Opens a response that lists DTCs with their status for reading without allocation: checks what is around the records,
 * then gives a cursor over them.
 *
 * Never throws on any bytes. Faults: `ERR_UDS_UNEXPECTED_RESPONSE` for another message, `ERR_UDS_SHORT` (with a cursor
 * over the complete records in `partial`), `ERR_UDS_LIMIT` (`maxEntries` records). Status bits outside the
 * availability mask are the caller's to mask.
 *
 * Standard: ISO 14229-1, sub-functions 0x02, 0x08 to 0x0F, 0x13, 0x15, 0x17, 0x1A, 0x42, 0x55 and 0x56.
 *
 * @example
 * ```ts
 * const scan = scanDtcs(hexToBytes("5902ff0420160a"));
 * if (scan.ok) while (scan.value.next()) console.log(scan.value.code, scan.value.status); // 270358 10
 * ```
 */
export function scanDtcs(bytes: Uint8Array, options?: DecodeOptions): UdsResult<DtcCursor> {
  if (options === undefined && isPlainList(bytes)) {
    return { ok: true, value: new DtcCursor(bytes, plainStart, bytes.length, bytes[headStart]!, false), warnings: [] };
  }
  return scanAny(bytes, options ?? {});
}

/** Offset of the first record of 0x59 02. */
const plainStart = headStart + 1;

/**
 * Whether a response is 0x59 02 and ends with a whole record, so that there is nothing to say about it.
 *
 * Opening it is then short enough for an engine to unfold it into the loop that reads the records, which takes half the time.
 */
function isPlainList(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (bytes[0] !== readDTCInformationSid || bytes[1] !== 0x02 || length < plainStart) return false;
  return (length - plainStart) % recordLength === 0 && length < defaultLimits.maxEntries;
}

/** {@link scanDtcs} for every response, with every option. */
function scanAny(bytes: Uint8Array, options: DecodeOptions): UdsResult<DtcCursor> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  if (bytes[0] !== readDTCInformationSid) return unexpected(bytes, 0, "/sid");
  if (bytes.length < headStart) return short(bytes, "/subFunctionId", headStart);
  const layout = responseLayouts[bytes[1]! & ~suppressBit];
  if (layout === undefined || !isFixed(layout.records) || !haveStatus(layout.records)) {
    return unexpected(bytes, 1, "/subFunctionId");
  }
  return openRecords(bytes, layout, layout.records, options);
}

/** Opens the records of a response of at least two bytes whose records have a fixed length. */
export function openRecords(
  bytes: Uint8Array,
  layout: ResponseLayout,
  records: FixedRecords,
  options: DecodeOptions,
): UdsResult<DtcCursor> {
  const { head } = layout;
  const start = headEnd(layout, bytes);
  if (bytes.length < start) {
    return short(bytes, `/${head[bytes.length - headStart]}`, bytes.length + 1);
  }
  const { leniency, limits } = options;
  const before = bytesBeforeCode[records];
  const length = recordLength + before;
  const end = bytes.length - ((bytes.length - start) % length);
  const { maxEntries } = limits === undefined ? defaultLimits : resolveLimits(limits);
  const entries = (end - start) / length;
  if (entries > maxEntries) return tooMany(maxEntries, entries, start + maxEntries * length);

  const maskAt = head.indexOf("availabilityMask");
  const mask = maskAt < 0 ? noMask : bytes[headStart + maskAt]!;
  const cursor = () => new DtcCursor(bytes, start, end, mask, leniency?.allZeroDtc === "drop", before);
  const warnings = suppressBitWarnings(bytes);
  if (end === bytes.length || tolerateTail(bytes, end, leniency, warnings)) {
    return { ok: true, value: cursor(), warnings };
  }
  const field = fieldAt(records, bytes.length - end);
  const failure = short(bytes, `/dtcs/${countRecords(cursor())}/${field}`, end + length);
  return { ...failure, partial: cursor() };
}

/** Offset of the first record. */
function headEnd({ head, mayEndBeforeLast }: ResponseLayout, bytes: Uint8Array): number {
  const end = headStart + head.length;
  return mayEndBeforeLast === true && bytes.length === end - 1 ? end - 1 : end;
}

/** Name of the field that a record lacks of which `found` bytes are there. */
function fieldAt(records: FixedRecords, found: number): string {
  const before = bytesBeforeCode[records];
  if (found < before) return "functionalUnit";
  if (found < before + 3) return "code";
  if (records === "snapshotNumber") return "recordNumber";
  return records === "faultDetectionCounter" ? records : "status";
}

/**
 * Reads a response that lists DTCs as bare numbers, without text and flags.
 *
 * Never throws on any bytes; faults as those of {@link scanDtcs}, with the complete records in `partial`.
 *
 * @example
 * ```ts
 * decodeDtcRecords(hexToBytes("5902ff0420160a"));
 * // value { availabilityMask: 255, dtcs: [{ code: 270358, status: 10 }] }
 * ```
 */
export function decodeDtcRecords(bytes: Uint8Array, options: DecodeOptions = {}): UdsResult<DtcList> {
  const scan = scanDtcs(bytes, options);
  const cursor = scan.ok ? scan.value : scan.partial;
  if (cursor === undefined) return scan as UdsFailure;
  const { availabilityMask } = cursor;
  const { records: dtcs, warnings } = readRecords(
    cursor,
    ({ code, status }) => ({ code, status }),
    cursor.availabilityMask,
  );
  const list: DtcList = { availabilityMask, dtcs };
  return scan.ok
    ? { ok: true, value: list, warnings: [...scan.warnings, ...warnings] }
    : { ok: false, error: scan.error, partial: list };
}

/**
 * Collects the records of a cursor, and what is odd about them.
 *
 * @param supportedBits status bits that raise no warning; 255 for records whose last byte is no status
 */
export function readRecords<R>(
  cursor: DtcCursor,
  toRecord: (cursor: DtcCursor) => R,
  supportedBits: number,
): { readonly records: readonly R[]; readonly warnings: readonly UdsWarning[] } {
  const records: R[] = [];
  let stray = 0;
  let firstStray = -1;
  let strayBits = 0;
  while (cursor.next()) {
    const bits = cursor.status & ~supportedBits;
    if (bits !== 0) {
      if (stray === 0) firstStray = records.length;
      stray++;
      strayBits |= bits;
    }
    records.push(toRecord(cursor));
  }
  if (cursor.dropped === 0 && stray === 0) return { records, warnings: [] };
  const warnings: UdsWarning[] = [];
  if (cursor.dropped > 0) warnings.push(droppedWarning(cursor.dropped));
  if (stray > 0) warnings.push(strayBitsWarning(cursor.availabilityMask, strayBits, stray, firstStray));
  return { records, warnings };
}

/** The warning that a response of at least two bytes echoes bit 7 of the sub-function, or none. */
export function suppressBitWarnings(bytes: Uint8Array): UdsWarning[] {
  if (bytes[1]! < suppressBit) return [];
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

function tooMany(allowed: number, found: number, offset: number): UdsFailure {
  const message = `Cannot scan trouble codes: "maxEntries" allows ${allowed}, found ${found}`;
  const details = { limit: "maxEntries", allowed, found };
  return { ok: false, error: { code: "ERR_UDS_LIMIT", message, offset, path: `/dtcs/${allowed}`, details } };
}

function droppedWarning(records: number): UdsWarning {
  const message = `All-zero records left out: ${records}`;
  return { code: "all_zero_dtc_dropped", message, path: "/dtcs", evidence: { records } };
}

/** One warning for the whole list, so that a hostile message cannot ask for thousands. */
function strayBitsWarning(availabilityMask: number, bits: number, records: number, first: number): UdsWarning {
  return {
    code: "status_bit_outside_availability",
    message: `Status bits outside the availability mask: ${records} records`,
    path: `/dtcs/${first}/status`,
    evidence: { bits, availabilityMask, records },
  };
}
