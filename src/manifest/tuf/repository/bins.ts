/**
 * Hash bins (TAP 15): one delegation to `2 ** bitLength` roles, each of which lists the files whose path hashes fall to it.
 *
 * With 10^6 files in 4,096 bins a client reads one role of some 250 files, and an update signs only the bins it changes.
 */

import { type HashProvider, sha256, utf8ToBytes } from "../../../core/index.ts";
import { tufTargetFile } from "../file-names.ts";
import { tufBinName } from "../hash-bins.ts";
import type { TufSuccinctRoles, TufTargetFile, TufTargets } from "../metadata.ts";
import { delegationError } from "./delegate.ts";
import { type TufRoleKeys, withoutUnusedKeys, writeRoleKeys } from "./role-keys.ts";

/** Bins: their number and names, and who signs them. */
export interface TufBinsInput extends TufRoleKeys {
  /** There are `2 ** bitLength` bins: 1 .. 20, because each is a file that the snapshot lists. */
  readonly bitLength: number;
  /** Names are this, a hyphen, and the bin's number in hexadecimal. */
  readonly namePrefix: string;
}

/** The parts of bins that names depend on. */
export type TufBinNaming = Pick<TufSuccinctRoles, "bit_length" | "name_prefix">;

/**
 * Delegates every path to hash bins; bins that are there already are replaced.
 *
 * Standard: TAP 15.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_DELEGATION` when there are delegated roles, which cannot stand beside bins;
 * `ERR_MANIFEST_TUF_KEYS` for keys or a threshold that do not fit
 * @throws RangeError when `bitLength` is out of range
 * @example
 * ```ts
 * delegateTufBins(targets, { bitLength: 12, namePrefix: "bin", keys: [online], threshold: 1 }); // bin-000 .. bin-fff
 * ```
 */
export function delegateTufBins(delegator: TufTargets, input: TufBinsInput): TufTargets {
  const { bitLength, namePrefix } = input;
  requireBitLength(bitLength);
  const { keys = {}, roles = [], succinct_roles: known, ...unknown } = delegator.delegations ?? { keys: {} };
  if (roles.length > 0) throw delegationError(`${namePrefix}-*`, "the delegator has roles, and cannot have bins too");
  const written = writeRoleKeys(`${namePrefix}-*`, input, keys);
  const bins = { ...known, ...written.role, bit_length: bitLength, name_prefix: namePrefix };
  return {
    ...delegator,
    delegations: { ...unknown, keys: withoutUnusedKeys(written.keys, known, [bins]), succinct_roles: bins },
  };
}

/**
 * Names of all bins, in order of their numbers: every one must be published, also an empty one, or clients cannot tell that it
 * lists nothing.
 *
 * @throws RangeError when there are more than 2^20
 */
export function tufBinNames(bins: TufBinNaming): readonly string[] {
  requireBitLength(bins.bit_length);
  return Array.from({ length: 2 ** bins.bit_length }, (_, number) => tufBinName(number, bins));
}

/**
 * Distributes files over bins, in one pass.
 *
 * @param files - by target path
 * @returns for every bin, by name and in order of the numbers, the files that it lists
 * @throws {@link ManifestError} `ERR_MANIFEST_TUF_TARGET_PATH`, `CoreError` `ERR_CORE_UTF8`: see `addTufTargets`
 * @throws RangeError when there are more than 2^20 bins
 * @example
 * ```ts
 * for (const [name, listed] of distributeTufTargets(files, bins)) {
 *   roles[name] = { ...buildTufTargets({ expires }), targets: listed };
 * }
 * ```
 */
export function distributeTufTargets(
  files: Iterable<readonly [string, TufTargetFile]>,
  bins: TufBinNaming,
  provider?: HashProvider,
): ReadonlyMap<string, Readonly<Record<string, TufTargetFile>>> {
  const names = tufBinNames(bins);
  const listed = names.map((): Record<string, TufTargetFile> => Object.create(null));
  for (const [path, file] of files) {
    tufTargetFile(path);
    const hash = sha256(utf8ToBytes(path), provider);
    // The leading bits, as `tufBinOf` reads them from the hexadecimal form.
    const leading = ((hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!) >>> (32 - bins.bit_length);
    listed[leading]![path] = file;
  }
  return new Map(names.map((name, number) => [name, listed[number]!]));
}

function requireBitLength(bitLength: number): void {
  if (Number.isSafeInteger(bitLength) && bitLength >= 1 && bitLength <= 20) return;
  throw new RangeError(`"bitLength" expected integer in 1 .. 20, got ${bitLength}`);
}
