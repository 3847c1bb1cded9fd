/** Gives a damaged `otadelta` patch the digests that it would need, so that damage gets past them: its own reader of the layout of the header. */

import { concatBytes, sha256 } from "otakit/core";

/** Where the parts of a patch are, if its header can be read at all. */
export interface Layout {
  readonly newSize: number;
  readonly blockSize: number;
  readonly oldSha256At: number;
  readonly newSha256At: number;
  readonly digestsAt: number;
  readonly headerEnd: number;
  readonly mapEnd: number;
  readonly lastLength: { readonly at: number; readonly width: number; readonly isStored: boolean };
  /** Where the last block starts. */
  readonly lastAt: number;
}

/** Reads numbers of seven bits a byte, lowest first. */
function readNumber(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let end = at, unit = 1; ; end++, unit *= 128) {
    const byte = bytes[end] ?? 0;
    value += (byte & 127) * unit;
    if (byte < 128 || unit > 2 ** 35) return { value, end: end + 1 };
  }
}

export function layoutOf(patch: Uint8Array): Layout | undefined {
  const blockSize = 2 ** (patch[14] ?? 0);
  const oldSize = readNumber(patch, 15);
  const newSize = readNumber(patch, oldSize.end + 32);
  const newSha256At = newSize.end;
  let at = newSha256At + 33;
  for (let field = 6 * (patch[at - 1] ?? 0); field > 0; field--) at = readNumber(patch, at).end;
  const typeBytes = readNumber(patch, readNumber(patch, at + 24).end);
  at = typeBytes.end;
  for (let field = typeBytes.value === 0 ? 0 : 6; field > 0; field--) at = readNumber(patch, at).end;
  const covers = readNumber(patch, at);
  const mapBytes = readNumber(patch, covers.end);
  const blocks = Math.ceil(newSize.value / blockSize);
  if (blocks === 0 || blocks * 5 > patch.length) return undefined;
  let [digestsAt, others] = [mapBytes.end, 0];
  let lastLength = { at: 0, width: 0, isStored: false };
  for (let index = 0; index < blocks; index++) {
    const length = readNumber(patch, digestsAt);
    if (index < blocks - 1) others += Math.floor(length.value / 2);
    lastLength = { at: digestsAt, width: length.end - digestsAt, isStored: length.value % 2 === 1 };
    digestsAt = length.end;
  }
  const headerEnd = digestsAt + 4 * blocks;
  const mapEnd = headerEnd + 16 + mapBytes.value;
  const lastAt = mapEnd + others;
  if (lastAt > patch.length) return undefined;
  return {
    newSize: newSize.value,
    blockSize,
    oldSha256At: oldSize.end,
    newSha256At,
    digestsAt,
    headerEnd,
    mapEnd,
    lastLength,
    lastAt,
  };
}

/** Writes the digest of header and map. */
export function seal(patch: Uint8Array, { headerEnd, mapEnd }: Layout): Uint8Array {
  const digest = sha256(concatBytes(patch.subarray(0, headerEnd), patch.subarray(headerEnd + 16, mapEnd)));
  return replaced(patch, headerEnd, digest.subarray(0, 16));
}

/** Lets the last block end where the patch does, where a number of the same width can say so. */
export function fitLastBlock(patch: Uint8Array, { lastLength, lastAt }: Layout): Uint8Array {
  const number = 2 * (patch.length - lastAt) + (lastLength.isStored ? 1 : 0);
  const digits = Array.from({ length: lastLength.width }, (_, index) => Math.floor(number / 128 ** index) % 128);
  if (number >= 128 ** digits.length || (digits.length > 1 && digits.at(-1) === 0)) return patch;
  const bytes = digits.map((digit, index) => (index < digits.length - 1 ? digit | 128 : digit));
  return replaced(patch, lastLength.at, Uint8Array.from(bytes));
}

export function replaced(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(part, at);
  return copy;
}
