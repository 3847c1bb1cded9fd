/** Error codes of `otakit/uds`, thrown or given as the fault of a decoder. */

import { type Fault, OtaError } from "../core/index.ts";

/** Codes of {@link UdsError} and {@link UdsFault}: cause and remedy of each. */
export const udsErrorCodes = {
  ERR_UDS_SHORT:
    "A message ends before its layout does. Remedy: look for a lost frame; `partial` holds the complete records.",
  ERR_UDS_TRAILING_BYTES:
    "A message goes on after its layout ends. Remedy: find out what the ECU appends, then allow it by `leniency`.",
  ERR_UDS_UNEXPECTED_RESPONSE:
    "A message is not of the kind that the function reads. Remedy: call `decodeResponse`, which tells what it is.",
  ERR_UDS_LIMIT: "A message holds more records than the caller's limit. Remedy: raise the limit knowingly.",
  ERR_UDS_LENGTH_FORMAT:
    "A length or format field says what no field can be: no byte at all, or an integer of more than 15. Remedy: have the sender corrected.",
  ERR_UDS_DOIP_PATTERN:
    "A DoIP message does not begin with a version and its inverse. Remedy: close the connection; a stream cannot be picked up again.",
  ERR_UDS_EDITION:
    "The edition asked for does not have what is to be written. Remedy: see `details.reason` and `details.instead`, or ask for another edition.",
  ERR_UDS_VALUE:
    "A value cannot be written: missing, of the wrong type, out of range or at odds with another. Remedy: see `path`.",
  ERR_UDS_RESERVED_VALUE:
    "A field has a value that the standard keeps free, so that what follows cannot be read. Remedy: have the ECU corrected.",
  ERR_UDS_DICTIONARY: "A dictionary has a missing, unknown or impossible member. Remedy: correct it at the given path.",
  ERR_UDS_EVENT:
    "A fault event has a missing or impossible member, or members that contradict each other. Remedy: have its writer corrected.",
  ERR_UDS_EVENT_VERSION:
    "A fault event is of another schema version than this release reads. Remedy: read it with a release that knows it.",
  ERR_UDS_FAULT_STATE:
    "A stored state of faults has a missing or impossible member. Remedy: build it again from the events.",
  ERR_UDS_FAULT_STATE_VERSION:
    "A stored state of faults is of a schema version that this release does not read. Remedy: read it with a newer release.",
  ERR_UDS_SOVD: "A fault of SOVD has a missing or impossible member. Remedy: see `path`; have the server corrected.",
  ERR_UDS_CATALOGUE:
    "A catalogue of trouble codes has a missing or impossible member. Remedy: correct it at the given path.",
  ERR_UDS_DTC_TEXT: "A text is no trouble code. Remedy: write it as P0420-16, or as P0420 for the two-byte form.",
} as const;

/** Code of a {@link UdsError} or a {@link UdsFault}. */
export type UdsErrorCode = keyof typeof udsErrorCodes;

/** Fault in text or values that otakit was asked to read or write; bytes from a bus give a {@link UdsFault} instead. */
export class UdsError extends OtaError<UdsErrorCode> {}

/** Fault in bytes from a bus, as data; `offset` counts from the start of the message and is at most its length. */
export type UdsFault = Fault<UdsErrorCode>;
