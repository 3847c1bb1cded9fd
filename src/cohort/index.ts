/**
 * cohort
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
