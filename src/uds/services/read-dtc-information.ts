/**
 * ReadDTCInformation (request 0x19), responses. Decoded are the sub-functions that list DTCs with their status.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation); names as python-udsoncan and mdabrowski1990/uds agree on them.
 */

import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { displayText } from "../dtc.ts";
import {
  type DtcList,
  type DtcRecord,
  dtcListSubFunctions,
  readDTCInformationSid,
  readDtcList,
  scanDtcs,
  subFunctionOf,
  suppressBitEchoed,
  suppressBitWarnings,
} from "../dtc-list.ts";
import { type DtcStatusFlags, statusFlags } from "../dtc-status.ts";
import { type UnknownResponse, unknownResponse } from "../unknown-response.ts";

/** A DTC with its text and the meaning of its status. */
export interface DtcAndStatusRecord extends DtcRecord {
  /** The code as text, for example `P0420-16`; for codes in the format of ISO 14229-1 or SAE J2012-DA. */
  readonly display: string;
  /** The status bits under the availability mask of the response. */
  readonly flags: DtcStatusFlags;
}

/** A positive response that lists DTCs. */
export interface DtcListResponse<Name extends string, Id extends number> extends DtcList<DtcAndStatusRecord> {
  readonly kind: "positive";
  readonly service: "readDTCInformation";
  readonly sid: 0x59;
  readonly subFunction: Name;
  readonly subFunctionId: Id;
  /** Whether the ECU echoed bit 7 of the sub-function, which only a request carries. */
  readonly suppressPosRspMsgIndicationBit: boolean;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** Response 0x59 02: the DTCs whose status shares a bit with the requested mask. */
export type ReportDTCByStatusMaskResponse = DtcListResponse<"reportDTCByStatusMask", 0x02>;

/** Response 0x59 0A: every DTC that the ECU can report. */
export type ReportSupportedDTCResponse = DtcListResponse<"reportSupportedDTC", 0x0a>;

/** Positive response of ReadDTCInformation; tell them apart by `subFunction`. */
export type ReadDTCInformationResponse = ReportDTCByStatusMaskResponse | ReportSupportedDTCResponse;

/**
 * Reads a positive response of ReadDTCInformation; another service or sub-function comes back as `unknown`.
 *
 * Never throws on any bytes. Faults: `ERR_UDS_SHORT` (with the complete records in `partial`), `ERR_UDS_LIMIT`.
 *
 * Standard: ISO 14229-1, sub-functions 0x02 reportDTCByStatusMask and 0x0A reportSupportedDTC.
 */
export function decodeReadDTCInformationResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDTCInformationResponse | UnknownResponse> {
  if (bytes.length > 0 && bytes[0] !== readDTCInformationSid) {
    return { ok: true, value: unknownResponse(bytes), warnings: [] };
  }
  if (bytes.length > 1 && !(subFunctionOf(bytes) in dtcListSubFunctions)) {
    const value = { ...unknownResponse(bytes), subFunctionId: subFunctionOf(bytes) };
    return { ok: true, value, warnings: suppressBitWarnings(bytes) };
  }
  const list = readDtcList(scanDtcs(bytes, options), richRecord);
  if (list.ok) return { ...list, value: listResponse(bytes, list.value) };
  const { error, partial } = list;
  return partial === undefined ? { ok: false, error } : { ok: false, error, partial: listResponse(bytes, partial) };
}

function richRecord(code: number, status: number, availabilityMask: number): DtcAndStatusRecord {
  return { code, display: displayText(code), status, flags: statusFlags(status, availabilityMask) };
}

function listResponse(bytes: Uint8Array, list: DtcList<DtcAndStatusRecord>): ReadDTCInformationResponse {
  const subFunctionId = subFunctionOf(bytes) as keyof typeof dtcListSubFunctions;
  // Name and number are a pair of the table, as the union demands; the compiler sees them apart.
  return {
    kind: "positive",
    service: "readDTCInformation",
    sid: readDTCInformationSid,
    subFunction: dtcListSubFunctions[subFunctionId],
    subFunctionId,
    suppressPosRspMsgIndicationBit: suppressBitEchoed(bytes),
    availabilityMask: list.availabilityMask,
    dtcs: list.dtcs,
    bytes,
  } as ReadDTCInformationResponse;
}
