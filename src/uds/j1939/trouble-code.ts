/**
 * The four bytes of a trouble code: SPN, FMI, occurrence count, and the bit of the conversion method.
 *
 * Where the bit is set, three older orders of the bits are possible and nothing on the wire tells which one the sender uses. So all
 * readings are given, and none is preferred.
 *
 * Standard: SAE J1939-73; the four versions as ETI j1939-84 (version 4) and public descriptions of the older ones give them.
 */

import { spnOf } from "./values.ts";

/** One reading of a trouble code. */
export interface J1939CodeCandidate {
  /** Version of the conversion method, 1 .. 4. */
  readonly version: 1 | 2 | 3 | 4;
  /** Suspect parameter number, 0 .. 524287. */
  readonly spn: number;
  /** Failure mode identifier, 0 .. 31. */
  readonly fmi: number;
}

/** A trouble code of a message. */
export interface J1939TroubleCode {
  /** Offset of its first byte in the message. */
  readonly offset: number;
  /** One reading for version 4; three where the conversion bit is set, in the order of their versions. */
  readonly candidates: readonly J1939CodeCandidate[];
  /** How often the fault came up, 0 .. 126; absent where the sender does not say. */
  readonly occurrenceCount?: number;
}

/** Bytes of a trouble code. */
export const codeLength = 4;

/** Whether four bytes stand for "no trouble code": all zero, or all ones. */
export function isNoCode(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at]!;
  if (first !== 0 && first !== 0xff) return false;
  return bytes[at + 1] === first && bytes[at + 2] === first && bytes[at + 3] === first;
}

/** Reads the four bytes at an offset. */
export function readCode(bytes: Uint8Array, at: number): J1939TroubleCode {
  const count = bytes[at + 3]! & 0x7f;
  const candidates = bytes[at + 3]! >= 0x80 ? olderReadings(bytes, at) : [newest(bytes, at, 4)];
  return { offset: at, candidates, ...(count === 0x7f ? {} : { occurrenceCount: count }) };
}

/** Versions 3 and 4: least significant byte first, the three high bits above the FMI. */
function newest(bytes: Uint8Array, at: number, version: 3 | 4): J1939CodeCandidate {
  return { version, spn: spnOf(bytes, at), fmi: bytes[at + 2]! & 31 };
}

function olderReadings(bytes: Uint8Array, at: number): readonly J1939CodeCandidate[] {
  const [first, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!];
  const fmi = third & 31;
  return [
    // Version 1: all 19 bits from the most significant one on.
    { version: 1, spn: (first << 11) | (second << 3) | (third >>> 5), fmi },
    // Version 2: the first two bytes the other way round.
    { version: 2, spn: (second << 11) | (first << 3) | (third >>> 5), fmi },
    newest(bytes, at, 3),
  ];
}
