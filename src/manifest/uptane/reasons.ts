/** Why an Uptane client refused, or what it noticed: each reason with repository, role, clause and the attack that its rule stops. */

import { excerpt, type Reason } from "../../core/index.ts";
import type { TufAttack, TufReason, TufReasonCode } from "../tuf/reasons.ts";

/** The two repositories of Uptane. */
export type UptaneRepository = "director" | "image";

/** Reason codes of Uptane's own rules, on the vehicle's side and for reports. */
export const uptaneReasonCodes = {
  uptane_time_missing: "No verified time is there, so that nothing can be told to be fresh.",
  uptane_time_rollback: "The time is before one that was verified.",
  uptane_time_malformed: "A time attestation has another form.",
  uptane_time_untrusted: "Fewer distinct keys of the time server signed a time attestation than must.",
  uptane_time_nonce_missing: "A time attestation does not answer the ECU's nonce: it can be an old one.",
  uptane_image_assigned: "The Director assigns an image to the ECU.",
  uptane_image_absent: "The Director assigns no image to the ECU.",
  uptane_custom_malformed: "A custom field that Uptane gives a meaning has another form.",
  uptane_delegation_forbidden: "The Director delegates, which only the Image repository may.",
  uptane_ecu_repeated: "The Director assigns more than one image to an ECU.",
  uptane_ecu_missing: "The Director lists an image for no ECU.",
  uptane_ecu_unknown: "The Director assigns an image to an ECU that is not in the vehicle.",
  uptane_ecu_hardware_mismatch: "The Director takes an ECU for another model than it is.",
  uptane_vehicle_missing: "The Director's targets do not say for which vehicle they are.",
  uptane_vehicle_mismatch: "The Director's targets are for another vehicle.",
  uptane_release_counter_missing: "An image has no release counter, so that a rollback could not be told.",
  uptane_release_counter_rollback: "An ECU's release counter is lower than before.",
  uptane_target_not_found: "No role of the Image repository that has the authority lists the image.",
  uptane_target_length_mismatch: "Director and Image repository give the image different lengths.",
  uptane_target_hash_mismatch: "Director and Image repository give the image different hashes.",
  uptane_target_hardware_mismatch: "The Image repository does not list the ECU's model for the image.",
  uptane_custom_mismatch: "Director and Image repository differ in custom metadata that must be the same.",
  uptane_report_malformed: "The vehicle version manifest, or a version report in it, has another form.",
  uptane_report_vehicle_mismatch: "The manifest names another vehicle, or none.",
  uptane_report_primary_mismatch: "The manifest names another Primary than the inventory.",
  uptane_report_ecu_mismatch: "A report stands under another ECU than it speaks of.",
  uptane_report_ecu_unknown: "A report is of an ECU that is not in the inventory.",
  uptane_report_repeated: "An ECU has more than one report in the manifest.",
  uptane_report_untrusted: "The ECU's own key did not sign.",
  uptane_report_replayed: "The report's counter did not rise, or its nonce was there before: it is an old one.",
  uptane_report_nonces_exhausted: "The ECU has used as many nonces at one time as can be remembered.",
  uptane_report_time_rollback: "The ECU's time is before the one that it reported earlier.",
  uptane_report_time_implausible: "The ECU's time is later than now, or before any clock of today.",
  uptane_reports_absent: "The manifest has no report, so that nothing tells it from an old one.",
  uptane_report_missing: "An ECU of the inventory has no report.",
  uptane_report_stale: "The latest time that the ECU could verify is long ago.",
  uptane_report_time_unset: "The ECU does not know the time.",
  uptane_report_unprotected: "The report has neither counter nor nonce, so that a replay could not be told.",
  uptane_report_contradictory: "Reports contradict themselves or each other.",
  uptane_report_attack_detected: "The ECU says that it noticed an attack.",
  uptane_reports_complete: "Every ECU of the inventory has reported, and every check passed.",
  uptane_director_unchanged: "The Director has nothing new since the last complete verification.",
  uptane_nothing_new: "Every ECU runs what the Director assigns.",
  uptane_assignment_verified: "Director and Image repository agree on every assigned image.",
} as const;

/** Reason code of Uptane's own rules. */
export type UptaneReasonCode = keyof typeof uptaneReasonCodes;

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
    message: where === "" ? uptaneReasonCodes[code] : `${where}: ${uptaneReasonCodes[code]}`,
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

/** Clause of Uptane 2.1.0 in which the checks of a role stand. */
export function uptaneClauseOf(role: string): string {
  return clauseOfRole.get(role) ?? "5.4.4.6";
}

/** A reason of a TUF step as one of the repository's. */
export function reasonOfTuf(reason: TufReason, repository: UptaneRepository): UptaneReason {
  const clause = uptaneClauseOf(reason.role);
  return {
    ...reason,
    message: `${repository} ${reason.message}`,
    clause: `Uptane ${clause}, ${reason.clause}`,
    repository,
  };
}
