/**
 * The header of a BSDIFF40 patch: magic, the lengths of two of its three bzip2 streams, the size of the new image.
 *
 * BSDIFF40 has no published standard; this is the format of bsdiff and bspatch 4.3.
 */

import { utf8ToBytes } from "../../core/index.ts";
import { DeltaError, type DeltaErrorCode } from "../errors.ts";

const headerSize = 32;
/** Where the size of the new image stands. */
export const newSizeOffset = 24;
/** First bytes of a patch. */
export const magic: Uint8Array = /* @__PURE__ */ utf8ToBytes("BSDIFF40");

/** Part of a patch that one bzip2 stream fills. */
export interface Section {
  /** Place in the patch. */
  readonly offset: number;
  /** The compressed bytes. */
  readonly bytes: Uint8Array;
}

/** A patch taken apart; nothing is decompressed yet. */
export interface Bsdiff40 {
  readonly newSize: number;
  readonly control: Section;
  readonly diff: Section;
  readonly extra: Section;
}

/** Tells whether bytes start as a BSDIFF40 patch does. */
export function isBsdiff40(patch: Uint8Array): boolean {
  return magic.every((byte, index) => patch[index] === byte);
}

/** Takes a patch that {@link isBsdiff40} apart. */
export function openBsdiff40(patch: Uint8Array): Bsdiff40 {
  if (patch.length < headerSize) {
    throw new DeltaError("ERR_DELTA_TRUNCATED", `Cannot read patch: ${patch.length} bytes of ${headerSize} of header`, {
      offset: patch.length,
    });
  }
  const controlLength = headerSizeAt(patch, 8, "control length");
  const diffLength = headerSizeAt(patch, 16, "diff length");
  const newSize = headerSizeAt(patch, newSizeOffset, "new size");
  // Each length is compared with what is left; a sum of both could pass the check by overflow (CVE-2020-14315).
  const diffRoom = patch.length - headerSize - controlLength;
  if (diffRoom < 0) refuseHeader("ERR_DELTA_STREAM_BOUNDS", 8, "control stream reaches past the end");
  if (diffLength > diffRoom) refuseHeader("ERR_DELTA_STREAM_BOUNDS", 16, "diff stream reaches past the end");
  const section = (start: number, end: number): Section => ({ offset: start, bytes: patch.subarray(start, end) });
  const diffStart = headerSize + controlLength;
  const extraStart = diffStart + diffLength;
  return {
    newSize,
    control: section(headerSize, diffStart),
    diff: section(diffStart, extraStart),
    extra: section(extraStart, patch.length),
  };
}

/** Whether the sign bit of the sign-magnitude integer at `offset` is set. */
export function signAt(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset + 7]! >= 0x80;
}

/** Magnitude of the little-endian sign-magnitude integer of 64 bits at `offset`; exact up to 2^53 - 1. */
export function magnitudeAt(bytes: Uint8Array, offset: number): number {
  let value = bytes[offset + 7]! & 0x7f;
  for (let index = 6; index >= 0; index--) value = value * 256 + bytes[offset + index]!;
  return value;
}

/** Writes an integer of at most 2^53 - 1 in magnitude as 64 bits, little-endian, the top one for the sign. */
export function writeMagnitude(bytes: Uint8Array, offset: number, value: number): void {
  let left = Math.abs(value);
  for (let index = 0; index < 8; index++) {
    bytes[offset + index] = left % 256;
    left = Math.floor(left / 256);
  }
  if (value < 0) bytes[offset + 7]! |= 0x80;
}

function headerSizeAt(patch: Uint8Array, offset: number, what: string): number {
  if (signAt(patch, offset)) refuseHeader("ERR_DELTA_SIZE_NEGATIVE", offset, `${what} has its sign bit set`);
  const size = magnitudeAt(patch, offset);
  if (size > Number.MAX_SAFE_INTEGER) refuseHeader("ERR_DELTA_SIZE_RANGE", offset, `${what} is above 2^53 - 1`);
  return size;
}

function refuseHeader(code: DeltaErrorCode, offset: number, what: string): never {
  throw new DeltaError(code, `Cannot read patch: ${what} at offset ${offset}`, { offset });
}
