/** Working memory of applying, counted before any of it is taken. */

import type { PatchDemand } from "../limits.ts";
import { pageSize } from "../wasm/core.ts";
import { blockCount, type Otadelta, type OtadeltaHead } from "./header.ts";
import { modelSizes } from "./model.ts";
import type { CoderProfile } from "./profile.ts";

/** Coded bytes that the model is given at once. */
export const inputBytes: number = 4 * 1024;
/** Longest stretch that is made at once. */
export const stretchBytes: number = 16 * 1024;
/** How far around a stretch the predictor looks, and what an insertion looks at behind it. */
export const oldMargin = 64;
export const oldAhead = 32;
export const oldBufferBytes: number = stretchBytes + 2 * oldMargin + oldAhead + 8;
/** Memory for pages of the old image that are kept. */
export const pagesBytes: number = 32 * 1024;
/** Bytes between two reads while an image is hashed. */
export const hashBlockSize: number = 8 * 1024;

/** Constant tables of the core: its first piece of memory lies behind them. */
const tableBytes = 26 * 1024;
/** What lies between two pieces, at most; and so many pieces there are. */
const alignment = 64;
const pieces = 9;
/** What the host holds of a block: its bytes in the patch, its digest. */
const blockBytes = 512;

/** What is kept of a block, and room for a stretch. */
export function windowBytes({ windowBits }: CoderProfile): number {
  return 2 ** windowBits + oldMargin + stretchBytes;
}

type Sizes = Pick<Otadelta, "profile" | "coverCount" | "oldSize" | "typeTable">;

/** Memory of the core, in whole pages. */
export function coreBytes(patch: Sizes): number {
  const { profile } = patch;
  const { model, map } = modelSizes(patch);
  const buffers = inputBytes + windowBytes(profile) + oldBufferBytes + pagesBytes;
  return Math.ceil((tableBytes + model + map + buffers + pieces * alignment) / pageSize) * pageSize;
}

/** Most working memory in bytes, beside the patch, that applying takes; the map counts. */
export function otadeltaMemory(patch: Sizes & Pick<Otadelta, "blockBits" | "newSize">): number {
  return coreBytes(patch) + hashBlockSize + blockCount(patch) * blockBytes;
}

/** What a patch asks of the vehicle, as its head tells. */
export function demandOf(head: OtadeltaHead, patch: Uint8Array): PatchDemand {
  const { newSize, newSizeOffset, coverCount } = head;
  return { newSize, patchLength: patch.length, memory: otadeltaMemory(head), newSizeOffset, covers: coverCount };
}
