/**
 * WriteMemoryByAddress (0x3D): writes a part of the memory.
 *
 * Standard: ISO 14229-1 (WriteMemoryByAddress); layout as mdabrowski1990/uds and python-udsoncan agree on it.
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

/** Request 0x3D. */
export interface WriteMemoryByAddressRequest extends RequestMessage<"writeMemoryByAddress", 0x3d>, MemoryLocation {
  /** The bytes to write: a view of the message, not a copy. */
  readonly dataRecord: Uint8Array;
}

/** Positive response 0x7D. */
export interface WriteMemoryByAddressResponse extends ResponseMessage<"writeMemoryByAddress", 0x7d>, MemoryLocation {}

/** What is needed to write a request; without a format, address and size take as few bytes as they can. */
export type EncodableWriteMemoryByAddressRequest = Encodable<
  WriteMemoryByAddressRequest,
  "addressAndLengthFormatIdentifier"
>;

/** What is needed to write a response; without a format, address and size take as few bytes as they can. */
export type EncodableWriteMemoryByAddressResponse = Encodable<
  WriteMemoryByAddressResponse,
  "addressAndLengthFormatIdentifier"
>;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_LENGTH_FORMAT`. Data of another length than `memorySize` are a warning.
 */
export function decodeWriteMemoryByAddressRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<WriteMemoryByAddressRequest | UnknownRequest> {
  if (bytes[0] !== 0x3d) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const addressAndLengthFormatIdentifier = readMemoryFormat(pdu);
  const memoryAddress = readMemoryAddress(pdu, addressAndLengthFormatIdentifier);
  const memorySize = readMemorySize(pdu, addressAndLengthFormatIdentifier);
  const dataRecord = pdu.rest("/dataRecord");
  if (memorySize !== dataRecord.length) {
    const message = `Memory size and data differ: ${memorySize} and ${dataRecord.length} bytes`;
    pdu.warnings.push({ code: "memory_size_mismatch", message, path: "/dataRecord" });
  }
  return pdu.finish<WriteMemoryByAddressRequest>({
    kind: "request",
    service: "writeMemoryByAddress",
    sid: 0x3d,
    addressAndLengthFormatIdentifier,
    memoryAddress,
    memorySize,
    dataRecord,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeWriteMemoryByAddressRequest(request: EncodableWriteMemoryByAddressRequest): Bytes {
  const { dataRecord } = request;
  return writeMemoryLocation(new PduWriter(0x3d, 8 + dataRecord.length), request)
    .bytes(dataRecord, "/dataRecord")
    .finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`.
 */
export function decodeWriteMemoryByAddressResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<WriteMemoryByAddressResponse | UnknownResponse> {
  if (bytes[0] !== 0x7d) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const addressAndLengthFormatIdentifier = readMemoryFormat(pdu);
  return pdu.finish<WriteMemoryByAddressResponse>({
    kind: "positive",
    service: "writeMemoryByAddress",
    sid: 0x7d,
    addressAndLengthFormatIdentifier,
    memoryAddress: readMemoryAddress(pdu, addressAndLengthFormatIdentifier),
    memorySize: readMemorySize(pdu, addressAndLengthFormatIdentifier),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeWriteMemoryByAddressResponse(response: EncodableWriteMemoryByAddressResponse): Bytes {
  return writeMemoryLocation(new PduWriter(0x7d, 8), response).finish();
}
