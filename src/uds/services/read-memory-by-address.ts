/**
 * ReadMemoryByAddress (0x23): reads a part of the memory.
 *
 * Standard: ISO 14229-1 (ReadMemoryByAddress); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import {
  type MemoryLocation,
  readMemoryAddress,
  readMemoryFormat,
  readMemorySize,
  writeMemoryLocation,
} from "../memory-location.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x23. */
export interface ReadMemoryByAddressRequest extends RequestMessage<"readMemoryByAddress", 0x23>, MemoryLocation {}

/** Positive response 0x63. */
export interface ReadMemoryByAddressResponse extends ResponseMessage<"readMemoryByAddress", 0x63> {
  /** The bytes read, at least one: a view of the message, not a copy. */
  readonly dataRecord: Uint8Array;
}

/** What is needed to write a request; without a format, address and size take as few bytes as they can. */
export type EncodableReadMemoryByAddressRequest = Encodable<
  ReadMemoryByAddressRequest,
  "addressAndLengthFormatIdentifier"
>;

/** What is needed to write a response. */
export type EncodableReadMemoryByAddressResponse = Encodable<ReadMemoryByAddressResponse>;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`.
 */
export function decodeReadMemoryByAddressRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadMemoryByAddressRequest | UnknownRequest> {
  if (bytes[0] !== 0x23) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const addressAndLengthFormatIdentifier = readMemoryFormat(pdu);
  return pdu.finish<ReadMemoryByAddressRequest>({
    kind: "request",
    service: "readMemoryByAddress",
    sid: 0x23,
    addressAndLengthFormatIdentifier,
    memoryAddress: readMemoryAddress(pdu, addressAndLengthFormatIdentifier),
    memorySize: readMemorySize(pdu, addressAndLengthFormatIdentifier),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadMemoryByAddressRequest(request: EncodableReadMemoryByAddressRequest): Bytes {
  return writeMemoryLocation(new PduWriter(0x23, 8), request).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeReadMemoryByAddressResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadMemoryByAddressResponse | UnknownResponse> {
  if (bytes[0] !== 0x63) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<ReadMemoryByAddressResponse>({
    kind: "positive",
    service: "readMemoryByAddress",
    sid: 0x63,
    dataRecord: pdu.rest("/dataRecord", 1),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadMemoryByAddressResponse(response: EncodableReadMemoryByAddressResponse): Bytes {
  const { dataRecord } = response;
  return new PduWriter(0x63, 1 + dataRecord.length).bytes(dataRecord, "/dataRecord", 1).finish();
}
