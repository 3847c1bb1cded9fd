/**
 * Where the bytes of an image live when it runs: an address is a file offset plus the displacement of its segment.
 *
 * A raw image is one segment that starts at address 0; an ELF file has one for each part that is loaded. Both images of a patch have the
 * same number of segments, and segment i of the old one became segment i of the new one.
 */

const maxSegments = 16;

/** Per segment: file offset, size in the file, address; of the old image, then of the new one. */
const table = memory.data(maxSegments * 24, 8);
let count: u32 = 0;

/** Forgets all segments. */
export function clearSegments(): void {
  count = 0;
}

/** Adds a segment; they come in rising order of offset and of address. False when there are too many. */
export function addSegment(oldOffset: u32, oldSize: u32, oldAddress: u32, newOffset: u32, newSize: u32, newAddress: u32): bool {
  if (count === maxSegments) return false;
  const at = table + count * 24;
  store<u32>(at, oldOffset);
  store<u32>(at, oldSize, 4);
  store<u32>(at, oldAddress, 8);
  store<u32>(at, newOffset, 12);
  store<u32>(at, newSize, 16);
  store<u32>(at, newAddress, 20);
  count += 1;
  return true;
}

/** The last segment whose field does not exceed `value`, or the first one. */
// @ts-expect-error: decorator
@inline
function segmentBy(field: usize, value: u32): usize {
  let at = table;
  for (let i: u32 = 1; i < count; i++) {
    const following = table + i * 24;
    if (load<u32>(following + field) > value) break;
    at = following;
  }
  return at;
}

/** Address of an offset of the old image. */
// @ts-expect-error: decorator
@inline
export function oldAddressOf(offset: u32): u32 {
  const segment = segmentBy(0, offset);
  return offset - load<u32>(segment) + load<u32>(segment, 8);
}

/** Address of an offset of the new image. */
// @ts-expect-error: decorator
@inline
export function newAddressOf(offset: u32): u32 {
  const segment = segmentBy(12, offset);
  return offset - load<u32>(segment, 12) + load<u32>(segment, 20);
}

/** The segment that an old address belongs to. */
// @ts-expect-error: decorator
@inline
export function segmentOfAddress(address: u32): usize {
  return segmentBy(8, address);
}

/** Distance of an old address from the start of its segment. */
// @ts-expect-error: decorator
@inline
export function distanceIn(segment: usize, address: u32): u32 {
  return address - load<u32>(segment, 8);
}

/** Size of an old segment in the file. */
// @ts-expect-error: decorator
@inline
export function oldSizeOf(segment: usize): u32 {
  return load<u32>(segment, 4);
}

/** File offset of an old segment. */
// @ts-expect-error: decorator
@inline
export function oldOffsetOf(segment: usize): u32 {
  return load<u32>(segment);
}

/** New address of something behind the part of a segment that the file holds, zeroed data for example: it moves with the end of that part. */
// @ts-expect-error: decorator
@inline
export function behindFile(segment: usize, address: u32): u32 {
  const oldEnd = load<u32>(segment, 8) + load<u32>(segment, 4);
  const newEnd = load<u32>(segment, 20) + load<u32>(segment, 16);
  return address - oldEnd + newEnd;
}
