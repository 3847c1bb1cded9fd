/** Layers, holdbacks and conflicts of campaigns. */

export { type CampaignReach, type ConflictEvidence, conflicts } from "./conflicts.ts";
export type { Disagreement } from "./disjoint.ts";
export {
  type BucketRange,
  claimLayer,
  createLayer,
  freeRanges,
  type Layer,
  type LayerClaim,
  type LayerSlot,
  layerSlot,
  parseLayer,
  releaseLayer,
} from "./layer.ts";
