/** A BSDIFF40 writer for tests, with a model of what its patches make. */

import fc from "fast-check";
import { bzip2 } from "./bzip2-encoder.ts";

/** One control triple. */
export type Triple = readonly [add: number | bigint, copy: number | bigint, seek: number | bigint];

/** What a patch is written from; `undefined` lengths are the right ones. */
export interface PatchParts {
  readonly magic?: string;
  readonly newSize?: number | bigint;
  readonly triples?: readonly Triple[];
  readonly diff?: Uint8Array;
  readonly extra?: Uint8Array;
  /** Streams that are compressed already. */
  readonly controlStream?: Uint8Array;
  readonly diffStream?: Uint8Array;
  readonly extraStream?: Uint8Array;
  readonly controlLength?: number | bigint;
  readonly diffLength?: number | bigint;
}

/** Writes a patch, right or wrong. */
export function bsdiff40(parts: PatchParts): Uint8Array<ArrayBuffer> {
  const { triples = [], diff = new Uint8Array(0), extra = new Uint8Array(0) } = parts;
  const control = parts.controlStream ?? bzip2(triplesBytes(triples));
  const diffStream = parts.diffStream ?? bzip2(diff);
  const header = [
    signMagnitude(parts.controlLength ?? control.length),
    signMagnitude(parts.diffLength ?? diffStream.length),
    signMagnitude(parts.newSize ?? diff.length + extra.length),
  ];
  const magic = new TextEncoder().encode(parts.magic ?? "BSDIFF40");
  return join(magic, ...header, control, diffStream, parts.extraStream ?? bzip2(extra));
}

/** Bytes of the control stream. */
export function triplesBytes(triples: readonly Triple[]): Uint8Array<ArrayBuffer> {
  return join(...triples.flat().map(signMagnitude));
}

/** Eight bytes, little-endian, the top bit for the sign. */
function signMagnitude(value: number | bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  const wide = BigInt(value);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, wide < 0n ? -wide : wide, true);
  if (wide < 0n) bytes[7]! |= 0x80;
  return bytes;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A patch that bspatch would accept, with both images. */
export interface PatchCase {
  readonly oldImage: Uint8Array<ArrayBuffer>;
  readonly newImage: Uint8Array<ArrayBuffer>;
  readonly patch: Uint8Array<ArrayBuffer>;
  readonly triples: readonly Triple[];
}

/** Makes a patch of these triples, and the new image by the plain rule of bspatch. */
export function patchCase(
  oldImage: Uint8Array<ArrayBuffer>,
  triples: readonly (readonly [number, number, number])[],
  byteAt: (index: number) => number,
): PatchCase {
  const newImage: number[] = [];
  const diff: number[] = [];
  const extra: number[] = [];
  let oldPosition = 0;
  for (const [add, copy, seek] of triples) {
    for (let step = 0; step < add; step++) {
      const byte = byteAt(newImage.length);
      diff.push(byte);
      newImage.push(((oldImage[oldPosition + step] ?? 0) + byte) & 255);
    }
    for (let step = 0; step < copy; step++) {
      const byte = byteAt(newImage.length);
      extra.push(byte);
      newImage.push(byte);
    }
    oldPosition += add + seek;
  }
  const patch = bsdiff40({ triples, diff: Uint8Array.from(diff), extra: Uint8Array.from(extra) });
  return { oldImage, newImage: Uint8Array.from(newImage), patch, triples };
}

/** Any patch of up to twelve triples, with positions in, across and far outside the old image. */
export const anyPatchCase: fc.Arbitrary<PatchCase> = fc
  .record({
    oldImage: fc.uint8Array({ maxLength: 200 }),
    triples: fc
      .array(fc.tuple(fc.nat(60), fc.nat(30), fc.oneof(fc.integer({ min: -250, max: 250 }), fc.integer())), {
        maxLength: 12,
      })
      // A triple that writes nothing behind the last one that does would be left over.
      .map((triples) => triples.slice(0, triples.findLastIndex(([add, copy]) => add + copy > 0) + 1)),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  })
  .map(({ oldImage, triples, bytes }) =>
    patchCase(Uint8Array.from(oldImage), triples, (index) => bytes[index % bytes.length]!),
  );
