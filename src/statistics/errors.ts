/** Error codes of `otakit/statistics`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link StatisticsError}: cause and remedy of each. */
export const statisticsErrorCodes = {} as const;

/** Code of a {@link StatisticsError}. */
export type StatisticsErrorCode = keyof typeof statisticsErrorCodes;

/** Fault in statistics input. */
export class StatisticsError extends OtaError<StatisticsErrorCode> {}
