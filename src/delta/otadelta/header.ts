/**
 * The header of an `otadelta` patch: everything that can be checked before the first byte is made.
 *
 * Numbers are unsigned, little-endian where their width is fixed, otherwise in groups of seven bits, lowest first, with no group too many.
 *
 * | bytes | what |
 * |---|---|
 * | 8 | `OTADELTA` |
 * | 1 | version, 1 |
 * | 5 | profile: flag, line and correction bits, contexts, window bits |
 * | 1 | block bits |
 * | number, 32 | size and SHA-256 of the old image |
 * | number, 32 | size and SHA-256 of the new image |
 * | 1, then 6 numbers each | segments: offset, size, address in the old image, the same in the new one |
 * | 8, 8, 4, 4 | base of pointers of 64 bits in the old and the new image, of 32 bits |
 * | number | first address that is no reference |
 * | number, then 6 numbers unless it is 0 | bytes of a table of types in the old image; where it is, where its strings are and their bytes; where it is in the new image, its bytes, where its strings are |
 * | number, number | covers, bytes of the coded map |
 * | number each | blocks: coded bytes, times two, and one more when stored as they are |
 * | 4 each | blocks: start of the SHA-256 of their bytes |
 * | 16 | first half of the SHA-256 of the header so far and of the map |
 */

import {
  assertBytes,
  type Bytes,
  concatBytes,
  createHash,
  equalBytes,
  type HashProvider,
  sha256,
  utf8ToBytes,
} from "../../core/index.ts";
import { DeltaError, type DeltaErrorCode } from "../errors.ts";
import { type CoderProfile, profileBounds } from "./profile.ts";

const magic = utf8ToBytes("OTADELTA");
/** Version of the format. */
export const otadeltaVersion = 1;
/** Against whoever changes a patch and not its digests: chance, and storage that fails. */
const headerDigestBytes = 16;
/** A block that is wrong counts once in 2^32 times, and the digest of the whole image refuses it then. */
const blockDigestBytes = 4;
const mostSegments = 16;
/** Largest image, in bytes. */
export const maxImageSize = 0x7fff_0000;
/** Least and most of the logarithm of the block size. */
export const blockBitsBounds = [16, 24] as const;

/** A loaded part of both images: where its file bytes are and at which address they run. */
export interface Segment {
  readonly oldOffset: number;
  readonly oldSize: number;
  readonly oldAddress: number;
  readonly newOffset: number;
  readonly newSize: number;
  readonly newAddress: number;
}

/** Address 0 of the images as pointers see it. */
export interface PointerBases {
  readonly old64: bigint;
  readonly new64: bigint;
  readonly old32: number;
  readonly new32: number;
}

/** Where both images have their table of types (BTF), as offsets in the image and bytes. */
export interface TypeTable {
  /** Types of the old image, at a multiple of 4. */
  readonly oldTypes: number;
  readonly oldTypeBytes: number;
  readonly oldStrings: number;
  readonly oldStringBytes: number;
  readonly newTypes: number;
  readonly newTypeBytes: number;
  readonly newStrings: number;
}

/** A block of the new image in the patch. */
export interface PatchBlock {
  /** Coded bytes, or the bytes themselves when `stored`. */
  readonly coded: Uint8Array;
  readonly stored: boolean;
  /** First 4 bytes of the SHA-256 of its new bytes. */
  readonly digest: Uint8Array;
}

/** An `otadelta` patch, read but for what is coded. */
export interface Otadelta {
  readonly profile: CoderProfile;
  readonly blockBits: number;
  readonly oldSize: number;
  readonly oldSha256: Uint8Array;
  readonly newSize: number;
  readonly newSha256: Uint8Array;
  readonly segments: readonly Segment[];
  readonly bases: PointerBases;
  readonly addressEnd: number;
  /** When both images have one. */
  readonly typeTable: TypeTable | undefined;
  readonly coverCount: number;
  readonly map: Uint8Array;
  readonly blocks: readonly PatchBlock[];
}

/** Number of blocks that the new image has. */
export function blockCount({ blockBits, newSize }: Pick<Otadelta, "blockBits" | "newSize">): number {
  return Math.ceil(newSize / 2 ** blockBits);
}

/** Where block `index` starts in the new image. */
export function blockStart({ blockBits }: Pick<Otadelta, "blockBits">, index: number): number {
  return index * 2 ** blockBits;
}

/** Where block `index` ends in the new image. */
export function blockEnd(patch: Pick<Otadelta, "blockBits" | "newSize">, index: number): number {
  return Math.min(blockStart(patch, index + 1), patch.newSize);
}

/** A patch as it was read. */
export interface OpenedOtadelta extends Otadelta {
  /** Where in the patch the new size stands. */
  readonly newSizeOffset: number;
}

const profileFields = ["flagBits", "lineBits", "correctionBits", "contexts", "windowBits"] as const;
const typeTableFields = ["oldTypes", "oldStrings", "oldStringBytes", "newTypes", "newTypeBytes", "newStrings"] as const;
const segmentFields = ["oldOffset", "oldSize", "oldAddress", "newOffset", "newSize", "newAddress"] as const;

/** Whether bytes start as an `otadelta` patch does. */
export function isOtadelta(patch: Uint8Array): boolean {
  return equalBytes(patch.subarray(0, magic.length), magic);
}

/** What a patch holds of the SHA-256 of a block. */
export function blockDigest(block: Uint8Array, hashProvider: HashProvider): Bytes {
  return sha256(block, hashProvider).slice(0, blockDigestBytes);
}

/** First half of the SHA-256 of header and map. */
function headerDigest(hashProvider: HashProvider, ...parts: readonly Uint8Array[]): Bytes {
  const hash = createHash("sha256", hashProvider);
  for (const part of parts) hash.update(part);
  return hash.digest().slice(0, headerDigestBytes);
}

/** What the head of a patch tells, in front of its lists. */
export type OtadeltaHead = Pick<
  OpenedOtadelta,
  "profile" | "blockBits" | "oldSize" | "newSize" | "newSizeOffset" | "typeTable" | "coverCount"
>;

/**
 * Reads a patch and checks everything but what is coded: version, bounds, lengths that fill the patch exactly, the digest of
 * header and map. `enforce` refuses what is too large, before anything is made of the lists.
 *
 * @throws {@link DeltaError} `ERR_DELTA_FORMAT`, `ERR_DELTA_TRUNCATED`, `ERR_DELTA_VERSION`, `ERR_DELTA_HEADER`, `ERR_DELTA_HEADER_HASH`
 */
export function openOtadelta(
  patch: Uint8Array,
  hashProvider: HashProvider,
  enforce: (head: OtadeltaHead) => void = () => {},
): OpenedOtadelta {
  const reader = new HeaderReader(patch);
  if (!isOtadelta(reader.take(magic.length))) refuse("ERR_DELTA_FORMAT", 0, "it does not begin as one");
  const found = reader.u8();
  if (found !== otadeltaVersion) refuse("ERR_DELTA_VERSION", 8, `its version is ${found}`);
  const profile = Object.fromEntries(
    profileFields.map((name) => [name, reader.bounded(...profileBounds[name], name)]),
  ) as unknown as CoderProfile;
  const blockBits = reader.bounded(...blockBitsBounds, "blockBits");
  const oldSize = reader.number(maxImageSize, "the old size");
  const oldSha256 = reader.take(32);
  const newSizeOffset = reader.offset;
  const newSize = reader.number(maxImageSize, "the new size");
  const newSha256 = reader.take(32);
  const segments = readSegments(reader, oldSize, newSize);
  const bases = { old64: reader.u64(), new64: reader.u64(), old32: reader.u32(), new32: reader.u32() };
  const addressEnd = reader.number(0xffff_ffff, "the end of addresses");
  const typeTable = readTypeTable(reader, oldSize, newSize);
  // Each cover makes at least one byte.
  const coverCount = reader.number(newSize, "the number of covers");
  enforce({ profile, blockBits, oldSize, newSize, newSizeOffset, typeTable, coverCount });
  const mapBytes = reader.number(maxImageSize, "the size of the map");
  const lengths = Array.from({ length: blockCount({ blockBits, newSize }) }, () => {
    const coded = reader.number(2 * maxImageSize + 1, "the size of a block");
    return { bytes: coded >>> 1, stored: (coded & 1) === 1 };
  });
  const digests = lengths.map(() => reader.take(blockDigestBytes));
  const headerEnd = reader.offset;
  const digest = reader.take(headerDigestBytes);
  const map = reader.take(mapBytes);
  const blocks = lengths.map(({ bytes, stored }, index) => {
    const size = blockEnd({ blockBits, newSize }, index) - blockStart({ blockBits }, index);
    if (stored && bytes !== size)
      refuse("ERR_DELTA_HEADER", reader.offset, `block ${index} is stored with ${bytes} bytes`);
    return { coded: reader.take(bytes), stored, digest: digests[index]! };
  });
  if (reader.offset !== patch.length) refuse("ERR_DELTA_HEADER", reader.offset, "bytes follow its last block");
  if (!equalBytes(digest, headerDigest(hashProvider, patch.subarray(0, headerEnd), map))) {
    refuse("ERR_DELTA_HEADER_HASH", headerEnd, "header and map do not have the digest that they name");
  }
  return {
    profile,
    blockBits,
    oldSize,
    oldSha256,
    newSize,
    newSizeOffset,
    newSha256,
    segments,
    bases,
    addressEnd,
    typeTable,
    coverCount,
    map,
    blocks,
  };
}

/** A table of types lies in its image, and the old one at a multiple of 4. */
function readTypeTable(reader: HeaderReader, oldSize: number, newSize: number): TypeTable | undefined {
  const at = reader.offset;
  const oldTypeBytes = reader.number(oldSize, "the size of the old types");
  if (oldTypeBytes === 0) return undefined;
  const fields = Object.fromEntries(typeTableFields.map((name) => [name, reader.number(maxImageSize, name)]));
  const table = { ...fields, oldTypeBytes } as unknown as TypeTable;
  const placed =
    table.oldTypes % 4 === 0 &&
    oldTypeBytes % 4 === 0 &&
    table.oldTypes + oldTypeBytes <= oldSize &&
    table.oldStrings + table.oldStringBytes <= oldSize &&
    table.newTypes + table.newTypeBytes <= newSize &&
    table.newStrings <= newSize;
  if (!placed) refuse("ERR_DELTA_HEADER", at, "the table of types is out of place");
  return table;
}

/** Segments rise in offset and address, apart from each other, and lie in their image. */
function readSegments(reader: HeaderReader, oldSize: number, newSize: number): Segment[] {
  const count = reader.bounded(1, mostSegments, "the number of segments");
  const segments: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = reader.offset;
    const segment = Object.fromEntries(
      segmentFields.map((name) => [name, reader.number(0xffff_ffff, name)]),
    ) as unknown as Segment;
    if (!fits(segment, segments[index - 1], oldSize, newSize))
      refuse("ERR_DELTA_HEADER", at, `segment ${index} is out of place`);
    segments.push(segment);
  }
  return segments;
}

/** Whether a segment may follow another one. */
export function fits(segment: Segment, last: Segment | undefined, oldSize: number, newSize: number): boolean {
  const { oldOffset, oldAddress, newOffset, newAddress } = segment;
  const inside =
    oldOffset + segment.oldSize <= oldSize &&
    newOffset + segment.newSize <= newSize &&
    oldAddress + segment.oldSize <= 0xffff_ffff &&
    newAddress + segment.newSize <= 0xffff_ffff;
  if (last === undefined) return inside;
  return (
    inside &&
    oldOffset >= last.oldOffset + last.oldSize &&
    oldAddress >= last.oldAddress + last.oldSize &&
    newOffset >= last.newOffset + last.newSize &&
    newAddress >= last.newAddress + last.newSize
  );
}

/** Writes a patch that {@link openOtadelta} reads. */
export function writeOtadelta(patch: Otadelta, hashProvider: HashProvider): Bytes {
  const header: Uint8Array[] = [
    magic,
    Uint8Array.of(otadeltaVersion, ...profileFields.map((name) => patch.profile[name]), patch.blockBits),
  ];
  header.push(writeNumber(patch.oldSize), patch.oldSha256, writeNumber(patch.newSize), patch.newSha256);
  header.push(Uint8Array.of(patch.segments.length));
  for (const segment of patch.segments) header.push(...segmentFields.map((name) => writeNumber(segment[name])));
  const bases = new DataView(new ArrayBuffer(24));
  bases.setBigUint64(0, patch.bases.old64, true);
  bases.setBigUint64(8, patch.bases.new64, true);
  bases.setUint32(16, patch.bases.old32, true);
  bases.setUint32(20, patch.bases.new32, true);
  header.push(new Uint8Array(bases.buffer), writeNumber(patch.addressEnd));
  const { typeTable } = patch;
  header.push(writeNumber(typeTable?.oldTypeBytes ?? 0));
  if (typeTable !== undefined) header.push(...typeTableFields.map((name) => writeNumber(typeTable[name])));
  header.push(writeNumber(patch.coverCount), writeNumber(patch.map.length));
  for (const { coded, stored } of patch.blocks) header.push(writeNumber(coded.length * 2 + (stored ? 1 : 0)));
  for (const { digest } of patch.blocks) header.push(digest);
  return concatBytes(
    ...header,
    headerDigest(hashProvider, ...header, patch.map),
    patch.map,
    ...patch.blocks.map(({ coded }) => coded),
  );
}

/** Seven bits a byte, lowest first; the top bit says that more follow. */
function writeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  bytes.push(left);
  return Uint8Array.from(bytes);
}

/** Reads what the header holds, and refuses with the place. */
class HeaderReader {
  readonly #patch: Uint8Array;
  offset = 0;

  constructor(patch: Uint8Array) {
    this.#patch = assertBytes(patch, "patch");
  }

  take(length: number): Uint8Array {
    if (length > this.#patch.length - this.offset)
      refuse("ERR_DELTA_TRUNCATED", this.#patch.length, "it ends too early");
    this.offset += length;
    return this.#patch.subarray(this.offset - length, this.offset);
  }

  u8(): number {
    return this.take(1)[0]!;
  }

  u32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  u64(): bigint {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  }

  /** One byte from `least` to `most`. */
  bounded(least: number, most: number, what: string): number {
    const value = this.u8();
    if (value < least || value > most) refuse("ERR_DELTA_HEADER", this.offset - 1, `${what} is ${value}`);
    return value;
  }

  /** A number of at most `most`, in as few bytes as it can have. */
  number(most: number, what: string): number {
    const start = this.offset;
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.u8();
      value += (byte & 127) * unit;
      if (value > most) refuse("ERR_DELTA_HEADER", start, `${what} is above ${most}`);
      if (byte < 128) {
        if (byte === 0 && unit > 1) refuse("ERR_DELTA_HEADER", start, `${what} has a byte too many`);
        return value;
      }
      if (unit > 2 ** 40) refuse("ERR_DELTA_HEADER", start, `${what} has too many bytes`);
    }
  }
}

function refuse(code: DeltaErrorCode, offset: number, what: string): never {
  throw new DeltaError(code, `Cannot read otadelta patch: ${what}`, { offset });
}
