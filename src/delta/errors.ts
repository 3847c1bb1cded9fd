/** Error codes of `otakit/delta`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link DeltaError}: cause and remedy of each. */
export const deltaErrorCodes = {} as const;

/** Code of a {@link DeltaError}. */
export type DeltaErrorCode = keyof typeof deltaErrorCodes;

/** Fault in delta input. */
export class DeltaError extends OtaError<DeltaErrorCode> {}
