/** Checks of one message: both ways, and the faults of either. */

import { expect } from "vitest";
import { bytesToHex, hexToBytes } from "../../../src/core/index.ts";
import {
  type DecodeOptions,
  decodeRequest,
  decodeResponse,
  type EncodableRequest,
  type EncodableResponse,
  type EncodeOptions,
  encodeRequest,
  encodeResponse,
  UdsError,
} from "../../../src/uds/index.ts";

/** A message as hexadecimal text, and its members as a caller writes them. */
export type Example<Message> = readonly [hex: string, message: Message, derived?: object];

/** The request reads as its members and `derived`, and is written from its members. */
export function checkRequest([hex, message, derived = {}]: Example<EncodableRequest>, options?: DecodeOptions): void {
  const bytes = hexToBytes(hex);
  const result = decodeRequest(bytes, options);
  const value = { kind: "request", sid: bytes[0], ...subFunctionOf(bytes, message), ...message, ...derived, bytes };
  expect(result).toEqual({ ok: true, value, warnings: [] });
  expect(bytesToHex(encodeRequest(message))).toBe(hex);
}

/** The response reads as its members and `derived`, and is written from its members. */
export function checkResponse([hex, message, derived = {}]: Example<EncodableResponse>, options?: DecodeOptions): void {
  const bytes = hexToBytes(hex);
  const result = decodeResponse(bytes, options);
  const value = { kind: "positive", sid: bytes[0], ...subFunctionOf(bytes, message), ...message, ...derived, bytes };
  expect(result).toEqual({ ok: true, value, warnings: [] });
  expect(bytesToHex(encodeResponse(message))).toBe(hex);
}

/** What follows from the second byte, where it is a sub-function. */
function subFunctionOf(bytes: Uint8Array, message: object): object {
  if (!("subFunction" in message)) return {};
  return { subFunctionId: bytes[1]! & 0x7f, suppressPosRspMsgIndicationBit: bytes[1]! >= 0x80 };
}

/** Fault of a request. */
export function requestFault(hex: string, options?: DecodeOptions): readonly [string, string, number] {
  const result = decodeRequest(hexToBytes(hex), options);
  if (result.ok) throw new Error(`Accepted ${hex}`);
  return [result.error.code, result.error.path, result.error.offset];
}

/** Fault of a response. */
export function responseFault(hex: string, options?: DecodeOptions): readonly [string, string, number] {
  const result = decodeResponse(hexToBytes(hex), options);
  if (result.ok) throw new Error(`Accepted ${hex}`);
  return [result.error.code, result.error.path, result.error.offset];
}

/** Error of writing a request; the message may be one that the types forbid. */
export function requestError(message: object, options?: EncodeOptions): readonly [string, string | undefined] {
  return errorOf(() => encodeRequest(message as EncodableRequest, options));
}

/** Error of writing a response; the message may be one that the types forbid. */
export function responseError(message: object, options?: EncodeOptions): readonly [string, string | undefined] {
  return errorOf(() => encodeResponse(message as EncodableResponse, options));
}

/** Details of the error of writing a request. */
export function requestErrorDetails(message: object, options?: EncodeOptions): unknown {
  try {
    encodeRequest(message as EncodableRequest, options);
  } catch (error) {
    if (error instanceof UdsError) return error.details;
  }
  throw new Error("Expected a UdsError");
}

function errorOf(write: () => Uint8Array): readonly [string, string | undefined] {
  try {
    write();
  } catch (error) {
    if (error instanceof UdsError) return [error.code, error.path];
    throw error;
  }
  throw new Error("Expected a UdsError");
}
