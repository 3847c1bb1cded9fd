/**
 * ControlDTCSetting (0x85): stops and resumes the storing of trouble codes.
 *
 * Standard: ISO 14229-1 (ControlDTCSetting); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** DTCSettingType. */
export type DTCSettingType = "on" | "off" | SubFunctionRange;

/** Request 0x85. */
export interface ControlDTCSettingRequest
  extends RequestMessage<"controlDTCSetting", 0x85>,
    SubFunction<DTCSettingType> {
  /** DTCSettingControlOptionRecord, often empty: a view of the message, not a copy. */
  readonly dtcSettingControlOptionRecord: Uint8Array;
}

/** Positive response 0xC5. */
export interface ControlDTCSettingResponse
  extends ResponseMessage<"controlDTCSetting", 0xc5>,
    SubFunction<DTCSettingType> {}

/** What is needed to write a request; an absent record is empty. */
export type EncodableControlDTCSettingRequest = Encodable<ControlDTCSettingRequest, "dtcSettingControlOptionRecord">;

/** What is needed to write a response. */
export type EncodableControlDTCSettingResponse = Encodable<ControlDTCSettingResponse>;

const names: SubFunctionNames<DTCSettingType> = /* @__PURE__ */ new SubFunctionNames<DTCSettingType>(
  { 0x01: "on", 0x02: "off" },
  "specificRanges",
);

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeControlDTCSettingRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ControlDTCSettingRequest | UnknownRequest> {
  if (bytes[0] !== 0x85) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  return pdu.finish<ControlDTCSettingRequest>({
    kind: "request",
    service: "controlDTCSetting",
    sid: 0x85,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    dtcSettingControlOptionRecord: pdu.rest(),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeControlDTCSettingRequest(request: EncodableControlDTCSettingRequest): Bytes {
  const { dtcSettingControlOptionRecord: record } = request;
  const pdu = new PduWriter(0x85, 2 + (record?.length ?? 0)).subFunction(
    names.idOf(request),
    request.suppressPosRspMsgIndicationBit,
  );
  return (record === undefined ? pdu : pdu.bytes(record, "/dtcSettingControlOptionRecord")).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeControlDTCSettingResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ControlDTCSettingResponse | UnknownResponse> {
  if (bytes[0] !== 0xc5) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  return pdu.finish<ControlDTCSettingResponse>({
    kind: "positive",
    service: "controlDTCSetting",
    sid: 0xc5,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeControlDTCSettingResponse(response: EncodableControlDTCSettingResponse): Bytes {
  return new PduWriter(0xc5, 2).subFunction(names.idOf(response), response.suppressPosRspMsgIndicationBit).finish();
}
