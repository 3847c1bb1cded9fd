/** The server side of Uptane: Director and Image repository. The vehicle side imports nothing of it. */

export type { DirectorAssignment, DirectorImage } from "./assignment.ts";
export {
  createDirector,
  type Director,
  type DirectorInput,
  type DirectorRole,
  type DirectorRoleSigner,
} from "./director.ts";
export type { ImageListing } from "./director-rules.ts";
export {
  type DirectedImage,
  type DirectorSigned,
  type DirectorVehicleState,
  parseDirectorState,
  startDirectorVehicle,
} from "./director-state.ts";
export { buildDirectorTargets, type DirectorTargets } from "./director-targets.ts";
export type { ImageCustom } from "./image-custom.ts";
export {
  addUptaneImages,
  delegateUptaneRole,
  describeUptaneImage,
  type UptaneDelegationInput,
  type UptaneImageInput,
} from "./image-targets.ts";
export {
  type UptaneRepositoryReason,
  type UptaneRepositoryReasonCode,
  uptaneRepositoryReasonCodes,
} from "./reasons.ts";
export { type ImageReview, reviewImages } from "./review-images.ts";
export {
  type DirectorBatchOptions,
  type DirectorOutcome,
  type DirectorRequest,
  type DirectorSigning,
  signDirectorVehicle,
  signDirectorVehicles,
} from "./sign-director.ts";
export { signTimeAttestation, type TimeAttestationContent } from "./sign-time.ts";
