/** Uptane 2.1: the vehicle side, and the server side of Director and Image repository. */

export type { AssignedImage, VerifiedAssignment, VerifiedVersions } from "./assignment.ts";
export type {
  UptaneAnswer,
  UptaneClient,
  UptaneEquivocation,
  UptaneFileChange,
  UptaneInstalled,
  UptaneOutcome,
  UptanePhase,
  UptaneRequest,
  UptaneStep,
} from "./client.ts";
export { createUptaneClient, restartUptaneClient, type UptaneKnowledge, type UptaneStart } from "./create.ts";
export { createUptaneImageVerifier, verifyUptaneImage } from "./image-check.ts";
export {
  type UptanePolicy,
  type UptaneProfile,
  type UptaneProfileName,
  type UptaneRepositoryRules,
  uptaneProfiles,
  uptaneTufPolicy,
} from "./profile.ts";
export type { UptaneAttack, UptaneReason, UptaneReasonCode, UptaneRepository } from "./reasons.ts";
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
export { stepUptaneClient } from "./step.ts";
export type { VerifiedTime } from "./time.ts";
export type { UptaneEcu, UptaneVehicle } from "./vehicle.ts";
