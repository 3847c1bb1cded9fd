/**
 * Diagnostic trouble codes (DTC) as text and back, and what their structure alone says. No catalogue of meanings.
 *
 * Standard: SAE J2012 / ISO 15031-6 (letter, digit, three hexadecimal digits) and ISO 14229-1 (third byte: failure
 * type). The bit layout is the one that scapy, Wireshark and python-OBD agree on.
 */

import { UdsError } from "./errors.ts";

const hexDigits = "0123456789ABCDEF";

/**
 * Characters of `P0420-16` by position, each in the order of its value: a mixed-radix number, as the letter and the
 * first digit have two bits each and the hyphen has none.
 */
const dtcAlphabets: readonly string[] = ["PCBU", "0123", hexDigits, hexDigits, hexDigits, "-", hexDigits, hexDigits];
const twoByteLength = 5;

/** Text of each byte, `00` .. `FF`. */
const bytePairs: readonly string[] = /* @__PURE__ */ Array.from(
  { length: 256 },
  (_, byte) => hexDigits[byte >>> 4]! + hexDigits[byte & 15]!,
);

/** Text of each first byte, `P00` .. `U3F`. */
const firstBytes: readonly string[] = /* @__PURE__ */ Array.from(
  { length: 256 },
  (_, byte) => "PCBU"[byte >>> 6]! + hexDigits[(byte >>> 4) & 3]! + hexDigits[byte & 15]!,
);

/**
 * Writes a three-byte DTC as text: two-byte code, hyphen, failure type byte.
 *
 * @param code 0 .. 0xFFFFFF
 * @throws RangeError when `code` is no 24-bit integer
 * @example
 * ```ts
 * formatDtc(0x042016); // "P0420-16"
 * ```
 */
export function formatDtc(code: number): string {
  requireCode(code, 0xffffff);
  return displayText(code);
}

/** {@link formatDtc} without the check, for codes that were just read from three bytes. */
export function displayText(code: number): string {
  return `${firstBytes[code >>> 16]!}${bytePairs[(code >>> 8) & 255]!}-${bytePairs[code & 255]!}`;
}

/**
 * Writes a two-byte DTC (OBD-II, or the upper bytes of a three-byte one) as text.
 *
 * @param code 0 .. 0xFFFF
 * @throws RangeError when `code` is no 16-bit integer
 * @example
 * ```ts
 * formatTwoByteDtc(0x0420); // "P0420"
 * ```
 */
export function formatTwoByteDtc(code: number): string {
  requireCode(code, 0xffff);
  return firstBytes[code >>> 8]! + bytePairs[code & 255]!;
}

/**
 * Reads the text of a three-byte DTC, in either case.
 *
 * @returns 0 .. 0xFFFFFF
 * @throws {@link UdsError} `ERR_UDS_DTC_TEXT` with the offset of the first wrong, missing or surplus character
 * @example
 * ```ts
 * parseDtc("U0100-87"); // 0xC10087
 * ```
 */
export function parseDtc(text: string): number {
  return readDtcText(text, dtcAlphabets.length);
}

/**
 * Reads the text of a two-byte DTC, in either case.
 *
 * @returns 0 .. 0xFFFF
 * @throws {@link UdsError} `ERR_UDS_DTC_TEXT` with the offset of the first wrong, missing or surplus character
 * @example
 * ```ts
 * parseTwoByteDtc("P0420"); // 0x0420
 * ```
 */
export function parseTwoByteDtc(text: string): number {
  return readDtcText(text, twoByteLength);
}

function readDtcText(text: string, length: number): number {
  let code = 0;
  for (let offset = 0; offset < length; offset++) {
    const alphabet = dtcAlphabets[offset]!;
    const digit = offset < text.length ? alphabet.indexOf(text[offset]!.toUpperCase()) : -1;
    if (digit < 0) throw wrongDtcText(offset, offset < text.length ? `expected one of ${alphabet}` : "text ends");
    code = code * alphabet.length + digit;
  }
  if (text.length > length) throw wrongDtcText(length, "text goes on");
  return code;
}

function wrongDtcText(offset: number, what: string): UdsError {
  return new UdsError("ERR_UDS_DTC_TEXT", `Cannot read trouble code: ${what} at offset ${offset}`, { offset });
}

/** Part of the vehicle, by the letter of the code: P, C, B, U. */
export type DtcSystem = "powertrain" | "chassis" | "body" | "network";

const dtcSystems: readonly DtcSystem[] = ["powertrain", "chassis", "body", "network"];

/** Who assigns the meaning of a code: ISO and SAE for all vehicles, the manufacturer, or nobody yet. */
export type DtcControl = "isoSae" | "manufacturer" | "reserved";

/** What the structure of a three-byte DTC says. */
export interface DtcDescription {
  /** 0 .. 0xFFFFFF. */
  readonly code: number;
  /** For example `P0420-16`. */
  readonly display: string;
  readonly system: DtcSystem;
  readonly controlledBy: DtcControl;
  /** Failure type byte, 0 .. 255. */
  readonly failureType: number;
}

/**
 * Says what the structure of a three-byte DTC tells: the system, and whose code it is.
 *
 * Only for codes in the format of ISO 14229-1 or SAE J2012-DA; a J1939 code in three bytes has no letter.
 *
 * @throws RangeError when `code` is no 24-bit integer
 * @example
 * ```ts
 * describeDtc(0x042016).controlledBy; // "isoSae"
 * ```
 */
export function describeDtc(code: number): DtcDescription {
  const display = formatDtc(code);
  return { code, display, ...dtcStructure(code), failureType: code & 255 };
}

/** System and owner of a code that was just read from three bytes. */
export function dtcStructure(code: number): Pick<DtcDescription, "system" | "controlledBy"> {
  const system = dtcSystems[code >>> 22]!;
  return { system, controlledBy: controlledBy(system, code >>> 16) };
}

/** By system, then by first digit. */
const dtcControls: Readonly<Record<DtcSystem, readonly DtcControl[]>> = {
  powertrain: ["isoSae", "manufacturer", "isoSae", "manufacturer"],
  chassis: ["isoSae", "manufacturer", "manufacturer", "reserved"],
  body: ["isoSae", "manufacturer", "manufacturer", "reserved"],
  network: ["isoSae", "manufacturer", "manufacturer", "isoSae"],
};

function controlledBy(system: DtcSystem, firstByte: number): DtcControl {
  // P3 is shared: ISO and SAE hold P34 .. P39.
  if (firstByte >= 0x34 && firstByte <= 0x39) return "isoSae";
  return dtcControls[system][(firstByte >>> 4) & 3]!;
}

function requireCode(code: number, highest: number): void {
  if (!Number.isInteger(code) || code < 0 || code > highest) {
    throw new RangeError(`"code" expected integer 0..${highest}, got ${code}`);
  }
}
