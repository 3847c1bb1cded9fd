/**
 * Vehicle diagnostics by UDS (ISO 14229-1): responses, trouble codes, status bits and negative response codes.
 *
 * Bytes in, values out; no bus, no clock. What the ECU says is data, also a refusal; what is malformed is a fault with
 * its place.
 *
 * @packageDocumentation
 */

export type { DecodeOptions, Leniency, UdsResult } from "./decoding.ts";
export { strictLeniency } from "./decoding.ts";
export type { DtcControl, DtcDescription, DtcSystem } from "./dtc.ts";
export { describeDtc, formatDtc, formatTwoByteDtc, parseDtc, parseTwoByteDtc } from "./dtc.ts";
export type { DtcCursor } from "./dtc-cursor.ts";
export type { DtcList, DtcRecord } from "./dtc-list.ts";
export { decodeDtcRecords, scanDtcs } from "./dtc-list.ts";
export type { DtcStatusFlag, DtcStatusFlags } from "./dtc-status.ts";
export { decodeDtcStatus, dtcStatusBits, encodeDtcStatus } from "./dtc-status.ts";
export * from "./errors.ts";
export type { NegativeResponse } from "./negative-response.ts";
export { decodeNegativeResponse } from "./negative-response.ts";
export type { NrcDescription, NrcKind, NrcName } from "./nrc.ts";
export { describeNrc, negativeResponseCodes } from "./nrc.ts";
export * from "./reasons.ts";
export type { PositiveResponse, UdsResponse } from "./response.ts";
export { decodeResponse } from "./response.ts";
export type { ServiceName } from "./service-names.ts";
export { serviceName, serviceNames } from "./service-names.ts";
export type {
  DtcAndStatusRecord,
  DtcListResponse,
  ReadDTCInformationResponse,
  ReportDTCByStatusMaskResponse,
  ReportSupportedDTCResponse,
} from "./services/read-dtc-information.ts";
export { decodeReadDTCInformationResponse } from "./services/read-dtc-information.ts";
export type { UnknownResponse } from "./unknown-response.ts";
