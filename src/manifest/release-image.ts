/** The image for one kind of ECU: the full file, deltas to it, and what it may replace. */

import type { DownloadFile, FileReference, StatementReference } from "./release-file.ts";
import type { ComponentCondition, ReleaseVersionScheme } from "./release-relation.ts";

/**
 * A patch that makes one image from another; `length` and `hashes` are those of the patch file.
 *
 * Several can form a chain: the result of one is the base of the next.
 */
export interface ReleaseDelta extends DownloadFile {
  /** Patch format, for example `otadelta` or `bsdiff40`; a reader leaves out deltas of formats it does not know. */
  readonly format: string;
  /** The image that must be there for the delta to apply. */
  readonly base: FileReference;
  /** The image that it makes. Absent: the image of the release. */
  readonly result?: FileReference;
  /** Working memory that applying it takes, in bytes. Absent: not known. */
  readonly memoryBytes?: number;
}

/** The oldest image that may be replaced directly; each bound that is there must hold. */
export interface MinimumSource {
  /** Least release counter of the installed image. */
  readonly releaseCounter?: number;
  /** Least version of the installed image, in the order of the image's `versionScheme`. */
  readonly version?: string;
}

/** Format of the data that the software keeps, as a number that rises with each change of it. */
export interface DataFormat {
  /** Format that this image leaves behind, 0 .. 2^53-1. */
  readonly produced: number;
  /** Oldest format that it can read, at most `produced`. */
  readonly minimumRead: number;
}

/** The image for one kind of ECU; `length` and `hashes` are those of the full image. */
export interface ReleaseImage extends DownloadFile {
  /** Uptane hardware identifier: the kind of ECU; 1 .. 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly hardwareId: string;
  /** Version for people, 1 .. 256 characters. Order is given by `releaseCounter` alone. */
  readonly version: string;
  /** How `version` is ordered, where `minimumSource` names one. */
  readonly versionScheme?: ReleaseVersionScheme;
  /** Uptane release counter: 0 .. 2^53-1, rises with every release for this hardware id. */
  readonly releaseCounter: number;
  /** Minimum security level, 0 .. 2^53-1: rises when older images must never run again. */
  readonly securityEpoch: number;
  /** Deltas to the image or to the base of another delta; at most 100. */
  readonly deltas?: readonly ReleaseDelta[];
  readonly minimumSource?: MinimumSource;
  readonly dataFormat?: DataFormat;
  /** Components that must be in the vehicle afterwards; at most 100. */
  readonly requires?: readonly ComponentCondition[];
  /** Components that must not be in the vehicle afterwards; at most 100. */
  readonly conflicts?: readonly ComponentCondition[];
  /** Components that the ECU has afterwards, and their versions; at most 1,000. */
  readonly provides?: Readonly<Record<string, string>>;
  /** Components that the ECU loses, by name; `*` stands for any run of characters; at most 100. */
  readonly clears?: readonly string[];
  /** Hardware variants or revisions of the ECU, of which it must have one; 1 .. 100. */
  readonly requiresHw?: readonly string[];
  /** Hardware variants or revisions of the ECU, of which it must have none; 1 .. 100. */
  readonly notHw?: readonly string[];
  /** SBOM, provenance, test results of this image; at most 1,000. */
  readonly evidence?: readonly StatementReference[];
  /** Fields of this image, or paths into it, that a reader must understand or refuse the release; 1 .. 100. */
  readonly critical?: readonly string[];
}
