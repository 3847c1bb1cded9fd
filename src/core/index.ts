/**
 * The leaf that every module stands on: bytes, errors, results and reasons, limits, hashing, strict and canonical JSON, times,
 * versions, maintenance windows and data quality.
 *
 * @packageDocumentation
 */

export * from "./byte-reader.ts";
export * from "./bytes.ts";
export * from "./canonical-json.ts";
export * from "./code-points.ts";
export { crc32 } from "./crc32.ts";
export { assertBytes } from "./crypto/assert-bytes.ts";
export type {
  HashAlgorithm,
  HashProvider,
  ImportedPrivateKey,
  ImportedPublicKey,
  SignatureProvider,
  SignatureScheme,
  StreamingHash,
} from "./crypto/provider.ts";
export * from "./data-quality.ts";
export * from "./errors.ts";
export * from "./excerpt.ts";
export * from "./hashing.ts";
export * from "./jcs.ts";
export * from "./json.ts";
export * from "./json-value.ts";
export * from "./limits.ts";
export type { AlwaysWindow, MaintenanceWindow, OnceWindow, WeeklyWindow } from "./maintenance-window.ts";
export { parseMaintenanceWindows } from "./maintenance-window.ts";
export * from "./reasons.ts";
export * from "./result.ts";
export * from "./time.ts";
export * from "./versions/index.ts";
export * from "./windows.ts";
