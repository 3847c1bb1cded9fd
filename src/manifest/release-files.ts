/** Which files a release can make a vehicle download. */

import type { ReleaseManifest } from "./release.ts";
import type { FileReference } from "./release-file.ts";

/**
 * The files of a release as they are downloaded: of an encrypted one the ciphertext. Each content is listed once, images in the
 * manifest's order, each with its deltas behind it.
 *
 * @example
 * ```ts
 * for (const { length, hashes } of releaseFiles(release.manifest)) upload(hashes.sha256, length);
 * ```
 */
export function releaseFiles({ images }: ReleaseManifest): readonly FileReference[] {
  const files = new Map<string, FileReference>();
  for (const image of images) {
    for (const file of [image, ...(image.deltas ?? [])]) {
      const { length, hashes } = file.encryption?.ciphertext ?? file;
      if (!files.has(hashes.sha256)) files.set(hashes.sha256, { length, hashes });
    }
  }
  return [...files.values()];
}
