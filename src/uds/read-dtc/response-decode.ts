/** Reads responses of ReadDTCInformation, all sub-functions. */

import { type DecodeOptions, short, type UdsFailure, type UdsResult } from "../decoding.ts";
import type { DtcCursor } from "../dtc-cursor.ts";
import { defaultDtcFormat, displayOf } from "../dtc-format.ts";
import { headStart, openRecords, readDTCInformationSid, readRecords, suppressBitWarnings } from "../dtc-list.ts";
import { PduReader, suppressBit } from "../pdu-reader.ts";
import type { UdsWarning } from "../reasons.ts";
import { otherResponse, type UnknownResponse, unknownSubFunctionResponse } from "../unknown-response.ts";
import { type FixedRecords, isFixed, type ResponseLayout, responseLayouts } from "./layouts.ts";
import { RecordWalk } from "./record-walk.ts";
import type { ReadDTCInformationResponse } from "./response-types.ts";
import { richDtc } from "./rich-dtc.ts";
import { subFunctionName } from "./sub-functions.ts";
import { readVariableRecords } from "./variable-records.ts";

/**
 * A response under construction. The tables of names and layouts give each sub-function the members that its type
 * names; the compiler sees them apart.
 */
type Draft = Record<string, unknown>;

/**
 * Reads a positive response of ReadDTCInformation; another service or sub-function comes back as `unknown`.
 *
 * Never throws on any bytes. Lengths that are not on the wire come from `dictionary`: without it, snapshots and extended
 * data stay bytes, as `undecoded`, and a warning says so. Faults: `ERR_UDS_SHORT` (with the complete records in
 * `partial`), `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_RESERVED_VALUE`, `ERR_UDS_LIMIT`.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation), sub-functions 0x01 to 0x1A, 0x42, 0x55 and 0x56.
 *
 * @throws RangeError when a limit of the options is out of range
 * @example
 * ```ts
 * const result = decodeReadDTCInformationResponse(hexToBytes("5902ff0420160a"));
 * if (result.ok && result.value.kind === "positive" && result.value.subFunction === "reportDTCByStatusMask") {
 *   result.value.dtcs[0].display; // "P0420-16"
 * }
 * ```
 */
export function decodeReadDTCInformationResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDTCInformationResponse | UnknownResponse> {
  if (bytes[0] !== readDTCInformationSid) return otherResponse(bytes);
  if (bytes.length < headStart) return short(bytes, "/subFunctionId", headStart);
  const subFunctionId = bytes[1]! & ~suppressBit;
  const layout = responseLayouts[subFunctionId];
  if (layout === undefined) return unknownSubFunctionResponse(bytes, subFunctionId, suppressBitWarnings(bytes));
  if (isFixed(layout.records)) return decodeList(bytes, subFunctionId, layout, layout.records, options);

  const pdu = new PduReader(bytes, options);
  pdu.echoedSubFunction();
  const draft = startDraft(bytes, subFunctionId);
  for (const field of layout.head) draft[field] = field === "count" ? pdu.u16("/count") : pdu.u8(`/${field}`);
  draft["bytes"] = bytes;
  const response = draft as unknown as ReadDTCInformationResponse;
  if (layout.records === "none" || pdu.failed) return pdu.finish(response);

  const { warnings } = pdu;
  const walk = new RecordWalk(bytes, pdu.position, options, warnings);
  const members = readVariableRecords(layout.records, walk, draft["recordNumber"] as number | undefined);
  const error = walk.finish();
  if (members !== undefined) Object.assign(draft, members);
  if (error === undefined) return { ok: true, value: response, warnings };
  return members === undefined ? { ok: false, error } : { ok: false, error, partial: response };
}

function startDraft(bytes: Uint8Array, subFunctionId: number): Draft {
  return {
    kind: "positive",
    service: "readDTCInformation",
    sid: readDTCInformationSid,
    subFunction: subFunctionName(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: bytes[1]! >= suppressBit,
  };
}

function decodeList(
  bytes: Uint8Array,
  subFunctionId: number,
  layout: ResponseLayout,
  kind: FixedRecords,
  options: DecodeOptions,
): UdsResult<ReadDTCInformationResponse> {
  const scan = openRecords(bytes, layout, kind, options);
  const cursor = scan.ok ? scan.value : scan.partial;
  if (cursor === undefined) return scan as UdsFailure;
  const draft = startDraft(bytes, subFunctionId);
  // A head that ends before its last field has no records either: openRecords has seen to that.
  layout.head.forEach((field, index) => {
    if (headStart + index < bytes.length) draft[field] = bytes[headStart + index];
  });
  const format = (draft["formatIdentifier"] as number | undefined) ?? options.formatIdentifier ?? defaultDtcFormat;
  // Records without a status have the mask of all bits, so that their last byte raises no warning.
  const { records, warnings } = readRecords(cursor, richRecord(kind, displayOf(format)), cursor.availabilityMask);
  draft["dtcs"] = records;
  draft["bytes"] = bytes;
  const value = draft as unknown as ReadDTCInformationResponse;
  if (!scan.ok) return { ok: false, error: scan.error, partial: value };
  const all: readonly UdsWarning[] = [...(scan.warnings as readonly UdsWarning[]), ...warnings];
  const surplus = layout.single === true && records.length > 1 ? [surplusWarning(records.length)] : [];
  return { ok: true, value, warnings: [...all, ...surplus] };
}

function surplusWarning(records: number): UdsWarning {
  const message = `One DTC at most expected, ${records} found`;
  return { code: "more_than_one_dtc", message, path: "/dtcs/1", evidence: { records } };
}

/** How a record of a fixed length is read in full. */
function richRecord(records: FixedRecords, display: (code: number) => string): (cursor: DtcCursor) => unknown {
  switch (records) {
    case "status":
      return ({ code, status, availabilityMask }) => richDtc(code, status, availabilityMask, display);
    case "severityStatus":
      return ({ code, status, availabilityMask, severity }) => ({
        severity,
        ...richDtc(code, status, availabilityMask, display),
      });
    case "unitSeverityStatus":
      return ({ code, status, availabilityMask, severity, functionalUnit }) => ({
        severity,
        functionalUnit,
        ...richDtc(code, status, availabilityMask, display),
      });
    case "snapshotNumber":
      return ({ code, status }) => ({ code, display: display(code), recordNumber: status });
    case "faultDetectionCounter":
      // The byte is a signed one.
      return ({ code, status }) => ({ code, display: display(code), faultDetectionCounter: (status << 24) >> 24 });
  }
}
