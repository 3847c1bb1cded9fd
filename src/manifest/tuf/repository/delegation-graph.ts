/** Which roles a targets role delegates to, among those that a snapshot lists. */

import { isBinName } from "../delegations.ts";
import type { TufTargets } from "../metadata.ts";

/** Roles of a delegator. */
export interface DelegatedNames {
  /** Those that are listed, in the order of the delegations. */
  readonly listed: readonly string[];
  /** Those that are not; of many bins the number is told alone. */
  readonly missing: readonly string[];
}

/** The roles that a delegator names. Bins are looked for among the listed roles, because there can be 2^32 of them. */
export function delegatedNames({ delegations }: TufTargets, listedRoles: ReadonlySet<string>): DelegatedNames {
  const { roles = [], succinct_roles: bins } = delegations ?? {};
  if (bins === undefined) {
    const names = roles.map(({ name }) => name);
    return {
      listed: names.filter((name) => listedRoles.has(name)),
      missing: names.filter((name) => !listedRoles.has(name)),
    };
  }
  const listed = [...listedRoles].filter((name) => isBinName(name, bins));
  const lacking = 2 ** bins.bit_length - listed.length;
  return { listed, missing: lacking === 0 ? [] : [`${lacking} of the bins ${bins.name_prefix}-*`] };
}

/** Length of the shortest way from the top-level targets to each role; a role that no way leads to is not in it. */
export function delegationDepths(
  targets: Readonly<Record<string, { readonly signed: TufTargets }>>,
): ReadonlyMap<string, number> {
  const listedRoles = new Set(Object.keys(targets));
  const depths = new Map([["targets", 0]]);
  // A map gives entries that are added meanwhile too: breadth first.
  for (const [role, depth] of depths) {
    for (const name of delegatedNames(targets[role]!.signed, listedRoles).listed) {
      if (!depths.has(name)) depths.set(name, depth + 1);
    }
  }
  return depths;
}
