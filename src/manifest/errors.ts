/** Error codes of `otakit/manifest`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link ManifestError}: cause and remedy of each. */
export const manifestErrorCodes = {} as const;

/** Code of a {@link ManifestError}. */
export type ManifestErrorCode = keyof typeof manifestErrorCodes;

/** Fault in manifest input. */
export class ManifestError extends OtaError<ManifestErrorCode> {}
