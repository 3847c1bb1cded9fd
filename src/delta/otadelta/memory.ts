/** Working memory of applying, counted before any of it is taken. */

import type { Otadelta } from "./header.ts";
import { modelSizes } from "./model.ts";
import type { CoderProfile } from "./profile.ts";

/** Coded bytes that the model is given at once. */
export const inputBytes: number = 4 * 1024;
/** Longest stretch that is made at once. */
const stretchBytes: number = 16 * 1024;
/** How far around a stretch the predictor looks, and what an insertion looks at behind it. */
export const oldMargin = 64;
export const oldAhead = 32;
export const oldBufferBytes: number = stretchBytes + 2 * oldMargin + oldAhead + 8;
/** Pages of the old image that are kept. */
export const pageSlots = 8;
const pageBytes = 4 * 1024;
/** Bytes between two reads while an image is hashed. */
export const hashBlockSize: number = 16 * 1024;

/** What is kept of a block, and room for a stretch. */
export function windowBytes({ windowBits }: CoderProfile): number {
  return 2 ** windowBits + oldMargin + stretchBytes;
}

/** Working memory in bytes, beside the patch, that applying takes; the map counts. */
export function otadeltaMemory({
  profile,
  coverCount,
  oldSize,
}: Pick<Otadelta, "profile" | "coverCount" | "oldSize">): number {
  const { model, map } = modelSizes(profile, coverCount, oldSize);
  const buffers = inputBytes + windowBytes(profile) + oldBufferBytes + pageSlots * pageBytes + hashBlockSize;
  return model + map + buffers;
}
