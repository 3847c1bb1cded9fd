/** TUF 1.0.34: metadata, the client, and what both sides share. */

export type {
  KnownTuf,
  TrustedTuf,
  TufAnswer,
  TufClient,
  TufEquivocation,
  TufFileChange,
  TufPhase,
  TufRequest,
  TufStep,
  TufTargetsRole,
} from "./client.ts";
export * from "./file-names.ts";
export { tufBinName, tufBinOf, tufPathHash } from "./hash-bins.ts";
export { restartTufClient } from "./known.ts";
export { findTufTarget, type TufLookup, type TufTarget } from "./lookup.ts";
export type * from "./metadata.ts";
export { parseTufMetadata } from "./parse-metadata.ts";
export { matchesTufPath } from "./path-pattern.ts";
export type { TufPolicy } from "./policy.ts";
export { type TufAttack, type TufReason, type TufReasonCode, tufReasonCodes } from "./reasons.ts";
export * from "./repository/index.ts";
export { nextTufRequest } from "./request.ts";
export { stepTufClient } from "./step.ts";
export { createTufClient } from "./step-root.ts";
export type { TufWire } from "./wire.ts";
