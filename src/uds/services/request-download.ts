/**
 * RequestDownload (0x34): asks to send data into the memory of the ECU; transferData then carries them.
 *
 * Standard: ISO 14229-1 (RequestDownload); layout as mdabrowski1990/uds and python-udsoncan agree on it.
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
import { PduReader, type WireInteger } from "../pdu-reader.ts";
import { PduWriter, shortestLength } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x34. */
export interface RequestDownloadRequest extends RequestMessage<"requestDownload", 0x34>, MemoryLocation {
  /** compressionMethod in the high half byte, encryptingMethod in the low one; 0: neither. */
  readonly dataFormatIdentifier: number;
}

/** Positive response 0x74. */
export interface RequestDownloadResponse extends ResponseMessage<"requestDownload", 0x74> {
  /** Bytes of `maxNumberOfBlockLength` in the high half byte; the low one is reserved. */
  readonly lengthFormatIdentifier: number;
  /** Longest message of transferData in bytes, its SID and block sequence counter included. */
  readonly maxNumberOfBlockLength: WireInteger;
}

/** What is needed to write a request; without a format, address and size take as few bytes as they can. */
export type EncodableRequestDownloadRequest = Encodable<RequestDownloadRequest, "addressAndLengthFormatIdentifier">;

/** What is needed to write a response; without a format, the length takes as few bytes as it can. */
export type EncodableRequestDownloadResponse = Encodable<RequestDownloadResponse, "lengthFormatIdentifier">;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`.
 */
export function decodeRequestDownloadRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RequestDownloadRequest | UnknownRequest> {
  if (bytes[0] !== 0x34) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const dataFormatIdentifier = pdu.u8("/dataFormatIdentifier");
  const addressAndLengthFormatIdentifier = readMemoryFormat(pdu);
  return pdu.finish<RequestDownloadRequest>({
    kind: "request",
    service: "requestDownload",
    sid: 0x34,
    dataFormatIdentifier,
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
export function encodeRequestDownloadRequest(request: EncodableRequestDownloadRequest): Bytes {
  const pdu = new PduWriter(0x34, 11).u8(request.dataFormatIdentifier, "/dataFormatIdentifier");
  return writeMemoryLocation(pdu, request).finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LENGTH_FORMAT`.
 */
export function decodeRequestDownloadResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<RequestDownloadResponse | UnknownResponse> {
  if (bytes[0] !== 0x74) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const lengthFormatIdentifier = pdu.u8("/lengthFormatIdentifier");
  const length = pdu.integerLength(lengthFormatIdentifier >>> 4, 1, "/lengthFormatIdentifier");
  return pdu.finish<RequestDownloadResponse>({
    kind: "positive",
    service: "requestDownload",
    sid: 0x74,
    lengthFormatIdentifier,
    maxNumberOfBlockLength: pdu.uint(length, "/maxNumberOfBlockLength"),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeRequestDownloadResponse(response: EncodableRequestDownloadResponse): Bytes {
  const { maxNumberOfBlockLength: longest } = response;
  const format = response.lengthFormatIdentifier ?? shortestLength(longest) << 4;
  return new PduWriter(0x74, 6)
    .u8(format, "/lengthFormatIdentifier")
    .uint(longest, format >>> 4, "/maxNumberOfBlockLength")
    .finish();
}
