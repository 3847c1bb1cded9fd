/** Floors of metadata: the versions of each role of each repository, of the trust file, and of the row of releases. */

import { checkFloors } from "./floors-parse.ts";
import type { UpdateFloors } from "./floors-state.ts";
import { own } from "./own.ts";
import type { VerifiedReleaseTrust } from "./trust.ts";
import { type CandidateSource, candidateOf, type UpdateCandidate } from "./update-candidate.ts";

/**
 * Raises the floors of metadata to the versions of verified content; call it as soon as the content was verified.
 *
 * Where a newer root has revoked a key of timestamp or snapshot, the versions below it begin anew, because that key may have signed
 * any (TUF 1.0.34 section 5.3.11). No other root does that, and the root itself never begins anew.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_SCHEMA*` when the floors are wrong
 */
export function raiseMetadataFloors(
  floors: UpdateFloors,
  verified: CandidateSource | VerifiedReleaseTrust,
): UpdateFloors {
  const checked = checkFloors(floors);
  const raised = raisedMetadata(checked, "trust" in verified ? ofTrust(verified) : candidateOf(verified));
  return checkFloors({ ...checked, ...raised });
}

/** The part of floors that {@link raiseMetadataFloors} raises. */
export function raisedMetadata(
  floors: UpdateFloors,
  { versions, keys }: Pick<UpdateCandidate, "versions" | "keys">,
): Pick<UpdateFloors, "metadata" | "keys"> {
  const metadata: Record<string, number> = { ...floors.metadata };
  const kept: Record<string, readonly string[]> = { ...floors.keys };
  for (const [repository, digests] of Object.entries(keys)) {
    const root = `${repository}/root`;
    if ((own(versions, root) ?? 0) < (own(metadata, root) ?? 0)) continue;
    kept[repository] = digests;
    if (!hasRevokedKeys(floors, repository, { versions, keys })) continue;
    const below = Object.keys(metadata).filter((name) => name.startsWith(`${repository}/`) && name !== root);
    for (const name of below) delete metadata[name];
  }
  for (const [name, version] of Object.entries(versions)) metadata[name] = Math.max(own(metadata, name) ?? 0, version);
  return { metadata, ...(Object.keys(kept).length === 0 ? {} : { keys: kept }) };
}

/** Whether a newer root of the candidate's lacks a key of timestamp or snapshot that the floors know (TUF 1.0.34 section 5.3.11). */
export function hasRevokedKeys(
  floors: UpdateFloors,
  repository: string,
  { versions, keys }: Pick<UpdateCandidate, "versions" | "keys">,
): boolean {
  const root = `${repository}/root`;
  const known = own(floors.keys ?? {}, repository) ?? [];
  const present = own(keys, repository) ?? [];
  const isNewer = (own(versions, root) ?? 0) > (own(floors.metadata, root) ?? 0);
  return isNewer && known.some((key) => !present.includes(key));
}

function ofTrust({ trust }: VerifiedReleaseTrust): Pick<UpdateCandidate, "versions" | "keys"> {
  return { versions: { trust: trust.version }, keys: {} };
}
