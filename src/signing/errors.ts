/** Error codes of `otakit/signing`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link SigningError}: cause and remedy of each. */
export const signingErrorCodes = {} as const;

/** Code of a {@link SigningError}. */
export type SigningErrorCode = keyof typeof signingErrorCodes;

/** Fault in signing input. */
export class SigningError extends OtaError<SigningErrorCode> {}
