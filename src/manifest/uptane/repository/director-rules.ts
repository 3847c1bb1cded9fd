/** The rules that an assignment must keep before a Director signs it: what its vehicle, its past and the Image repository say. */

import { excerpt, jsonPointer } from "../../../core/index.ts";
import type { TufTargetFile } from "../../tuf/metadata.ts";
import type { UptaneEcu } from "../vehicle.ts";
import { contradictionsOf, type DirectorAssignment, type DirectorImage, isSameImage, sameJson } from "./assignment.ts";
import { type DirectorVehicleState, digestOf, directedTo } from "./director-state.ts";
import { imageCustomOf } from "./image-custom.ts";
import { type UptaneRepositoryReason, type UptaneRepositoryReasonCode, uptaneRepositoryReason } from "./reasons.ts";

/** What the Image repository lists under a path; `undefined` when it lists nothing there. */
export type ImageListing = (path: string) => TufTargetFile | undefined;

/** What an assignment is held against. */
export interface DirectorFacts {
  readonly state: DirectorVehicleState;
  /** The vehicle's ECUs; when absent, which ECUs it has is not checked. */
  readonly inventory?: readonly UptaneEcu[];
  /** When absent, whether vehicles find the images is not checked. */
  readonly images?: ImageListing;
}

/**
 * Every rule that an assignment breaks; none when it may be signed.
 *
 * A Director that signed what vehicles refuse would keep them from all updates, and one whose input was tampered with is the first
 * that can notice. The vehicle checks all of this again.
 */
export function refusalsOf(assignment: DirectorAssignment, facts: DirectorFacts): readonly UptaneRepositoryReason[] {
  const { state, inventory, images } = facts;
  if (state.vehicleId !== assignment.vehicleId) {
    const evidence = { had: state.vehicleId, got: assignment.vehicleId };
    return [uptaneRepositoryReason("uptane_director_other_vehicle", "5.2.3.1", evidence, "/vehicleId")];
  }
  const hardwareOf = inventory && new Map(inventory.map(({ ecuId, hardwareId }) => [ecuId, hardwareId]));
  return [
    ...contradictionsOf(assignment),
    ...assignment.images.flatMap((image, index) => {
      const refuse: Refuse = (code, clause, evidence) =>
        uptaneRepositoryReason(code, clause, { ecuId: image.ecuId, ...evidence }, jsonPointer("images", index));
      return [
        ...(hardwareOf === undefined ? [] : inventoryRefusals(image, hardwareOf, refuse)),
        ...counterRefusals(image, state, refuse),
        ...(images === undefined ? [] : listingRefusals(image, images(image.path), refuse)),
      ];
    }),
  ];
}

type Refuse = (
  code: UptaneRepositoryReasonCode,
  clause: string,
  evidence: Readonly<Record<string, unknown>>,
) => UptaneRepositoryReason;

/** Uptane 2.1.0 sections 5.3.2.2 and 5.4.4.6 step 8. */
function inventoryRefusals(image: DirectorImage, hardwareOf: ReadonlyMap<string, string>, refuse: Refuse) {
  const had = hardwareOf.get(image.ecuId);
  if (had === image.hardwareId) return [];
  if (had === undefined) return [refuse("uptane_director_ecu_unknown", "5.4.4.6", {})];
  return [refuse("uptane_director_hardware_mismatch", "5.3.2.2", { had, got: image.hardwareId })];
}

/** Uptane 2.1.0 section 5.4.3.4 step 5: the vehicle compares with what it had. */
function counterRefusals(image: DirectorImage, state: DirectorVehicleState, refuse: Refuse) {
  const before = directedTo(state, image.ecuId);
  if (before === undefined || image.releaseCounter > before.releaseCounter) return [];
  const { releaseCounter: had, digest } = before;
  if (image.releaseCounter < had) {
    return [refuse("uptane_director_counter_lower", "5.4.3.4", { had, got: image.releaseCounter })];
  }
  if (digestOf(image) === digest) return [];
  return [refuse("uptane_director_counter_reused", "5.4.3.4", { counter: had, had: digest, got: digestOf(image) })];
}

/** Uptane 2.1.0 section 5.4.4.2 step 10.2: what the vehicle compares between the two repositories. */
function listingRefusals(image: DirectorImage, listed: TufTargetFile | undefined, refuse: Refuse) {
  const path = excerpt(image.path);
  if (listed === undefined) return [refuse("uptane_director_image_unlisted", "5.4.4.2", { path })];
  const { hardwareIds = [], releaseCounter } = imageCustomOf(listed) ?? {};
  const reasons: UptaneRepositoryReason[] = [];
  const isSame =
    isSameImage(listed, image) &&
    releaseCounter === image.releaseCounter &&
    sameJson(listed.custom?.["otakit"], image.custom?.["otakit"]);
  if (!isSame) {
    reasons.push(refuse("uptane_director_image_differs", "5.4.4.2", { path }));
  }
  if (!hardwareIds.includes(image.hardwareId)) {
    reasons.push(refuse("uptane_director_hardware_unlisted", "5.4.4.2", { path, got: image.hardwareId }));
  }
  return reasons;
}
