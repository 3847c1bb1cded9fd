/** The signing side of a release: builds the manifest and the bytes that are signed, and says what is wrong with it. */

import { type Bytes, encodeJcs, freezeJson } from "../core/index.ts";
import { parseReleaseManifest } from "./parse-release.ts";
import type { ReleaseManifest } from "./release.ts";
import { applicationFields, requireUnderstood } from "./release-critical.ts";

/** What the building of a release depends on besides its content. */
export interface BuildReleaseOptions {
  /** Fields of the application's own that `critical` may name; see `AcceptReleaseOptions`. Those of `ota-release/1` all may. */
  readonly understands?: readonly string[];
}

/**
 * Builds a release manifest and checks it as a vehicle would.
 *
 * @param draft - everything but `schema`; fields that `ota-release/1` does not name are kept
 * @returns frozen plain data, without the caller's objects
 * @throws `ManifestError` with the JSON pointer of the first mistake and a code for each kind, see `parseReleaseManifest`
 * @throws `CoreError` `ERR_CORE_JSON_*` when a value has no strict JSON form: numbers are integers
 * @example
 * ```ts
 * const file = { length: 491_520, hashes: { sha256: "5f70bf18…" } };
 * const image = { hardwareId: "gateway-b", version: "2.1.0", releaseCounter: 7, securityEpoch: 3, ...file };
 * const manifest = buildRelease({ releaseId: "2026-11", expires: "2027-01-01T00:00:00Z", images: [image] });
 * ```
 */
export function buildRelease(draft: Omit<ReleaseManifest, "schema">, options?: BuildReleaseOptions): ReleaseManifest {
  return freezeJson(read(encodeJcs({ ...draft, schema: "ota-release/1" }), options));
}

/**
 * Writes the bytes of a release manifest, its RFC 8785 form, so that equal manifests give equal bytes: what is signed, or
 * listed as a target of a repository.
 *
 * @throws `ManifestError` and `CoreError` as {@link buildRelease} does
 * @example
 * ```ts
 * const bytes = encodeRelease(manifest); // a target for a TUF or Uptane repository
 * ```
 */
export function encodeRelease(manifest: ReleaseManifest, options?: BuildReleaseOptions): Bytes {
  const bytes = encodeJcs(manifest);
  // What is checked are the bytes themselves, as a vehicle will read them, not what an odd object shows to one of two readers.
  read(bytes, options);
  return bytes;
}

function read(bytes: Bytes, { understands = [] }: BuildReleaseOptions = {}): ReleaseManifest {
  const manifest = parseReleaseManifest(bytes);
  requireUnderstood(manifest, [...applicationFields, ...understands]);
  return manifest;
}
