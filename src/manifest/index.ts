/**
 * What a vehicle may run: TUF metadata and its client, the signed release manifest, and the decision against downgrades.
 *
 * @packageDocumentation
 */

export * from "./attack-evidence.ts";
export * from "./attack-evidence-sign.ts";
export * from "./attack-evidence-verify.ts";
export * from "./build-release.ts";
export * from "./bundle/index.ts";
export type {
  ComponentInstance,
  ComponentInventory,
  ComponentSlot,
  EcuComponents,
  InstalledComponent,
} from "./component-inventory.ts";
export type { DownloadLimits } from "./download-limits.ts";
export * from "./download-plan.ts";
export type { EcuAnswer, EffectiveFloor, InstalledImage, UpdateWord, VehicleEcu } from "./ecu-decision.ts";
export * from "./errors.ts";
export { explainVerdict } from "./explain-verdict.ts";
export * from "./floors.ts";
export { raiseMetadataFloors } from "./floors-metadata.ts";
export { parseUpdateFloors } from "./floors-parse.ts";
export type * from "./floors-state.ts";
export * from "./image-verifier.ts";
export { parseReleaseManifest } from "./parse-release.ts";
export * from "./reasons.ts";
export type * from "./release.ts";
export * from "./release-checks.ts";
export * from "./release-envelope.ts";
export type * from "./release-file.ts";
export { releaseFiles } from "./release-files.ts";
export type * from "./release-image.ts";
export type * from "./release-relation.ts";
export * from "./release-relations.ts";
export * from "./release-target.ts";
export * from "./rollback-authorisation.ts";
export { parseRollbackAuthorisation, parseRollbackRevocation } from "./rollback-parse.ts";
export { applyRevocation, beginRollbacks, closeRollbacks, type PlannedRollback } from "./rollback-rules.ts";
export * from "./rollback-sign.ts";
export * from "./rollback-verify.ts";
export * from "./sealed-state.ts";
export * from "./trust.ts";
export * from "./trust-chain.ts";
export { parseReleaseTrust } from "./trust-parse.ts";
export { signReleaseTrust } from "./trust-sign.ts";
export * from "./tuf/index.ts";
export type { CandidateImage, CandidateSource } from "./update-candidate.ts";
export * from "./update-decision.ts";
export * from "./uptane/index.ts";
export type { Attack, Verdict, VerdictReason } from "./verdict.ts";
export type {
  AcceptReleaseOptions,
  EnvelopeOrigin,
  ReleaseOrigin,
  TargetOrigin,
  VerifiedRelease,
} from "./verified-release.ts";
