/** Keys in metadata: the keys and threshold of a role written into it, and read from it as a quorum that can be asked to sign. */

import { excerpt, isOtaError, type JsonValue } from "../../../core/index.ts";
import { encodeTufKey, type PublicKey, parseTufKey, type Quorum, sameKey } from "../../../signing/index.ts";
import { ManifestError } from "../../errors.ts";
import { isBinName } from "../delegations.ts";
import { encodeTufName } from "../file-names.ts";

import type { TufKeyObject, TufRole, TufRoot, TufTargets, TufTopLevelRole } from "../metadata.ts";

/** The keys of a role, and how many of them must sign. */
export interface TufRoleKeys {
  /** Each under its `keyId`, which must not name another key of the same document. */
  readonly keys: readonly PublicKey[];
  /** 1 .. number of keys. */
  readonly threshold: number;
}

/** Key objects by key id, as metadata lists them. */
export type TufKeyObjects = Readonly<Record<string, TufKeyObject>>;

/** The four roles of a root, in the order of the standard. */
export const topLevelRoles: readonly TufTopLevelRole[] = ["root", "timestamp", "snapshot", "targets"];

/**
 * Writes the keys of a role: its key ids and threshold, and the document's keys with those of the role among them.
 *
 * A threshold that distinct keys cannot reach would lock every client out, so it is refused here and not found there.
 *
 * @param listed - keys that the document lists already; one of the same key is left as it is
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_KEYS`
 */
export function writeRoleKeys(
  role: string,
  { keys, threshold }: TufRoleKeys,
  listed: TufKeyObjects,
): { readonly role: TufRole; readonly keys: TufKeyObjects } {
  const all: Record<string, TufKeyObject> = Object.assign(Object.create(null), listed);
  const ofRole: PublicKey[] = [];
  for (const key of keys) {
    const { keyId } = key;
    if (ofRole.some((other) => other.keyId === keyId || sameKey(other, key)))
      throw keysError(role, "one key twice", keyId);
    ofRole.push(key);
    const known = Object.hasOwn(all, keyId) ? all[keyId]! : undefined;
    if (known !== undefined && !isKeyObjectOf(known, key)) throw keysError(role, "one key id for two keys", keyId);
    all[keyId] ??= encodeTufKey(key) as unknown as TufKeyObject;
  }
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > ofRole.length) {
    throw keysError(role, `a threshold of ${threshold} for ${ofRole.length} keys`);
  }
  return { role: { keyids: ofRole.map(({ keyId }) => keyId), threshold }, keys: all };
}

/** The keys without those that a role had and that no role has any more. */
export function withoutUnusedKeys(
  keys: TufKeyObjects,
  before: TufRole | undefined,
  roles: readonly TufRole[],
): TufKeyObjects {
  const used = new Set(roles.flatMap(({ keyids }) => keyids));
  const unused = new Set((before?.keyids ?? []).filter((keyid) => !used.has(keyid)));
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(keys).filter(([keyid]) => !unused.has(keyid))),
  );
}

/**
 * The keys that must sign a role: of a root for its four roles, of targets for the roles it delegates to.
 *
 * A listed key that this library cannot use is left out: it cannot help to reach a threshold.
 *
 * @param delegator - metadata that names the role's keys
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_DELEGATION` when it does not delegate to the role
 * @example
 * ```ts
 * tufQuorum(root, "timestamp"); // { name: "timestamp", keys: […], threshold: 1 }
 * ```
 */
export function tufQuorum(delegator: TufRoot | TufTargets, role: string): Quorum {
  const delegated = roleOf(delegator, role);
  if (delegated === undefined) {
    throw new ManifestError("ERR_MANIFEST_TUF_DELEGATION", `Cannot tell the keys: ${role} is not delegated there`, {
      details: { role: excerpt(role), delegator: delegator._type },
    });
  }
  const keys = delegator._type === "root" ? delegator.keys : delegator.delegations!.keys;
  return { name: quorumName(role), keys: readRoleKeys(keys, delegated), threshold: delegated.threshold };
}

/**
 * The keys that must sign a root: its own, and those of the root before it.
 *
 * Standard: TUF 1.0.34 section 5.3.4.
 *
 * @param previous - the root that clients trust; absent for the first one
 * @example
 * ```ts
 * tufRootQuorums(rootFive, rootFour).map(({ name }) => name); // ["root 5", "root 4"]
 * ```
 */
export function tufRootQuorums(root: TufRoot, previous?: TufRoot): readonly Quorum[] {
  const roots = previous === undefined ? [root] : [root, previous];
  return roots.map((signed) => ({ ...tufQuorum(signed, "root"), name: `root ${signed.version}` }));
}

/** The usable keys that a role lists. */
export function readRoleKeys(keys: TufKeyObjects, { keyids }: TufRole): readonly PublicKey[] {
  return keyids.flatMap((keyid) => {
    const key = Object.hasOwn(keys, keyid) ? readKey(keys[keyid]!, keyid) : undefined;
    return key === undefined ? [] : [key];
  });
}

/** The keys and threshold that a document names for a role. */
export function roleOf(delegator: TufRoot | TufTargets, role: string): TufRole | undefined {
  if (delegator._type === "root") {
    return (topLevelRoles as readonly string[]).includes(role) ? delegator.roles[role as TufTopLevelRole] : undefined;
  }
  const { roles = [], succinct_roles: bins } = delegator.delegations ?? {};
  if (bins !== undefined && isBinName(role, bins)) return bins;
  return roles.find(({ name }) => name === role);
}

/** The same key, signing in the same way: an RSA key under two schemes gives two different signatures. */
export function signsAlike(left: PublicKey, right: PublicKey): boolean {
  return left.scheme === right.scheme && sameKey(left, right);
}

/** The first of each key, whatever its key ids and scheme. */
export function distinctKeys(keys: readonly PublicKey[]): readonly PublicKey[] {
  return keys.filter((key, index) => keys.findIndex((other) => sameKey(key, other)) === index);
}

function isKeyObjectOf(object: TufKeyObject, key: PublicKey): boolean {
  const read = readKey(object, key.keyId);
  return read !== undefined && signsAlike(read, key);
}

function readKey(object: TufKeyObject, keyid: string): PublicKey | undefined {
  try {
    return parseTufKey(object as unknown as JsonValue, keyid);
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

/** A role's name as one line of plain text, whatever it is made of. */
function quorumName(role: string): string {
  return encodeTufName(role).slice(0, 120);
}

function keysError(role: string, what: string, keyid?: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_TUF_KEYS", `Cannot write the keys of ${role}: ${what}`, {
    details: { role: excerpt(role), ...(keyid === undefined ? {} : { keyid: excerpt(keyid) }) },
  });
}
