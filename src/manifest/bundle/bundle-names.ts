/** Names of the files in a bundle, in the order in which they stand: trust files, the release, its files. */

/** What an entry of a bundle is. */
export type BundleEntryName =
  | { readonly kind: "trust"; readonly place: number }
  | { readonly kind: "release" }
  | { readonly kind: "file"; readonly sha256: string };

/** Longest name. */
export const longestName = 80;

/** Most trust files. */
export const mostTrustFiles = 256;

/** Most entries: a record of each is held until the end. */
export const mostEntries = 20_000;

/** Name of the signed release. */
export const releaseName = "release.json";

/** Name of a trust file by its place in the chain, from 1. */
export function trustName(place: number): string {
  return `trust/${place}.json`;
}

/** Name of an image or patch by the SHA-256 of its bytes. */
export function fileName(sha256: string): string {
  return `files/${sha256}`;
}

/** Reads a name; `undefined` for any that no bundle has. */
export function readEntryName(name: string): BundleEntryName | undefined {
  if (name === releaseName) return { kind: "release" };
  const place = /^trust\/([1-9]\d{0,2})\.json$/.exec(name)?.[1];
  if (place !== undefined && Number(place) <= mostTrustFiles) return { kind: "trust", place: Number(place) };
  const sha256 = /^files\/([0-9a-f]{64})$/.exec(name)?.[1];
  return sha256 === undefined ? undefined : { kind: "file", sha256 };
}
