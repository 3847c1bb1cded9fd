/** Files on the disk: read with a bound, written so that a power cut leaves either the old or the new content. */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Bytes } from "otakit/core";
import { CliError, type CliErrorCode } from "./errors.ts";

/** Longest file that is read whole. */
export const maxFileBytes: number = 256 * 1024 * 1024;

/** The error of a file that the system would not read or write. */
export function fileError(what: string, path: string, cause: unknown, code: CliErrorCode = "ERR_CLI_FILE"): CliError {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code;
  return new CliError(code, `Cannot ${what} ${path}${reason === undefined ? "" : `: ${reason}`}`, {
    details: { file: path },
    cause,
  });
}

/** Whether a system error says that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

/**
 * Reads a file that the user named; `-` is standard input.
 *
 * @throws {@link CliError} `ERR_CLI_FILE` or `ERR_CLI_FILE_TOO_LONG`
 */
export function readUserFile(path: string, maxBytes: number = maxFileBytes): Bytes {
  let bytes: Bytes;
  try {
    const descriptor = path === "-" ? 0 : openSync(path, "r");
    try {
      bytes = readUpTo(descriptor, maxBytes + 1);
    } finally {
      if (path !== "-") closeSync(descriptor);
    }
  } catch (error) {
    throw fileError("read", path, error);
  }
  if (bytes.length <= maxBytes) return bytes;
  throw tooLong(path, maxBytes);
}

/** The error of a file that is longer than is read. */
export function tooLong(path: string, maxBytes: number): CliError {
  return new CliError("ERR_CLI_FILE_TOO_LONG", `Cannot read ${path}: it is longer than ${maxBytes} bytes`, {
    details: { file: path, maxBytes },
  });
}

/**
 * Reads a plain file of a folder that others may have written to, at most so many bytes of it.
 *
 * @returns `undefined` when there is none
 * @throws a system error, or one with code `ENOTFILE` for a link, a pipe or a folder
 */
export function readPlainFile(path: string, atMost: number): Bytes | undefined {
  const descriptor = openPlainFile(path);
  if (descriptor === undefined) return undefined;
  try {
    return readUpTo(descriptor, atMost);
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a plain file without following a link or waiting for a pipe's writer; `undefined` when there is none. */
export function openPlainFile(path: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw Object.assign(new Error(`${path} is no plain file`), { code: "ENOTFILE" });
}

/** Reads until the end or until there are so many bytes; memory grows with what is read, not with what is allowed. */
function readUpTo(descriptor: number, atMost: number): Bytes {
  let bytes = new Uint8Array(Math.min(atMost, 65_536));
  let length = 0;
  while (length < atMost) {
    if (length === bytes.length) {
      const larger = new Uint8Array(Math.min(atMost, 2 * bytes.length));
      larger.set(bytes);
      bytes = larger;
    }
    const read = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.slice(0, length);
}

/** The changes to a disk that durable writing is made of; a test puts one in that fails. */
export interface Disk {
  /** Writes a new file and forces its content to the medium. */
  writeNew(path: string, bytes: Uint8Array, mode: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Forces the names in a folder to the medium. */
  syncFolder(folder: string): void;
}

/** The disk of this machine. */
export const nodeDisk: Disk = {
  writeNew(path, bytes, mode) {
    const descriptor = openSync(path, "wx", mode);
    try {
      writeAll(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolder(folder) {
    // Windows cannot open a folder; its renames are on the medium when they return.
    if (process.platform === "win32") return;
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
};

/** Writes all bytes, however few the system takes at a time. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
}

/** Name under which new content stands until it is whole; one at a time, under the folder's lock. */
const unfinished = ".otakit-new";

/** Replaces a file: the new content is on the medium before it takes the name, and the name before this returns. */
export function replaceFile(path: string, bytes: Uint8Array, disk: Disk = nodeDisk, mode = 0o644): void {
  const folder = dirname(path);
  const temporary = join(folder, unfinished);
  disk.remove(temporary);
  disk.writeNew(temporary, bytes, mode);
  disk.rename(temporary, path);
  disk.syncFolder(folder);
}

/** Removes a file, if it is there, for good. */
export function removeFile(path: string, disk: Disk = nodeDisk): void {
  disk.remove(path);
  disk.syncFolder(dirname(path));
}

/** What says that a file system has no links: FAT and exFAT of USB sticks, some network drives. */
const linkless: readonly unknown[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/**
 * Gives a complete file its final name, which must not be taken; the name under which it was written stays.
 *
 * Where the file system has no links it is copied: whoever looks at the name meanwhile sees a part of it.
 *
 * @throws a system error, with code `EEXIST` when the name is taken
 */
export function nameNewFile(temporary: string, path: string, mode: number, link: typeof linkSync = linkSync): void {
  try {
    // Unlike a rename, a link does not replace what is there.
    link(temporary, path);
  } catch (error) {
    if (!linkless.includes((error as NodeJS.ErrnoException).code)) throw error;
    copyToNew(temporary, path, mode);
  }
}

function copyToNew(from: string, path: string, mode: number): void {
  const target = openSync(path, "wx", mode);
  let isWhole = false;
  try {
    forEachPiece(from, (piece) => writeAll(target, piece));
    fsyncSync(target);
    isWhole = true;
  } finally {
    closeSync(target);
    if (!isWhole) rmSync(path, { force: true });
  }
}

function forEachPiece(path: string, take: (piece: Uint8Array) => void): void {
  const descriptor = openSync(path, "r");
  try {
    const piece = new Uint8Array(1024 * 1024);
    for (let length = readSync(descriptor, piece); length > 0; length = readSync(descriptor, piece)) {
      take(piece.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file that must not be there yet, whole or not at all.
 *
 * @throws {@link CliError} `ERR_CLI_FILE_EXISTS` or `ERR_CLI_FILE`
 */
export function createFile(path: string, bytes: Uint8Array, mode = 0o644): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    rmSync(temporary, { force: true });
    nodeDisk.writeNew(temporary, bytes, mode);
    try {
      nameNewFile(temporary, path, mode);
    } finally {
      unlinkSync(temporary);
    }
    nodeDisk.syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fileError("write", path, error);
    throw alreadyThere(path);
  }
}

/** Refuses a name that is taken, before long work is done for it. */
export function refuseExisting(path: string): void {
  // A link that leads nowhere is there too.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw alreadyThere(path);
}

function alreadyThere(path: string): CliError {
  return new CliError("ERR_CLI_FILE_EXISTS", `Cannot write ${path}: it is there already`, { details: { file: path } });
}

/** Makes a folder and those above it. @returns whether it was not there yet */
export function makeFolder(folder: string, mode = 0o755): boolean {
  try {
    return mkdirSync(folder, { recursive: true, mode }) !== undefined;
  } catch (error) {
    throw fileError("make folder", folder, error);
  }
}

/** Names in a folder, sorted; none when there is no folder. */
export function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileError("list", folder, error);
  }
}
