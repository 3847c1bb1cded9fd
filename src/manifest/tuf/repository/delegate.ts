/** Delegations of a targets role: who else may list files, and for which paths (TUF 1.0.34 section 4.5). */

import { excerpt } from "../../../core/index.ts";
import { ManifestError } from "../../errors.ts";
import { isBinName } from "../delegations.ts";
import type { TufDelegatedRole, TufDelegations, TufTargets } from "../metadata.ts";
import { type TufRoleKeys, topLevelRoles, withoutUnusedKeys, writeRoleKeys } from "./role-keys.ts";

/** To whom is delegated, and what. */
export interface TufDelegationInput extends TufRoleKeys {
  readonly name: string;
  /** Path patterns, see `matchesTufPath`; or `pathHashPrefixes`. */
  readonly paths?: readonly string[];
  /** Leading hexadecimal digits of `tufPathHash`. */
  readonly pathHashPrefixes?: readonly string[];
  /** Whether nobody further down the list is asked for a path that matches; false when absent. */
  readonly terminating?: boolean;
  /** Name of the delegated role in front of which a new one is put, so that it is asked first; at the end when absent. */
  readonly before?: string;
}

/**
 * Delegates paths to a role; one that is delegated to already is replaced at its place, its unknown fields kept.
 *
 * Order matters: roles are asked in the order in which they are listed.
 *
 * Standard: TUF 1.0.34 section 4.5.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_DELEGATION` for the name of a top-level role, an empty name, not exactly one of
 * `paths` and `pathHashPrefixes`, an unknown `before`, or targets that delegate to bins; `ERR_MANIFEST_TUF_KEYS` for keys or a
 * threshold that do not fit
 * @example
 * ```ts
 * delegateTufRole(targets, { name: "supplier-a", keys: [supplier], threshold: 1, paths: ["brake/*"], terminating: true });
 * ```
 */
export function delegateTufRole(delegator: TufTargets, input: TufDelegationInput): TufTargets {
  const { name, before } = input;
  checkDelegation(delegator, input);
  const { keys = {}, roles = [], ...unknown }: TufDelegations = delegator.delegations ?? { keys: {} };
  const known = roles.find((role) => role.name === name);
  const written = writeRoleKeys(name, input, keys);
  const { paths: _paths, path_hash_prefixes: _prefixes, ...kept }: Partial<TufDelegatedRole> = known ?? {};
  const role: TufDelegatedRole = {
    ...kept,
    name,
    ...written.role,
    terminating: input.terminating ?? false,
    ...(input.paths === undefined ? { path_hash_prefixes: input.pathHashPrefixes! } : { paths: input.paths }),
  };
  const place = before === undefined ? roles.length : roles.findIndex((other) => other.name === before);
  if (place < 0) throw delegationError(name, `${before} is not there to be in front of`);
  const listed =
    known === undefined
      ? [...roles.slice(0, place), role, ...roles.slice(place)]
      : roles.map((other) => (other === known ? role : other));
  return {
    ...delegator,
    delegations: { ...unknown, keys: withoutUnusedKeys(written.keys, known, listed), roles: listed },
  };
}

/**
 * Ends a delegation; keys that no other delegated role has are taken off too.
 *
 * The role stays in the snapshot: clients that have seen it there refuse a snapshot without it (TUF 1.0.34 section 5.5.5).
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_DELEGATION` when the role is not delegated to
 * @example
 * ```ts
 * undelegateTufRole(targets, "supplier-a");
 * ```
 */
export function undelegateTufRole(delegator: TufTargets, name: string): TufTargets {
  const { delegations } = delegator;
  const known = delegations?.roles?.find((role) => role.name === name);
  if (delegations === undefined || known === undefined) throw delegationError(name, "it is not delegated to");
  const roles = delegations.roles!.filter((role) => role !== known);
  return {
    ...delegator,
    delegations: { ...delegations, keys: withoutUnusedKeys(delegations.keys, known, roles), roles },
  };
}

/** What the keys do not show. */
function checkDelegation(delegator: TufTargets, { name, paths, pathHashPrefixes }: TufDelegationInput): void {
  if (name === "" || (topLevelRoles as readonly string[]).includes(name)) {
    throw delegationError(name, "the name is empty or that of a top-level role");
  }
  if ((paths === undefined) === (pathHashPrefixes === undefined)) {
    throw delegationError(name, "exactly one of paths and path hash prefixes is needed");
  }
  if (pathHashPrefixes?.some((prefix) => !/^[0-9a-f]{1,64}$/.test(prefix))) {
    throw delegationError(name, "a path hash prefix is not lower-case hexadecimal");
  }
  const bins = delegator.delegations?.succinct_roles;
  if (bins !== undefined) {
    throw delegationError(
      name,
      isBinName(name, bins) ? "it is a bin" : "the delegator has bins, and cannot have roles too",
    );
  }
}

/** The error of a delegation that is not there or cannot be made. */
export function delegationError(name: string, what: string): ManifestError {
  return new ManifestError("ERR_MANIFEST_TUF_DELEGATION", `Cannot delegate to ${excerpt(name)}: ${what}`, {
    details: { role: excerpt(name) },
  });
}
