/** The negative response: 0x7F, SID of the request, negative response code. */

import type { Bytes } from "../core/index.ts";
import { type DecodeOptions, short, tolerateTail, tooLong, type UdsResult } from "./decoding.ts";
import { describeNrc, type NrcKind, type NrcName } from "./nrc.ts";
import { PduWriter } from "./pdu-writer.ts";
import type { UdsWarning } from "./reasons.ts";
import { type ServiceName, serviceName } from "./service-names.ts";
import { type UnknownResponse, unknownResponse } from "./unknown-response.ts";

/** An ECU's refusal of a request, or its word that the answer is still to come. */
export interface NegativeResponse {
  readonly kind: "negative";
  readonly sid: 0x7f;
  /** SID of the request that is answered, 0 .. 255. */
  readonly requestSid: number;
  readonly requestService: ServiceName | "unknown";
  /** Negative response code, 0 .. 255. */
  readonly nrc: number;
  /** Name of the code, or of the range it lies in. */
  readonly name: NrcName;
  readonly nrcKind: NrcKind;
  /** The whole message: the input itself, not a copy. */
  readonly bytes: Uint8Array;
}

/** What is needed to write a negative response. */
export type EncodableNegativeResponse = Pick<NegativeResponse, "kind" | "requestSid" | "nrc">;

const length = 3;

/**
 * Reads a negative response; a message that is none comes back as `unknown`. Never throws.
 *
 * Faults: `ERR_UDS_SHORT`, `ERR_UDS_TRAILING_BYTES` (with the refusal itself in `partial`).
 *
 * Standard: ISO 14229-1 (negative response message).
 */
export function decodeNegativeResponse(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): UdsResult<NegativeResponse | UnknownResponse> {
  if (bytes.length === 0) return short(bytes, "/sid", 1);
  if (bytes[0] !== 0x7f) return { ok: true, value: unknownResponse(bytes), warnings: [] };
  if (bytes.length < length) return short(bytes, bytes.length === 1 ? "/requestSid" : "/nrc", length);
  const requestSid = bytes[1]!;
  const { nrc, name, kind } = describeNrc(bytes[2]!);
  const value: NegativeResponse = {
    kind: "negative",
    sid: 0x7f,
    requestSid,
    requestService: serviceName(requestSid),
    nrc,
    name,
    nrcKind: kind,
    bytes,
  };
  const warnings: UdsWarning[] = [];
  if (bytes.length === length || tolerateTail(bytes, length, options.leniency, warnings)) {
    return { ok: true, value, warnings };
  }
  return tooLong(bytes, length, value);
}

/**
 * Writes a negative response.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE` when SID or code is no byte
 */
export function encodeNegativeResponse({ requestSid, nrc }: EncodableNegativeResponse): Bytes {
  return new PduWriter(0x7f, length).u8(requestSid, "/requestSid").u8(nrc, "/nrc").finish();
}
