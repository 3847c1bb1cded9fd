/**
 * Which vehicles, in which ring: the same answer in JavaScript and in every database.
 *
 * @packageDocumentation
 */

export * from "./aggregate/index.ts";
export * from "./bucket.ts";
export * from "./compat/index.ts";
export * from "./enrolment/index.ts";
export * from "./errors.ts";
export type { DocumentFault } from "./faults.ts";
export * from "./foreign-rules/index.ts";
export * from "./gate/index.ts";
export * from "./layers/index.ts";
export * from "./reasons.ts";
export * from "./report/index.ts";
export * from "./rings.ts";
export * from "./rsql/index.ts";
export { campaignSalt, layerSalt } from "./salt.ts";
export * from "./selector/index.ts";
export * from "./simulate/index.ts";
export * from "./sql/index.ts";
export * from "./strata/index.ts";
