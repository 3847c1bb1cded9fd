/** Why a rotation can or cannot be followed, and why a publication may or may not go out. */

import type { Reason } from "../../../core/index.ts";

/** Reason codes of the repository side of TUF: the rule of each. */
export const tufRepositoryReasonCodes = {
  tuf_rotation_complete: "The keys at hand can sign the new root, and every client can follow to it.",
  tuf_rotation_chain_broken:
    "A published root is missing, or clients refuse it: whoever holds an older one stays there.",
  tuf_rotation_version: "The new root does not have the version after the newest published one.",
  tuf_rotation_malformed: "Clients could not read the new root.",
  tuf_rotation_expired: "The new root has expired: clients would trust it and then refuse everything.",
  tuf_rotation_role_unreachable:
    "A role lists fewer distinct usable keys than its threshold: clients would be locked out.",
  tuf_rotation_key_id_reused:
    "A key id of the root role stands for another key than before, and a file has one signature for it.",
  tuf_rotation_keys_missing: "Too few of the keys that must sign the new root are at hand.",
  tuf_rotation_key_listed_twice: "A role lists one key under two key ids; it counts once.",
  tuf_rotation_key_unusable: "A role lists a key that this library cannot use, so that it does not count.",
  tuf_rotation_key_shared: "One key serves several roles: who takes it takes them all.",
  tuf_rotation_recovery:
    "Keys of timestamp or snapshot are revoked: clients drop what these signed, which ends a fast-forward attack.",
  tuf_rotation_resign: "Roles must be signed again, because their keys or thresholds change.",
  tuf_rotation_naming: "File names change between with and without version, so that everything must be published anew.",
  tuf_rotation_chain_long:
    "Clients with the oldest root need several refreshes, because one takes no more than 256 roots.",
  tuf_publication_complete: "New and returning clients accept the publication.",
  tuf_publication_refused: "A client would refuse the publication.",
  tuf_publication_root_unreachable: "A client cannot get to the newest root: a root between them is missing.",
  tuf_publication_unreadable: "The files are no complete repository.",
  tuf_publication_file_changed:
    "A file that is published under its version would change: clients keep the old one, or refuse.",
  tuf_publication_equivocation: "A role would have two contents under one version, which clients report as an attack.",
  tuf_publication_role_unreachable: "The snapshot lists a role that no delegation leads to.",
  tuf_publication_target_unreachable:
    "A listed target cannot be found by clients: its role may not list it, or another one ends the search.",
  tuf_publication_target_shadowed: "A listed target is hidden by another role's, which clients find first.",
  tuf_publication_lookups_limited: "Not every listed target was looked up, because there are more than the limit.",
} as const;

/** Reason code of `planRotation` or `rehearsePublication`. */
export type TufRepositoryReasonCode = keyof typeof tufRepositoryReasonCodes;

/** Makes a reason; its message is the rule's. */
export function repositoryReason<Code extends TufRepositoryReasonCode>(
  code: Code,
  evidence: Readonly<Record<string, unknown>> = {},
): Reason<Code> & { readonly evidence: Readonly<Record<string, unknown>> } {
  return { code, message: tufRepositoryReasonCodes[code], evidence };
}
