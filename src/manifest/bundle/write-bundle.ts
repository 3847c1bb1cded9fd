/** Writes a release with its trust files, images and patches as one archive, as a stream. */

import { type Bytes, crc32, type Limits } from "../../core/index.ts";
import { createTargetVerifier, parseDsseEnvelope } from "../../signing/index.ts";
import { ManifestError } from "../errors.ts";
import { parseReleaseManifest } from "../parse-release.ts";
import type { FileReference } from "../release-file.ts";
import { releaseFiles } from "../release-files.ts";
import { readReleaseTrust } from "../trust-chain.ts";
import { fileName, mostEntries, mostTrustFiles, releaseName, trustName } from "./bundle-names.ts";

import { targetOf } from "./target-of.ts";
import { centralDirectory, localHeader, type ZipEntry } from "./zip-records.ts";

/** A file to be put into a bundle. */
export interface BundleSource {
  /** SHA-256 of its bytes, lower-case hexadecimal: which file of the release it is. */
  readonly sha256: string;
  /** Its bytes in pieces, from the start. Called twice: to check the file before anything of it is written, and to write it. */
  open(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What a bundle is made of. */
export interface BundleContent {
  /** Signed trust files, each of the version after the one before, so that a vehicle that was away can follow; at most 256. */
  readonly trust?: readonly Uint8Array[];
  /** The signed release: the envelope of `signRelease`. */
  readonly release: Uint8Array;
  /** Images and patches, in any order; a bundle need not hold all files of its release. */
  readonly files: readonly BundleSource[];
}

/**
 * Writes a bundle: a zip archive with the trust files, the release and its files, that `createBundleReader` takes as a stream.
 *
 * Equal contents give equal bytes. Each file is checked against the release before any of it is written. Signatures are not
 * checked: whoever writes a bundle need not trust anybody. When this throws, what was written is no bundle: discard it.
 *
 * Memory: the documents, and one piece of a file at a time.
 *
 * @param sink - takes the archive piece by piece; awaited, so that it may be slow
 * @returns the files of the release that the bundle does not hold
 * @throws {@link ManifestError} `ERR_MANIFEST_BUNDLE_CONTENT` for a file that the release does not list or that is there twice, and
 * for trust files that do not follow one another; `ERR_MANIFEST_SCHEMA*` and the like for a release or trust file that is none
 * @throws `SigningError` `ERR_SIGNING_DSSE_ENVELOPE`, or `ERR_SIGNING_TARGET_*` for a file with other bytes than it is named by
 * @throws `CoreError` `ERR_CORE_JSON_*` or `ERR_CORE_LIMIT`
 * @throws RangeError when there are more than 256 trust files
 * @example
 * ```ts
 * const { missing } = await writeBundle(
 *   { trust: [first, second], release: envelope, files: [{ sha256, open: () => createReadStream(path) }] },
 *   (piece) => output.write(piece),
 * );
 * ```
 */
export async function writeBundle(
  content: BundleContent,
  sink: (piece: Bytes) => unknown,
  limits?: Partial<Limits>,
): Promise<{ readonly missing: readonly FileReference[] }> {
  const { trust = [], release } = content;
  if (trust.length > mostTrustFiles) {
    throw new RangeError(`"trust" expected at most ${mostTrustFiles}, got ${trust.length}`);
  }
  requireChain(trust, limits);
  const listed = releaseFiles(parseReleaseManifest(parseDsseEnvelope(release, limits).payload, limits));
  const sources = sourcesBySha256(content.files, listed);
  const entries: ZipEntry[] = [];
  const begin = async (name: string, size: number, crc: number): Promise<void> => {
    const entry = { name, size, crc };
    if (entries.push(entry) > mostEntries) {
      throw new ManifestError("ERR_MANIFEST_BUNDLE_CONTENT", `Cannot write bundle: more than ${mostEntries} entries`);
    }
    await sink(localHeader(entry));
  };
  const documents = [
    ...trust.map((bytes, index) => [trustName(index + 1), bytes] as const),
    [releaseName, release] as const,
  ];
  for (const [name, document] of documents) {
    const bytes = new Uint8Array(document);
    await begin(name, bytes.length, crc32(bytes));
    await sink(bytes);
  }
  for (const file of listed) {
    const source = sources.get(file.hashes.sha256);
    if (source === undefined) continue;
    const crc = await checkSource(source, file);
    await begin(fileName(file.hashes.sha256), file.length, crc);
    await copySource(source, file, sink);
  }
  await sink(centralDirectory(entries));
  return { missing: listed.filter(({ hashes }) => !sources.has(hashes.sha256)) };
}

/** A vehicle follows the files one by one, so that one that is none, or out of order, would cost it the whole bundle. */
function requireChain(trust: readonly Uint8Array[], limits: Partial<Limits> | undefined): void {
  let before: number | undefined;
  trust.forEach((envelope, index) => {
    const { version } = readReleaseTrust(envelope, limits);
    if (before !== undefined && version !== before + 1) {
      const message = `Cannot write bundle: trust file ${index} has version ${version}, and ${before + 1} follows ${before}`;
      throw new ManifestError("ERR_MANIFEST_BUNDLE_CONTENT", message, {
        path: `/trust/${index}`,
        details: { expected: before + 1, found: version },
      });
    }
    before = version;
  });
}

function sourcesBySha256(
  files: readonly BundleSource[],
  listed: readonly FileReference[],
): ReadonlyMap<string, BundleSource> {
  const known = new Set(listed.map(({ hashes }) => hashes.sha256));
  const sources = new Map<string, BundleSource>();
  files.forEach((source, index) => {
    const { sha256 } = source;
    const fault = !known.has(sha256) ? "the release does not list it" : sources.has(sha256) ? "it is there twice" : "";
    if (fault !== "") {
      throw new ManifestError("ERR_MANIFEST_BUNDLE_CONTENT", `Cannot write bundle: file ${index}: ${fault}`, {
        path: `/files/${index}`,
        details: { sha256 },
      });
    }
    sources.set(sha256, source);
  });
  return sources;
}

/** Reads a source once to the end. @returns its CRC */
async function checkSource(source: BundleSource, file: FileReference): Promise<number> {
  const verifier = createTargetVerifier(targetOf(file));
  let crc = 0;
  for await (const piece of source.open()) {
    if (verifier.push(piece) === "too_long") break;
    crc = crc32(piece, crc);
  }
  verifier.finish();
  return crc;
}

/** Copies a source that was checked, and checks what is copied: a file on a disk can change in between. */
async function copySource(source: BundleSource, file: FileReference, sink: (piece: Bytes) => unknown): Promise<void> {
  const verifier = createTargetVerifier(targetOf(file));
  for await (const piece of source.open()) {
    // A copy, because a source may reuse its buffer while the sink is still writing.
    const bytes = new Uint8Array(piece);
    if (verifier.push(bytes) === "too_long") break;
    await sink(bytes);
  }
  verifier.finish();
}
