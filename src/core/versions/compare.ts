/**
 * Version order by keys: `versionKey` turns a version into ASCII text whose byte order is the order of the scheme.
 *
 * A key column in a database (`COLLATE "C"`, BINARY) therefore gives the answers that this code gives.
 */

import { describeValue } from "../describe.ts";
import { alnumKey } from "./alnum.ts";
import { calverKey } from "./calver.ts";
import { customKey } from "./custom.ts";
import { dottedKey } from "./dotted.ts";
import { ilevelKey } from "./ilevel.ts";
import type { VersionScheme } from "./scheme.ts";
import { semverKey } from "./semver.ts";

/** Longest version text that is read, in characters. */
const maxVersionLength = 256;

/**
 * Order-preserving key of a version: printable ASCII without blanks, fewer than 700 characters, never empty.
 *
 * Keys of one scheme compare as plain bytes (`<` in JavaScript, `COLLATE "C"` in SQL); equal keys are equal versions.
 * Keys of different schemes, or of different {@link versionSeries | series}, must not be compared.
 *
 * @param text - the version, 1 to 256 characters
 * @returns `undefined` when the text is no version of the scheme: unknown, which is not "oldest"
 * @throws TypeError for a scheme that does not exist
 * @example
 * ```ts
 * versionKey("semver", "1.10.0")! > versionKey("semver", "1.9.0")!; // true
 * versionKey("semver", "1.10"); // undefined
 * ```
 */
export function versionKey(scheme: VersionScheme, text: string): string | undefined {
  // A number out of loosely typed JSON has already lost digits: 1.10 arrives as 1.1.
  if (typeof text !== "string" || text.length < 1 || text.length > maxVersionLength) return undefined;
  switch (scheme) {
    case "semver":
      return semverKey(text);
    case "dotted":
      return dottedKey(text);
    case "calver":
      return calverKey(text);
    case "alnum":
      return alnumKey(text);
    case "ilevel":
      return ilevelKey(text);
  }
  if (!Array.isArray(scheme?.custom)) {
    throw new TypeError(`"scheme" expected a version scheme, got ${describeValue(scheme)}`);
  }
  return customKey(scheme.custom, text);
}

/**
 * The part of a version that must be equal before two versions have an order: the series of an `ilevel`, else the
 * empty text.
 *
 * In a database, keys of one `ilevel` series are those that begin with the series and a dot.
 *
 * @returns `undefined` when the text is no version of the scheme
 * @example
 * ```ts
 * versionSeries("ilevel", "s18a-21-07-550"); // "S18A"
 * ```
 */
export function versionSeries(scheme: VersionScheme, text: string): string | undefined {
  const key = versionKey(scheme, text);
  return key === undefined ? undefined : seriesOfKey(scheme, key);
}

/** Series of a key that {@link versionKey} gave. */
export function seriesOfKey(scheme: VersionScheme, key: string): string {
  return scheme === "ilevel" ? key.slice(0, key.indexOf(".")) : "";
}

/**
 * Compares two versions of one scheme: -1 when `left` is older, 1 when it is newer, 0 when they have the same
 * precedence.
 *
 * @returns `undefined` when there is no order: a text is no version of the scheme, or the series differ
 * @throws TypeError for a scheme that does not exist
 * @example
 * ```ts
 * compareVersions("semver", "1.0.0-rc.1", "1.0.0"); // -1
 * compareVersions("dotted", "1.2", "1.2.0"); // 0
 * compareVersions("ilevel", "S18A-21-07-550", "S15A-17-07-506"); // undefined
 * ```
 */
export function compareVersions(scheme: VersionScheme, left: string, right: string): -1 | 0 | 1 | undefined {
  const leftKey = versionKey(scheme, left);
  const rightKey = versionKey(scheme, right);
  if (leftKey === undefined || rightKey === undefined) return undefined;
  if (seriesOfKey(scheme, leftKey) !== seriesOfKey(scheme, rightKey)) return undefined;
  if (leftKey === rightKey) return 0;
  return leftKey < rightKey ? -1 : 1;
}
