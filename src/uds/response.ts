/** The answer of an ECU to a diagnostic request, whatever it is: the entry to the decoders of all services. */

import { type DecodeOptions, short, type UdsResult } from "./decoding.ts";
import { decodeNegativeResponse, type NegativeResponse } from "./negative-response.ts";
import { decodeReadDTCInformationResponse, type ReadDTCInformationResponse } from "./services/read-dtc-information.ts";
import { type UnknownResponse, unknownResponse } from "./unknown-response.ts";

/** A positive response of a service that is decoded; tell them apart by `service`, then by `subFunction`. */
export type PositiveResponse = ReadDTCInformationResponse;

/** A response; tell them apart by `kind`. */
export type UdsResponse = PositiveResponse | NegativeResponse | UnknownResponse;

/**
 * Reads one response of an ECU: the complete message as ISO-TP or DoIP delivers it.
 *
 * Decoded are ReadDTCInformation 0x59 02 and 0A and negative responses; any other message of at least one byte comes
 * back as `kind: "unknown"` with its bytes. Never throws on any bytes. Faults: `ERR_UDS_SHORT`,
 * `ERR_UDS_TRAILING_BYTES`, `ERR_UDS_LIMIT`; `offset` counts from the start of the message, `path` points into the
 * value, and `partial` holds what was complete. Nothing missing is ever filled in.
 *
 * Standard: ISO 14229-1.
 *
 * @example
 * ```ts
 * const result = decodeResponse(hexToBytes("59027f04201609"));
 * if (result.ok && result.value.kind === "positive") {
 *   const [dtc] = result.value.dtcs;
 *   dtc.display; // "P0420-16"
 *   dtc.flags.confirmedDTC; // true
 *   dtc.flags.warningIndicatorRequested; // "unsupported"
 * }
 * ```
 */
export function decodeResponse(bytes: Uint8Array, options: DecodeOptions = {}): UdsResult<UdsResponse> {
  switch (bytes[0]) {
    case undefined:
      return short(bytes, "/sid", 1);
    case 0x59:
      return decodeReadDTCInformationResponse(bytes, options);
    case 0x7f:
      return decodeNegativeResponse(bytes, options);
    default:
      return { ok: true, value: unknownResponse(bytes), warnings: [] };
  }
}
