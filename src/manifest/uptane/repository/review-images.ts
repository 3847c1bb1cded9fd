/** Looks an Image repository through before it goes out: custom metadata, and that every role lists only what it may. */

import { type Decision, excerpt } from "../../../core/index.ts";
import { coversPath, delegationEntries, lazyPathHash } from "../../tuf/delegations.ts";
import { tufBinOf } from "../../tuf/hash-bins.ts";
import type { TufTargets } from "../../tuf/metadata.ts";
import type { TufRepositoryView } from "../../tuf/repository/repository-view.ts";
import { imageCustomOf } from "./image-custom.ts";
import { type UptaneRepositoryReason, type UptaneRepositoryReasonCode, uptaneRepositoryReason } from "./reasons.ts";

/** Most reasons that a review lists. */
const enough = 100;

/** Whether an Image repository may be published; what speaks against it is in `reasons`. */
export interface ImageReview
  extends Decision<
    "publish" | "refuse",
    UptaneRepositoryReasonCode,
    { readonly roles: number; readonly images: number }
  > {
  readonly reasons: readonly UptaneRepositoryReason[];
}

/**
 * Reviews the images that all roles of a repository list, those without any delegation to them included.
 *
 * It is the server's check that whoever lists an image is authorised to, by path and by hardware id, along the delegations; what
 * clients make of the files is rehearsed by `planPublication`.
 *
 * Standard: Uptane 2.1.0 sections 5.3.1 and 5.4.4.7.
 *
 * @example
 * ```ts
 * const { decision, reasons } = reviewImages(readTufRepository(files));
 * ```
 */
export function reviewImages({ targets }: Pick<TufRepositoryView, "targets">): ImageReview {
  const reasons: UptaneRepositoryReason[] = [];
  let images = 0;
  for (const [role, { signed }] of Object.entries(targets)) {
    for (const [path, image] of Object.entries(signed.targets)) {
      images++;
      const found = { role: excerpt(role), path: excerpt(path) };
      const custom = imageCustomOf(image);
      if (custom === undefined) {
        reasons.push(uptaneRepositoryReason("uptane_images_custom_missing", "5.2.3.1", found));
        continue;
      }
      const outside = custom.hardwareIds.filter((hardwareId) => !mayList(targets, role, path, hardwareId));
      if (outside.length > 0) {
        const evidence = { ...found, hardwareIds: outside };
        reasons.push(uptaneRepositoryReason("uptane_images_out_of_scope", "5.3.1", evidence));
      }
    }
  }
  const evidence = { roles: Object.keys(targets).length, images };
  if (reasons.length > 0) return { decision: "refuse", reasons: reasons.slice(0, enough), evidence };
  return { decision: "publish", reasons: [uptaneRepositoryReason("uptane_images_complete", "5.2.3.1")], evidence };
}

/** Whether a way of delegations, each for the path and the hardware, leads from the top-level targets to the role. */
function mayList(targets: TufRepositoryView["targets"], role: string, path: string, hardwareId: string): boolean {
  const pathHash = lazyPathHash(path);
  const reached = new Set(["targets"]);
  // A set gives members that are added meanwhile too.
  for (const name of reached) {
    if (name === role) return true;
    const delegator = Object.hasOwn(targets, name) ? targets[name]!.signed : undefined;
    if (delegator === undefined) continue;
    for (const next of delegatedTo(delegator, path, hardwareId, pathHash)) reached.add(next);
  }
  return false;
}

/** The roles to which a role delegates a path for a model; of a delegation to several that must agree, all of them. */
function delegatedTo(
  { delegations }: TufTargets,
  path: string,
  hardwareId: string,
  pathHash: () => string,
): readonly string[] {
  if (delegations === undefined) return [];
  const { succinct_roles: bins } = delegations;
  if (bins !== undefined) return [tufBinOf(pathHash(), bins)];
  return delegationEntries(delegations, { delegations: "uptane" })
    .filter(({ entry }) => coversModel(entry, hardwareId) && coversPath(entry, path, pathHash))
    .flatMap(({ kind, entry }) => (kind === "one" ? [entry.name] : agreeingNames(entry)));
}

/** The view was read by TUF's rules, which check no member of Uptane: what vehicles would find malformed covers nothing. */
function coversModel({ hardwareIds }: { readonly hardwareIds?: unknown }, hardwareId: string): boolean {
  return hardwareIds === undefined || (Array.isArray(hardwareIds) && hardwareIds.includes(hardwareId));
}

function agreeingNames({ roleinfo }: { readonly roleinfo: unknown }): readonly string[] {
  if (!Array.isArray(roleinfo)) return [];
  return roleinfo.flatMap((role: { readonly rolename?: unknown } | null) =>
    typeof role?.rolename === "string" ? [role.rolename] : [],
  );
}
