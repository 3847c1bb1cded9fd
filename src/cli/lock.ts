/**
 * One process at a time in a folder or at a file: a lock file with the process id of its owner and the start of the machine that
 * it belongs to. A crash leaves it behind and the next process takes it away; after a power cut another process may have that id.
 */

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./errors.ts";
import { fileError, isMissing } from "./files.ts";

/** Name of the lock file. */
const lockName = ".otakit-lock";

/**
 * Takes the lock of a folder.
 *
 * @returns gives it back
 * @throws {@link CliError} `ERR_CLI_STORE_LOCKED` while another process has it, `ERR_CLI_FILE` when the folder cannot be written to
 */
export function lockFolder(folder: string): () => void {
  return takeLock(join(folder, lockName), "folder");
}

/**
 * Takes the lock of one file, which lies beside it; otherwise as {@link lockFolder}.
 *
 * @throws {@link CliError} `ERR_CLI_STORE_LOCKED`, `ERR_CLI_FILE`
 */
export function lockFile(path: string): () => void {
  return takeLock(`${path}.lock`, path);
}

function takeLock(path: string, what: string): () => void {
  const boot = bootId();
  const own = `${process.pid}\n${boot === undefined ? "" : `${boot}\n`}`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, own, { flag: "wx" });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fileError("lock", path, error);
    }
    const found = readOrNothing(path);
    if (found === undefined) continue;
    const [pid, ownersBoot = ""] = found.split("\n");
    const owner = Number(pid);
    const beforeReboot = boot !== undefined && ownersBoot !== "" && ownersBoot !== boot;
    // In a container every start can have the same process id: a lock of our own was left by the last one.
    if (owner !== process.pid && !beforeReboot && isAlive(owner)) throw lockedBy(path, found, what);
    takeAway(path, found);
  }
  throw lockedBy(path, readOrNothing(path) ?? "", what);
}

/** Which start of the machine this is, where the system says it. */
function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Whether a process runs here; an owner that cannot be told may. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Takes a dead owner's lock away; if another process was quicker and made its own, that one is put back. */
function takeAway(path: string, expected: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw fileError("unlock", path, error);
  }
  try {
    if (readOrNothing(aside) !== expected) linkSync(aside, path);
  } catch {
    // Somebody has the lock by now; either way it is not ours.
  }
  rmSync(aside, { force: true });
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError("read", path, error);
  }
}

function lockedBy(path: string, owner: string, what: string): CliError {
  const pid = owner.split("\n")[0]!.slice(0, 20);
  return new CliError("ERR_CLI_STORE_LOCKED", `Cannot use ${what}: process ${pid} uses it`, {
    details: { lock: path },
  });
}
