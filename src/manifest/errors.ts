/** Error codes of `otakit/manifest`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link ManifestError}: cause and remedy of each. */
export const manifestErrorCodes = {
  ERR_MANIFEST_SCHEMA:
    "A document does not have the shape its schema promises. Remedy: see `path`; the document was built or stored wrongly.",
  ERR_MANIFEST_SCHEMA_VERSION:
    "A document names a schema this release of otakit does not know. Remedy: update otakit; do not edit the document.",
  ERR_MANIFEST_DUPLICATE_IMAGE:
    "Two images of one release name the same hardware id. Remedy: build one image for each hardware id.",
  ERR_MANIFEST_CRITICAL:
    "The release lists a field as critical that this reader does not understand. Remedy: update the reader first.",
  ERR_MANIFEST_TIME:
    "The given time is before anything of its kind was signed: the clock is unset, or counts seconds. Remedy: wait for a trustworthy time.",
  ERR_MANIFEST_EXPIRED: "The release has expired at the given time. Remedy: fetch a newer one; check the clock.",
  ERR_MANIFEST_TUF_FORMAT:
    "A file does not have the shape of TUF metadata. Remedy: see `path`; it was built or stored wrongly, or is no metadata.",
  ERR_MANIFEST_TUF_SPEC_VERSION:
    "Metadata follows a version of the TUF specification other than 1.x. Remedy: update otakit, or publish metadata of 1.x too.",
  ERR_MANIFEST_TUF_ROOT:
    "A root of trust is malformed or not signed by its own keys. Remedy: see `details.reasons`; ship a genuine root.",
  ERR_MANIFEST_TUF_TARGET_PATH:
    "A target path has an empty, `.` or `..` segment, which would lead out of its folder. Remedy: distrust who listed it.",
  ERR_MANIFEST_TUF_TARGET_UNKNOWN: "A target to be removed is not listed. Remedy: spell its path as the metadata does.",
  ERR_MANIFEST_TUF_VERSION:
    "The version of new metadata is not above that of the old one, so that clients would not take it. Remedy: bump it.",
  ERR_MANIFEST_TUF_KEYS:
    "The keys of a role do not fit: too few for the threshold, one twice, or one key id for two keys. Remedy: see `details`.",
  ERR_MANIFEST_TUF_DELEGATION:
    "A delegation is not there, or cannot be made: see the message. Remedy: ask the role that delegates, or change the delegation.",
  ERR_MANIFEST_TUF_SIGNER:
    "A signer's key is not among those that must sign the file. Remedy: take the right key, or delegate to this one first.",
  ERR_MANIFEST_TUF_REQUEST:
    "A signing request came back for other bytes than the file's. Remedy: find the request of this version.",
  ERR_MANIFEST_TUF_UNSIGNED:
    "Too few keys signed a file, so that clients would refuse it. Remedy: `details.quorums` says whose signatures are missing.",
  ERR_MANIFEST_TUF_REPOSITORY:
    "The files are no complete repository. Remedy: `details.file` is missing, malformed or not what another file lists.",
} as const;

/** Code of a {@link ManifestError}. */
export type ManifestErrorCode = keyof typeof manifestErrorCodes;

/** A release manifest or its state that must not be used. */
export class ManifestError extends OtaError<ManifestErrorCode> {}
