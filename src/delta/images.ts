/** How a patch reaches the images: the old one is read at offsets, the new one goes to scratch until it is proven right. */

import { type Bytes, concatBytes } from "../core/index.ts";

/** The old image, read at offsets and never loaded whole. */
export interface ReadAt {
  /** Size of the image in bytes. */
  readonly size: number;
  /**
   * Fills `target` with the bytes from `offset` on and gives their number; anything but `target.length` is a failed read.
   *
   * `offset + target.length` is never beyond `size`.
   */
  readAt(offset: number, target: Uint8Array): number;
}

/** The old image behind asynchronous reads; every {@link ReadAt} is one too. */
export interface AsyncReadAt {
  readonly size: number;
  /** As {@link ReadAt.readAt}; `target` is not touched by otakit until the promise settles. */
  readAt(offset: number, target: Uint8Array): number | Promise<number>;
}

/**
 * Where the new image grows before it counts: a spare slot, or a file that `commit` renames.
 *
 * Every run ends with exactly one call of `commit` (the digest matched) or `discard` (anything else), and nothing after it.
 */
export interface ScratchSink {
  /**
   * Appends bytes and gives their number; anything but `bytes.length` is a failed write, such as that of a full disk.
   *
   * The array is used again after the call, so consume or copy it.
   */
  write(bytes: Uint8Array): number;
  /** Makes the image count. It has been verified; if this throws, whether it counts is for the sink to say. */
  commit(): void;
  /** Forgets all that was written, which may be nothing. */
  discard(): void;
}

/** A {@link ScratchSink} behind asynchronous calls; each is awaited before the next. */
export interface AsyncScratchSink {
  /** As {@link ScratchSink.write}; the array is used again once the promise settles. */
  write(bytes: Uint8Array): number | Promise<number>;
  /** As {@link ScratchSink.commit}. */
  commit(): void | Promise<void>;
  /** As {@link ScratchSink.discard}. */
  discard(): void | Promise<void>;
}

/**
 * A {@link ScratchSink} that outlasts a power cut: a run goes on where an earlier one was interrupted.
 *
 * Nothing needs to be noted beside the bytes themselves, and nothing about them is trusted: what was kept is hashed again, block by
 * block, and counts up to the first one that is torn or missing. Only `otadelta` patches have blocks; with BSDIFF40 a run starts anew.
 */
export interface ResumableSink extends ScratchSink {
  /** Bytes that were written and kept, in whatever state the power cut left them. Asked for once, at the start of a run. */
  readonly keptBytes: number;
  /** Reads kept bytes, as {@link ReadAt.readAt} does; what can not be read counts as not kept. */
  readKept(offset: number, target: Uint8Array): number;
  /** Forgets what was kept from `size` on; the next write goes there. Called once, before the first write. */
  truncate(size: number): void;
  /** Makes all that was written outlast a power cut; called after each verified block. */
  flush(): void;
  /**
   * Keeps what was written. Ends a run that failed in place of `discard`, which comes only when verified blocks make a wrong image; to give
   * up is the caller's to decide.
   */
  suspend(): void;
}

/** A {@link ResumableSink} behind asynchronous calls; each is awaited before the next. */
export interface AsyncResumableSink extends AsyncScratchSink {
  /** As in {@link ResumableSink}. */
  readonly keptBytes: number;
  /** As {@link ResumableSink.readKept}; `target` is not touched by otakit until the promise settles. */
  readKept(offset: number, target: Uint8Array): number | Promise<number>;
  /** As {@link ResumableSink.truncate}. */
  truncate(size: number): void | Promise<void>;
  /** As {@link ResumableSink.flush}. */
  flush(): void | Promise<void>;
  /** As {@link ResumableSink.suspend}. */
  suspend(): void | Promise<void>;
}

/** Where blocks of the new image go that are made apart from each other; the file or slot is theirs together. */
export interface BlockSink {
  /** Writes bytes at an offset of the new image and gives their number; otherwise as {@link ScratchSink.write}. */
  writeAt(offset: number, bytes: Uint8Array): number;
}

/** A {@link BlockSink} behind asynchronous calls; each is awaited before the next. */
export interface AsyncBlockSink {
  /** As {@link BlockSink.writeAt}; the array is used again once the promise settles. */
  writeAt(offset: number, bytes: Uint8Array): number | Promise<number>;
}

/** A {@link ScratchSink} in memory. */
export interface MemorySink extends ScratchSink {
  /** The new image once it is committed; `undefined` before, after `discard`, and once another run writes. */
  readonly committed: Bytes | undefined;
}

/**
 * Reads an old image that is in memory anyway.
 *
 * @example
 * ```ts
 * readAtFromBytes(utf8ToBytes("old image")).size; // 9
 * ```
 */
export function readAtFromBytes(bytes: Uint8Array): ReadAt {
  return {
    size: bytes.length,
    readAt(offset, target) {
      const found = bytes.subarray(offset, offset + target.length);
      target.set(found);
      return found.length;
    },
  };
}

/**
 * Collects the new image in memory, for browsers, backends and tests; a vehicle writes to a slot or a file.
 *
 * @example
 * ```ts
 * const sink = createMemorySink();
 * sink.write(Uint8Array.of(1, 2)); // 2
 * sink.commit();
 * sink.committed; // Uint8Array [1, 2]
 * ```
 */
export function createMemorySink(): MemorySink {
  let pieces: Uint8Array[] = [];
  let committed: Bytes | undefined;
  return {
    write(bytes) {
      committed = undefined;
      pieces.push(bytes.slice());
      return bytes.length;
    },
    commit() {
      committed = concatBytes(...pieces);
      pieces = [];
    },
    discard() {
      pieces = [];
      committed = undefined;
    },
    get committed() {
      return committed;
    },
  };
}
