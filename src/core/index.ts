/**
 * The leaf that every module stands on: bytes, errors, results and reasons, limits, hashing.
 *
 * @packageDocumentation
 */

export * from "./bytes.ts";
export type { HashAlgorithm, HashProvider, SignatureProvider, StreamingHash } from "./crypto/provider.ts";
export * from "./errors.ts";
export * from "./hashing.ts";
export * from "./limits.ts";
export * from "./result.ts";
