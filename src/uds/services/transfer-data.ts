/**
 * TransferData (0x36): carries one block of a download or an upload.
 *
 * Standard: ISO 14229-1 (TransferData); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x36. */
export interface TransferDataRequest extends RequestMessage<"transferData", 0x36> {
  /** 0 .. 255: the first block has 1, and 0 follows 255; the same again repeats a block. */
  readonly blockSequenceCounter: number;
  /** transferRequestParameterRecord; empty when an upload asks for a block: a view of the message, not a copy. */
  readonly transferRequestParameterRecord: Uint8Array;
}

/** Positive response 0x76. */
export interface TransferDataResponse extends ResponseMessage<"transferData", 0x76> {
  /** 0 .. 255: that of the request. */
  readonly blockSequenceCounter: number;
  /** transferResponseParameterRecord, often empty: a view of the message, not a copy. */
  readonly transferResponseParameterRecord: Uint8Array;
}

/** What is needed to write a request; an absent record is empty. */
export type EncodableTransferDataRequest = Encodable<TransferDataRequest, "transferRequestParameterRecord">;

/** What is needed to write a response; an absent record is empty. */
export type EncodableTransferDataResponse = Encodable<TransferDataResponse, "transferResponseParameterRecord">;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeTransferDataRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<TransferDataRequest | UnknownRequest> {
  if (bytes[0] !== 0x36) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<TransferDataRequest>({
    kind: "request",
    service: "transferData",
    sid: 0x36,
    blockSequenceCounter: pdu.u8("/blockSequenceCounter"),
    transferRequestParameterRecord: pdu.rest(),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeTransferDataRequest(request: EncodableTransferDataRequest): Bytes {
  const { blockSequenceCounter, transferRequestParameterRecord: record } = request;
  const pdu = new PduWriter(0x36, 2 + (record?.length ?? 0)).u8(blockSequenceCounter, "/blockSequenceCounter");
  return (record === undefined ? pdu : pdu.bytes(record, "/transferRequestParameterRecord")).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeTransferDataResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<TransferDataResponse | UnknownResponse> {
  if (bytes[0] !== 0x76) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<TransferDataResponse>({
    kind: "positive",
    service: "transferData",
    sid: 0x76,
    blockSequenceCounter: pdu.u8("/blockSequenceCounter"),
    transferResponseParameterRecord: pdu.rest(),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeTransferDataResponse(response: EncodableTransferDataResponse): Bytes {
  const { blockSequenceCounter, transferResponseParameterRecord: record } = response;
  const pdu = new PduWriter(0x76, 2 + (record?.length ?? 0)).u8(blockSequenceCounter, "/blockSequenceCounter");
  return (record === undefined ? pdu : pdu.bytes(record, "/transferResponseParameterRecord")).finish();
}
