/** Why a TUF client refused, kept or ignored metadata: each reason with the attack that its rule stops. */

import { excerpt, type Reason } from "../../core/index.ts";

/** Reason codes of the TUF client: the rule of each. */
export const tufReasonCodes = {
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

/** Reason code of a step of the TUF client. */
export type TufReasonCode = keyof typeof tufReasonCodes;

/** Attacks of TUF 1.0.34 section 1.5.2 (with endless data and equivocation named apart), and what is none. */
export type TufAttack =
  | "arbitrary_software"
  | "endless_data"
  | "equivocation"
  | "fast_forward"
  | "freeze"
  | "key_compromise"
  | "malformed_metadata"
  | "mix_and_match"
  | "rollback"
  | "slow_retrieval"
  | "none";

/** The attack that a refusal with the code may be a sign of. */
const attackOf: Readonly<Partial<Record<TufReasonCode, TufAttack>>> = {
  tuf_equivocation: "equivocation",
  tuf_file_missing: "freeze",
  tuf_file_too_long: "endless_data",
  tuf_malformed: "malformed_metadata",
  tuf_wrong_type: "mix_and_match",
  tuf_threshold_not_met: "arbitrary_software",
  tuf_threshold_unreachable: "key_compromise",
  tuf_key_id_mismatch: "key_compromise",
  tuf_root_version_not_next: "rollback",
  tuf_version_rollback: "rollback",
  tuf_snapshot_version_rollback: "rollback",
  tuf_listed_version_rollback: "rollback",
  tuf_listed_role_removed: "rollback",
  tuf_version_mismatch: "mix_and_match",
  tuf_version_too_high: "fast_forward",
  tuf_length_mismatch: "mix_and_match",
  tuf_hash_mismatch: "mix_and_match",
  tuf_hash_unknown: "arbitrary_software",
  tuf_expired: "freeze",
  tuf_refresh_too_slow: "slow_retrieval",
  tuf_role_not_listed: "mix_and_match",
  tuf_too_many_delegations: "endless_data",
};

/** One reason of a step: the rule, its clause, the role, and what was had and got. */
export interface TufReason extends Reason<TufReasonCode> {
  /** Clause of TUF 1.0.34 that the rule carries out, for example `TUF 5.4.3.1`. */
  readonly clause: string;
  /** Role whose metadata the reason speaks of; the first 128 characters of its name. */
  readonly role: string;
  /** The attack that a refusal may be a sign of; `none` for what is no refusal. */
  readonly attack: TufAttack;
  readonly evidence: {
    /** What was trusted or wanted. */
    readonly had?: number | string;
    /** What was offered. */
    readonly got?: number | string;
    readonly [name: string]: unknown;
  };
}

/** Most reasons of one kind that a step lists: a hostile file of thousands of faults must not make a report of its own size. */
export const mostReasons = 16;

/** Makes a reason; its message is the rule's, with the role in front. */
export function tufReason(
  code: TufReasonCode,
  role: string,
  clause: string,
  evidence: TufReason["evidence"] = {},
): TufReason {
  const name = excerpt(role);
  const message = `${name}: ${tufReasonCodes[code]}`;
  return { code, message, clause: `TUF ${clause}`, role: name, attack: attackOf[code] ?? "none", evidence };
}
