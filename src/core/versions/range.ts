/**
 * Version ranges: a list of comparisons that must all hold, `>=1.10.0 <3.0.0`. No `^`, `~`, `x` or `||`: one way to
 * read it.
 */

import { CoreError } from "../errors.ts";
import { seriesOfKey, versionKey } from "./compare.ts";
import type { VersionScheme } from "./scheme.ts";

/** Comparison of a version with a bound. */
export type VersionRelation = "lt" | "le" | "eq" | "ge" | "gt";

/** One comparison of a range. */
export interface VersionComparator {
  readonly relation: VersionRelation;
  /** The bound as it was written. */
  readonly version: string;
  /** Its order-preserving key, see {@link versionKey}. */
  readonly key: string;
}

/** A range as {@link parseVersionRange} gives it: every comparison must hold. */
export interface VersionRange {
  readonly scheme: VersionScheme;
  readonly comparators: readonly VersionComparator[];
}

const maxRangeLength = 1024;

const relations: Readonly<Record<string, VersionRelation>> = {
  "<": "lt",
  "<=": "le",
  "=": "eq",
  ">=": "ge",
  ">": "gt",
};

/**
 * Reads a range: comparisons (`<`, `<=`, `=`, `>=` or `>` directly before a version) separated by blanks.
 *
 * A pre-release lies in a range by its order alone: `2.0.0-rc.1` satisfies `<2.0.0`.
 *
 * @param text - the range, 1024 characters at most
 * @throws {@link CoreError} `ERR_CORE_VERSION_RANGE` with the offset (in characters) of the first fault: no
 * comparison at all, no sign before a version, a version that is none of the scheme, or another series than that of
 * the first comparison
 * @throws TypeError for a scheme that does not exist
 * @example
 * ```ts
 * const range = parseVersionRange("semver", ">=1.10.0 <3.0.0");
 * satisfiesVersionRange(range, "2.4.1"); // true
 * ```
 */
export function parseVersionRange(scheme: VersionScheme, text: string): VersionRange {
  if (text.length > maxRangeLength) fail(maxRangeLength, `longer than ${maxRangeLength} characters`);
  const comparators: VersionComparator[] = [];
  for (const { 0: word, index } of text.matchAll(/[^ ]+/g)) {
    const sign = /^(?:[<>]=?|=)/.exec(word)?.[0];
    if (sign === undefined) fail(index, "expected <, <=, =, >= or > before a version");
    const version = word.slice(sign.length);
    const key = versionKey(scheme, version);
    const at = index + sign.length;
    if (key === undefined) fail(at, "no version of the scheme");
    const first = comparators[0] ?? { key };
    if (seriesOfKey(scheme, key) !== seriesOfKey(scheme, first.key)) fail(at, "another series than the first version");
    comparators.push({ relation: relations[sign]!, version, key });
  }
  // An empty range would silently admit every version.
  if (comparators.length === 0) fail(text.length, "no comparison");
  return { scheme, comparators };
}

/**
 * Tells whether a version lies in a range.
 *
 * @param range - from {@link parseVersionRange}; its keys are trusted, so parse the text again where it was stored
 * @returns `undefined` when that is not known: the text is no version of the scheme, or of another series, or the range has a
 * relation that does not exist. It is neither yes nor no: a rule that excludes must not read it as no.
 * @example
 * ```ts
 * const range = parseVersionRange("dotted", ">=1.2");
 * satisfiesVersionRange(range, "1.10"); // true
 * satisfiesVersionRange(range, "n/a"); // undefined
 * ```
 */
export function satisfiesVersionRange(range: VersionRange, text: string): boolean | undefined {
  const { scheme, comparators } = range;
  const key = versionKey(scheme, text);
  const first = comparators[0];
  if (key === undefined || first === undefined) return undefined;
  if (seriesOfKey(scheme, key) !== seriesOfKey(scheme, first.key)) return undefined;
  const answers = comparators.map((comparator) => holds(key, comparator));
  return answers.includes(undefined) ? undefined : answers.every(Boolean);
}

function holds(key: string, { relation, key: bound }: VersionComparator): boolean | undefined {
  switch (relation) {
    case "lt":
      return key < bound;
    case "le":
      return key <= bound;
    case "eq":
      return key === bound;
    case "ge":
      return key >= bound;
    case "gt":
      return key > bound;
    default:
      return undefined;
  }
}

function fail(offset: number, what: string): never {
  throw new CoreError("ERR_CORE_VERSION_RANGE", `Cannot parse version range: ${what} at offset ${offset}`, { offset });
}
