/**
 * AccessTimingParameter (0x83): reads and sets the timing of the link; up to the edition of 2013.
 *
 * Standard: ISO 14229-1 (AccessTimingParameter); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** timingParameterAccessType. */
export type TimingParameterAccessType =
  | "readExtendedTimingParameterSet"
  | "setTimingParametersToDefaultValues"
  | "readCurrentlyActiveTimingParameters"
  | "setTimingParametersToGivenValues"
  | SubFunctionRange;

/** Request 0x83. */
export interface AccessTimingParameterRequest
  extends RequestMessage<"accessTimingParameter", 0x83>,
    SubFunction<TimingParameterAccessType> {
  /** timingParameterRequestRecord: empty but for `setTimingParametersToGivenValues`; a view of the message, not a copy. */
  readonly timingParameterRequestRecord: Uint8Array;
}

/** Positive response 0xC3. */
export interface AccessTimingParameterResponse
  extends ResponseMessage<"accessTimingParameter", 0xc3>,
    SubFunction<TimingParameterAccessType> {
  /** timingParameterResponseRecord: empty but for the two types that read; a view of the message, not a copy. */
  readonly timingParameterResponseRecord: Uint8Array;
}

/** What is needed to write a request; an absent record is empty. */
export type EncodableAccessTimingParameterRequest = Encodable<
  AccessTimingParameterRequest,
  "timingParameterRequestRecord"
>;

/** What is needed to write a response; an absent record is empty. */
export type EncodableAccessTimingParameterResponse = Encodable<
  AccessTimingParameterResponse,
  "timingParameterResponseRecord"
>;

const names: SubFunctionNames<TimingParameterAccessType> =
  /* @__PURE__ */ new SubFunctionNames<TimingParameterAccessType>(
    {
      0x01: "readExtendedTimingParameterSet",
      0x02: "setTimingParametersToDefaultValues",
      0x03: "readCurrentlyActiveTimingParameters",
      0x04: "setTimingParametersToGivenValues",
    },
    "reservedOnly",
  );

/** The service as a whole. */
const untilEdition2013 = { until: "2013" } as const;

/** Whether a request may carry parameters: those that set them, and those that nobody has defined. */
function requestHasRecord(id: number): boolean {
  return id < 0x01 || id > 0x03;
}

/** Whether a response may carry parameters: those that read them, and those that nobody has defined. */
function responseHasRecord(id: number): boolean {
  return id !== 0x02 && id !== 0x04;
}

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeAccessTimingParameterRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<AccessTimingParameterRequest | UnknownRequest> {
  if (bytes[0] !== 0x83) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  return pdu.finish<AccessTimingParameterRequest>({
    kind: "request",
    service: "accessTimingParameter",
    sid: 0x83,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    timingParameterRequestRecord: requestHasRecord(subFunctionId) ? pdu.rest() : pdu.take(0),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeAccessTimingParameterRequest(
  request: EncodableAccessTimingParameterRequest,
  options: EncodeOptions = {},
): Bytes {
  requireEdition(untilEdition2013, options, "accessTimingParameter", "/service");
  const { timingParameterRequestRecord: record = new Uint8Array() } = request;
  const id = names.idOf(request);
  const pdu = new PduWriter(0x83, 2 + record.length).subFunction(id, request.suppressPosRspMsgIndicationBit);
  if (record.length > 0 && !requestHasRecord(id)) {
    throw pdu.wrong("/timingParameterRequestRecord", "only setTimingParametersToGivenValues has it");
  }
  return pdu.bytes(record, "/timingParameterRequestRecord").finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeAccessTimingParameterResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<AccessTimingParameterResponse | UnknownResponse> {
  if (bytes[0] !== 0xc3) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  return pdu.finish<AccessTimingParameterResponse>({
    kind: "positive",
    service: "accessTimingParameter",
    sid: 0xc3,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    timingParameterResponseRecord: responseHasRecord(subFunctionId) ? pdu.rest() : pdu.take(0),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeAccessTimingParameterResponse(
  response: EncodableAccessTimingParameterResponse,
  options: EncodeOptions = {},
): Bytes {
  requireEdition(untilEdition2013, options, "accessTimingParameter", "/service");
  const { timingParameterResponseRecord: record = new Uint8Array() } = response;
  const id = names.idOf(response);
  const pdu = new PduWriter(0xc3, 2 + record.length).subFunction(id, response.suppressPosRspMsgIndicationBit);
  if (record.length > 0 && !responseHasRecord(id)) {
    throw pdu.wrong("/timingParameterResponseRecord", "only the types that read have it");
  }
  return pdu.bytes(record, "/timingParameterResponseRecord").finish();
}
