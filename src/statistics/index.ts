/**
 * statistics
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
