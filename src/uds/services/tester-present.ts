/**
 * TesterPresent (0x3E): keeps a session alive.
 *
 * Standard: ISO 14229-1 (TesterPresent); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** The only sub-function, and the rest. */
export type TesterPresentType = "zeroSubFunction" | SubFunctionRange;

/** Request 0x3E. */
export interface TesterPresentRequest extends RequestMessage<"testerPresent", 0x3e>, SubFunction<TesterPresentType> {}

/** Positive response 0x7E. */
export interface TesterPresentResponse extends ResponseMessage<"testerPresent", 0x7e>, SubFunction<TesterPresentType> {}

/** What is needed to write a request. */
export type EncodableTesterPresentRequest = Encodable<TesterPresentRequest>;

/** What is needed to write a response. */
export type EncodableTesterPresentResponse = Encodable<TesterPresentResponse>;

const names: SubFunctionNames<TesterPresentType> = /* @__PURE__ */ new SubFunctionNames<TesterPresentType>(
  { 0x00: "zeroSubFunction" },
  "reservedOnly",
);

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeTesterPresentRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<TesterPresentRequest | UnknownRequest> {
  if (bytes[0] !== 0x3e) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  return pdu.finish<TesterPresentRequest>({
    kind: "request",
    service: "testerPresent",
    sid: 0x3e,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeTesterPresentRequest(request: EncodableTesterPresentRequest): Bytes {
  return new PduWriter(0x3e, 2).subFunction(names.idOf(request), request.suppressPosRspMsgIndicationBit).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeTesterPresentResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<TesterPresentResponse | UnknownResponse> {
  if (bytes[0] !== 0x7e) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  return pdu.finish<TesterPresentResponse>({
    kind: "positive",
    service: "testerPresent",
    sid: 0x7e,
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
export function encodeTesterPresentResponse(response: EncodableTesterPresentResponse): Bytes {
  return new PduWriter(0x7e, 2).subFunction(names.idOf(response), response.suppressPosRspMsgIndicationBit).finish();
}
