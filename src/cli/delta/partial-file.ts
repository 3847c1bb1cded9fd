/**
 * Where a new image grows: a file beside its final name, which the next run goes on with after a kill or a power cut.
 *
 * Nothing is noted beside the bytes: what is kept is verified again by the run that takes it up. The name is given by a rename, when the
 * content is on the medium.
 */

import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isOtaError } from "otakit/core";
import type { AsyncResumableSink } from "otakit/delta";
import { fileError, nodeDisk, refuseExisting } from "../files.ts";
import { readAt, requireFile } from "./old-file.ts";

/** A file that grows; one process at a time, under its lock. */
export class PartialFile implements AsyncResumableSink {
  readonly keptBytes: number;
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #target: string;
  /** Whether another run can go on from what a failed one leaves. */
  readonly #resumable: boolean;
  #position: number;
  #verified = 0;
  #taken = 0;

  private constructor(handle: FileHandle, size: number, path: string, target: string, resumable: boolean) {
    this.#handle = handle;
    this.keptBytes = size;
    this.#position = size;
    this.#path = path;
    this.#target = target;
    this.#resumable = resumable;
  }

  /**
   * Opens what an earlier run left, or a new file.
   *
   * @throws {@link CliError} `ERR_CLI_FILE`
   */
  static async open(path: string, target: string, resumable: boolean): Promise<PartialFile> {
    let handle: FileHandle | undefined;
    try {
      // Whoever may write to the folder must not have us write through a link of theirs.
      handle = await open(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o644);
      const { size } = await requireFile(handle, path);
      nodeDisk.syncFolder(dirname(path));
      return new PartialFile(handle, size, path, target, resumable);
    } catch (error) {
      await handle?.close();
      throw fileError("write", path, error);
    }
  }

  /** Bytes of an earlier run that this one went on from. */
  get takenBytes(): number {
    return this.#taken;
  }

  /** Verified bytes that are on the medium and that the next run finds. */
  get verifiedBytes(): number {
    return this.#resumable ? this.#verified : 0;
  }

  readKept(offset: number, target: Uint8Array): Promise<number> {
    return readAt(this.#handle, this.#path, offset, target);
  }

  truncate(size: number): Promise<void> {
    return this.#write(async () => {
      await this.#handle.truncate(size);
      this.#position = size;
      this.#verified = size;
      this.#taken = size;
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#write(async () => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#position);
        if (bytesWritten === 0) break;
        done += bytesWritten;
        this.#position += bytesWritten;
      }
      return done;
    });
  }

  flush(): Promise<void> {
    return this.#write(async () => {
      await this.#handle.datasync();
      this.#verified = this.#position;
    });
  }

  async suspend(): Promise<void> {
    if (!this.#resumable || this.#position === 0) return this.discard();
    await this.#handle.close();
  }

  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#path, { force: true });
  }

  commit(): Promise<void> {
    return this.#write(async () => {
      await this.#handle.sync();
      await this.#handle.close();
      refuseExisting(this.#target);
      await rename(this.#path, this.#target);
      nodeDisk.syncFolder(dirname(this.#target));
    });
  }

  async #write<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw isOtaError(error) ? error : fileError("write", this.#path, error);
    }
  }
}
