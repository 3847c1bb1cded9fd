/** Downloads of targets: into a temporary file, and to their name only after their length and hashes were checked. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { encodeTufName, type TufTarget, tufTargetFile } from "otakit/manifest";
import { createTargetVerifier, type TargetVerifier } from "otakit/signing";
import { CliError } from "../errors.ts";
import { fileError, listFolder, nodeDisk, writeAll } from "../files.ts";
import { fileUrl, transfer } from "../http.ts";
import { isAlive } from "../lock.ts";
import type { Terminal } from "../terminal.ts";
import { isGenuine } from "../verified-file.ts";

/** Where targets come from and go to. */
export interface TargetPlace {
  readonly baseUrl: URL;
  readonly folder: string;
  readonly timeoutMs: number;
  /** Whether names on the server have the hash in front: the root's `consistent_snapshot`. */
  readonly hashedNames: boolean;
}

/** A verified file. */
export interface DownloadedTarget {
  readonly path: string;
  readonly file: string;
  readonly length: number;
  /** Whether it was there already. */
  readonly cached: boolean;
}

/**
 * Gives a target as a verified file, fetched only when the folder does not have it.
 *
 * @throws `SigningError` `ERR_SIGNING_TARGET_*` for content that is not the listed one, `ManifestError`
 * `ERR_MANIFEST_TUF_TARGET_PATH`; {@link CliError} `ERR_CLI_TRANSPORT`, `ERR_CLI_REFUSED` or `ERR_CLI_FILE`
 */
export async function downloadTarget(
  target: TufTarget,
  place: TargetPlace,
  terminal: Terminal,
): Promise<DownloadedTarget> {
  const remote = tufTargetFile(target.path, place.hashedNames ? namingHash(target) : undefined);
  const file = join(place.folder, encodeTufName(target.path));
  const result = { path: target.path, file, length: target.length };
  // Made first: a target that cannot be verified must not be asked for.
  const verifier = createTargetVerifier(target);
  if (isGenuine(file, target)) return { ...result, cached: true };
  removeAbandoned(place.folder);
  const temporary = join(place.folder, `.otakit-${process.pid}.part`);
  try {
    await fetchInto(temporary, fileUrl(place.baseUrl, remote), target, place, verifier, terminal);
    renameSync(temporary, file);
    nodeDisk.syncFolder(place.folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : fileError("write", file, error);
  }
  return { ...result, cached: false };
}

/** The hash that a server's file name carries; the repository stores the file under each of its known hashes. */
function namingHash({ hashes }: TufTarget): string | undefined {
  const algorithm = Object.keys(hashes).find((name) => name === "sha256" || name === "sha512");
  return algorithm === undefined ? undefined : hashes[algorithm];
}

async function fetchInto(
  temporary: string,
  url: URL,
  target: TufTarget,
  { timeoutMs }: TargetPlace,
  verifier: TargetVerifier,
  terminal: Terminal,
): Promise<void> {
  const descriptor = openSync(temporary, "wx", 0o644);
  let received = 0;
  try {
    const found = await transfer(url, { maxBytes: target.length, timeoutMs }, (chunk) => {
      if (verifier.push(chunk) === "too_long") return false;
      writeAll(descriptor, chunk);
      received += chunk.length;
      terminal.progress(`${target.path}: ${Math.floor((100 * received) / Math.max(1, target.length))} %`);
      return true;
    });
    if (!found) {
      throw new CliError(
        "ERR_CLI_REFUSED",
        `Cannot download target "${target.path}": the repository does not have it`,
        {
          details: { target: target.path, url: `${url.origin}${url.pathname}` },
        },
      );
    }
    verifier.finish();
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
    terminal.progress("");
  }
}

/** Removes what downloads of dead processes left behind. */
function removeAbandoned(folder: string): void {
  for (const name of listFolder(folder)) {
    const pid = /^\.otakit-(\d+)\.part$/.exec(name)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(join(folder, name), { force: true });
  }
}
