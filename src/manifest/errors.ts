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
    "The given time is before 2026: the clock is unset, or counts seconds. Remedy: wait for a trustworthy time.",
  ERR_MANIFEST_EXPIRED: "The release has expired at the given time. Remedy: fetch a newer one; check the clock.",
} as const;

/** Code of a {@link ManifestError}. */
export type ManifestErrorCode = keyof typeof manifestErrorCodes;

/** A release manifest or its state that must not be used. */
export class ManifestError extends OtaError<ManifestErrorCode> {}
