/**
 * On-board diagnostics of emissions: the services 01 to 0A of OBD-II (SAE J1979, ISO 15031-5), and the identifiers of WWH-OBD (ISO 27145).
 *
 * Bytes in, values with units out. A value that the vehicle does not have is a word, never zero.
 *
 * @packageDocumentation
 */

export type { UdsResult } from "../decoding.ts";
export type { NegativeResponse } from "../negative-response.ts";
export { encodeObdResponse } from "./encode.ts";
export type { ObdReading } from "./layout.ts";
export type * from "./messages.ts";
export { describeObdParameter, type ObdParameterDescription } from "./parameters.ts";
export type { ObdMonitor, ObdReadiness } from "./readiness.ts";
export * from "./request.ts";
export { decodeObdResponse, type ObdDecodeOptions } from "./response.ts";
export * from "./wwh.ts";
