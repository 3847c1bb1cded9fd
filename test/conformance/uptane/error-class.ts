/** The error classes of the ATS scenarios for our reasons: a refusal named in the words of aktualizr. */

import type { UptaneReason } from "otakit/manifest";

/** Reasons that refuse a target and not the update of its repository. */
const targetClasses: Readonly<Record<string, string>> = {
  uptane_ecu_unknown: "BadEcuId",
  uptane_ecu_hardware_mismatch: "BadHardwareId",
  uptane_target_not_found: "TargetMismatch",
  uptane_target_length_mismatch: "TargetMismatch",
  uptane_target_hash_mismatch: "TargetMismatch",
  uptane_target_hardware_mismatch: "TargetMismatch",
  uptane_custom_mismatch: "TargetMismatch",
};

/** The class of a reason that refuses a target; `undefined` when it refuses the update. */
export function targetClass(reason: UptaneReason): string | undefined {
  return targetClasses[reason.code];
}

/**
 * The class of a reason that refuses the update of a repository.
 *
 * @param file - the refused file
 */
export function updateClass(reason: UptaneReason, file: string | undefined): string {
  const { code, role = "", evidence } = reason;
  switch (code) {
    case "tuf_malformed":
      return malformedClass(String(evidence["path"]), role, file);
    case "tuf_threshold_unreachable":
      // A key id that is not its key's is no key.
      return "BadKeyId";
    case "tuf_threshold_not_met":
      // aktualizr calls signatures of which none counts signatures of unknown keys.
      return evidence.got === 0 && signatureCount(file) > 0 ? "BadKeyId" : `UnmetThreshold::${role}`;
    case "tuf_expired":
      return `ExpiredMetadata::${role}`;
    case "tuf_root_version_not_next":
      return "RootRotationError";
    case "tuf_version_mismatch":
    case "tuf_role_not_listed":
      return `VersionMismatch::${role}`;
    case "tuf_file_missing":
      return `DelegationMissing::${role}`;
    case "tuf_file_too_long":
      return `MetadataFetchFailure::${role}`;
    case "uptane_delegation_forbidden":
      return "DirectorDelegation";
    case "uptane_ecu_repeated":
      return "DirectorRepeatedEcuId";
    default:
      return code;
  }
}

/** What was malformed tells the class. */
function malformedClass(path: string, role: string, file: string | undefined): string {
  if (/^\/signatures\/\d+\/keyid$/.test(path)) return `NonUniqueSignatures::${role}`;
  if (path === "/signed/_type") return `SecurityException::${role}`;
  const topLevel = /^\/signed\/roles\/([a-z]+)\/threshold$/.exec(path)?.[1];
  if (topLevel !== undefined) return `IllegalThreshold::${topLevel}`;
  const index = /^\/signed\/delegations\/roles\/(\d+)\/threshold$/.exec(path)?.[1];
  if (index !== undefined && file !== undefined) {
    return `IllegalThreshold::${JSON.parse(file).signed.delegations.roles[Number(index)].name}`;
  }
  return `malformed ${path}`;
}

function signatureCount(file: string | undefined): number {
  return file === undefined ? 0 : JSON.parse(file).signatures.length;
}

/** Whether two classes are the same; aktualizr spells the roles in them in either case. */
export function sameClass(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
