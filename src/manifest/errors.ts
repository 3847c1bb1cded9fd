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
    "The release lists a field as critical that is not there, or that this reader does not understand. Remedy: update the reader first; name fields of the application in `understands`.",
  ERR_MANIFEST_VALIDITY: "The release expires before it was issued. Remedy: correct `issued` or `expires`.",
  ERR_MANIFEST_FILE:
    "A release says two things of one file: two lengths, two hashes, or one path for two contents. Remedy: describe each file anew from its bytes.",
  ERR_MANIFEST_VERSION: "A version is none of its version scheme. Remedy: correct the version, or name its scheme.",
  ERR_MANIFEST_RANGE:
    "A version range cannot be read in the component's scheme. Remedy: name the scheme in `versionSchemes`; an opaque one knows `*` and `=` only.",
  ERR_MANIFEST_MINIMUM_SOURCE:
    "The minimum source of an image has no bound, none that can be compared, or one above the image. Remedy: see `path`.",
  ERR_MANIFEST_DATA_FORMAT:
    "An image cannot read the data format that it produces. Remedy: exchange `produced` and `minimumRead`, or correct them.",
  ERR_MANIFEST_ENCRYPTION:
    "Plaintext and ciphertext of a file are the same. Remedy: encrypt it, or leave `encryption` out.",
  ERR_MANIFEST_DELTA:
    "A delta makes its own base, is listed twice, or leads nowhere. Remedy: see `path`; list the deltas that lead to the image.",
  ERR_MANIFEST_RELATION:
    "The relations of an image cannot all hold, are listed twice, or speak of the image itself. Remedy: see `path`.",
  ERR_MANIFEST_GROUP:
    "An atomic group is named twice, names an ECU without image, or one that is in a group already. Remedy: see `path`.",
  ERR_MANIFEST_RXSWIN:
    "An RXSWIN is changed to itself, or twice for one regulation. Remedy: list each regulation once, where it changes.",
  ERR_MANIFEST_NOTICE: "Two notices are in one language: tags do not differ by case. Remedy: keep one of them.",
  ERR_MANIFEST_STATEMENT: "One statement is referred to twice, so that it could count twice. Remedy: keep one of them.",
  ERR_MANIFEST_TIME:
    "The given time is before anything of its kind was signed: the clock is unset, or counts seconds. Remedy: wait for a trustworthy time.",
  ERR_MANIFEST_EXPIRED: "The release has expired at the given time. Remedy: fetch a newer one; check the clock.",
  ERR_MANIFEST_TRUST_VERSION:
    "A trust file is older than the trusted one, or does not follow it. Remedy: give every version in between, in order.",
  ERR_MANIFEST_TRUST_EQUIVOCATION:
    "The trusted keys signed two different trust files under one version. Remedy: report it; a key is misused.",
  ERR_MANIFEST_TRUST_ROLES:
    "A trust file gives one key two roles that must be apart, or lacks a role that is asked for. Remedy: see `path`.",
  ERR_MANIFEST_ROLLBACK:
    "An authorisation to go back has a scope that cannot be. Remedy: see `path`; name vehicles by random identifiers, each ECU once, and a way back.",
  ERR_MANIFEST_SEAL:
    "Stored state has a seal that is not of this vehicle's key. Remedy: distrust the storage; provision the vehicle anew.",
  ERR_MANIFEST_SEAL_ROLLED_BACK:
    "Stored state is older than what was written last, or gone. Remedy: distrust the storage; provision the vehicle anew.",
  ERR_MANIFEST_SEAL_AHEAD:
    "Stored state is newer than the counter it was sealed by. Remedy: check that the counter is this vehicle's.",
  ERR_MANIFEST_BUNDLE_FORMAT:
    "An archive is no bundle, is damaged, or was packed by another tool. Remedy: see `offset`; write it with `writeBundle`.",
  ERR_MANIFEST_BUNDLE_CONTENT:
    "A file does not belong into a bundle at this place: its release does not list it, or it is there twice. Remedy: see `details`.",
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
  ERR_MANIFEST_UPTANE_ASSIGNMENT:
    "An assignment names an ECU twice, or describes one image path in two ways. Remedy: see `details.reasons`; resolve it again.",
  ERR_MANIFEST_UPTANE_IMAGE:
    "An image cannot be listed: hardware ids or release counter are missing, or the counter does not rise. Remedy: see the message.",
  ERR_MANIFEST_UPTANE_MAP:
    "A repository map is malformed or names no Director and Image repository. Remedy: see `path`; provision a genuine map.",
  ERR_MANIFEST_UPTANE_VEHICLE:
    "A vehicle's description is malformed, names an ECU twice, or lacks its Primary. Remedy: see `path`; correct the configuration.",
  ERR_MANIFEST_UPTANE_TIME:
    "A time must not be used: an attestation is not genuine or not fresh, or the time is before one that was verified. Remedy: see `details.reasons`; ask for a new one.",
  ERR_MANIFEST_UPTANE_REPORT:
    "A version report of an ECU or a vehicle has another form, or cannot be made so. Remedy: see `path`; name the profile it is written in.",
  ERR_MANIFEST_UPTANE_REPORT_UNTRUSTED:
    "A version report is not signed by the key of the ECU that it speaks of. Remedy: see `details.reasons`; check the inventory.",
  ERR_MANIFEST_UPTANE_ECU:
    "An image is assigned to another ECU or another model. Remedy: give it to the ECU that the assignment names.",
} as const;

/** Code of a {@link ManifestError}. */
export type ManifestErrorCode = keyof typeof manifestErrorCodes;

/** A release manifest or its state that must not be used. */
export class ManifestError extends OtaError<ManifestErrorCode> {}
