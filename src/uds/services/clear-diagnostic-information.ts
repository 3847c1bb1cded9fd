/**
 * ClearDiagnosticInformation (0x14): clears the memory of trouble codes.
 *
 * Standard: ISO 14229-1 (ClearDiagnosticInformation); names as mdabrowski1990/uds and python-udsoncan agree on them.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** Request 0x14. */
export interface ClearDiagnosticInformationRequest extends RequestMessage<"clearDiagnosticInformation", 0x14> {
  /** groupOfDTC, 0 .. 0xFFFFFF; 0xFFFFFF: all. A trouble code is a group of its own. */
  readonly groupOfDTC: number;
  /** A user-defined memory, 0 .. 255; since the edition of 2020. */
  readonly memorySelection?: number;
}

/** Positive response 0x54: done; it carries nothing. */
export interface ClearDiagnosticInformationResponse extends ResponseMessage<"clearDiagnosticInformation", 0x54> {}

/** What is needed to write a request. */
export type EncodableClearDiagnosticInformationRequest = Encodable<ClearDiagnosticInformationRequest>;

/** What is needed to write a response. */
export type EncodableClearDiagnosticInformationResponse = Encodable<ClearDiagnosticInformationResponse>;

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeClearDiagnosticInformationRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ClearDiagnosticInformationRequest | UnknownRequest> {
  if (bytes[0] !== 0x14) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const groupOfDTC = pdu.u24("/groupOfDTC");
  const selection = pdu.remaining > 0 ? { memorySelection: pdu.u8("/memorySelection") } : {};
  return pdu.finish<ClearDiagnosticInformationRequest>({
    kind: "request",
    service: "clearDiagnosticInformation",
    sid: 0x14,
    groupOfDTC,
    ...selection,
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`, `ERR_UDS_EDITION`
 */
export function encodeClearDiagnosticInformationRequest(
  request: EncodableClearDiagnosticInformationRequest,
  options: EncodeOptions = {},
): Bytes {
  const { groupOfDTC, memorySelection } = request;
  const pdu = new PduWriter(0x14, memorySelection === undefined ? 4 : 5).u24(groupOfDTC, "/groupOfDTC");
  if (memorySelection === undefined) return pdu.finish();
  requireEdition({ since: "2020" }, options, "memorySelection of clearDiagnosticInformation", "/memorySelection");
  return pdu.u8(memorySelection, "/memorySelection").finish();
}

/**
 * Reads a positive response; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES`.
 */
export function decodeClearDiagnosticInformationResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ClearDiagnosticInformationResponse | UnknownResponse> {
  if (bytes[0] !== 0x54) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  return pdu.finish<ClearDiagnosticInformationResponse>({
    kind: "positive",
    service: "clearDiagnosticInformation",
    sid: 0x54,
    bytes,
  });
}

/**
 * Writes a response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeClearDiagnosticInformationResponse(
  _response: EncodableClearDiagnosticInformationResponse,
): Bytes {
  return new PduWriter(0x54, 1).finish();
}
