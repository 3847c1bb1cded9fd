/**
 * What a vehicle may run: TUF metadata and its client, the signed release manifest, and the decision against downgrades.
 *
 * @packageDocumentation
 */

export * from "./build-release.ts";
export * from "./bundle/index.ts";
export * from "./errors.ts";
export {
  createUpdateFloors,
  type EcuFloor,
  floorOf,
  parseUpdateFloors,
  raiseFloors,
  type UpdateFloors,
} from "./floors.ts";
export { parseReleaseManifest } from "./parse-release.ts";
export * from "./reasons.ts";
export type * from "./release.ts";
export * from "./release-envelope.ts";
export type * from "./release-file.ts";
export { releaseFiles } from "./release-files.ts";
export type * from "./release-image.ts";
export type * from "./release-relation.ts";
export * from "./trust.ts";
export * from "./trust-chain.ts";
export { parseReleaseTrust } from "./trust-parse.ts";
export * from "./tuf/index.ts";
export * from "./update-decision.ts";
export * from "./uptane/index.ts";
export type {
  AcceptReleaseOptions,
  EnvelopeOrigin,
  ReleaseOrigin,
  TargetOrigin,
  VerifiedRelease,
} from "./verified-release.ts";
