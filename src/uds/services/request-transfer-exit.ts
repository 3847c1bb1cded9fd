/**
 * RequestTransferExit (0x37): ends a download or an upload.
 *
 * Standard: ISO 14229-1 (RequestTransferExit); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x37. */
export interface RequestTransferExitRequest extends RequestMessage<"requestTransferExit", 0x37> {
  /** transferRequestParameterRecord, often empty: a view of the message, not a copy. */
  readonly transferRequestParameterRecord: Uint8Array;
}

/** Positive response 0x77. */
export interface RequestTransferExitResponse extends ResponseMessage<"requestTransferExit", 0x77> {
  /** transferResponseParameterRecord, often empty: a view of the message, not a copy. */
  readonly transferResponseParameterRecord: Uint8Array;
}

/** What is needed to write a request; an absent record is empty. */
export type EncodableRequestTransferExitRequest = Encodable<
  RequestTransferExitRequest,
  "transferRequestParameterRecord"
>;

/** What is needed to write a response; an absent record is empty. */
export type EncodableRequestTransferExitResponse = Encodable<
  RequestTransferExitResponse,
  "transferResponseParameterRecord"
>;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT` for the empty message.
 */
export function decodeRequestTransferExitRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RequestTransferExitRequest | UnknownRequest> {
  if (bytes[0] !== 0x37) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<RequestTransferExitRequest>({
    kind: "request",
    service: "requestTransferExit",
    sid: 0x37,
    transferRequestParameterRecord: pdu.rest(),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeRequestTransferExitRequest(request: EncodableRequestTransferExitRequest): Bytes {
  const { transferRequestParameterRecord: record } = request;
  const pdu = new PduWriter(0x37, 1 + (record?.length ?? 0));
  return (record === undefined ? pdu : pdu.bytes(record, "/transferRequestParameterRecord")).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT` for the empty message.
 */
export function decodeRequestTransferExitResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RequestTransferExitResponse | UnknownResponse> {
  if (bytes[0] !== 0x77) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<RequestTransferExitResponse>({
    kind: "positive",
    service: "requestTransferExit",
    sid: 0x77,
    transferResponseParameterRecord: pdu.rest(),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeRequestTransferExitResponse(response: EncodableRequestTransferExitResponse): Bytes {
  const { transferResponseParameterRecord: record } = response;
  const pdu = new PduWriter(0x77, 1 + (record?.length ?? 0));
  return (record === undefined ? pdu : pdu.bytes(record, "/transferResponseParameterRecord")).finish();
}
