/**
 * uds
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
