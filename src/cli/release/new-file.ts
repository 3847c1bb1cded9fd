/** Files that are written piece by piece and take their names only when they are complete. */

import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CliError } from "../errors.ts";
import { fileError, nameNewFile, nodeDisk, writeAll } from "../files.ts";

/** A file under way. */
export interface NewFile {
  write(bytes: Uint8Array): void;
  /** Makes it durable and gives it its name. @throws {@link CliError} `ERR_CLI_FILE_EXISTS` or `ERR_CLI_FILE` */
  commit(): void;
  /** Removes what was written; after a commit nothing. */
  discard(): void;
}

const mode = 0o644;

/** Starts a file beside its final name, which must not be taken. */
export function beginFile(path: string): NewFile {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  let descriptor: number | undefined = guarded(path, () => {
    rmSync(temporary, { force: true });
    return openSync(temporary, "wx", mode);
  });
  const close = (): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    write(bytes) {
      guarded(path, () => writeAll(descriptor!, bytes));
    },
    commit() {
      guarded(path, () => {
        fsyncSync(descriptor!);
        close();
        nameNewFile(temporary, path, mode);
        rmSync(temporary, { force: true });
        nodeDisk.syncFolder(dirname(path));
      });
    },
    discard() {
      close();
      rmSync(temporary, { force: true });
    },
  };
}

/** Lets an action write a new file; when the action fails there is none. */
export async function writingFile<T>(path: string, act: (write: NewFile["write"]) => Promise<T>): Promise<T> {
  const file = beginFile(path);
  try {
    const result = await act(file.write);
    file.commit();
    return result;
  } finally {
    file.discard();
  }
}

function guarded<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fileError("write", path, error);
    throw new CliError("ERR_CLI_FILE_EXISTS", `Cannot write ${path}: it is there already`, { details: { file: path } });
  }
}
