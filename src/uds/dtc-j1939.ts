/**
 * Trouble codes of SAE J1939-73 as text and in the three bytes of a UDS record: suspect parameter number (SPN) and
 * failure mode identifier (FMI). Not the four bytes of a diagnostic message, whose reading depends on a conversion bit.
 *
 * Standard: SAE J1939-73; the bit layout as ETI j1939-84 and pretty_j1939 agree on it.
 */

import { UdsError } from "./errors.ts";

/** What a J1939 trouble code says. */
export interface J1939Dtc {
  /** Suspect parameter number, 0 .. 524287. */
  readonly spn: number;
  /** Failure mode identifier, 0 .. 31. */
  readonly fmi: number;
  /** How often the fault came up, 0 .. 126; only the four-byte form has it. */
  readonly occurrenceCount?: number;
}

const highestSpn = 0x7ffff;
const highestFmi = 31;
const highestCount = 126;

/**
 * Reads the three bytes of a J1939 trouble code: 16 low bits of the SPN with the least significant byte first, then its
 * three high bits above the FMI.
 *
 * @param code 0 .. 0xFFFFFF, the bytes in the order of the wire
 * @throws RangeError when `code` is no 24-bit integer
 * @example
 * ```ts
 * decodeJ1939Code(0xb80403); // { spn: 1208, fmi: 3 }
 * ```
 */
export function decodeJ1939Code(code: number): J1939Dtc {
  requireWithin("code", code, 0xffffff);
  const spn = (code >>> 16) | (code & 0xff00) | ((code & 0xe0) << 11);
  return { spn, fmi: code & highestFmi };
}

/**
 * Writes SPN and FMI as the three bytes of a UDS record; an occurrence count has no room there.
 *
 * @returns 0 .. 0xFFFFFF
 * @throws RangeError when `spn` or `fmi` is out of range
 * @example
 * ```ts
 * encodeJ1939Code({ spn: 1208, fmi: 3 }); // 0xB80403
 * ```
 */
export function encodeJ1939Code({ spn, fmi }: J1939Dtc): number {
  requireWithin("spn", spn, highestSpn);
  requireWithin("fmi", fmi, highestFmi);
  return ((spn & 0xff) << 16) | (spn & 0xff00) | ((spn >>> 11) & 0xe0) | fmi;
}

/**
 * Writes a J1939 trouble code as text.
 *
 * @throws RangeError when a member is out of range
 * @example
 * ```ts
 * formatJ1939Dtc({ spn: 1208, fmi: 3, occurrenceCount: 5 }); // "SPN 1208 FMI 3 OC 5"
 * ```
 */
export function formatJ1939Dtc({ spn, fmi, occurrenceCount }: J1939Dtc): string {
  requireWithin("spn", spn, highestSpn);
  requireWithin("fmi", fmi, highestFmi);
  const text = `SPN ${spn} FMI ${fmi}`;
  if (occurrenceCount === undefined) return text;
  requireWithin("occurrenceCount", occurrenceCount, highestCount);
  return `${text} OC ${occurrenceCount}`;
}

/**
 * Reads the text that {@link formatJ1939Dtc} writes, in either case.
 *
 * @throws {@link UdsError} `ERR_UDS_DTC_TEXT`
 * @example
 * ```ts
 * parseJ1939Dtc("SPN 1208 FMI 3"); // { spn: 1208, fmi: 3 }
 * ```
 */
export function parseJ1939Dtc(text: string): J1939Dtc {
  const found = /^SPN (\d{1,6}) FMI (\d{1,2})(?: OC (\d{1,3}))?$/i.exec(text);
  const [spn, fmi, count] = (found ?? []).slice(1).map((digits) => (digits === undefined ? undefined : Number(digits)));
  if (spn === undefined || fmi === undefined || spn > highestSpn || fmi > highestFmi || (count ?? 0) > highestCount) {
    throw new UdsError("ERR_UDS_DTC_TEXT", "Cannot read trouble code: expected text like SPN 1208 FMI 3", {
      offset: 0,
    });
  }
  return count === undefined ? { spn, fmi } : { spn, fmi, occurrenceCount: count };
}

function requireWithin(name: string, value: number, highest: number): void {
  if (!Number.isInteger(value) || value < 0 || value > highest) {
    throw new RangeError(`"${name}" expected integer 0..${highest}, got ${value}`);
  }
}
