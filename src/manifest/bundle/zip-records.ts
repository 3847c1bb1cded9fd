/**
 * The records of a bundle's zip archive, in the one form in which bundles have them: stored entries with their sizes in front,
 * no comments, no time, and zip64 where a number needs it.
 *
 * One content makes one archive, byte for byte, so that a reader compares records instead of interpreting them.
 *
 * Standard: PKWARE APPNOTE 6.3.10 sections 4.3.7, 4.3.12 and 4.3.14 to 4.3.16; 4.5.3 for zip64.
 */

import { type Bytes, concatBytes, utf8ToBytes } from "../../core/index.ts";

/** One file of an archive. */
export interface ZipEntry {
  /** Printable ASCII, 1 .. 80 characters. */
  readonly name: string;
  /** Bytes, 0 .. 2^53-1. */
  readonly size: number;
  readonly crc: number;
}

/** Bytes of a local header in front of its name. */
export const localHeaderSize = 30;

/** First bytes of a local header. */
export const localSignature = 0x04034b50;

/** Largest value of a 32-bit field; it says that the number stands in the zip64 record. */
const zip64Mark = 0xffffffff;

const needsZip64 = (value: number): boolean => value >= zip64Mark;

/** What stands in front of a file's bytes. */
export function localHeader(entry: ZipEntry): Bytes {
  const wide = needsZip64(entry.size);
  const extra = wide ? zip64Extra([entry.size, entry.size]) : noBytes;
  return concatBytes(
    record(localHeaderSize, [[0, 4, localSignature], ...sharedFields(4, entry, wide), [28, 2, extra.length]]),
    utf8ToBytes(entry.name),
    extra,
  );
}

/**
 * What stands behind the last file.
 *
 * @param entries - all files, fewer than 65,535, in the order in which they stand in the archive from its first byte on
 */
export function centralDirectory(entries: readonly ZipEntry[]): Bytes {
  let position = 0;
  const headers = entries.map((entry) => {
    const header = centralHeader(entry, position);
    position += localHeader(entry).length + entry.size;
    return header;
  });
  const size = headers.reduce((sum, { length }) => sum + length, 0);
  return concatBytes(...headers, ...endRecords(entries.length, size, position));
}

function centralHeader(entry: ZipEntry, position: number): Bytes {
  const wideSize = needsZip64(entry.size);
  const widePosition = needsZip64(position);
  const values = [...(wideSize ? [entry.size, entry.size] : []), ...(widePosition ? [position] : [])];
  const extra = values.length === 0 ? noBytes : zip64Extra(values);
  const version = versionFor(values.length > 0);
  return concatBytes(
    record(46, [
      [0, 4, 0x02014b50],
      [4, 2, version],
      ...sharedFields(6, entry, values.length > 0),
      [30, 2, extra.length],
      [42, 4, widePosition ? zip64Mark : position],
    ]),
    utf8ToBytes(entry.name),
    extra,
  );
}

/** Version, time, checksum, sizes and length of the name stand in the same order in both headers. */
function sharedFields(at: number, { name, size, crc }: ZipEntry, wide: boolean): readonly Field[] {
  const shown = needsZip64(size) ? zip64Mark : size;
  return [
    [at, 2, versionFor(wide)],
    // 1980-01-01, the first day that the format knows: when a bundle was made is nobody's business here.
    [at + 8, 2, 0x21],
    [at + 10, 4, crc],
    [at + 14, 4, shown],
    [at + 18, 4, shown],
    [at + 22, 2, name.length],
  ];
}

function endRecords(count: number, size: number, position: number): readonly Bytes[] {
  const wide = needsZip64(position);
  const end = record(22, [
    [0, 4, 0x06054b50],
    [8, 2, count],
    [10, 2, count],
    [12, 4, size],
    [16, 4, Math.min(position, zip64Mark)],
  ]);
  if (!wide) return [end];
  const end64 = record(56, [
    [0, 4, 0x06064b50],
    [4, 8, 44],
    [12, 2, 45],
    [14, 2, 45],
    [24, 8, count],
    [32, 8, count],
    [40, 8, size],
    [48, 8, position],
  ]);
  const locator = record(20, [
    [0, 4, 0x07064b50],
    [8, 8, position + size],
    [16, 4, 1],
  ]);
  return [end64, locator, end];
}

/** 4.5 can do zip64; 2.0 is what every tool can read. */
const versionFor = (wide: boolean): number => (wide ? 45 : 20);

function zip64Extra(values: readonly number[]): Bytes {
  const length = 8 * values.length;
  const numbers = values.map((value, index): Field => [4 + 8 * index, 8, value]);
  return record(4 + length, [[0, 2, 0x0001], [2, 2, length], ...numbers]);
}

/** Offset, width in bytes, and value. */
type Field = readonly [offset: number, width: 2 | 4 | 8, value: number];

/** A record of little-endian fields; what is not named is zero. */
function record(length: number, fields: readonly Field[]): Bytes {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (const [offset, width, value] of fields) {
    if (width === 2) view.setUint16(offset, value, true);
    else if (width === 4) view.setUint32(offset, value, true);
    else view.setBigUint64(offset, BigInt(value), true);
  }
  return bytes;
}

const noBytes: Bytes = /* @__PURE__ */ new Uint8Array(0);
