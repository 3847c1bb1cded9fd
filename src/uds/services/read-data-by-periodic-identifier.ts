/**
 * ReadDataByPeriodicIdentifier (0x2A): has the ECU send data over and over, or stop.
 *
 * A periodic identifier is the low byte of a data identifier 0xF200 .. 0xF2FF. Data that the ECU sends without an SID, as
 * on CAN with an address of its own, are no message of this decoder.
 *
 * Standard: ISO 14229-1 (ReadDataByPeriodicIdentifier); layout as mdabrowski1990/uds and scapy agree on it.
 */

import type { Bytes } from "../../core/index.ts";
import type { DecodeOptions, UdsResult } from "../decoding.ts";
import type { Encodable, RequestMessage, ResponseMessage } from "../messages.ts";
import { PduReader } from "../pdu-reader.ts";
import { PduWriter } from "../pdu-writer.ts";
import { SubFunctionNames } from "../sub-functions.ts";
import { otherRequest, type UnknownRequest } from "../unknown-request.ts";
import { otherResponse, type UnknownResponse } from "../unknown-response.ts";

/** transmissionMode. */
export type TransmissionMode =
  | "sendAtSlowRate"
  | "sendAtMediumRate"
  | "sendAtFastRate"
  | "stopSending"
  | "isoSaeReserved";

/** Request 0x2A. */
export interface ReadDataByPeriodicIdentifierRequest extends RequestMessage<"readDataByPeriodicIdentifier", 0x2a> {
  readonly transmissionMode: TransmissionMode;
  /** 0 .. 255. */
  readonly transmissionModeId: number;
  /** Each 0 .. 255; at least one to start sending, and none to stop all. */
  readonly periodicDataIdentifiers: readonly number[];
}

/** Positive response 0x6A: of the request, or one of the data messages that follow it. */
export interface ReadDataByPeriodicIdentifierResponse extends ResponseMessage<"readDataByPeriodicIdentifier", 0x6a> {
  /** Absent in the response to the request. */
  readonly periodicData?: PeriodicData;
}

/** The data of one periodic identifier. */
export interface PeriodicData {
  /** 0 .. 255. */
  readonly periodicDataIdentifier: number;
  /** At least one byte: a view of the message, not a copy. */
  readonly dataRecord: Uint8Array;
}

/** What is needed to write a request; `transmissionModeId` only for a reserved mode. */
export type EncodableReadDataByPeriodicIdentifierRequest = Encodable<
  ReadDataByPeriodicIdentifierRequest,
  "transmissionModeId"
>;

/** What is needed to write a response. */
export type EncodableReadDataByPeriodicIdentifierResponse = Encodable<ReadDataByPeriodicIdentifierResponse>;

const names: SubFunctionNames<TransmissionMode> = /* @__PURE__ */ new SubFunctionNames<TransmissionMode>(
  { 0x01: "sendAtSlowRate", 0x02: "sendAtMediumRate", 0x03: "sendAtFastRate", 0x04: "stopSending" },
  "reservedOnly",
  256,
);

/** Whether a mode starts sending, which needs something to be sent. */
function startsSending(id: number): boolean {
  return id >= 0x01 && id <= 0x03;
}

/**
 * Reads a request; that of another service comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeReadDataByPeriodicIdentifierRequest(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDataByPeriodicIdentifierRequest | UnknownRequest> {
  if (bytes[0] !== 0x2a) return otherRequest(bytes);
  const pdu = new PduReader(bytes, options);
  const transmissionModeId = pdu.u8("/transmissionModeId");
  const identifiers = pdu.rest("/periodicDataIdentifiers/0", startsSending(transmissionModeId) ? 1 : 0);
  return pdu.finish<ReadDataByPeriodicIdentifierRequest>({
    kind: "request",
    service: "readDataByPeriodicIdentifier",
    sid: 0x2a,
    transmissionMode: names.nameOf(transmissionModeId) as TransmissionMode,
    transmissionModeId,
    periodicDataIdentifiers: Array.from(identifiers),
    bytes,
  });
}

/**
 * Writes a request.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadDataByPeriodicIdentifierRequest(
  request: EncodableReadDataByPeriodicIdentifierRequest,
): Bytes {
  const { transmissionMode, transmissionModeId, periodicDataIdentifiers: identifiers } = request;
  const pdu = new PduWriter(0x2a, 2 + identifiers.length);
  const id = names.idOfMember(transmissionMode, transmissionModeId, "/transmissionMode");
  if (startsSending(id) && identifiers.length === 0)
    throw pdu.wrong("/periodicDataIdentifiers", "expected at least one");
  pdu.u8(id, "/transmissionModeId");
  for (const [index, identifier] of identifiers.entries()) pdu.item("/periodicDataIdentifiers", index).u8(identifier);
  return pdu.finish();
}

/**
 * Reads a positive response or a data message; another message comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`.
 */
export function decodeReadDataByPeriodicIdentifierResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<ReadDataByPeriodicIdentifierResponse | UnknownResponse> {
  if (bytes[0] !== 0x6a) return otherResponse(bytes);
  const pdu = new PduReader(bytes, options);
  const data = pdu.remaining > 0 ? { periodicData: readPeriodicData(pdu) } : {};
  return pdu.finish<ReadDataByPeriodicIdentifierResponse>({
    kind: "positive",
    service: "readDataByPeriodicIdentifier",
    sid: 0x6a,
    ...data,
    bytes,
  });
}

function readPeriodicData(pdu: PduReader): PeriodicData {
  return {
    periodicDataIdentifier: pdu.u8("/periodicData/periodicDataIdentifier"),
    dataRecord: pdu.rest("/periodicData/dataRecord", 1),
  };
}

/**
 * Writes a response or a data message.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE`
 */
export function encodeReadDataByPeriodicIdentifierResponse(
  response: EncodableReadDataByPeriodicIdentifierResponse,
): Bytes {
  const { periodicData } = response;
  if (periodicData === undefined) return new PduWriter(0x6a, 1).finish();
  const { periodicDataIdentifier, dataRecord } = periodicData;
  return new PduWriter(0x6a, 2 + dataRecord.length)
    .u8(periodicDataIdentifier, "/periodicData/periodicDataIdentifier")
    .bytes(dataRecord, "/periodicData/dataRecord", 1)
    .finish();
}
