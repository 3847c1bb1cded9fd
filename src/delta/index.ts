/**
 * delta
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
