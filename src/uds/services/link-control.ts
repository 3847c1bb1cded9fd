/**
 * LinkControl (0x87): changes the speed of the link, after asking whether the ECU can.
 *
 * Standard: ISO 14229-1 (LinkControl); names of the edition of 2020, layout as mdabrowski1990/uds, python-udsoncan and scapy
 * agree on it. The edition before spoke of baud rates instead of modes.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames, type SubFunctionRange } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest, unknownSubFunctionRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** linkControlType of a request that is decoded. */
export type LinkControlType =
  | "verifyModeTransitionWithFixedParameter"
  | "verifyModeTransitionWithSpecificParameter"
  | "transitionMode";

/** What every request has. */
interface LinkControlRequestOf<Name extends LinkControlType>
  extends RequestMessage<"linkControl", 0x87>,
    SubFunction<Name> {}

/** Request 0x87 01: whether a mode of the standard's list is possible. */
export interface VerifyModeTransitionWithFixedParameterRequest
  extends LinkControlRequestOf<"verifyModeTransitionWithFixedParameter"> {
  /** linkControlModeIdentifier, 0 .. 255; for example 0x12: CAN at 500 kbit/s. */
  readonly linkControlModeIdentifier: number;
}

/** Request 0x87 02: whether another mode is possible. */
export interface VerifyModeTransitionWithSpecificParameterRequest
  extends LinkControlRequestOf<"verifyModeTransitionWithSpecificParameter"> {
  /** linkRecord, 0 .. 0xFFFFFF; in the editions before 2020 the speed in bit/s. */
  readonly linkRecord: number;
}

/** Request 0x87 03: change to the mode that was verified. */
export interface TransitionModeRequest extends LinkControlRequestOf<"transitionMode"> {}

/** Request of LinkControl; tell them apart by `subFunction`. */
export type LinkControlRequest =
  | VerifyModeTransitionWithFixedParameterRequest
  | VerifyModeTransitionWithSpecificParameterRequest
  | TransitionModeRequest;

/** Positive response 0xC7. */
export interface LinkControlResponse
  extends ResponseMessage<"linkControl", 0xc7>,
    SubFunction<LinkControlType | SubFunctionRange> {}

/** What is needed to write a request. */
export type EncodableLinkControlRequest = Encodable<LinkControlRequest>;

/** What is needed to write a response. */
export type EncodableLinkControlResponse = Encodable<LinkControlResponse>;

const names: SubFunctionNames<LinkControlType> = /* @__PURE__ */ new SubFunctionNames<LinkControlType>(
  {
    0x01: "verifyModeTransitionWithFixedParameter",
    0x02: "verifyModeTransitionWithSpecificParameter",
    0x03: "transitionMode",
  },
  "specificRanges",
);

/**
 * Reads a request; that of another service, and sub-functions that the standard leaves open, come back as `unknown`. Never
 * throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeLinkControlRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<LinkControlRequest | UnknownRequest> {
  if (bytes[0] !== 0x87) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  const subFunction = names.nameOf(subFunctionId);
  const head = { kind: "request", service: "linkControl", sid: 0x87 } as const;
  const id = { subFunctionId, suppressPosRspMsgIndicationBit: pdu.suppress };
  switch (subFunction) {
    case "verifyModeTransitionWithFixedParameter": {
      const linkControlModeIdentifier = pdu.u8("/linkControlModeIdentifier");
      return pdu.finish({ ...head, subFunction, ...id, linkControlModeIdentifier, bytes });
    }
    case "verifyModeTransitionWithSpecificParameter": {
      const linkRecord = pdu.u24("/linkRecord");
      return pdu.finish({ ...head, subFunction, ...id, linkRecord, bytes });
    }
    case "transitionMode":
      return pdu.finish({ ...head, subFunction, ...id, bytes });
    default:
      return pdu.failed ? pdu.fail() : unknownSubFunctionRequest(bytes, subFunctionId);
  }
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeLinkControlRequest(request: EncodableLinkControlRequest): Bytes {
  const pdu = new PduWriter(0x87, 5).subFunction(names.idOf(request), request.suppressPosRspMsgIndicationBit);
  switch (request.subFunction) {
    case "verifyModeTransitionWithFixedParameter":
      return pdu.u8(request.linkControlModeIdentifier, "/linkControlModeIdentifier").finish();
    case "verifyModeTransitionWithSpecificParameter":
      return pdu.u24(request.linkRecord, "/linkRecord").finish();
    case "transitionMode":
      return pdu.finish();
    default:
      throw pdu.wrong("/subFunction", "the standard leaves its parameters open");
  }
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeLinkControlResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<LinkControlResponse | UnknownResponse> {
  if (bytes[0] !== 0xc7) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  return pdu.finish<LinkControlResponse>({
    kind: "positive",
    service: "linkControl",
    sid: 0xc7,
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
export function encodeLinkControlResponse(response: EncodableLinkControlResponse): Bytes {
  return new PduWriter(0xc7, 2).subFunction(names.idOf(response), response.suppressPosRspMsgIndicationBit).finish();
}
