/** Whether two campaigns can meet in a vehicle, before either starts. */

import type { Decision, Reason } from "../../core/index.ts";
import type { CohortReasonCode } from "../reasons.ts";
import type { CompiledSelector } from "../selector/compile.ts";
import { type Disagreement, findDisagreement } from "./disjoint.ts";
import { type BucketRange, type Layer, rangesMeet } from "./layer.ts";

/** What a campaign touches. */
export interface CampaignReach {
  /** Its name in its layer's claims. */
  readonly campaign: string;
  /** What it writes: ECUs, components, hardware ids, in words that both campaigns use. Empty means: not known. */
  readonly targets: readonly string[];
  /** Whom it takes; absent, the whole fleet. */
  readonly selector?: CompiledSelector;
  /** The layer in which it has claims; absent, it takes part in none. */
  readonly layer?: Layer;
}

/** What a judgement about two campaigns rests on. */
export interface ConflictEvidence {
  readonly campaigns: readonly [string, string];
  /** Targets that both write. */
  readonly sharedTargets: readonly string[];
  /** What shows that no vehicle fits both selectors at one time; absent when nothing does. */
  readonly disagreement?: Disagreement;
  /** Name of the layer that both take part in. */
  readonly layer?: string;
}

/**
 * Decides whether two campaigns could meet in a vehicle.
 *
 * They are `clear` of each other when they write different targets, have ranges of one layer that do not overlap, or have selectors
 * that no vehicle can fit at one time. Everything else is a `conflict`: what cannot be proved apart is taken to meet. Ranges of one
 * layer that overlap are always one, because a layer promises that there are none.
 *
 * A proof by selectors holds for one moment; use a layer where vehicles may change while campaigns run.
 *
 * @returns with all reasons, those for the decision first
 * @example
 * ```ts
 * conflicts(
 *   { campaign: "brakes 4.2", targets: ["brake controller"], selector: europe },
 *   { campaign: "brakes 4.3", targets: ["brake controller"], selector: america },
 * ).decision; // "clear": campaigns_selectors_apart by region
 * ```
 */
export function conflicts(
  left: CampaignReach,
  right: CampaignReach,
): Decision<"conflict" | "clear", CohortReasonCode, ConflictEvidence> {
  const sharedTargets = left.targets.filter((target) => right.targets.includes(target));
  const targetsApart = sharedTargets.length === 0 && left.targets.length > 0 && right.targets.length > 0;
  const disagreement =
    left.selector !== undefined && right.selector !== undefined
      ? findDisagreement(left.selector, right.selector)
      : undefined;
  const layer = sharedLayer(left, right);
  const evidence: ConflictEvidence = {
    campaigns: [left.campaign, right.campaign],
    sharedTargets,
    ...(disagreement === undefined ? {} : { disagreement }),
    ...(layer === undefined ? {} : { layer: layer.name }),
  };
  const apart: Reason<CohortReasonCode>[] = [
    ...(targetsApart ? [reason("campaigns_targets_apart", "The campaigns write no target in common.")] : []),
    ...(layer?.apart ? [reason("campaigns_layer_apart", `The claims in layer "${layer.name}" do not overlap.`)] : []),
    ...(disagreement === undefined
      ? []
      : [reason("campaigns_selectors_apart", "No vehicle can fit both selectors at one time.", { ...disagreement })]),
  ];
  const meeting: Reason<CohortReasonCode>[] = [
    ...(layer === undefined || layer.apart
      ? []
      : [reason("campaigns_layer_overlap", `The claims in layer "${layer.name}" overlap.`)]),
    ...(targetsApart
      ? []
      : [
          sharedTargets.length > 0
            ? reason("campaigns_targets_shared", "Both campaigns write a target.", { targets: sharedTargets })
            : reason("campaigns_targets_shared", "It is not known which targets the campaigns write."),
        ]),
    ...(disagreement === undefined
      ? [reason("campaigns_selectors_may_meet", "It cannot be proved that no vehicle fits both selectors.")]
      : []),
  ];
  const overlaps = layer !== undefined && !layer.apart;
  if (apart.length > 0 && !overlaps) return { decision: "clear", reasons: apart, evidence };
  return { decision: "conflict", reasons: overlaps ? meeting : [...meeting, ...apart], evidence };
}

function reason(code: CohortReasonCode, message: string, evidence?: Record<string, unknown>): Reason<CohortReasonCode> {
  return { code, message, ...(evidence === undefined ? {} : { evidence }) };
}

/** The layer of two campaigns, and whether their claims there have nothing in common. */
function sharedLayer(
  left: CampaignReach,
  right: CampaignReach,
): { readonly name: string; readonly apart: boolean } | undefined {
  if (left.layer === undefined || right.layer === undefined) return undefined;
  // The salt, because it is what buckets come from.
  if (left.layer.salt !== right.layer.salt) return undefined;
  const mine = claimsOf(left.layer, left.campaign);
  const theirs = claimsOf(right.layer, right.campaign);
  // A campaign without a claim takes part nowhere in the layer's buckets, so the layer proves nothing about it.
  if (mine.length === 0 || theirs.length === 0) return undefined;
  return { name: left.layer.name, apart: !mine.some((range) => theirs.some((other) => rangesMeet(range, other))) };
}

function claimsOf(layer: Layer, campaign: string): readonly BucketRange[] {
  return layer.claims.filter((claim) => claim.campaign === campaign);
}
