/** Uptane 2.1: the vehicle side, and the server side of Director and Image repository. */

export type { AssignedImage, VerifiedAssignment, VerifiedVersions } from "./assignment.ts";
export { attackIndicator } from "./attack-indicator.ts";
export type {
  UptaneAnswer,
  UptaneClient,
  UptaneEquivocation,
  UptaneFileChange,
  UptaneOutcome,
  UptanePhase,
  UptaneRequest,
  UptaneStep,
} from "./client.ts";
export { createUptaneClient, restartUptaneClient, type UptaneKnowledge, type UptaneStart } from "./create.ts";
export type { DirectorEntry, UptaneInstalled } from "./director-entry.ts";
export type {
  EcuKey,
  EcuReport,
  EcuReportDocument,
  ReportedImage,
  ReportSignature,
  SignedReport,
  VerifiedEcuReport,
} from "./ecu-report.ts";
export { type ParseReportOptions, parseEcuReport } from "./ecu-report-parse.ts";
export { type SignReportOptions, signEcuReport } from "./ecu-report-sign.ts";
export { type VerifyEcuReportInput, verifyEcuReport } from "./ecu-report-verify.ts";
export { createUptaneImageVerifier, verifyUptaneImage } from "./image-check.ts";
export {
  evaluatePartialVerification,
  type PartialBundle,
  type PartialImage,
  type PartialKnowledge,
  type PartialReport,
  type PartialVerification,
} from "./partial.ts";
export {
  type UptanePolicy,
  type UptaneProfile,
  type UptaneProfileName,
  type UptaneRepositoryRules,
  uptaneProfiles,
  uptaneTufPolicy,
} from "./profile.ts";
export {
  type UptaneAttack,
  type UptaneReason,
  type UptaneReasonCode,
  type UptaneRepository,
  uptaneReasonCodes,
} from "./reasons.ts";
export type { UptaneReportRules } from "./report-rules.ts";
export type { ReportSigner } from "./report-signatures.ts";
export { createReportState, type EcuReportState, parseReportState, type UptaneReportState } from "./report-state.ts";
export * from "./repository/index.ts";
export {
  parseRepositoryMap,
  type RepositoryMap,
  type RepositoryMapping,
  repositoriesFor,
  requireUptaneMap,
  type UptaneRepositoryNames,
} from "./repository-map.ts";
export { nextUptaneRequest, uptaneAssignment } from "./request.ts";
export type { ResolvedTarget } from "./resolve.ts";
export { stepUptaneClient } from "./step.ts";
export { type TimeAttestationInput, timeFromClock, type VerifiedTime, verifyTimeAttestation } from "./time.ts";
export type { CheckedVehicle, UptaneEcu, UptaneVehicle } from "./vehicle.ts";
export type {
  AcceptedVehicleManifest,
  InventoryEcu,
  RefusedVehicleManifest,
  ReportedAttack,
  ReportFlag,
  UptaneInventory,
  VehicleManifestDocument,
  VehicleManifestVerdict,
  VerifiedVehicleManifest,
} from "./vehicle-manifest.ts";
export { type EvaluateVehicleManifestInput, evaluateVehicleManifest } from "./vehicle-manifest-evaluate.ts";
export { parseVehicleManifest } from "./vehicle-manifest-parse.ts";
export { signVehicleManifest, type VehicleManifestContent } from "./vehicle-manifest-sign.ts";
