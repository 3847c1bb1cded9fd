/** Reason codes of the decisions of `otakit/manifest`. */

/** Reason codes of `decideUpdate`: the rule of each. */
export const manifestReasonCodes = {
  image_newer: "The image differs from the installed one and keeps every floor.",
  image_already_installed: "The ECU runs exactly this image.",
  hardware_not_in_release: "The release has no image for the ECU's hardware id.",
  no_ecu_for_release: "No ECU of the vehicle has a hardware id of this release.",
  release_counter_below_floor: "The image's release counter is lower than the highest one seen: a downgrade.",
  security_epoch_below_floor:
    "The image's security epoch is lower than the highest one seen: a known weakness returns.",
  image_changed_at_same_counter:
    "The image has the installed release counter and another digest: one of them is not genuine.",
  installed_image_unknown: "What the ECU runs is not known.",
  floor_unknown: "No floor is stored for the ECU, so that a downgrade could not be told.",
  ecu_listed_twice: "The inventory lists one ECU twice: it contradicts itself.",
} as const;

/** Reason code of an update decision. */
export type ManifestReasonCode = keyof typeof manifestReasonCodes;
