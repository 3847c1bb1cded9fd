/** Why a TUF client refused, kept or ignored metadata: each reason with the attack that its rule stops. */

import { excerpt, type Reason } from "../../core/index.ts";
import { type ManifestReasonCode, manifestReasonCodes } from "../reasons.ts";

/** Reason code of a step of the TUF client. */
export type TufReasonCode = Extract<ManifestReasonCode, `tuf_${string}`>;

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
  const message = `${name}: ${manifestReasonCodes[code]}`;
  return { code, message, clause: `TUF ${clause}`, role: name, attack: attackOf[code] ?? "none", evidence };
}
