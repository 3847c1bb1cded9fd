/** Files that a release names: by content, where they are, and how they are encrypted on the way. */

import type { JsonObject } from "../core/index.ts";

/** Digests of a file, lower-case hexadecimal, named as in TUF metadata. Every one that is listed must match. */
export interface FileHashes {
  /** SHA-256, 64 digits. */
  readonly sha256: string;
  /** SHA-512, 128 digits. */
  readonly sha512?: string;
}

/** A file by content. */
export interface FileReference {
  /** Size in bytes, 1 .. 2^53-1. */
  readonly length: number;
  readonly hashes: FileHashes;
}

/**
 * How a file is encrypted where it is stored. The length and hashes beside it are those of the plaintext; both are checked,
 * see `createImageVerifier`.
 */
export interface FileEncryption {
  /** Scheme, 1 .. 64 of `a-z 0-9 . -`, for example `aes-256-ctr`; the caller decrypts. */
  readonly scheme: string;
  /** Label of the key; 1 .. 128 of `A-Z a-z 0-9 . _ : -`. Never the key. */
  readonly keyId?: string;
  /** The file as it is downloaded. */
  readonly ciphertext: FileReference;
  /** What the scheme needs besides the key, for example its first counter block; no secrets. */
  readonly parameters?: JsonObject;
}

/** A file to be downloaded; `length` and `hashes` are those of its plaintext. */
export interface DownloadFile extends FileReference {
  /** Where it is: a TUF target path, or a path beside the release; 1 .. 512 characters, no `.`, `..` or empty segment. */
  readonly path?: string;
  /** Absent: the file is downloaded as it is. */
  readonly encryption?: FileEncryption;
}

/** A document that the release points to. */
export interface DocumentReference {
  /** Where it can be had; 1 .. 2,048 characters. Not trusted: the hashes decide. */
  readonly uri: string;
  readonly hashes: FileHashes;
  /** Size in bytes. */
  readonly length?: number;
  /** Media type (RFC 6838), for example `application/json`. */
  readonly mediaType?: string;
}

/**
 * An in-toto statement that speaks of the release or of an image: an approval, a test result, an SBOM, a provenance.
 *
 * The hashes are those of the statement itself, the payload of its DSSE envelope, so that a further signature does not change
 * them.
 */
export interface StatementReference {
  /** The meaning of the statement, for example `https://slsa.dev/provenance/v1`. */
  readonly predicateType: string;
  readonly hashes: FileHashes;
  /** Where its envelope can be had. */
  readonly uri?: string;
}
