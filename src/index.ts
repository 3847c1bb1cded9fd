/**
 * otakit: over-the-air update and remote-diagnostics primitives for vehicles, one namespace per module.
 *
 * @packageDocumentation
 */

import type { CohortError } from "./cohort/index.ts";
import type { CoreError } from "./core/index.ts";
import type { DeltaError } from "./delta/index.ts";
import type { ManifestError } from "./manifest/index.ts";
import type { SigningError } from "./signing/index.ts";
import type { StatisticsError } from "./statistics/index.ts";
import type { UdsError } from "./uds/index.ts";

export * as cohort from "./cohort/index.ts";
export * as core from "./core/index.ts";
export * as delta from "./delta/index.ts";
export * as manifest from "./manifest/index.ts";
export * as signing from "./signing/index.ts";
export * as statistics from "./statistics/index.ts";
export * as uds from "./uds/index.ts";

/**
 * Every error that otakit throws, told apart by `code`.
 *
 * @example
 * ```ts
 * function explain(error: AnyOtaError): string {
 *   return error.code === "ERR_SIGNING_THRESHOLD" ? "not enough signatures" : error.message;
 * }
 * ```
 */
export type AnyOtaError =
  | CohortError
  | CoreError
  | DeltaError
  | ManifestError
  | SigningError
  | StatisticsError
  | UdsError;
