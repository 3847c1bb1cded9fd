/**
 * The header of eight bytes: version, its inverse, payload type, and the length of what follows, which is never believed before it
 * was held against a limit.
 */

import type { UdsFault } from "../errors.ts";

/** Bytes of the header. */
export const headerLength = 8;

/** Codes of the generic negative acknowledge that a receiver answers, in `details.nackCode` of a fault. */
export const headerNack = { pattern: 0, tooLarge: 2, payloadLength: 4 } as const;

/** The payload type of a header at `at`. */
export function payloadTypeAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Bytes of the whole message whose header begins at `at`, as the header says. */
export function messageLengthAt(bytes: Uint8Array, at: number): number {
  const high = (bytes[at + 4]! << 8) | bytes[at + 5]!;
  return headerLength + high * 0x10000 + ((bytes[at + 6]! << 8) | bytes[at + 7]!);
}

/** Whether the second byte of a header is the inverse of the first. */
export function isPatternAt(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! ^ bytes[at + 1]!) === 0xff;
}

/** The fault of a header that begins at `offset` of a stream or a message. */
export function patternFault(version: number, inverse: number, offset: number): UdsFault {
  const message = "Cannot decode header: the second byte is not the inverse of the first";
  const details = { version, inverse, nackCode: headerNack.pattern };
  return { code: "ERR_UDS_DOIP_PATTERN", message, offset, path: "/version", details };
}
