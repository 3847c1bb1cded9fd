/** A response whose layout otakit does not read: kept as it is, never an error. */

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
