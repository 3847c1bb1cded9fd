/**
 * otakit: over-the-air update and remote-diagnostics primitives for vehicles, one namespace per module.
 *
 * @packageDocumentation
 */

export * as cohort from "./cohort/index.ts";
export * as core from "./core/index.ts";
export * as delta from "./delta/index.ts";
export * as manifest from "./manifest/index.ts";
export * as signing from "./signing/index.ts";
export * as statistics from "./statistics/index.ts";
export * as uds from "./uds/index.ts";
