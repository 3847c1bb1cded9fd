/** The next root: keys added and taken away, thresholds changed (TUF 1.0.34 section 6.1). */

import { excerpt } from "../../../core/index.ts";
import type { PublicKey } from "../../../signing/index.ts";
import { ManifestError } from "../../errors.ts";
import type { TufRole, TufRoot, TufTopLevelRole } from "../metadata.ts";
import { bumpTufVersion } from "./build-metadata.ts";
import { readRoleKeys, type TufKeyObjects, topLevelRoles, withoutUnusedKeys, writeRoleKeys } from "./role-keys.ts";

/** What changes for one role. */
export interface TufRoleChange {
  readonly add?: readonly PublicKey[];
  /** Key ids. */
  readonly remove?: readonly string[];
  /** As before when absent. */
  readonly threshold?: number;
}

/** What changes from one root to the next. */
export interface TufRotation {
  /** Expiry of the new root: epoch milliseconds, rounded down to whole seconds. */
  readonly expires: number;
  readonly roles?: Readonly<Partial<Record<TufTopLevelRole, TufRoleChange>>>;
  readonly consistentSnapshot?: boolean;
}

/**
 * Makes root N+1 from root N, to be signed by the keys of both: see `planRotation` and `tufRootQuorums`.
 *
 * Keys that no role has any more are taken off; unknown fields stay, also those of keys and roles.
 *
 * Standard: TUF 1.0.34 sections 4.3 and 6.1.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_KEYS` for a key that is there already or is not there to be removed, a threshold
 * that the keys cannot reach, or a key id for two keys
 * @throws RangeError when `expires` is out of range
 * @example
 * ```ts
 * const next = rotateTufRoot(root, { expires, roles: { timestamp: { add: [newKey], remove: [oldKey.keyId] } } });
 * ```
 */
export function rotateTufRoot(root: TufRoot, rotation: TufRotation): TufRoot {
  let { keys } = root;
  const roles: Record<TufTopLevelRole, TufRole> = { ...root.roles };
  for (const name of topLevelRoles) {
    const change = rotation.roles?.[name];
    if (change === undefined) continue;
    const written = changeRole(name, roles[name], change, keys);
    roles[name] = written.role;
    keys = written.keys;
  }
  for (const name of topLevelRoles) keys = withoutUnusedKeys(keys, root.roles[name], Object.values(roles));
  const { consistentSnapshot } = rotation;
  return {
    ...bumpTufVersion(root, { expires: rotation.expires }),
    ...(consistentSnapshot === undefined ? {} : { consistent_snapshot: consistentSnapshot }),
    keys,
    roles,
  };
}

/** A key that this library cannot read stays as it is, and helps to reach no threshold. */
function changeRole(
  name: TufTopLevelRole,
  role: TufRole,
  { add = [], remove = [], threshold = role.threshold }: TufRoleChange,
  keys: TufKeyObjects,
): { readonly role: TufRole; readonly keys: TufKeyObjects } {
  const absent = remove.find((keyid) => !role.keyids.includes(keyid));
  if (absent !== undefined) {
    throw new ManifestError("ERR_MANIFEST_TUF_KEYS", `Cannot take a key from ${name}: it does not list it`, {
      details: { role: name, keyid: excerpt(absent) },
    });
  }
  const keyids = role.keyids.filter((keyid) => !remove.includes(keyid));
  const kept = readRoleKeys(keys, { keyids, threshold });
  const written = writeRoleKeys(name, { keys: [...kept, ...add], threshold }, keys);
  return { role: { ...role, keyids: [...keyids, ...add.map(({ keyId }) => keyId)], threshold }, keys: written.keys };
}
