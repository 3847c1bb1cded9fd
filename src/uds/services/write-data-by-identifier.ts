/**
 * WriteDataByIdentifier (0x2E): writes the data of an identifier.
 *
 * Standard: ISO 14229-1 (WriteDataByIdentifier); layout as mdabrowski1990/uds and python-udsoncan agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import { type DataRecord, explainData } from "../data-record.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x2E. */
export interface WriteDataByIdentifierRequest extends RequestMessage<"writeDataByIdentifier", 0x2e>, DataRecord {}

/** Positive response 0x6E. */
export interface WriteDataByIdentifierResponse extends ResponseMessage<"writeDataByIdentifier", 0x6e> {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
}

/** What is needed to write a request; of its data only the bytes. */
export type EncodableWriteDataByIdentifierRequest = Encodable<WriteDataByIdentifierRequest, "name" | "values">;

/** What is needed to write a response. */
export type EncodableWriteDataByIdentifierResponse = Encodable<WriteDataByIdentifierResponse>;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeWriteDataByIdentifierRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<WriteDataByIdentifierRequest | UnknownRequest> {
  if (bytes[0] !== 0x2e) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const dataIdentifier = pdu.u16("/dataIdentifier");
  const start = pdu.position;
  const dataRecord = pdu.rest("/dataRecord", 1);
  const explained = pdu.failed ? {} : explainData(options.dictionary, dataIdentifier, bytes, start, bytes.length);
  return pdu.finish<WriteDataByIdentifierRequest>({
    kind: "request",
    service: "writeDataByIdentifier",
    sid: 0x2e,
    dataIdentifier,
    dataRecord,
    ...explained,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeWriteDataByIdentifierRequest(request: EncodableWriteDataByIdentifierRequest): Bytes {
  const { dataIdentifier, dataRecord } = request;
  return new PduWriter(0x2e, 3 + dataRecord.length)
    .u16(dataIdentifier, "/dataIdentifier")
    .bytes(dataRecord, "/dataRecord", 1)
    .finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeWriteDataByIdentifierResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<WriteDataByIdentifierResponse | UnknownResponse> {
  if (bytes[0] !== 0x6e) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<WriteDataByIdentifierResponse>({
    kind: "positive",
    service: "writeDataByIdentifier",
    sid: 0x6e,
    dataIdentifier: pdu.u16("/dataIdentifier"),
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeWriteDataByIdentifierResponse(response: EncodableWriteDataByIdentifierResponse): Bytes {
  return new PduWriter(0x6e, 3).u16(response.dataIdentifier, "/dataIdentifier").finish();
}
