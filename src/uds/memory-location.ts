/** Memory address and size, whose lengths a format byte says: low half byte for the address, high one for the size. */

import type { PduReader, WireInteger } from "./pdu-reader.ts";
import { type PduWriter, shortestLength } from "./pdu-writer.ts";

/** A part of the ECU's memory. */
export interface MemoryLocation {
  /** addressAndLengthFormatIdentifier: bytes of the size in the high half byte, of the address in the low one. */
  readonly addressAndLengthFormatIdentifier: number;
  readonly memoryAddress: WireInteger;
  /** In bytes. */
  readonly memorySize: WireInteger;
}

/** A {@link MemoryLocation} to be written; without a format, address and size take as few bytes as they can. */
export type EncodableMemoryLocation = Omit<MemoryLocation, "addressAndLengthFormatIdentifier"> &
  Partial<Pick<MemoryLocation, "addressAndLengthFormatIdentifier">>;

const formatPath = "/addressAndLengthFormatIdentifier";

/** Reads the format byte; half bytes of zero are a fault. */
export function readMemoryFormat(pdu: PduReader): number {
  const format = pdu.u8(formatPath);
  if (!pdu.failed && (format < 0x10 || (format & 15) === 0)) pdu.badLength(format, pdu.position - 1, formatPath);
  return format;
}

/** Reads an address of the length that the format byte says. */
export function readMemoryAddress(pdu: PduReader, format: number): WireInteger {
  return pdu.uint(format & 15, "/memoryAddress");
}

/** Reads a size of the length that the format byte says. */
export function readMemorySize(pdu: PduReader, format: number): WireInteger {
  return pdu.uint(format >>> 4, "/memorySize");
}

/** Writes format byte, address and size. */
export function writeMemoryLocation(pdu: PduWriter, location: EncodableMemoryLocation): PduWriter {
  const format = location.addressAndLengthFormatIdentifier ?? shortestFormat([location]);
  return writeAddressAndSize(writeMemoryFormat(pdu, format), location, format);
}

/** Writes the format byte; half bytes of zero have no meaning. */
export function writeMemoryFormat(pdu: PduWriter, format: number): PduWriter {
  pdu.u8(format, formatPath);
  if (format < 0x10 || (format & 15) === 0)
    throw pdu.wrong(formatPath, `both half bytes must be above 0, got ${format}`);
  return pdu;
}

/** Writes address and size in the lengths that a format byte says. */
export function writeAddressAndSize(
  pdu: PduWriter,
  location: Pick<MemoryLocation, "memoryAddress" | "memorySize">,
  format: number,
): PduWriter {
  return pdu
    .uint(location.memoryAddress, format & 15, "/memoryAddress")
    .uint(location.memorySize, format >>> 4, "/memorySize");
}

/** The format byte that holds every one of the locations in as few bytes as can be. */
export function shortestFormat(locations: readonly Pick<MemoryLocation, "memoryAddress" | "memorySize">[]): number {
  const address = Math.max(1, ...locations.map(({ memoryAddress }) => shortestLength(memoryAddress)));
  const size = Math.max(1, ...locations.map(({ memorySize }) => shortestLength(memorySize)));
  return (size << 4) | address;
}
