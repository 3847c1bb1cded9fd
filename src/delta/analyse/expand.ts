/** Decompresses what an image holds as gzip or zip, in bounded memory. */

import { Inflate } from "fflate";
import { type Bytes, concatBytes, crc32 } from "../../core/index.ts";

/** Decompressed data and where the compressed one ends in the image. */
export interface Expanded {
  readonly data: Bytes;
  readonly end: number;
}

/** Compressed bytes that are looked at together. */
const chunkBytes = 16 * 1024;

/** Decompresses a gzip member that begins at `offset`; nothing when it is damaged, none at all, or longer than `maxBytes`. Standard: RFC 1952. */
export function expandGzip(image: Uint8Array, offset: number, maxBytes: number): Expanded | undefined {
  const start = skipGzipHeader(image, offset);
  const inflated = start === undefined ? undefined : inflate(image, start, image.length, maxBytes);
  if (inflated === undefined) return undefined;
  // The stream ends within the last part that gave bytes; behind it stand CRC and size.
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(inflated.data), true);
  trailer.setUint32(4, inflated.data.length, true);
  const wanted = new Uint8Array(trailer.buffer);
  const last = Math.min(image.length, inflated.inputEnd + 8) - 8;
  for (let at = inflated.inputStart; at <= last; at++) {
    if (wanted.every((byte, index) => image[at + index] === byte)) return { data: inflated.data, end: at + 8 };
  }
  return undefined;
}

/** Where the deflate stream of a gzip member begins. */
function skipGzipHeader(image: Uint8Array, offset: number): number | undefined {
  const flags = image[offset + 3] ?? 0;
  let at = offset + 10;
  if (flags & 4) at += 2 + (image[at] ?? 0) + 256 * (image[at + 1] ?? 0);
  for (const named of [8, 16]) {
    if (!(flags & named)) continue;
    const end = image.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & 2) at += 2;
  return at < image.length ? at : undefined;
}

/** Inflates from `from` on until nothing more comes; tells the last part of the input that gave bytes. */
function inflate(
  image: Uint8Array,
  from: number,
  to: number,
  maxBytes: number,
): { readonly data: Bytes; readonly inputStart: number; readonly inputEnd: number } | undefined {
  const parts: Uint8Array[] = [];
  let total = 0;
  let grew = false;
  const stream = new Inflate((part) => {
    if (part.length === 0) return;
    grew = true;
    total += part.length;
    if (total <= maxBytes) parts.push(part);
  });
  let inputStart = from;
  let inputEnd = from;
  try {
    for (let at = from; at < to && total <= maxBytes; at += chunkBytes) {
      grew = false;
      stream.push(image.subarray(at, Math.min(to, at + chunkBytes)));
      if (!grew) break;
      inputStart = at;
      inputEnd = Math.min(to, at + chunkBytes);
    }
  } catch {
    return undefined;
  }
  return total > maxBytes || total === 0 ? undefined : { data: concatBytes(...parts), inputStart, inputEnd };
}

/** Decompresses all entries of a zip archive that fills the image, one behind the other, in the order of its directory. Standard: APPNOTE 4.3. */
export function expandZip(image: Uint8Array, maxBytes: number): Bytes | undefined {
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const end = findDirectoryEnd(view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const parts: Uint8Array[] = [];
  let left = maxBytes;
  for (let index = 0; index < count; index++) {
    if (at + 46 > image.length || view.getUint32(at, true) !== 0x02014b50) return undefined;
    const method = view.getUint16(at + 10, true);
    const compressed = view.getUint32(at + 20, true);
    const local = view.getUint32(at + 42, true);
    if (local + 30 > image.length || view.getUint32(local, true) !== 0x04034b50) return undefined;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (compressed > image.length - start) return undefined;
    const part = expandEntry(image.subarray(start, start + compressed), method, left);
    if (part === undefined || crc32(part) !== view.getUint32(at + 16, true)) return undefined;
    parts.push(part);
    left -= part.length;
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return concatBytes(...parts);
}

function expandEntry(bytes: Uint8Array, method: number, maxBytes: number): Uint8Array | undefined {
  if (method === 0) return bytes.length <= maxBytes ? bytes : undefined;
  if (method !== 8) return undefined;
  return bytes.length <= 2 ? new Uint8Array(0) : inflate(bytes, 0, bytes.length, maxBytes)?.data;
}

/** The end record of the central directory: in the last 64 KiB, with a comment that reaches to the end. */
function findDirectoryEnd(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= first; at--) {
    const isEnd =
      view.getUint32(at, true) === 0x06054b50 && at + 22 + view.getUint16(at + 20, true) === view.byteLength;
    if (isEnd) return at;
  }
  return undefined;
}
