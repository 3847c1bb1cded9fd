/**
 * manifest
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
