/** Why an Uptane client refused, or what it noticed: each reason with repository, role, clause and the attack that its rule stops. */

import { excerpt, type Reason } from "../../core/index.ts";
import { type ManifestReasonCode, manifestReasonCodes } from "../reasons.ts";
import type { TufAttack, TufReason, TufReasonCode } from "../tuf/reasons.ts";

/** The two repositories of Uptane. */
export type UptaneRepository = "director" | "image";

/** Reason code of Uptane's own rules. */
export type UptaneReasonCode = Extract<ManifestReasonCode, `uptane_${string}`>;

/** Attacks on metadata, those on one vehicle among many, and reports that are forged or sent again. */
export type UptaneAttack = TufAttack | "forged_report" | "replay" | "wrong_ecu" | "wrong_vehicle";

/** One reason of a step: the rule, its clause, where it failed, and what was had and got. */
export interface UptaneReason extends Reason<UptaneReasonCode | TufReasonCode> {
  /** Absent where no repository is at fault, as with a missing time. */
  readonly repository?: UptaneRepository;
  /** Role whose metadata the reason speaks of; the first 128 characters of its name. */
  readonly role?: string;
  /** Clause of Uptane 2.1.0, for example `Uptane 5.4.4.6`; with that of TUF 1.0.34 behind it where a TUF rule carries it out. */
  readonly clause: string;
  /** The attack that a refusal may be a sign of; `none` for what is no refusal. */
  readonly attack: UptaneAttack;
  readonly evidence: TufReason["evidence"];
}

/** The attack that a refusal with the code may be a sign of. */
const attackOf: Readonly<Partial<Record<UptaneReasonCode, UptaneAttack>>> = {
  uptane_time_missing: "freeze",
  uptane_time_rollback: "freeze",
  uptane_time_malformed: "malformed_metadata",
  uptane_time_untrusted: "freeze",
  uptane_time_nonce_missing: "freeze",
  uptane_custom_malformed: "malformed_metadata",
  uptane_delegation_forbidden: "key_compromise",
  uptane_ecu_repeated: "mix_and_match",
  uptane_ecu_missing: "malformed_metadata",
  uptane_ecu_unknown: "wrong_ecu",
  uptane_ecu_hardware_mismatch: "wrong_ecu",
  uptane_vehicle_missing: "wrong_vehicle",
  uptane_vehicle_mismatch: "wrong_vehicle",
  uptane_release_counter_missing: "rollback",
  uptane_release_counter_rollback: "rollback",
  uptane_target_not_found: "arbitrary_software",
  uptane_target_length_mismatch: "arbitrary_software",
  uptane_target_hash_mismatch: "arbitrary_software",
  uptane_target_hardware_mismatch: "wrong_ecu",
  uptane_custom_mismatch: "arbitrary_software",
  uptane_report_malformed: "malformed_metadata",
  uptane_report_vehicle_mismatch: "wrong_vehicle",
  uptane_report_primary_mismatch: "forged_report",
  uptane_report_ecu_mismatch: "forged_report",
  uptane_report_ecu_unknown: "forged_report",
  uptane_report_repeated: "forged_report",
  uptane_report_untrusted: "forged_report",
  uptane_report_replayed: "replay",
  uptane_report_nonces_exhausted: "replay",
  uptane_report_time_rollback: "replay",
  uptane_report_time_implausible: "malformed_metadata",
  uptane_reports_absent: "replay",
};

/** Where a reason's fault lies. */
export interface ReasonPlace {
  readonly repository?: UptaneRepository;
  readonly role?: string;
  /** JSON pointer in the role's file. */
  readonly path?: string;
  /** The ECU that a report is of. */
  readonly ecuId?: string;
}

/** Makes a reason; its message is the rule's, with repository and role, or the ECU, in front. */
export function uptaneReason(
  code: UptaneReasonCode,
  clause: string,
  { repository, role, path, ecuId }: ReasonPlace = {},
  evidence: UptaneReason["evidence"] = {},
): UptaneReason {
  const name = role === undefined ? undefined : excerpt(role);
  const ecu = ecuId === undefined ? undefined : `ECU ${excerpt(ecuId)}`;
  const where = [repository, name, ecu].filter((part) => part !== undefined).join(" ");
  return {
    code,
    message: where === "" ? manifestReasonCodes[code] : `${where}: ${manifestReasonCodes[code]}`,
    clause: `Uptane ${clause}`,
    ...(repository === undefined ? {} : { repository }),
    ...(name === undefined ? {} : { role: name }),
    ...(path === undefined ? {} : { path }),
    attack: attackOf[code] ?? "none",
    evidence,
  };
}

/** Clauses of Uptane 2.1.0 in which the checks of a role stand; of every other name, which is a targets role, 5.4.4.6. */
const clauseOfRole: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["root", "5.4.4.3"],
  ["timestamp", "5.4.4.4"],
  ["snapshot", "5.4.4.5"],
]);

/** A reason of a TUF step as one of the repository's. */
export function reasonOfTuf(reason: TufReason, repository: UptaneRepository): UptaneReason {
  const clause = clauseOfRole.get(reason.role) ?? "5.4.4.6";
  return {
    ...reason,
    message: `${repository} ${reason.message}`,
    clause: `Uptane ${clause}, ${reason.clause}`,
    repository,
  };
}
