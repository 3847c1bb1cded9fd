/**
 * What a vehicle may run: the signed release manifest, its verification, and the decision against downgrades.
 *
 * @packageDocumentation
 */

export * from "./errors.ts";
export {
  createUpdateFloors,
  type EcuFloor,
  floorOf,
  parseUpdateFloors,
  raiseFloors,
  type UpdateFloors,
} from "./floors.ts";
export * from "./reasons.ts";
export {
  type FileHashes,
  type FileReference,
  parseReleaseManifest,
  type ReleaseDelta,
  type ReleaseImage,
  type ReleaseManifest,
} from "./release.ts";
export * from "./release-envelope.ts";
export * from "./update-decision.ts";
