/** Finds compressed data in an image by the marks with which it begins. */

import { equalBytes, hexToBytes } from "../../core/index.ts";

/** What compressed data is known by. */
export type CompressedContainer = "gzip" | "zip" | "xz" | "zstd" | "lz4" | "bzip2" | "lzma" | "lzop" | "squashfs";

/** Where compressed data begins. */
export interface ContainerMark {
  readonly container: CompressedContainer;
  readonly offset: number;
}

/**
 * Marks of at least four bytes, so that chance makes few of them: RFC 1952 (with a method of 8, no reserved flags, and one of the usual levels and
 * systems), APPNOTE 4.3.7, the xz format 2.1.1.1, RFC 8878 3.1.1, the LZ4 frame format and that of Linux, bzip2, LZMA_Alone, lzop, SquashFS 4.
 */
const marks: readonly (readonly [CompressedContainer, string])[] = [
  ["gzip", "1f8b08"],
  ["zip", "504b0304"],
  ["xz", "fd377a585a00"],
  ["zstd", "28b52ffd"],
  ["lz4", "04224d18"],
  ["lz4", "02214c18"],
  ["bzip2", "425a68"],
  ["lzma", "5d0000"],
  ["lzop", "894c5a4f000d0a1a0a"],
  ["squashfs", "68737173"],
];

const byFirstByte: ReadonlyMap<number, readonly (readonly [CompressedContainer, Uint8Array])[]> =
  /* @__PURE__ */ groupMarks();

function groupMarks(): Map<number, (readonly [CompressedContainer, Uint8Array])[]> {
  const groups = new Map<number, (readonly [CompressedContainer, Uint8Array])[]>();
  for (const [container, hex] of marks) {
    const bytes = hexToBytes(hex);
    groups.set(bytes[0]!, [...(groups.get(bytes[0]!) ?? []), [container, bytes]]);
  }
  return groups;
}

/** All marks of an image, in rising order of their place. */
export function* findMarks(image: Uint8Array): Generator<ContainerMark> {
  for (let offset = 0; offset < image.length; offset++) {
    for (const [container, bytes] of byFirstByte.get(image[offset]!) ?? []) {
      if (!equalBytes(image.subarray(offset, offset + bytes.length), bytes)) continue;
      if (isPlausible(container, image, offset)) yield { container, offset };
    }
  }
}

/** Looks at more than the mark where that is short. */
function isPlausible(container: CompressedContainer, image: Uint8Array, offset: number): boolean {
  const at = (index: number): number => image[offset + index] ?? -1;
  switch (container) {
    case "gzip":
      return (at(3) & 0xe0) === 0 && [0, 2, 4].includes(at(8)) && (at(9) <= 13 || at(9) === 255);
    case "bzip2":
      // A block or the end of the stream follows the level.
      return at(3) >= 0x31 && at(3) <= 0x39 && [0x31, 0x17].includes(at(4)) && [0x41, 0x72].includes(at(5));
    case "lzma":
      // A dictionary of a power of two from 64 KiB on, and a size that is unknown or below 4 GiB.
      return (
        [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80].includes(at(3)) && at(4) === 0 && isSize(image, offset + 5)
      );
    default:
      return true;
  }
}

function isSize(image: Uint8Array, offset: number): boolean {
  const size = image.subarray(offset, offset + 8);
  return size.length === 8 && (size.every((byte) => byte === 0xff) || size.subarray(4).every((byte) => byte === 0));
}
