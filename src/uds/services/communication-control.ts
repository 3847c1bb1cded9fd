/**
 * CommunicationControl (0x28): switches sending and receiving of messages on and off.
 *
 * Standard: ISO 14229-1 (CommunicationControl); names and the meaning of the bits as python-udsoncan, Wireshark and scapy agree on them.
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

/** controlType. */
export type CommunicationControlType =
  | "enableRxAndTx"
  | "enableRxAndDisableTx"
  | "disableRxAndEnableTx"
  | "disableRxAndTx"
  | "enableRxAndDisableTxWithEnhancedAddressInformation"
  | "enableRxAndTxWithEnhancedAddressInformation"
  | SubFunctionRange;

/** What {@link describeCommunicationType} says. */
export interface CommunicationType {
  /** Bit 0. */
  readonly normalCommunicationMessages: boolean;
  /** Bit 1. */
  readonly networkManagementCommunicationMessages: boolean;
  /** Bits 4 .. 7: 0 all networks, 1 .. 14 a subnet, 15 the network on which the request came. */
  readonly subnet: number;
}

/** Request 0x28. */
export interface CommunicationControlRequest
  extends RequestMessage<"communicationControl", 0x28>,
    SubFunction<CommunicationControlType> {
  /** communicationType, 0 .. 255: which messages on which network; {link describeCommunicationType} takes it apart. */
  readonly communicationType: number;
  /** nodeIdentificationNumber, 0 .. 0xFFFF: only, and always, with the two types of enhanced address information. */
  readonly nodeIdentificationNumber?: number;
}

/** Positive response 0x68. */
export interface CommunicationControlResponse
  extends ResponseMessage<"communicationControl", 0x68>,
    SubFunction<CommunicationControlType> {}

/** What is needed to write a request. */
export type EncodableCommunicationControlRequest = Encodable<CommunicationControlRequest>;

/** What is needed to write a response. */
export type EncodableCommunicationControlResponse = Encodable<CommunicationControlResponse>;

const names: SubFunctionNames<CommunicationControlType> =
  /* @__PURE__ */ new SubFunctionNames<CommunicationControlType>(
    {
      0x00: "enableRxAndTx",
      0x01: "enableRxAndDisableTx",
      0x02: "disableRxAndEnableTx",
      0x03: "disableRxAndTx",
      0x04: "enableRxAndDisableTxWithEnhancedAddressInformation",
      0x05: "enableRxAndTxWithEnhancedAddressInformation",
    },
    "specificRanges",
  );

/** Whether a control type names a node behind the ECU. */
function hasNode(id: number): boolean {
  return id === 0x04 || id === 0x05;
}

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeCommunicationControlRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<CommunicationControlRequest | UnknownRequest> {
  if (bytes[0] !== 0x28) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.subFunction();
  const communicationType = pdu.u8("/communicationType");
  const node = hasNode(subFunctionId) ? { nodeIdentificationNumber: pdu.u16("/nodeIdentificationNumber") } : {};
  return pdu.finish<CommunicationControlRequest>({
    kind: "request",
    service: "communicationControl",
    sid: 0x28,
    subFunction: names.nameOf(subFunctionId),
    subFunctionId,
    suppressPosRspMsgIndicationBit: pdu.suppress,
    communicationType,
    ...node,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeCommunicationControlRequest(
  request: EncodableCommunicationControlRequest,
  options: EncodeOptions = {},
): Bytes {
  const { communicationType, nodeIdentificationNumber } = request;
  const id = names.idOf(request);
  const pdu = new PduWriter(0x28, hasNode(id) ? 5 : 3)
    .subFunction(id, request.suppressPosRspMsgIndicationBit)
    .u8(communicationType, "/communicationType");
  if (hasNode(id)) {
    requireEdition({ since: "2013" }, options, request.subFunction, "/subFunction");
    return pdu.u16(nodeIdentificationNumber as number, "/nodeIdentificationNumber").finish();
  }
  if (nodeIdentificationNumber !== undefined) {
    throw pdu.wrong("/nodeIdentificationNumber", "only control types with enhanced address information have it");
  }
  return pdu.finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeCommunicationControlResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<CommunicationControlResponse | UnknownResponse> {
  if (bytes[0] !== 0x68) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const subFunctionId = pdu.echoedSubFunction();
  return pdu.finish<CommunicationControlResponse>({
    kind: "positive",
    service: "communicationControl",
    sid: 0x68,
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
export function encodeCommunicationControlResponse(response: EncodableCommunicationControlResponse): Bytes {
  return new PduWriter(0x68, 2).subFunction(names.idOf(response), response.suppressPosRspMsgIndicationBit).finish();
}

/**
 * Takes a communicationType apart.
 *
 * @param communicationType - 0 .. 255; other bits than the lowest eight are not looked at
 * @example
 * ```ts
 * describeCommunicationType(0x01); // normalCommunicationMessages true, networkManagementCommunicationMessages false, subnet 0
 * ```
 */
export function describeCommunicationType(communicationType: number): CommunicationType {
  return {
    normalCommunicationMessages: (communicationType & 1) !== 0,
    networkManagementCommunicationMessages: (communicationType & 2) !== 0,
    subnet: (communicationType >>> 4) & 15,
  };
}
