/** The files that a targets role lists: added, replaced, removed. */

import {
  bytesToHex,
  excerpt,
  type HashAlgorithm,
  type HashProvider,
  type JsonObject,
  sha256,
  sha512,
  utf8ToBytes,
} from "../../../core/index.ts";
import { ManifestError } from "../../errors.ts";
import { tufTargetFile } from "../file-names.ts";
import type { TufTargetFile, TufTargets } from "../metadata.ts";

/** What a target may have beside its content. */
export interface DescribeTargetOptions {
  /** Hash algorithms to list; SHA-256 alone when absent. */
  readonly algorithms?: readonly HashAlgorithm[];
  /** Data for the application, kept by clients and covered by the signature. */
  readonly custom?: JsonObject;
  /** Hash back end; the runtime's default when absent. */
  readonly provider?: HashProvider;
}

/**
 * Describes a file by its bytes; for one that is not in memory, write length and hashes down instead.
 *
 * @throws RangeError when no algorithm is asked for
 * @example
 * ```ts
 * describeTufTarget(image, { custom: { hardwareId: "gateway-b" } }); // { length: 491520, hashes: { sha256: "5f70…" }, custom: … }
 * ```
 */
export function describeTufTarget(bytes: Uint8Array, options: DescribeTargetOptions = {}): TufTargetFile {
  const { algorithms = ["sha256"], custom, provider } = options;
  if (algorithms.length === 0) throw new RangeError('"algorithms" expected at least one');
  const digest = { sha256, sha512 };
  const hashes = Object.fromEntries(algorithms.map((name) => [name, bytesToHex(digest[name](bytes, provider))]));
  return { length: bytes.length, hashes, ...(custom === undefined ? {} : { custom }) };
}

/**
 * Lists files, in place of what was listed under their paths.
 *
 * @param files - by target path: relative, segments between slashes, none of them empty, `.` or `..`
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_TARGET_PATH` for any other path
 * @throws `CoreError` `ERR_CORE_UTF8` for a path with a lone surrogate
 * @example
 * ```ts
 * addTufTargets(targets, [["brake/v2.bin", describeTufTarget(image)]]);
 * ```
 */
export function addTufTargets(targets: TufTargets, files: Iterable<readonly [string, TufTargetFile]>): TufTargets {
  const listed: Record<string, TufTargetFile> = Object.assign(Object.create(null), targets.targets);
  for (const [path, file] of files) {
    // A path that no client can turn into a file name must not be signed.
    utf8ToBytes(path);
    tufTargetFile(path);
    listed[path] = file;
  }
  return { ...targets, targets: listed };
}

/** Lists one file; see {@link addTufTargets}. */
export function addTufTarget(targets: TufTargets, path: string, file: TufTargetFile): TufTargets {
  return addTufTargets(targets, [[path, file]]);
}

/**
 * Takes files off the list.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_TARGET_UNKNOWN` for a path that is not listed: a misspelt one would stay
 * installable
 */
export function removeTufTargets(targets: TufTargets, paths: Iterable<string>): TufTargets {
  const listed: Record<string, TufTargetFile> = Object.assign(Object.create(null), targets.targets);
  for (const path of paths) {
    if (!Object.hasOwn(listed, path)) {
      throw new ManifestError("ERR_MANIFEST_TUF_TARGET_UNKNOWN", "Cannot remove target: it is not listed", {
        details: { path: excerpt(path) },
      });
    }
    delete listed[path];
  }
  return { ...targets, targets: listed };
}

/** Whether two entries are of the same bytes, as far as the hashes that both list tell. */
export function isSameContent(left: TufTargetFile, right: TufTargetFile): boolean {
  const shared = Object.keys(right.hashes).filter((algorithm) => Object.hasOwn(left.hashes, algorithm));
  return (
    left.length === right.length &&
    shared.length > 0 &&
    shared.every((algorithm) => left.hashes[algorithm]!.toLowerCase() === right.hashes[algorithm]!.toLowerCase())
  );
}
