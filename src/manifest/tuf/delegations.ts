/** Delegations of targets roles: whose keys count for a role, and which roles may list a path (TUF 1.0.34 section 5.6.7). */

import type { TufClient, TufTargetsRole } from "./client.ts";
import { tufBinName, tufBinOf, tufPathHash } from "./hash-bins.ts";
import type {
  TufDelegatedRole,
  TufDelegations,
  TufMetaFile,
  TufMultiRoleDelegation,
  TufRole,
  TufSuccinctRoles,
  TufTargets,
} from "./metadata.ts";
import { matchesTufPath } from "./path-pattern.ts";
import { delegationBy, type TufDelegation } from "./role-keys.ts";
import type { TufWire } from "./wire.ts";

/** A role that a delegator trusts for a path. */
export interface DelegatedSearch {
  readonly role: string;
  /** Whether the search ends with it, found or not. */
  readonly terminating: boolean;
}

/**
 * The roles that may list a path, in the order in which the delegator wants them asked.
 *
 * @param pathHash - SHA-256 of the path, computed at most once for a whole search
 */
export function delegatedRolesFor(
  { delegations }: TufTargets,
  path: string,
  pathHash: () => string,
): readonly DelegatedSearch[] {
  if (delegations === undefined) return [];
  const { roles = [], succinct_roles: bins } = delegations;
  // TAP 15: the one bin of the path; nobody else can list it.
  if (bins !== undefined) return [{ role: tufBinOf(pathHash(), bins), terminating: true }];
  return roles
    .filter((delegation) => coversPath(delegation, path, pathHash))
    .map(({ name, terminating }) => ({ role: name, terminating }));
}

/** Whether a path is among those of a delegation. */
export function coversPath(
  { paths, path_hash_prefixes: prefixes }: Pick<TufDelegatedRole, "paths" | "path_hash_prefixes">,
  path: string,
  pathHash: () => string,
): boolean {
  return paths !== undefined
    ? paths.some((pattern) => matchesTufPath(path, pattern))
    : prefixes!.some((prefix) => pathHash().startsWith(prefix));
}

/** A delegation to one role: `terminating`, `paths` and `hardwareIds` are its own; or to several that must agree. */
export type DelegationEntry =
  | { readonly kind: "one"; readonly entry: TufDelegatedRole }
  | { readonly kind: "several"; readonly entry: TufMultiRoleDelegation };

/**
 * The delegations in their order, as the dialect understands them. Where it knows no `roleinfo` and no `hardwareIds`, these are unknown
 * members, which nobody checked and which change nothing.
 */
export function delegationEntries(
  { roles = [] }: TufDelegations,
  { delegations }: Pick<TufWire, "delegations">,
): readonly DelegationEntry[] {
  return roles.map((role) => {
    if (delegations === "uptane") {
      return isMultiRole(role) ? { kind: "several", entry: role } : { kind: "one", entry: role };
    }
    const { hardwareIds: _, ...entry } = role;
    return { kind: "one", entry };
  });
}

/** Whether a parsed delegation of a dialect that has them is one to several roles. */
function isMultiRole(role: TufDelegatedRole | TufMultiRoleDelegation): role is TufMultiRoleDelegation {
  return "roleinfo" in role && role.roleinfo !== undefined;
}

/** The keys and threshold of a role among delegations to one role or to several. */
function delegatedRole(delegations: TufDelegations, role: string, wire: TufWire): TufRole | undefined {
  for (const { kind, entry } of delegationEntries(delegations, wire)) {
    const found =
      kind === "one"
        ? [entry].find(({ name }) => name === role)
        : entry.roleinfo.find((each) => each.rolename === role);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Hash of a path, computed when it is first asked for. */
export function lazyPathHash(path: string): () => string {
  let hash: string | undefined;
  return () => {
    hash ??= tufPathHash(path);
    return hash;
  };
}

/** The keys and threshold by which a delegator trusts a role; `undefined` when it does not delegate to it. */
export function delegationOf(state: TufClient, delegator: string, role: string): TufDelegation | undefined {
  if (delegator === "root") {
    return role === "targets" ? delegationBy(state.root, state.root.signed.roles.targets) : undefined;
  }
  const trusted = targetsEntry(state, delegator)?.trusted;
  const delegations = trusted?.signed.delegations;
  if (trusted === undefined || delegations === undefined) return undefined;
  const { succinct_roles: bins } = delegations;
  const delegated =
    bins !== undefined && isBinName(role, bins) ? bins : delegatedRole(delegations, role, state.rules.wire);
  return delegated === undefined ? undefined : delegationBy(trusted, delegated);
}

/** What the state has of a targets role; a state that was read from JSON has a prototype, whose names are no roles. */
export function targetsEntry({ targets }: TufClient, role: string): TufTargetsRole | undefined {
  return Object.hasOwn(targets, role) ? targets[role] : undefined;
}

/** Whether a role is one of the bins: a number in range, spelled as {@link tufBinName} does. */
export function isBinName(role: string, bins: TufSuccinctRoles): boolean {
  const digits = /^[0-9a-f]{1,8}$/.exec(role.slice(bins.name_prefix.length + 1))?.[0];
  if (digits === undefined) return false;
  const number = Number.parseInt(digits, 16);
  return number < 2 ** bins.bit_length && role === tufBinName(number, bins);
}

/** The snapshot's entry of a targets role; without one the role does not exist in this snapshot, or the dialect has no snapshot. */
export function listedFile(state: TufClient, role: string): TufMetaFile | undefined {
  if (state.snapshot === undefined) return undefined;
  const { meta } = state.snapshot.signed;
  const name = `${role}.json`;
  return Object.hasOwn(meta, name) ? meta[name] : undefined;
}
