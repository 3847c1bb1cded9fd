/** Names of metadata and target files (TUF 1.0.34 sections 5.3 to 5.7), safe as one segment of a URL or a file system. */

import { excerpt, utf8ToBytes } from "../../core/index.ts";
import { ManifestError } from "../errors.ts";

/**
 * Encodes a role name or target path so that it is one segment of a path: everything but `A-Z a-z 0-9 - . _ ~` is
 * percent-encoded as UTF-8, slashes included, so that no name reaches another folder.
 *
 * @throws `CoreError` `ERR_CORE_UTF8` for a lone surrogate, which no metadata can have
 */
export function encodeTufName(name: string): string {
  // For its refusal alone: encodeURIComponent throws an error without a code.
  utf8ToBytes(name);
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Name of a metadata file, with the version in front of it or not.
 *
 * @example
 * ```ts
 * tufMetadataFile("../role", 3); // "3...%2Frole.json"
 * ```
 */
export function tufMetadataFile(role: string, version?: number): string {
  const name = `${encodeTufName(role)}.json`;
  return version === undefined ? name : `${version}.${name}`;
}

/**
 * Path of a target below the address of targets: each segment encoded, the hash in front of the last one or not.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_TARGET_PATH` for a path with an empty segment, `.` or `..`, which would lead
 * out of the folder
 */
export function tufTargetFile(path: string, hash?: string): string {
  const segments = path.split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw new ManifestError(
      "ERR_MANIFEST_TUF_TARGET_PATH",
      "Cannot name target: its path has an empty or a dot segment",
      {
        details: { path: excerpt(path) },
      },
    );
  }
  const encoded = segments.map(encodeTufName);
  if (hash !== undefined) encoded.push(`${encodeTufName(hash)}.${encoded.pop()!}`);
  return encoded.join("/");
}
