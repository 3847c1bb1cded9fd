/** A request whose layout otakit does not read: kept as it is, never an error. */

import { short, type UdsResult } from "./decoding.ts";
import { type ServiceName, serviceName } from "./service-names.ts";

/** A request of another service or sub-function than those that are decoded. */
export interface UnknownRequest {
  readonly kind: "unknown";
  /** First byte, 0 .. 255. */
  readonly sid: number;
  /** Service whose request has this first byte, or `unknown`. */
  readonly service: ServiceName | "unknown";
  /** Sub-function without bit 7, when the service is decoded but this sub-function is not. */
  readonly subFunctionId?: number;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** What a decoder of one service gives for a message of another one, or for none at all. */
export function otherRequest(bytes: Uint8Array): UdsResult<UnknownRequest> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  return { ok: true, value: unknownRequest(bytes), warnings: [] };
}

/** Wraps a message of at least one byte. */
function unknownRequest(bytes: Uint8Array): UnknownRequest {
  const sid = bytes[0]!;
  return { kind: "unknown", sid, service: serviceName(sid), bytes };
}

/** Wraps a message of a known service with a sub-function that is not decoded. */
export function unknownSubFunctionRequest(bytes: Uint8Array, subFunctionId: number): UdsResult<UnknownRequest> {
  return { ok: true, value: { ...unknownRequest(bytes), subFunctionId }, warnings: [] };
}
