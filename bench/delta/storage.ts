/** Images in files, as a vehicle would have them: the old one is read at offsets, the new one is written. */

import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { sha256 } from "otakit/core";
import type { ApplyPatchOptions, BlockSink, ReadAt, ResumableSink, ScratchSink } from "otakit/delta";

/** Names of files. */
export interface ApplyFiles {
  readonly old: string;
  readonly new: string;
  readonly patch: string;
  readonly target: string;
}

/** The old image; `close` ends it. */
export function openOld(file: string): ReadAt & { close(): void } {
  const descriptor = openSync(file, "r");
  return {
    size: fstatSync(descriptor).size,
    readAt: (offset, target) => readSync(descriptor, target, 0, target.length, offset),
    close: () => closeSync(descriptor),
  };
}

/** A new image from its start. */
export function openScratch(file: string): ScratchSink {
  const descriptor = openSync(file, "w");
  return {
    write: (bytes) => writeSync(descriptor, bytes),
    commit: () => closeSync(descriptor),
    discard: () => closeSync(descriptor),
  };
}

/** Blocks of a new image, which several may write at once; the file must be there. */
export function openBlocks(file: string): BlockSink & { close(): void } {
  const descriptor = openSync(file, "r+");
  return {
    writeAt: (offset, bytes) => writeSync(descriptor, bytes, 0, bytes.length, offset),
    close: () => closeSync(descriptor),
  };
}

/** A new image whose blocks are there: they are verified, and the image committed. */
export function openKept(file: string): ResumableSink {
  const descriptor = openSync(file, "r+");
  return {
    keptBytes: fstatSync(descriptor).size,
    readKept: (offset, target) => readSync(descriptor, target, 0, target.length, offset),
    truncate(size) {
      if (size !== fstatSync(descriptor).size) throw new Error(`a block before ${size} is not what it should be`);
    },
    write() {
      throw new Error("nothing should be left to write");
    },
    flush() {},
    suspend: () => closeSync(descriptor),
    commit: () => closeSync(descriptor),
    discard: () => closeSync(descriptor),
  };
}

/** What both images must be, as a verified manifest would say. */
export function expectedOf({ old, new: fresh }: ApplyFiles): Pick<ApplyPatchOptions, "expected" | "limits"> {
  const newImage = new Uint8Array(readFileSync(fresh));
  const expected = {
    oldSha256: sha256(new Uint8Array(readFileSync(old))),
    newSha256: sha256(newImage),
    newSize: newImage.length,
  };
  return { expected, limits: { maxOutput: newImage.length, maxMemory: 2 ** 28 } };
}
