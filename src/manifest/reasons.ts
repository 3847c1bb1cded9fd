/** Reason codes of the decisions of `otakit/manifest`. */

/** Reason codes of both sides of TUF and of `decideUpdate`: the rule of each. */
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
  tuf_root_accepted: "A newer root was signed by the old and the new root keys and is trusted from now on.",
  tuf_root_newest: "The repository has no newer root.",
  tuf_root_limit: "One refresh takes no more roots; the next refresh goes on from the last one.",
  tuf_metadata_accepted: "The metadata passed every check and is trusted from now on.",
  tuf_timestamp_unchanged:
    "The repository serves the timestamp version that is trusted already; the trusted one is kept.",
  tuf_local_used: "The stored metadata passed every check and needs no download.",
  tuf_local_for_rollback:
    "The stored metadata is authentic but not usable as it is: it serves to detect a rollback only.",
  tuf_local_absent: "No metadata of the role is stored.",
  tuf_local_unusable: "The stored metadata did not pass its checks; it is fetched anew.",
  tuf_keys_rotated: "Keys of timestamp or snapshot were revoked, so that their stored metadata is dropped.",
  tuf_key_unusable: "A key is of a type that is not supported, or malformed; signatures with it do not count.",
  tuf_signature_ignored: "A signature did not count.",
  tuf_equivocation:
    "The same role signed two different contents under one version: someone is shown another repository.",
  tuf_file_missing: "The repository does not have a file that it must have.",
  tuf_file_too_long: "A file is longer than allowed.",
  tuf_malformed: "A file is no TUF metadata.",
  tuf_wrong_type: "A file is the metadata of another role.",
  tuf_threshold_not_met: "Fewer distinct keys signed than the delegating role demands.",
  tuf_threshold_unreachable: "The delegating role lists fewer distinct usable keys than its threshold.",
  tuf_key_id_mismatch: "A key id is not the SHA-256 of its key, and the policy demands it.",
  tuf_root_version_not_next: "A root does not have the version that follows the trusted one.",
  tuf_version_rollback: "The version is lower than the trusted one.",
  tuf_snapshot_version_rollback: "The timestamp names a snapshot older than the one the trusted timestamp names.",
  tuf_listed_version_rollback: "The snapshot lists a role at a lower version than the trusted snapshot does.",
  tuf_listed_role_removed: "The snapshot no longer lists a role that the trusted snapshot lists.",
  tuf_version_mismatch: "The version is not the one that the listing role names.",
  tuf_version_too_high: "The version, or one that is listed, is above the highest that the policy allows.",
  tuf_length_mismatch: "The length is not the listed one.",
  tuf_hash_mismatch: "The content does not have the listed hash.",
  tuf_hash_unknown: "Only hash algorithms that are not supported are listed.",
  tuf_expired: "The metadata had expired when the refresh began.",
  tuf_refresh_too_slow: "The refresh took longer than the policy allows.",
  tuf_role_not_listed: "The snapshot does not list the role, so that its version cannot be told.",
  tuf_too_many_delegations: "The search met more roles than the policy allows and was given up.",
} as const;

/** Reason code of a step of the TUF client or of an update decision. */
export type ManifestReasonCode = keyof typeof manifestReasonCodes;
