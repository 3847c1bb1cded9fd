/** Error codes of `otakit/uds`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link UdsError}: cause and remedy of each. */
export const udsErrorCodes = {} as const;

/** Code of a {@link UdsError}. */
export type UdsErrorCode = keyof typeof udsErrorCodes;

/** Fault in uds input. */
export class UdsError extends OtaError<UdsErrorCode> {}
