/**
 * Vehicle diagnostics by UDS (ISO 14229-1): requests and responses of every service, trouble codes, status bits,
 * dictionaries of data and negative response codes.
 *
 * Bytes in, values out; no bus, no clock. What the ECU says is data, also a refusal; what is malformed is a fault with
 * its place.
 *
 * @packageDocumentation
 */

export type { DataRecord } from "./data-record.ts";
export type { DecodeOptions, Leniency, UdsResult } from "./decoding.ts";
export { strictLeniency } from "./decoding.ts";
export { parseDictionary } from "./dictionary/parse.ts";
export type * from "./dictionary/types.ts";
export type { DtcControl, DtcDescription, DtcSystem } from "./dtc.ts";
export { describeDtc, formatDtc, formatTwoByteDtc, parseDtc, parseTwoByteDtc } from "./dtc.ts";
export * from "./dtc-catalogue.ts";
export type { DtcCursor } from "./dtc-cursor.ts";
export * from "./dtc-diff.ts";
export * from "./dtc-explain.ts";
export * from "./dtc-failure-type.ts";
export type { DtcFormatName } from "./dtc-format.ts";
export { defaultDtcFormat, displayDtc, dtcFormatName, dtcFormats } from "./dtc-format.ts";
export * from "./dtc-groups.ts";
export * from "./dtc-j1939.ts";
export * from "./dtc-lint.ts";
export type { DtcList, DtcRecord } from "./dtc-list.ts";
export { decodeDtcRecords, scanDtcs } from "./dtc-list.ts";
export * from "./dtc-severity.ts";
export type { DtcStatusFlag, DtcStatusFlags } from "./dtc-status.ts";
export { afterClearStatus, decodeDtcStatus, dtcStatusBits, encodeDtcStatus, isAfterClear } from "./dtc-status.ts";
export type { Edition, EncodeOptions } from "./editions.ts";
export * from "./errors.ts";
export type { MemoryLocation } from "./memory-location.ts";
export type { DerivedMember, Encodable, RequestMessage, ResponseMessage, SubFunction } from "./messages.ts";
export type { EncodableNegativeResponse, NegativeResponse } from "./negative-response.ts";
export { decodeNegativeResponse, encodeNegativeResponse } from "./negative-response.ts";
export type { LegacyNrcName, NrcDescription, NrcKind, NrcName } from "./nrc.ts";
export { describeNrc, legacyNegativeResponseCodes, negativeResponseCodes } from "./nrc.ts";
export type { WireInteger } from "./pdu-reader.ts";
export * from "./reasons.ts";
export * from "./request.ts";
export * from "./response.ts";
export type {
  AnsweringEvent,
  DataIdentifierChange,
  DtcRecordInformation,
  DtcStatusChange,
  EventTypeRecords,
  MostRecentDtc,
  RecordedEvent,
  TimerInterrupt,
  ValueComparison,
} from "./response-on-event-records.ts";
export type { ServiceName } from "./service-names.ts";
export { serviceName, serviceNames } from "./service-names.ts";
export * from "./services/access-timing-parameter.ts";
export * from "./services/authentication.ts";
export * from "./services/clear-diagnostic-information.ts";
export * from "./services/communication-control.ts";
export * from "./services/control-dtc-setting.ts";
export * from "./services/diagnostic-session-control.ts";
export * from "./services/dynamically-define-data-identifier.ts";
export * from "./services/ecu-reset.ts";
export * from "./services/input-output-control-by-identifier.ts";
export * from "./services/link-control.ts";
export * from "./services/read-data-by-identifier.ts";
export * from "./services/read-data-by-periodic-identifier.ts";
export * from "./services/read-dtc-information.ts";
export * from "./services/read-memory-by-address.ts";
export * from "./services/read-scaling-data-by-identifier.ts";
export * from "./services/request-download.ts";
export * from "./services/request-file-transfer.ts";
export * from "./services/request-transfer-exit.ts";
export * from "./services/request-upload.ts";
export * from "./services/response-on-event.ts";
export * from "./services/routine-control.ts";
export * from "./services/secured-data-transmission.ts";
export * from "./services/security-access.ts";
export * from "./services/tester-present.ts";
export * from "./services/transfer-data.ts";
export * from "./services/write-data-by-identifier.ts";
export * from "./services/write-memory-by-address.ts";
export type { SubFunctionRange } from "./sub-functions.ts";
export * from "./undecoded.ts";
export type { UnknownRequest } from "./unknown-request.ts";
export type { UnknownResponse } from "./unknown-response.ts";
