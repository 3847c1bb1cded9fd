/**
 * signing
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
