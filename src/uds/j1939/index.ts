/**
 * Diagnostic messages of heavy vehicles (SAE J1939-73): trouble codes with every reading, lamps, freeze frames, readiness, test results.
 *
 * Contents come as one message: putting packets together is the transport's work.
 *
 * @packageDocumentation
 */

export type { UdsResult } from "../decoding.ts";
export { decodeJ1939Message, type J1939MessageOf } from "./decode.ts";
export * from "./encode.ts";
export * from "./identification.ts";
export * from "./identifier.ts";
export type { J1939LampState, J1939Lamps } from "./lamps.ts";
export * from "./messages.ts";
export type { J1939DecodeOptions } from "./records.ts";
export type { J1939CodeCandidate, J1939TroubleCode } from "./trouble-code.ts";
export type { J1939Value } from "./values.ts";
