/** Error codes of `otakit/cohort`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link CohortError}: cause and remedy of each. */
export const cohortErrorCodes = {
  ERR_COHORT_ID:
    "An identifier is empty or has a lone surrogate, which has no bytes. Remedy: pass the stored identifier.",
  ERR_COHORT_SALT:
    "A salt is not 16 lower-case hexadecimal digits. Remedy: make it once with `campaignSalt` and keep it.",
  ERR_COHORT_RING_PLAN: "A ring plan does not have the shape its schema promises. Remedy: see `path`.",
  ERR_COHORT_RING_PLAN_VERSION:
    "A ring plan names a schema this release of otakit does not know. Remedy: update otakit; do not edit the plan.",
} as const;

/** Code of a {@link CohortError}. */
export type CohortErrorCode = keyof typeof cohortErrorCodes;

/** An identifier, salt or plan from which no cohort can be formed. */
export class CohortError extends OtaError<CohortErrorCode> {}
