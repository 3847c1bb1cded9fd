/** Why a Director signs an assignment or refuses to, and why an Image repository may or may not be published. */

import type { Reason } from "../../../core/index.ts";

/** Reason codes of the server side of Uptane: the rule of each. */
export const uptaneRepositoryReasonCodes = {
  uptane_director_signed: "The assignment keeps every rule and was signed for the vehicle.",
  uptane_director_renewed: "The assignment is the one that was signed last: only the timestamp was renewed.",
  uptane_director_other_vehicle: "The state is of another vehicle than the assignment.",
  uptane_director_ecu_twice: "The assignment names one ECU twice, so that it does not say what the ECU is to run.",
  uptane_director_ecu_unknown: "The assignment names an ECU that the vehicle does not have.",
  uptane_director_hardware_mismatch: "The assignment gives an ECU another hardware id than the inventory does.",
  uptane_director_path_conflict: "The assignment describes one image path in two ways.",
  uptane_director_counter_lower:
    "The image has a lower release counter than one that was directed to the ECU before: a downgrade.",
  uptane_director_counter_reused:
    "The image has the release counter of one that was directed to the ECU before, and another content.",
  uptane_director_image_unlisted: "The Image repository does not list the image, so that vehicles would refuse it.",
  uptane_director_image_differs:
    "The Image repository lists the image with another length, hashes, release counter or `otakit` section, so that vehicles would refuse it.",
  uptane_director_hardware_unlisted:
    "The Image repository does not list the image for the ECU's hardware id, so that vehicles would refuse it.",
  uptane_images_complete: "Every listed image has hardware ids and a release counter, and its role may list it.",
  uptane_images_custom_missing: "An image is listed without hardware ids or release counter, or with malformed ones.",
  uptane_images_out_of_scope:
    "A role lists an image whose path or hardware id was not delegated to it, so that no vehicle would take it from there.",
} as const;

/** Reason code of the server side of Uptane. */
export type UptaneRepositoryReasonCode = keyof typeof uptaneRepositoryReasonCodes;

/** A reason of the server side of Uptane. */
export interface UptaneRepositoryReason extends Reason<UptaneRepositoryReasonCode> {
  readonly clause: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Makes a reason; its message is the rule's. */
export function uptaneRepositoryReason(
  code: UptaneRepositoryReasonCode,
  clause: string,
  evidence: Readonly<Record<string, unknown>> = {},
  path?: string,
): UptaneRepositoryReason {
  const message = uptaneRepositoryReasonCodes[code];
  return { code, message, clause: `Uptane ${clause}`, evidence, ...(path === undefined ? {} : { path }) };
}
