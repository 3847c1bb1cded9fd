/**
 * DTCFormatIdentifier: by which standard the three bytes of a trouble code are to be read.
 *
 * Standard: ISO 14229-1 (DTCFormatIdentifier); values as python-udsoncan, mdabrowski1990/uds and Wireshark agree on them.
 */

import { displayText } from "./dtc.ts";
import { decodeJ1939Code, formatJ1939Dtc } from "./dtc-j1939.ts";

/** DTCFormatIdentifier to the standard that it names. */
export const dtcFormats = {
  0x00: "saeJ2012Da00",
  0x01: "iso14229-1",
  0x02: "saeJ1939-73",
  0x03: "iso11992-4",
  0x04: "saeJ2012Da04",
} as const;

/** Name of a DTC format, or `unknown`. */
export type DtcFormatName = (typeof dtcFormats)[keyof typeof dtcFormats] | "unknown";

/** Format of the codes where neither the message nor the caller says: ISO 14229-1. */
export const defaultDtcFormat = 0x01;

/** Names a DTCFormatIdentifier. */
export function dtcFormatName(formatIdentifier: number): DtcFormatName {
  return (dtcFormats as Readonly<Record<number, DtcFormatName>>)[formatIdentifier] ?? "unknown";
}

/** How codes of one format are written; for codes that were just read from three bytes. */
export function displayOf(formatIdentifier: number): (code: number) => string {
  switch (dtcFormatName(formatIdentifier)) {
    case "saeJ1939-73":
      return (code) => formatJ1939Dtc(decodeJ1939Code(code));
    case "iso11992-4":
    case "unknown":
      return hexText;
    default:
      return displayText;
  }
}

function hexText(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(6, "0")}`;
}

/**
 * Writes a three-byte code as its format asks: letter and digits (formats 0, 1, 4), SPN and FMI (2), hexadecimal where
 * no text is defined.
 *
 * @param code 0 .. 0xFFFFFF
 * @param formatIdentifier DTCFormatIdentifier, as responses 0x59 01, 07, 42, 55 and 56 give it
 * @throws RangeError when `code` is no 24-bit integer
 * @example
 * ```ts
 * displayDtc(0xb80403, 2); // "SPN 1208 FMI 3"
 * ```
 */
export function displayDtc(code: number, formatIdentifier: number = defaultDtcFormat): string {
  if (!Number.isInteger(code) || code < 0 || code > 0xffffff) {
    throw new RangeError(`"code" expected integer 0..16777215, got ${code}`);
  }
  return displayOf(formatIdentifier)(code);
}
