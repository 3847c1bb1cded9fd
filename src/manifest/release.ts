/**
 * The release manifest `ota-release/1`: which image each kind of ECU shall run, and what it may replace.
 *
 * Provisional until the schema is frozen together with the Uptane profile. Unknown fields are kept. A field named in `critical`
 * must be understood by a reader, or the release is refused.
 */

/** Digests of a file, lower-case hexadecimal, named as in TUF metadata. */
export interface FileHashes {
  /** SHA-256, 64 digits. */
  readonly sha256: string;
}

/** A file by content. */
export interface FileReference {
  /** Size in bytes, 1 .. 2^53-1. */
  readonly length: number;
  readonly hashes: FileHashes;
}

/** A delta that makes the image from a base; `length` and `hashes` are those of the patch file. */
export interface ReleaseDelta extends FileReference {
  /** Patch format, for example `bsdiff40`; a reader ignores deltas of formats it does not know. */
  readonly format: string;
  /** The image that must be installed for the delta to apply. */
  readonly base: FileReference;
}

/** The image for one kind of ECU; `length` and `hashes` are those of the full image. */
export interface ReleaseImage extends FileReference {
  /** Uptane hardware identifier: the kind of ECU; 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly hardwareId: string;
  /** Version for people, 1 .. 256 characters. Order is given by `releaseCounter` alone. */
  readonly version: string;
  /** Uptane release counter: 0 .. 2^53-1, rises with every release for this hardware id. */
  readonly releaseCounter: number;
  /** Minimum security level, 0 .. 2^53-1: rises when older images must never run again. */
  readonly securityEpoch: number;
  /** Deltas to the image, best first; may be absent. */
  readonly deltas?: readonly ReleaseDelta[];
}

/** Content of a signed release. */
export interface ReleaseManifest {
  readonly schema: "ota-release/1";
  /** Name of the release; 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly releaseId: string;
  /** The release must not be accepted at or after this time, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly expires: string;
  /** One image for each hardware id, 1 .. 10,000. */
  readonly images: readonly ReleaseImage[];
  /** Names of fields that a reader must understand or refuse the release. */
  readonly critical?: readonly string[];
}
