/** Requests of ReadDTCInformation, all sub-functions, both ways. */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import type { Encodable, RequestMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest, unknownSubFunctionRequest } from "../unknown-request.ts";
import {
  type ReadDTCInformationSubFunction,
  subFunctionEditions,
  subFunctionName,
  subFunctionNames,
} from "./sub-functions.ts";

/** Members of a request that asks for nothing in particular. */
export interface NoRequestFields {
  readonly statusMask?: never;
}

/** Asks by status. */
export interface StatusMaskFields {
  /** DTCStatusMask, 0 .. 255: a code is meant when its status shares a bit with it. */
  readonly statusMask: number;
}

/** Asks by severity and status. */
export interface SeverityMaskFields extends StatusMaskFields {
  /** DTCSeverityMask, 0 .. 255. */
  readonly severityMask: number;
}

/** Asks for one code. */
export interface CodeFields {
  /** DTC, 0 .. 0xFFFFFF. */
  readonly code: number;
}

/** Asks for a record of whatever code. */
export interface RecordNumberFields {
  /** 0 .. 255; 0xFF asks for all records. */
  readonly recordNumber: number;
}

/** Asks in a memory that the manufacturer defined. */
export interface MemorySelectionFields {
  /** MemorySelection, 0 .. 255. */
  readonly memorySelection: number;
}

/** Asks in a functional group. */
export interface FunctionalGroupFields {
  /** FunctionalGroupIdentifier, 0 .. 255; see `functionalGroups`. */
  readonly functionalGroup: number;
}

/** Asks in a readiness group. */
export interface ReadinessGroupFields {
  /** DTCReadinessGroupIdentifier, 0 .. 255. */
  readonly readinessGroup: number;
}

/** Asks for one record of a code. */
export interface RecordOfCodeFields extends CodeFields, RecordNumberFields {}

/** Members of each request by the name of its sub-function. */
export interface ReadDTCInformationRequestFields {
  readonly reportNumberOfDTCByStatusMask: StatusMaskFields;
  readonly reportDTCByStatusMask: StatusMaskFields;
  readonly reportDTCSnapshotIdentification: NoRequestFields;
  readonly reportDTCSnapshotRecordByDTCNumber: RecordOfCodeFields;
  readonly reportDTCStoredDataByRecordNumber: RecordNumberFields;
  readonly reportDTCExtDataRecordByDTCNumber: RecordOfCodeFields;
  readonly reportNumberOfDTCBySeverityMaskRecord: SeverityMaskFields;
  readonly reportDTCBySeverityMaskRecord: SeverityMaskFields;
  readonly reportSeverityInformationOfDTC: CodeFields;
  readonly reportSupportedDTC: NoRequestFields;
  readonly reportFirstTestFailedDTC: NoRequestFields;
  readonly reportFirstConfirmedDTC: NoRequestFields;
  readonly reportMostRecentTestFailedDTC: NoRequestFields;
  readonly reportMostRecentConfirmedDTC: NoRequestFields;
  readonly reportMirrorMemoryDTCByStatusMask: StatusMaskFields;
  readonly reportMirrorMemoryDTCExtDataRecordByDTCNumber: RecordOfCodeFields;
  readonly reportNumberOfMirrorMemoryDTCByStatusMask: StatusMaskFields;
  readonly reportNumberOfEmissionsOBDDTCByStatusMask: StatusMaskFields;
  readonly reportEmissionsOBDDTCByStatusMask: StatusMaskFields;
  readonly reportDTCFaultDetectionCounter: NoRequestFields;
  readonly reportDTCWithPermanentStatus: NoRequestFields;
  readonly reportDTCExtDataRecordByRecordNumber: RecordNumberFields;
  readonly reportUserDefMemoryDTCByStatusMask: StatusMaskFields & MemorySelectionFields;
  readonly reportUserDefMemoryDTCSnapshotRecordByDTCNumber: RecordOfCodeFields & MemorySelectionFields;
  readonly reportUserDefMemoryDTCExtDataRecordByDTCNumber: RecordOfCodeFields & MemorySelectionFields;
  readonly reportSupportedDTCExtDataRecord: RecordNumberFields;
  readonly reportWWHOBDDTCByMaskRecord: FunctionalGroupFields & SeverityMaskFields;
  readonly reportWWHOBDDTCWithPermanentStatus: FunctionalGroupFields;
  readonly reportDTCInformationByDTCReadinessGroupIdentifier: FunctionalGroupFields & ReadinessGroupFields;
}

/** Request of one sub-function. */
export type ReadDTCInformationRequestOf<Name extends ReadDTCInformationSubFunction> = RequestMessage<
  "readDTCInformation",
  0x19
> &
  SubFunction<Name> &
  ReadDTCInformationRequestFields[Name];

/** Request of ReadDTCInformation; tell them apart by `subFunction`. */
export type ReadDTCInformationRequest = {
  [Name in ReadDTCInformationSubFunction]: ReadDTCInformationRequestOf<Name>;
}[ReadDTCInformationSubFunction];

/** What {@link encodeReadDTCInformationRequest} writes. */
export type EncodableReadDTCInformationRequest = Encodable<ReadDTCInformationRequest>;

type RequestField = Exclude<
  keyof (StatusMaskFields &
    SeverityMaskFields &
    RecordOfCodeFields &
    MemorySelectionFields &
    FunctionalGroupFields &
    ReadinessGroupFields),
  symbol
>;

const byStatus = ["statusMask"] as const;
const bySeverity = ["severityMask", "statusMask"] as const;
const byCodeAndRecord = ["code", "recordNumber"] as const;

/** Fields of each request in the order of the wire; all are one byte but the code, which is three. */
const requestFields: Readonly<Record<number, readonly RequestField[]>> = {
  0x01: byStatus,
  0x02: byStatus,
  0x03: [],
  0x04: byCodeAndRecord,
  0x05: ["recordNumber"],
  0x06: byCodeAndRecord,
  0x07: bySeverity,
  0x08: bySeverity,
  0x09: ["code"],
  0x0a: [],
  0x0b: [],
  0x0c: [],
  0x0d: [],
  0x0e: [],
  0x0f: byStatus,
  0x10: byCodeAndRecord,
  0x11: byStatus,
  0x12: byStatus,
  0x13: byStatus,
  0x14: [],
  0x15: [],
  0x16: ["recordNumber"],
  0x17: ["statusMask", "memorySelection"],
  0x18: ["code", "recordNumber", "memorySelection"],
  0x19: ["code", "recordNumber", "memorySelection"],
  0x1a: ["recordNumber"],
  0x42: ["functionalGroup", "statusMask", "severityMask"],
  0x55: ["functionalGroup"],
  0x56: ["functionalGroup", "readinessGroup"],
};

/** SID of the request. */
const requestSid = 0x19;
const longestRequest = 7;

/**
 * Reads a request of ReadDTCInformation; another service or sub-function comes back as `unknown`.
 *
 * Never throws on any bytes. Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation).
 *
 * @example
 * ```ts
 * decodeReadDTCInformationRequest(hexToBytes("19022f")); // value { subFunction: "reportDTCByStatusMask", statusMask: 47, ... }
 * ```
 */
export function decodeReadDTCInformationRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDTCInformationRequest | UnknownRequest> {
  if (bytes[0] !== requestSid) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  const subFunction = subFunctionName(subFunctionId);
  if (subFunction === undefined && !pdu.failed) return unknownSubFunctionRequest(bytes, subFunctionId);
  const request: Record<string, unknown> = {
    kind: "request",
    service: "readDTCInformation",
    sid: requestSid,
    subFunction,
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
  };
  for (const field of requestFields[subFunctionId] ?? []) {
    request[field] = field === "code" ? pdu.u24("/code") : pdu.u8(`/${field}`);
  }
  request["bytes"] = bytes;
  // The table above gives each sub-function the fields that its type names.
  return pdu.finish(request as unknown as ReadDTCInformationRequest);
}

/**
 * Writes a request of ReadDTCInformation.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE` with the path of a member that is missing or out of range, `ERR_UDS_EDITION`
 * @example
 * ```ts
 * encodeReadDTCInformationRequest({
 *   service: "readDTCInformation",
 *   subFunction: "reportDTCByStatusMask",
 *   statusMask: encodeDtcStatus({ pendingDTC: true, confirmedDTC: true }),
 * }); // 19 02 0c
 * ```
 */
export function encodeReadDTCInformationRequest(
  request: EncodableReadDTCInformationRequest,
  options: EncodeOptions = {},
): Bytes {
  const id = subFunctionNames.idOf(request);
  const pdu = new PduWriter(requestSid, longestRequest);
  const fields = requestFields[id];
  if (fields === undefined) throw pdu.wrong("/subFunction", "the service has no such sub-function");
  requireEdition(subFunctionEditions[id] ?? {}, options, request.subFunction, "/subFunction");
  pdu.subFunction(id, request.suppressPosRspMsgIndicationBit);
  const values = request as Readonly<Partial<Record<RequestField, number>>>;
  for (const field of fields) {
    if (field === "code") pdu.u24(values.code!, "/code");
    else pdu.u8(values[field]!, `/${field}`);
  }
  return pdu.finish();
}
