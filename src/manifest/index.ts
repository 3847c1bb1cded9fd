/**
 * What a vehicle may run: TUF metadata and its client, the signed release manifest, and the decision against downgrades.
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
export { parseReleaseManifest } from "./parse-release.ts";
export * from "./reasons.ts";
export type * from "./release.ts";
export * from "./release-envelope.ts";
export * from "./tuf/index.ts";
export * from "./update-decision.ts";
