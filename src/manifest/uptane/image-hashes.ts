/** The hashes of an image on which verification rests. */

import type { TufHashes } from "../tuf/metadata.ts";

/** Whether images are checked with an algorithm: two descriptions that have others in common alone may be of two images. */
export function countsForImages(algorithm: string): boolean {
  return algorithm === "sha256" || algorithm === "sha512";
}

/** The digests of both descriptions of an image, which agree where they have an algorithm in common: a download must match all. */
export function hashesOfBoth(director: TufHashes, image: TufHashes): TufHashes {
  return Object.assign(Object.create(null) as Record<string, string>, image, director);
}
