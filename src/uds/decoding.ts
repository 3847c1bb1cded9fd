/** What all decoders share: leniency as data, the result, and the faults at either end of a layout. */

import type { Limits, Result } from "../core/index.ts";
import type { Dictionary } from "./dictionary/types.ts";
import type { UdsFault } from "./errors.ts";
import type { UdsWarning } from "./reasons.ts";

/**
 * What a decoder tolerates in the messages of an ECU that is known to break the layout. Each use is listed in
 * `warnings`.
 *
 * Any other word than the lenient one is strict.
 */
export interface Leniency {
  /**
   * Zero bytes after the end of the layout (in a list: too few for a further record): refuse them or leave them
   * out.
   */
  readonly zeroPadding: "reject" | "trim";
  /** Whole records of zero bytes: DTC 0x000000 with status 0x00, or padding. */
  readonly allZeroDtc: "keep" | "drop";
  /**
   * Any bytes after the end of the layout (in a list: too few for a further record): refuse them, or leave them
   * out.
   */
  readonly trailing: "reject" | "report";
}

/** Tolerates nothing: the default. */
export const strictLeniency: Leniency = { zeroPadding: "reject", allZeroDtc: "keep", trailing: "reject" };

/** Options of every decoder of a message. */
export interface DecodeOptions {
  /** Departures from {@link strictLeniency}. */
  readonly leniency?: Partial<Leniency>;
  /** `maxEntries` bounds the records of one message; a limit that is no integer >= 0 throws a RangeError. */
  readonly limits?: Partial<Limits>;
  /**
   * Data identifiers that the request asked for, in its order: a response to ReadDataByIdentifier does not say how long
   * its records are, but the one that is asked for last ends with the message.
   */
  readonly dataIdentifiers?: readonly number[];
  /**
   * Form of the messages of SecuredDataTransmission, which they do not say themselves: with the layout of the edition of 2020,
   * or open as before. Without it, the layout is read where the message fits it.
   */
  readonly securedDataForm?: "2013" | "2020";
  /** Layouts of the data; without it, data stay bytes. */
  readonly dictionary?: Dictionary;
  /**
   * DTCStatusAvailabilityMask of the ECU, 0 .. 255, for responses of ReadDTCInformation that do not give it (0x04 to
   * 0x06, 0x10, 0x16, 0x18, 0x19); without it, all bits count as supported there.
   */
  readonly availabilityMask?: number;
  /**
   * DTCFormatIdentifier of the ECU, for responses of ReadDTCInformation that do not give it; without it, ISO 14229-1.
   */
  readonly formatIdentifier?: number;
}

/** Answer of a decoder; after a fault, `partial` holds what was complete before it. */
export type UdsResult<T> = Result<T, UdsFault, T>;

/** A failed result, before anything could be decoded. */
export interface UdsFailure {
  readonly ok: false;
  readonly error: UdsFault;
}

/**
 * The message ends inside or before the field at `path`, which needs `wanted` bytes in all.
 *
 * The numbers stand in the fault alone: to write them into a text costs more than to decode a short message.
 */
export function short(bytes: Uint8Array, path: string, wanted: number): UdsFailure {
  const found = bytes.length;
  const message = `Cannot decode ${path}: the message is too short`;
  return { ok: false, error: { code: "ERR_UDS_SHORT", message, offset: found, path, details: { wanted, found } } };
}

/** The layout of the message ends at `wanted` bytes, before the message does; `partial` is what it holds until there. */
export function tooLong<T>(bytes: Uint8Array, wanted: number, partial: T): UdsResult<T> {
  const details = { wanted, found: bytes.length };
  const message = "Cannot decode message: it goes on after its layout";
  return {
    ok: false,
    error: { code: "ERR_UDS_TRAILING_BYTES", message, offset: wanted, path: "", details },
    partial,
  };
}

/**
 * Whether the bytes from `end` on, which belong to no field, are tolerated; if so, says it in `warnings`.
 *
 * Zeros are padding where that is allowed, and trailing bytes otherwise.
 */
export function tolerateTail(
  bytes: Uint8Array,
  end: number,
  leniency: Partial<Leniency> | undefined,
  warnings: UdsWarning[],
): boolean {
  const evidence = { offset: end, length: bytes.length - end };
  if (leniency?.zeroPadding === "trim" && bytes.subarray(end).every((byte) => byte === 0)) {
    const message = `Zero padding of ${evidence.length} bytes at offset ${end} left out`;
    warnings.push({ code: "zero_padding_trimmed", message, evidence });
    return true;
  }
  if (leniency?.trailing === "report") {
    const message = `Trailing ${evidence.length} bytes at offset ${end} left out`;
    warnings.push({ code: "trailing_bytes_ignored", message, evidence });
    return true;
  }
  return false;
}
