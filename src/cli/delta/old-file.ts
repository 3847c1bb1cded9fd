/** The old image as a file that is read at offsets. */

import { type FileHandle, open } from "node:fs/promises";
import type { AsyncReadAt } from "otakit/delta";
import { fileError } from "../files.ts";

/** An open old image. */
export interface OldFile extends AsyncReadAt {
  close(): Promise<void>;
}

/**
 * Opens the old image.
 *
 * @throws {@link CliError} `ERR_CLI_FILE`, also for what is no file: of a device the system does not tell the size
 */
export async function openOldFile(path: string): Promise<OldFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    const { size } = await requireFile(handle, path);
    return {
      size,
      readAt: (offset, target) => readAt(handle!, path, offset, target),
      close: () => handle!.close(),
    };
  } catch (error) {
    await handle?.close();
    throw fileError("read", path, error);
  }
}

/** Reads bytes at an offset; a read that stops early is gone on with, so that few bytes mean the end of the file. */
export async function readAt(handle: FileHandle, path: string, offset: number, target: Uint8Array): Promise<number> {
  try {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await handle.read(target, done, target.length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/** Refuses what is open and no plain file. */
export async function requireFile(handle: FileHandle, path: string): Promise<{ readonly size: number }> {
  const stats = await handle.stat();
  if (stats.isFile()) return stats;
  throw Object.assign(new Error(`${path} is no plain file`), { code: "ENOTFILE" });
}
