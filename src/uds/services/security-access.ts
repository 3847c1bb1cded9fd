/**
 * SecurityAccess (0x27): asks for a seed and answers with the key that unlocks the ECU.
 *
 * Odd sub-functions ask for the seed of a level, the even one after it sends the key. How a key is made is not here.
 *
 * Standard: ISO 14229-1 (SecurityAccess); layout as mdabrowski1990/uds, python-udsoncan and scapy agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage, SubFunction } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest, unknownSubFunctionRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse, unknownSubFunctionResponse } from "../unknown-response.ts";

/** What both messages of a level have. */
interface SecurityLevel {
  /** 1 .. 63: sub-function 2 n - 1 asks for the seed of level n, and 2 n sends its key. */
  readonly securityLevel: number;
}

/** Request 0x27 with an odd sub-function. */
export interface RequestSeedRequest
  extends RequestMessage<"securityAccess", 0x27>,
    SubFunction<"requestSeed">,
    SecurityLevel {
  /** securityAccessDataRecord, often empty: a view of the message, not a copy. */
  readonly securityAccessDataRecord: Uint8Array;
}

/** Request 0x27 with an even sub-function. */
export interface SendKeyRequest extends RequestMessage<"securityAccess", 0x27>, SubFunction<"sendKey">, SecurityLevel {
  /** At least one byte: a view of the message, not a copy. */
  readonly securityKey: Uint8Array;
}

/** Positive response 0x67 with an odd sub-function. */
export interface RequestSeedResponse
  extends ResponseMessage<"securityAccess", 0x67>,
    SubFunction<"requestSeed">,
    SecurityLevel {
  /** At least one byte; all zero when the level is unlocked already. A view of the message, not a copy. */
  readonly securitySeed: Uint8Array;
}

/** Positive response 0x67 with an even sub-function: the level is unlocked. */
export interface SendKeyResponse
  extends ResponseMessage<"securityAccess", 0x67>,
    SubFunction<"sendKey">,
    SecurityLevel {}

/** Request of SecurityAccess; tell them apart by `subFunction`. */
export type SecurityAccessRequest = RequestSeedRequest | SendKeyRequest;

/** Positive response of SecurityAccess; tell them apart by `subFunction`. */
export type SecurityAccessResponse = RequestSeedResponse | SendKeyResponse;

/** What is needed to write a request; an absent data record is empty. */
export type EncodableSecurityAccessRequest = Encodable<SecurityAccessRequest, "securityAccessDataRecord">;

/** What is needed to write a response. */
export type EncodableSecurityAccessResponse = Encodable<SecurityAccessResponse>;

const highestLevel = 63;

/** Whether the sub-function is that of a level; 0x00 and 0x7F are of none. */
function hasLevel(id: number): boolean {
  return id > 0 && id <= 2 * highestLevel;
}

/**
 * Reads a request; that of another service, and sub-functions of no level, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeSecurityAccessRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<SecurityAccessRequest | UnknownRequest> {
  if (bytes[0] !== 0x27) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  if (!pdu.failed && !hasLevel(subFunctionId)) return unknownSubFunctionRequest(bytes, subFunctionId);
  const head = { kind: "request", service: "securityAccess", sid: 0x27 } as const;
  const level = {
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    securityLevel: (subFunctionId + 1) >>> 1,
  };
  return pdu.finish<SecurityAccessRequest>(
    subFunctionId % 2 === 1
      ? { ...head, subFunction: "requestSeed", ...level, securityAccessDataRecord: pdu.rest(), bytes }
      : { ...head, subFunction: "sendKey", ...level, securityKey: pdu.rest("/securityKey", 1), bytes },
  );
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeSecurityAccessRequest(request: EncodableSecurityAccessRequest): Bytes {
  if (request.subFunction === "sendKey") {
    const { securityKey } = request;
    return startMessage(0x27, request, securityKey.length).bytes(securityKey, "/securityKey", 1).finish();
  }
  const { securityAccessDataRecord: record = new Uint8Array() } = request;
  return startMessage(0x27, request, record.length).bytes(record, "/securityAccessDataRecord").finish();
}

/**
 * Reads a positive response; another message, and sub-functions of no level, come back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeSecurityAccessResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<SecurityAccessResponse | UnknownResponse> {
  if (bytes[0] !== 0x67) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  if (!pdu.failed && !hasLevel(subFunctionId)) return unknownSubFunctionResponse(bytes, subFunctionId, pdu.warnings);
  const head = { kind: "positive", service: "securityAccess", sid: 0x67 } as const;
  const level = {
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    securityLevel: (subFunctionId + 1) >>> 1,
  };
  return pdu.finish<SecurityAccessResponse>(
    subFunctionId % 2 === 1
      ? { ...head, subFunction: "requestSeed", ...level, securitySeed: pdu.rest("/securitySeed", 1), bytes }
      : { ...head, subFunction: "sendKey", ...level, bytes },
  );
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeSecurityAccessResponse(response: EncodableSecurityAccessResponse): Bytes {
  if (response.subFunction === "sendKey") return startMessage(0x67, response, 0).finish();
  const { securitySeed } = response;
  return startMessage(0x67, response, securitySeed.length).bytes(securitySeed, "/securitySeed", 1).finish();
}

/** Starts a message with the sub-function that name and level make. */
function startMessage(
  sid: number,
  message: EncodableSecurityAccessRequest | EncodableSecurityAccessResponse,
  dataLength: number,
): PduWriter {
  const { subFunction, subFunctionId, securityLevel, suppressPosRspMsgIndicationBit } = message;
  const pdu = new PduWriter(sid, 2 + dataLength);
  if (subFunction !== "requestSeed" && subFunction !== "sendKey") {
    throw pdu.wrong("/subFunction", `"${String(subFunction)}" is no sub-function of the service`);
  }
  if (!Number.isInteger(securityLevel) || securityLevel < 1 || securityLevel > highestLevel) {
    throw pdu.wrong("/securityLevel", `expected integer 1..${highestLevel}, got ${String(securityLevel)}`);
  }
  const id = subFunction === "sendKey" ? 2 * securityLevel : 2 * securityLevel - 1;
  if (subFunctionId !== undefined && subFunctionId !== id) {
    throw pdu.wrong("/subFunctionId", `${String(subFunctionId)} is not ${subFunction} of level ${securityLevel}`);
  }
  return pdu.subFunction(id, suppressPosRspMsgIndicationBit);
}
