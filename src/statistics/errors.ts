/** Error codes of `otakit/statistics`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link StatisticsError}: cause and remedy of each. */
export const statisticsErrorCodes = {
  ERR_STATISTICS_TABLE:
    "A stored boundary table is not one that was made for its test. Remedy: see `path`; make it again.",
  ERR_STATISTICS_TABLE_VERSION:
    "A stored boundary table names a schema this release of otakit does not know. Remedy: update otakit.",
} as const;

/** Code of a {@link StatisticsError}. */
export type StatisticsErrorCode = keyof typeof statisticsErrorCodes;

/** A stored table that no verdict must rest on. Wrong counts and tests are `RangeError`. */
export class StatisticsError extends OtaError<StatisticsErrorCode> {}
