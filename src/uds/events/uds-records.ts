/** The records of a response of ReadDTCInformation, whatever its sub-function, with the bytes that each takes. */

import { headStart } from "../dtc-list.ts";
import { bytesBeforeCode, isFixed, responseLayouts } from "../read-dtc/layouts.ts";
import type {
  ExtendedDataRecord,
  ReadDTCInformationResponse,
  SnapshotBody,
  SnapshotRecord,
} from "../read-dtc/response-types.ts";
import type { Mutable } from "./draft.ts";

/** One record: a code and what stands beside it. */
export interface UdsRecord {
  readonly code: number;
  /** Absent in records without a status byte. */
  readonly status?: number;
  readonly severity?: number;
  readonly functionalUnit?: number;
  readonly faultDetectionCounter?: number;
  readonly snapshots?: readonly SnapshotRecord[];
  readonly extendedData?: readonly ExtendedDataRecord[];
  /** Offset of the first byte in the message. */
  readonly start: number;
  /** Offset of the code. */
  readonly codeAt: number;
  /** Offset after the last byte. */
  readonly end: number;
}

/** A record of a list; the sub-function decides which members it has. */
interface ListedRecord {
  readonly code: number;
  readonly status?: number;
  readonly severity?: number;
  readonly functionalUnit?: number;
  readonly faultDetectionCounter?: number;
  readonly recordNumber?: number;
}

/** Offset of the first record. */
export function headEnd({ subFunctionId, bytes }: ReadDTCInformationResponse): number {
  return Math.min(headStart + responseLayouts[subFunctionId]!.head.length, bytes.length);
}

/** Calls `visit` for each record, in the order of the message. */
export function visitRecords(response: ReadDTCInformationResponse, visit: (record: UdsRecord) => void): void {
  const start = headEnd(response);
  const end = response.bytes.length;
  if ("dtcs" in response) visitList(response, start, visit);
  else if ("snapshots" in response)
    visit({ ...response.dtc, snapshots: response.snapshots, start, codeAt: start, end });
  else if ("extendedData" in response)
    visit({ ...response.dtc, extendedData: response.extendedData, start, codeAt: start, end });
  else if (response.subFunction === "reportDTCStoredDataByRecordNumber") visitStoredData(response, start, visit);
  else if (response.subFunction === "reportDTCExtDataRecordByRecordNumber") visitDataOfRecord(response, start, visit);
}

function visitList(
  response: ReadDTCInformationResponse & { readonly dtcs: readonly ListedRecord[] },
  start: number,
  visit: (record: UdsRecord) => void,
): void {
  const { records } = responseLayouts[response.subFunctionId]!;
  const length = (isFixed(records) ? bytesBeforeCode[records] : 0) + 4;
  let at = start;
  for (const { code, status, severity, functionalUnit, faultDetectionCounter, recordNumber } of response.dtcs) {
    const isZero = (code | (status ?? faultDetectionCounter ?? recordNumber ?? 0)) === 0;
    // A lenient decoder left out records of zeros alone.
    while (!isZero && isZeroRecord(response.bytes, at, length)) at += length;
    // Members one by one: a literal with spread conditions takes several times as long.
    const record: Mutable<UdsRecord> = {
      code,
      start: at,
      codeAt: at + length - 4,
      end: at + length,
    };
    if (status !== undefined) record.status = status;
    if (severity !== undefined) record.severity = severity;
    if (functionalUnit !== undefined) record.functionalUnit = functionalUnit;
    if (faultDetectionCounter !== undefined) record.faultDetectionCounter = faultDetectionCounter;
    if (recordNumber !== undefined) record.snapshots = [{ recordNumber, identifierCount: 0, identifiers: [] }];
    visit(record);
    at += length;
  }
}

function isZeroRecord(bytes: Uint8Array, at: number, length: number): boolean {
  for (let index = at; index < at + length; index++) if (bytes[index] !== 0) return false;
  return true;
}

type StoredData = Extract<ReadDTCInformationResponse, { subFunction: "reportDTCStoredDataByRecordNumber" }>;

function visitStoredData({ records }: StoredData, start: number, visit: (record: UdsRecord) => void): void {
  let at = start;
  for (const record of records) {
    // Record number, code, status, number of identifiers.
    const end = at + 6 + lengthOf(record);
    visit({ ...record, snapshots: [record], start: at, codeAt: at + 1, end });
    at = end;
  }
}

/** Bytes of the identifiers of a snapshot. */
function lengthOf({ identifiers, undecoded }: SnapshotBody): number {
  const decoded = identifiers.reduce((length, { data }) => length + 2 + data.length, 0);
  return decoded + (undecoded?.bytes.length ?? 0);
}

type DataOfRecord = Extract<ReadDTCInformationResponse, { subFunction: "reportDTCExtDataRecordByRecordNumber" }>;

function visitDataOfRecord(
  { recordNumber, records }: DataOfRecord,
  start: number,
  visit: (record: UdsRecord) => void,
): void {
  let at = start;
  for (const record of records) {
    const end = at + 4 + (record.data ?? record.undecoded.bytes).length;
    visit({ ...record, extendedData: [{ ...record, recordNumber }], start: at, codeAt: at, end });
    at = end;
  }
}
