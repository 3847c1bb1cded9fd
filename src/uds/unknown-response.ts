/** A response whose layout otakit does not read: kept as it is, never an error. */

import { short, type UdsResult } from "./decoding.ts";
import type { UdsWarning } from "./reasons.ts";
import { positiveResponseOffset, type ServiceName, serviceName } from "./service-names.ts";

/** A response of another service or sub-function than those that are decoded. */
export interface UnknownResponse {
  readonly kind: "unknown";
  /** First byte, 0 .. 255. */
  readonly sid: number;
  /** Service whose positive response has this first byte, or `unknown`. */
  readonly service: ServiceName | "unknown";
  /** Sub-function without bit 7, when the service is decoded but this sub-function is not. */
  readonly subFunctionId?: number;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** Wraps a message of at least one byte. */
export function unknownResponse(bytes: Uint8Array): UnknownResponse {
  const sid = bytes[0]!;
  return { kind: "unknown", sid, service: serviceName(sid - positiveResponseOffset), bytes };
}

/** What a decoder of one service gives for a message of another one, or for none at all. */
export function otherResponse(bytes: Uint8Array): UdsResult<UnknownResponse> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  return { ok: true, value: unknownResponse(bytes), warnings: [] };
}

/** Wraps a response of a known service with a sub-function that is not decoded. */
export function unknownSubFunctionResponse(
  bytes: Uint8Array,
  subFunctionId: number,
  warnings: readonly UdsWarning[],
): UdsResult<UnknownResponse> {
  return { ok: true, value: { ...unknownResponse(bytes), subFunctionId }, warnings };
}
