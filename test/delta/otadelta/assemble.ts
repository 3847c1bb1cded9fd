/**
 * Images full of references, built twice, the second time with insertions, so that every reference across one changes. What each architecture's
 * assembler would write is written here apart from the predictor.
 */

import { seededRandom } from "../../../scripts/random.ts";

/** Writes the instructions at `place` that refer to `target`; both are offsets in the image. */
type Encode = (view: DataView, place: number, target: number) => void;

export interface Architecture {
  /** Bytes that one reference takes. */
  readonly size: number;
  readonly encode: Encode;
}

const imageBase = 0x0801_0000;
const wideBase = 0xffff_8000_0800_0000n;

const adrp = (view: DataView, place: number, target: number): void => {
  const pages = (target >> 12) - (place >> 12);
  view.setUint32(place, (0x9000_0003 | ((pages & 3) << 29) | (((pages >> 2) & 0x7_ffff) << 5)) >>> 0, true);
};

/** Every kind of reference that otadelta predicts. */
export const architectures: Readonly<Record<string, Architecture>> = {
  "AArch64 BL": {
    size: 4,
    encode: (view, place, target) =>
      view.setUint32(place, (0x9400_0000 | (((target - place) >> 2) & 0x03ff_ffff)) >>> 0, true),
  },
  "AArch64 CBZ": {
    size: 4,
    encode: (view, place, target) =>
      view.setUint32(place, (0xb400_0000 | ((((target - place) >> 2) & 0x7_ffff) << 5)) >>> 0, true),
  },
  "AArch64 ADRP and ADD": {
    size: 8,
    encode(view, place, target) {
      adrp(view, place, target);
      view.setUint32(place + 4, (0x9100_0063 | ((target & 0xfff) << 10)) >>> 0, true);
    },
  },
  "AArch64 ADRP and LDR": {
    size: 8,
    encode(view, place, target) {
      adrp(view, place, target & ~7);
      view.setUint32(place + 4, (0xf940_0063 | (((target & 0xfff) >> 3) << 10)) >>> 0, true);
    },
  },
  "ARM BL": {
    size: 4,
    encode: (view, place, target) =>
      view.setUint32(place, (0xeb00_0000 | (((target - place - 8) >> 2) & 0x00ff_ffff)) >>> 0, true),
  },
  "ARM MOVW and MOVT": {
    size: 8,
    encode(view, place, target) {
      const address = imageBase + target;
      for (const [at, opcode, half] of [
        [place, 0xe300_1000, address & 0xffff],
        [place + 4, 0xe340_1000, address >>> 16],
      ] as const) {
        view.setUint32(at, (opcode | ((half >> 12) << 16) | (half & 0xfff)) >>> 0, true);
      }
    },
  },
  "Thumb-2 BL": {
    size: 4,
    encode(view, place, target) {
      const distance = target - place - 4;
      const sign = distance < 0 ? 1 : 0;
      const j = (bit: number): number => (((distance >> bit) & 1) === sign ? 1 : 0);
      view.setUint16(place, 0xf000 | (sign << 10) | ((distance >> 12) & 0x3ff), true);
      view.setUint16(place + 2, 0xd000 | (j(23) << 13) | (j(22) << 11) | ((distance >> 1) & 0x7ff), true);
    },
  },
  "x86 CALL": {
    size: 8,
    encode(view, place, target) {
      view.setUint8(place, 0xe8);
      view.setInt32(place + 1, target - place - 5, true);
    },
  },
  "x86 LEA relative to RIP": {
    size: 8,
    encode(view, place, target) {
      for (const [index, byte] of [0x48, 0x8d, 0x3d].entries()) view.setUint8(place + index, byte);
      view.setInt32(place + 3, target - place - 7, true);
    },
  },
  "pointers of 64 bits": {
    size: 8,
    encode: (view, place, target) => view.setBigUint64(place, wideBase + BigInt(target), true),
  },
  "pointers of 32 bits": {
    size: 4,
    encode: (view, place, target) => view.setUint32(place, imageBase + target, true),
  },
  "relative words": {
    size: 4,
    encode: (view, place, target) => view.setInt32(place, target - place, true),
  },
};

const groups = 3_000;
const groupBytes = 32;

/** In front of each 100th group of the new image, 16 to 112 bytes are inserted. */
const insertedBefore = (group: number): number => 16 * (1 + ((group / 100) % 7));

/** An image of groups of 32 bytes, each noise and one reference to another group; with or without what is inserted. */
export function assemble({ size, encode }: Architecture, isNew: boolean): Uint8Array {
  const random = seededRandom("otadelta/references");
  const noise = random.bytes(groups * groupBytes);
  const targets = random.bytes(groups * 2);
  const places: number[] = [];
  let end = 0;
  for (let group = 0; group < groups; group++) {
    if (isNew && group % 100 === 0) end += insertedBefore(group);
    places.push(end);
    end += groupBytes;
  }
  const image = new Uint8Array(end);
  const view = new DataView(image.buffer);
  for (const [group, place] of places.entries()) {
    image.set(noise.subarray(group * groupBytes, (group + 1) * groupBytes), place);
    // The reference stands behind 16 bytes of noise, and what follows it stays as it is.
    image.fill(0, place + 16, place + 16 + size);
    const target = ((targets[2 * group]! << 8) | targets[2 * group + 1]!) % groups;
    encode(view, place + 16, places[target]!);
  }
  return image;
}
