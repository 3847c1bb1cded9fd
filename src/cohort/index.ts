/**
 * Which vehicles, in which ring: the same answer in JavaScript and in every database.
 *
 * @packageDocumentation
 */

export * from "./bucket.ts";
export * from "./errors.ts";
export * from "./rings.ts";
