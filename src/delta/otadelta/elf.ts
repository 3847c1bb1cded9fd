/** Where the parts of an ELF file run; anything else is one raw image. */

import { fits, type Segment } from "./header.ts";

/** Part of one image: file offset, bytes in the file, address. */
interface Part {
  readonly offset: number;
  readonly size: number;
  readonly address: number;
}

const programLoad = 1;
/** More parts than any linker makes; beyond them the file is taken as raw. */
const mostParts = 16;

/**
 * The segments of both images: those that ELF's program headers load, or the whole image as one.
 *
 * Standard: System V ABI, chapter 5 (program header), little-endian files of 32 and 64 bits.
 */
export function segmentsOf(oldImage: Uint8Array, newImage: Uint8Array): readonly Segment[] {
  const [oldParts, newParts] = [loadedParts(oldImage), loadedParts(newImage)];
  if (oldParts === undefined || oldParts.length !== newParts?.length) return [rawSegment(oldImage, newImage)];
  const segments = oldParts.map((old, index): Segment => {
    const { offset, size, address } = newParts[index]!;
    return {
      oldOffset: old.offset,
      oldSize: old.size,
      oldAddress: old.address,
      newOffset: offset,
      newSize: size,
      newAddress: address,
    };
  });
  const placed = segments.every((segment, index) =>
    fits(segment, segments[index - 1], oldImage.length, newImage.length),
  );
  return placed ? segments : [rawSegment(oldImage, newImage)];
}

function rawSegment(oldImage: Uint8Array, newImage: Uint8Array): Segment {
  const [oldSize, newSize] = [oldImage.length, newImage.length];
  return { oldOffset: 0, oldSize, oldAddress: 0, newOffset: 0, newSize, newAddress: 0 };
}

/** The loaded parts of an ELF file in rising order, or nothing for any other file. */
function loadedParts(image: Uint8Array): readonly Part[] | undefined {
  const isElf = image.length >= 64 && image[0] === 0x7f && image[1] === 0x45 && image[2] === 0x4c && image[3] === 0x46;
  if (!isElf || image[5] !== 1) return undefined;
  const wide = image[4] === 2;
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const word = (offset: number): number =>
    wide ? Number(view.getBigUint64(offset, true)) : view.getUint32(offset, true);
  const table = word(wide ? 32 : 28);
  const entrySize = view.getUint16(wide ? 54 : 42, true);
  const count = view.getUint16(wide ? 56 : 44, true);
  if (entrySize < (wide ? 56 : 32) || table + count * entrySize > image.length) return undefined;
  const parts: Part[] = [];
  for (let index = 0; index < count; index++) {
    const entry = table + index * entrySize;
    if (view.getUint32(entry, true) !== programLoad) continue;
    const [offset, address, size] = wide ? [8, 16, 32] : [4, 8, 16];
    parts.push({ offset: word(entry + offset!), size: word(entry + size!), address: word(entry + address!) });
  }
  return parts.length > 0 && parts.length <= mostParts ? parts : undefined;
}
