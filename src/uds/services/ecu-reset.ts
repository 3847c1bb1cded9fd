/**
 * ECUReset (0x11): restarts the ECU.
 *
 * Standard: ISO 14229-1 (ECUReset); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** resetType. */
export type ResetType =
  | "hardReset"
  | "keyOffOnReset"
  | "softReset"
  | "enableRapidPowerShutDown"
  | "disableRapidPowerShutDown"
  | SubFunctionRange;

/** Request 0x11. */
export interface EcuResetRequest extends RequestMessage<"ecuReset", 0x11>, SubFunction<ResetType> {}

/** Positive response 0x51. */
export interface EcuResetResponse extends ResponseMessage<"ecuReset", 0x51>, SubFunction<ResetType> {
  /**
   * Seconds that the ECU stays off at least, 0 .. 254; 255: failure, or not known. Only, and always, in answer to
   * `enableRapidPowerShutDown`.
   */
  readonly powerDownTime?: number;
}

/** What is needed to write a request. */
export type EncodableEcuResetRequest = Encodable<EcuResetRequest>;

/** What is needed to write a response. */
export type EncodableEcuResetResponse = Encodable<EcuResetResponse>;

const names: SubFunctionNames<ResetType> = /* @__PURE__ */ new SubFunctionNames<ResetType>(
  {
    0x01: "hardReset",
    0x02: "keyOffOnReset",
    0x03: "softReset",
    0x04: "enableRapidPowerShutDown",
    0x05: "disableRapidPowerShutDown",
  },
  "specificRanges",
);

const enableRapidPowerShutDown = 0x04;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeEcuResetRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<EcuResetRequest | UnknownRequest> {
  if (bytes[0] !== 0x11) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  return pdu.finish<EcuResetRequest>({
    kind: "request",
    service: "ecuReset",
    sid: 0x11,
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
export function encodeEcuResetRequest(request: EncodableEcuResetRequest): Bytes {
  return new PduWriter(0x11, 2).subFunction(names.idOf(request), request.suppressPosRspMsgIndicationBit).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeEcuResetResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<EcuResetResponse | UnknownResponse> {
  if (bytes[0] !== 0x51) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  const timed = subFunctionId === enableRapidPowerShutDown ? { powerDownTime: pdu.u8("/powerDownTime") } : {};
  return pdu.finish<EcuResetResponse>({
    kind: "positive",
    service: "ecuReset",
    sid: 0x51,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    ...timed,
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeEcuResetResponse(response: EncodableEcuResetResponse): Bytes {
  const { powerDownTime } = response;
  const id = names.idOf(response);
  const pdu = new PduWriter(0x51, 3).subFunction(id, response.suppressPosRspMsgIndicationBit);
  if (id === enableRapidPowerShutDown) return pdu.u8(powerDownTime as number, "/powerDownTime").finish();
  if (powerDownTime !== undefined) throw pdu.wrong("/powerDownTime", "only enableRapidPowerShutDown has it");
  return pdu.finish();
}
