/** Frames of ISO-TP as scapy builds and reads them, behind the header of eight bytes that a CAN frame has in a capture. */

import { bytesToHex, hexToBytes } from "otakit/core";
import { decodeIsoTpFrame, encodeIsoTpFrame } from "otakit/uds/isotp";

/** Rows of scapy that pass by another answer than its own, with the reason. */
export const isoTpDistrust =
  "Rows not to trust pass by the right answer: scapy builds (ISOTP_SF_FD) and reads (ISOTPFD 4) a single frame of 255 bytes " +
  "that are not there";

const headerLength = 8;

/** True: as the row says; otherwise what was found. */
export function isoTpRow(
  hex: string,
  expr: string | null,
  expected: Readonly<Record<string, unknown>>,
): true | { readonly found: unknown } {
  const bytes = hexToBytes(hex);
  const hasHeader = bytes.length > headerLength;
  const content = hasHeader ? bytes.subarray(headerLength) : bytes;
  // The header of the capture is no part of ISO-TP: identifier, length and flags.
  const header = hasHeader
    ? { identifier: (bytes[2]! << 8) | bytes[3]!, length: bytes[4]!, fd_flags: bytes[5]! }
    : undefined;
  if (expr === null && JSON.stringify(header) !== JSON.stringify(expected)) return { found: header };
  if (header !== undefined && header.length !== content.length) return { found: content.length };
  const result = decodeIsoTpFrame(content);
  // Of 255 bytes that a single frame announces, none or four are there.
  if (content[0] === 0) return result.ok || result.error.code !== "ERR_UDS_SHORT" ? { found: result } : true;
  if (!result.ok || result.value.frame !== "first") return { found: result };
  const { length } = result.value;
  const announced = Number(/message_size=(\d+)/.exec(expr ?? "")?.[1] ?? 0xffff_0000);
  const written = bytesToHex(encodeIsoTpFrame({ frame: "first", length, data: new Uint8Array(0) }));
  return length === announced && written === bytesToHex(content) ? true : { found: { length, written } };
}
