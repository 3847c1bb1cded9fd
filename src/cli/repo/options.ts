/** Options of the form ROLE=VALUE. */

import type { TufTopLevelRole } from "otakit/manifest";
import { usageError } from "../command.ts";

const roles: readonly TufTopLevelRole[] = ["root", "targets", "snapshot", "timestamp"];

/** Reads a role. @throws {@link CliError} `ERR_CLI_USAGE` */
export function parseRole(option: string, text: string): TufTopLevelRole {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw usageError(`--${option} expected ${roles.join(", ")}, got "${text}"`);
  return role;
}

/** Reads values by role. @throws {@link CliError} `ERR_CLI_USAGE` */
export function parseRoleValues<T>(
  option: string,
  values: readonly string[],
  read: (value: string) => T | undefined,
): ReadonlyMap<TufTopLevelRole, readonly T[]> {
  const byRole = new Map<TufTopLevelRole, T[]>();
  for (const text of values) {
    const split = text.indexOf("=");
    const role = parseRole(option, split < 0 ? text : text.slice(0, split));
    const value = split < 0 ? undefined : read(text.slice(split + 1));
    if (value === undefined) throw usageError(`--${option} expected ROLE=VALUE, got "${text}"`);
    byRole.set(role, [...(byRole.get(role) ?? []), value]);
  }
  return byRole;
}

/** Reads an integer >= 1, or nothing. */
export function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : undefined;
}
