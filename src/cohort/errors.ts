/** Error codes of `otakit/cohort`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link CohortError}: cause and remedy of each. */
export const cohortErrorCodes = {} as const;

/** Code of a {@link CohortError}. */
export type CohortErrorCode = keyof typeof cohortErrorCodes;

/** Fault in cohort input. */
export class CohortError extends OtaError<CohortErrorCode> {}
