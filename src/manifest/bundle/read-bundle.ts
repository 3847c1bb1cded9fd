/**
 * Reads a bundle as a stream and verifies on the way: trust first, then the release, then each file that it lists.
 *
 * An archive is hostile until then. It has one form for one content, so each record is compared with the only one that can
 * stand there: nothing between entries, no second meaning in the central directory, no name but those of a bundle.
 */

import { assertBytes, type Bytes, crc32, equalBytes, excerpt, resolveLimits } from "../../core/index.ts";
import { createTargetVerifier, type TargetVerifier, type TrustedKeys } from "../../signing/index.ts";
import { ManifestError } from "../errors.ts";
import { type VerifyReleaseOptions, verifyRelease } from "../release-envelope.ts";
import type { FileReference } from "../release-file.ts";
import { releaseFiles } from "../release-files.ts";
import type { VerifiedReleaseTrust } from "../trust.ts";
import { followReleaseTrust } from "../trust-chain.ts";
import type { VerifiedRelease } from "../verified-release.ts";
import { type BundleEntryName, longestName, mostEntries, readEntryName, trustName } from "./bundle-names.ts";

import { targetOf } from "./target-of.ts";
import { centralDirectory, localHeader, localHeaderSize, localSignature, type ZipEntry } from "./zip-records.ts";

/** What happens while a bundle is read, in this order. */
export type BundleEvent =
  /** A successor of the trusted file was verified: store the envelope. */
  | { readonly kind: "trust"; readonly trust: VerifiedReleaseTrust; readonly envelope: Bytes }
  | { readonly kind: "release"; readonly release: VerifiedRelease; readonly envelope: Bytes }
  /** A file of the release begins. */
  | { readonly kind: "file"; readonly file: FileReference }
  /** The next bytes of the file. Nothing was verified of them yet: keep them apart. */
  | { readonly kind: "data"; readonly bytes: Bytes }
  /** The file is complete and genuine. */
  | { readonly kind: "file_verified"; readonly file: FileReference }
  /** The archive is complete; the files of the release that it does not hold. */
  | { readonly kind: "end"; readonly missing: readonly FileReference[] };

/** A reading under way. */
export interface BundleReader {
  /**
   * Takes the next bytes of the archive.
   *
   * @throws {@link ManifestError} `ERR_MANIFEST_BUNDLE_FORMAT` with the offset of the record at fault, `ERR_MANIFEST_BUNDLE_CONTENT`,
   * or what the verification of trust and release throws; `SigningError` `ERR_SIGNING_TARGET_HASH` for a file that is not genuine.
   * From then on every call throws the same.
   * @throws TypeError when `bytes` is no Uint8Array
   */
  push(bytes: Uint8Array): readonly BundleEvent[];
  /** Ends the reading. @throws {@link ManifestError} `ERR_MANIFEST_BUNDLE_FORMAT` when the archive is not complete */
  finish(): void;
}

/**
 * Starts to read a bundle that `writeBundle` wrote.
 *
 * Memory: one document of at most `limits.maxBytes`, and some 100 bytes for each entry; never a file.
 *
 * @param trust - the trust file that the vehicle has, from which those in the bundle are followed; or bare keys, for which trust
 * files in the bundle count nothing
 * @param options - as for `verifyRelease`
 * @example
 * ```ts
 * const reader = createBundleReader(trust, { now });
 * for await (const piece of usbStick) for (const event of reader.push(piece)) await handle(event);
 * reader.finish();
 * ```
 */
export function createBundleReader(
  trust: TrustedKeys | VerifiedReleaseTrust,
  options: VerifyReleaseOptions,
): BundleReader {
  return new StreamingBundleReader(trust, options);
}

/** What the next bytes are. */
type Expected =
  /** A record of so many bytes, which `complete` takes as a whole. */
  | { readonly kind: "record"; readonly complete: (record: Bytes) => void }
  | { readonly kind: "file"; readonly entry: ZipEntry; readonly file: FileReference; readonly verifier: TargetVerifier }
  | { readonly kind: "nothing" };

class StreamingBundleReader implements BundleReader {
  #trust: TrustedKeys | VerifiedReleaseTrust;
  readonly #options: VerifyReleaseOptions;
  readonly #maxDocument: number;
  #expected!: Expected;
  /** The record under way, and how much of it is there. */
  #record: Bytes = noBytes;
  #filled = 0;
  /** Offset in the archive of what is under way. */
  #offset = 0;
  readonly #entries: ZipEntry[] = [];
  /** Files of the release, once it is verified, and how many of them are behind us. */
  #files: readonly FileReference[] | undefined;
  #passed = 0;
  readonly #missing: FileReference[] = [];
  /** Of the file under way. */
  #seen = 0;
  #crc = 0;
  #events: BundleEvent[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(trust: TrustedKeys | VerifiedReleaseTrust, options: VerifyReleaseOptions) {
    this.#trust = trust;
    this.#options = options;
    this.#maxDocument = resolveLimits(options.limits).maxBytes;
    this.#expectHead();
  }

  push(bytes: Uint8Array): readonly BundleEvent[] {
    assertBytes(bytes, "bytes");
    return this.#guarded(() => {
      this.#events = [];
      for (let rest = bytes; rest.length > 0; ) rest = this.#take(rest);
      return this.#events;
    });
  }

  finish(): void {
    this.#guarded(() => {
      if (this.#expected.kind !== "nothing") throw this.#fault("it ends early");
    });
  }

  /** What failed once is not tried again: the state after a fault means nothing. */
  #guarded<T>(work: () => T): T {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      return work();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** Consumes the front of a piece. @returns the rest */
  #take(piece: Uint8Array): Uint8Array {
    const expected = this.#expected;
    if (expected.kind === "nothing") throw this.#fault("bytes follow its end");
    if (expected.kind === "file") return this.#takeData(piece, expected);
    const taken = piece.subarray(0, this.#record.length - this.#filled);
    this.#record.set(taken, this.#filled);
    this.#filled += taken.length;
    if (this.#filled === this.#record.length) expected.complete(this.#record);
    return piece.subarray(taken.length);
  }

  /** Waits for a record of so many bytes, of which the first may be there already. */
  #expectRecord(length: number, complete: (record: Bytes) => void, start: Bytes = noBytes): void {
    this.#record = new Uint8Array(length);
    this.#record.set(start);
    this.#filled = start.length;
    this.#expected = { kind: "record", complete };
    if (length === start.length) complete(this.#record);
  }

  /** The next entry, or the directory; both are longer than the fixed part of a local header. */
  #expectHead(): void {
    this.#expectRecord(localHeaderSize, (head) => {
      const view = new DataView(head.buffer);
      if (view.getUint32(0, true) === localSignature) {
        const nameLength = view.getUint16(26, true);
        const extraLength = view.getUint16(28, true);
        if (nameLength > longestName || extraLength > zip64ExtraSize)
          throw this.#fault("an entry has no name of a bundle");
        const length = localHeaderSize + nameLength + extraLength;
        this.#expectRecord(length, (header) => this.#beginEntry(header, nameLength), head);
      } else this.#expectDirectory(head);
    });
  }

  #beginEntry(header: Bytes, nameLength: number): void {
    const name = asciiOf(header.subarray(localHeaderSize, localHeaderSize + nameLength));
    const known = readEntryName(name);
    if (known === undefined) throw this.#fault("an entry has no name of a bundle", { name: excerpt(name) });
    const view = new DataView(header.buffer);
    const crc = view.getUint32(14, true);
    const file = known.kind === "file" ? this.#fileOf(known.sha256) : undefined;
    const entry = { name, size: file?.length ?? view.getUint32(22, true), crc };
    // Whatever else the header says: times, flags, methods, sizes that are not those of the release.
    if (!equalBytes(header, localHeader(entry))) throw this.#fault("an entry is not written as in a bundle", { name });
    if (this.#entries.push(entry) > mostEntries) throw this.#fault(`it has more than ${mostEntries} entries`);
    this.#offset += header.length;
    if (file !== undefined) this.#beginFile(entry, file);
    else this.#beginDocument(entry, known);
  }

  /** Trust files first, by their place, then the release, then files. */
  #beginDocument(entry: ZipEntry, known: BundleEntryName): void {
    const inOrder =
      this.#files === undefined && (known.kind === "release" || trustName(this.#entries.length) === entry.name);
    if (!inOrder) throw this.#fault("an entry is out of order", { name: entry.name });
    if (entry.size > this.#maxDocument) {
      throw this.#fault("a document is too long", { name: entry.name, size: entry.size, allowed: this.#maxDocument });
    }
    this.#expectRecord(entry.size, (document) => {
      this.#endEntry(entry, crc32(document));
      if (known.kind === "release") this.#readRelease(document);
      else this.#readTrust(document);
      this.#expectHead();
    });
  }

  #readTrust(envelope: Bytes): void {
    if (!("trust" in this.#trust)) return;
    const { provider, limits } = this.#options;
    const trust = followReleaseTrust(this.#trust, [envelope], {
      ...(provider === undefined ? {} : { provider }),
      ...(limits === undefined ? {} : { limits }),
    });
    if (trust === this.#trust) return;
    this.#trust = trust;
    this.#events.push({ kind: "trust", trust, envelope });
  }

  #readRelease(envelope: Bytes): void {
    const release = verifyRelease(envelope, this.#trust, this.#options);
    this.#files = releaseFiles(release.manifest);
    this.#events.push({ kind: "release", release, envelope });
  }

  /** The file of the release that is meant; those before it are not in the bundle. */
  #fileOf(sha256: string): FileReference {
    const files = this.#files ?? [];
    while (this.#passed < files.length) {
      const file = files[this.#passed++]!;
      if (file.hashes.sha256 === sha256) return file;
      this.#missing.push(file);
    }
    throw new ManifestError(
      "ERR_MANIFEST_BUNDLE_CONTENT",
      "Cannot read bundle: a file is not of its release, or out of order",
      { offset: this.#offset, details: { sha256 } },
    );
  }

  #beginFile(entry: ZipEntry, file: FileReference): void {
    this.#seen = 0;
    this.#crc = 0;
    this.#expected = { kind: "file", entry, file, verifier: createTargetVerifier(targetOf(file)) };
    this.#events.push({ kind: "file", file });
  }

  #takeData(piece: Uint8Array, { entry, file, verifier }: Extract<Expected, { kind: "file" }>): Uint8Array {
    const bytes = new Uint8Array(piece.subarray(0, file.length - this.#seen));
    verifier.push(bytes);
    this.#crc = crc32(bytes, this.#crc);
    this.#seen += bytes.length;
    this.#events.push({ kind: "data", bytes });
    if (this.#seen === file.length) {
      verifier.finish();
      this.#endEntry(entry, this.#crc);
      this.#events.push({ kind: "file_verified", file });
      this.#expectHead();
    }
    return piece.subarray(bytes.length);
  }

  #endEntry({ name, size, crc }: ZipEntry, found: number): void {
    if (found !== crc) throw this.#fault("an entry has another checksum than its header says", { name });
    this.#offset += size;
  }

  #expectDirectory(head: Bytes): void {
    const directory = centralDirectory(this.#entries);
    if (this.#files === undefined || !equalBytes(head, directory.subarray(0, head.length))) {
      throw this.#fault("neither an entry nor its directory stands here");
    }
    this.#expectRecord(
      directory.length,
      (found) => {
        if (!equalBytes(found, directory)) throw this.#fault("its directory is not that of its entries");
        this.#offset += found.length;
        this.#expected = { kind: "nothing" };
        this.#events.push({ kind: "end", missing: [...this.#missing, ...this.#files!.slice(this.#passed)] });
      },
      head,
    );
  }

  #fault(what: string, details: Readonly<Record<string, unknown>> = {}): ManifestError {
    return new ManifestError("ERR_MANIFEST_BUNDLE_FORMAT", `Cannot read bundle: ${what}`, {
      offset: this.#offset,
      details,
    });
  }
}

/** Bytes of the zip64 record of a local header. */
const zip64ExtraSize = 20;

/** Names are ASCII; what is not gives a name that no bundle has. */
function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

const noBytes: Bytes = /* @__PURE__ */ new Uint8Array(0);
