/**
 * Oracles of version order: comparers straight from the rules of each scheme, with BigInt and without keys, and
 * generators whose versions collide often, because equal prefixes are where orders go wrong.
 */

import fc from "fast-check";
import type { VersionScheme } from "../../src/core/index.ts";

/** A part number such as `ECU-12b.0034`. */
export const partNumber: VersionScheme = {
  custom: [
    { name: "family", type: "alpha" },
    { name: "major", type: "int", separator: "-" },
    { name: "revision", type: "alpha" },
    { name: "build", type: "int", separator: "." },
  ],
};

/** Order of two valid versions: -1, 0 or 1, and NaN where the scheme gives none. */
type Comparer = (left: string, right: string) => number;

function compareNumbers(left: string, right: string): number {
  const [l, r] = [BigInt(left), BigInt(right)];
  return l < r ? -1 : l > r ? 1 : 0;
}

function compareText(left: string, right: string): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}

function firstDifference(left: readonly string[], right: readonly string[], compare: Comparer): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compare(item, other);
    if (order !== 0) return order;
  }
  return left.length < right.length ? -1 : 0;
}

/** SemVer 2.0.0 clause 11, sentence by sentence. */
export const bySemver: Comparer = (left, right) => {
  const parse = (text: string) => {
    const noBuild = text.split("+")[0]!;
    const dash = noBuild.indexOf("-");
    const core = (dash < 0 ? noBuild : noBuild.slice(0, dash)).split(".");
    return { core, preRelease: dash < 0 ? undefined : noBuild.slice(dash + 1).split(".") };
  };
  const [l, r] = [parse(left), parse(right)];
  const core = firstDifference(l.core, r.core, compareNumbers);
  if (core !== 0) return core;
  if (l.preRelease === undefined) return r.preRelease === undefined ? 0 : 1;
  if (r.preRelease === undefined) return -1;
  return firstDifference(l.preRelease, r.preRelease, (a, b) => {
    const [aNumeric, bNumeric] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (aNumeric && bNumeric) return compareNumbers(a, b);
    if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
    return compareText(a, b);
  });
};

const padded = (numbers: readonly string[], length: number) => [
  ...numbers,
  ...Array<string>(length - numbers.length).fill("0"),
];

const byDotted: Comparer = (left, right) =>
  firstDifference(padded(left.split("."), 8), padded(right.split("."), 8), compareNumbers);

const byCalver: Comparer = (left, right) => {
  const parse = (text: string) => {
    const [numbers, modifier] = text.toLowerCase().split("-") as [string, string?];
    const [year, ...others] = numbers.split(".");
    const stage = modifier === undefined ? 4 : ["dev", "alpha", "beta", "rc"].findIndex((m) => modifier.startsWith(m));
    const count = modifier?.replace(/^[a-z]+\.?/, "") || "0";
    return padded([String(Number(year) + (year!.length === 2 ? 2000 : 0)), ...others], 4).concat(String(stage), count);
  };
  return firstDifference(parse(left), parse(right), compareNumbers);
};

const byAlnum: Comparer = (left, right) => compareText(left.toUpperCase(), right.toUpperCase());

const byIlevel: Comparer = (left, right) =>
  left.slice(0, 4).toUpperCase() !== right.slice(0, 4).toUpperCase()
    ? Number.NaN
    : firstDifference(left.split("-").slice(1), right.split("-").slice(1), compareNumbers);

const byPartNumber: Comparer = (left, right) => {
  const parse = (text: string) => /^([A-Z]+)-(\d+)([A-Z]+)\.(\d+)$/.exec(text.toUpperCase())!.slice(1);
  return firstDifference(parse(left), parse(right), (a, b) =>
    /^\d/.test(a) ? compareNumbers(a, b) : compareText(a, b),
  );
};

const digits = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("0", "1", "2", "9", "10", "99", "100", "99999", "100000") },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 26n - 1n }).map(String) },
);
const zeroPadded = fc.tuple(fc.constantFrom("", "0", "00"), digits).map(([zeros, number]) => zeros + number);
const identifier = fc.oneof(
  digits,
  fc.constantFrom("alpha", "alpha-x", "alph", "beta", "Alpha", "rc", "-", "--", "0a", "a0", "00a", "1-", "z", "Z"),
  fc.stringMatching(/^[0-9A-Za-z-]{0,3}[A-Za-z-]$/),
);
const optional = (arbitrary: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), arbitrary);
const joined = (arbitrary: fc.Arbitrary<string>, minLength: number, maxLength: number) =>
  fc.array(arbitrary, { minLength, maxLength }).map((parts) => parts.join("."));

/** Semantic versions with and without pre-release and build metadata. */
export const semver = fc
  .tuple(
    joined(digits, 3, 3),
    optional(joined(identifier, 1, 4).map((text) => `-${text}`)),
    fc.constantFrom("", "", "+7", "+a.-.00"),
  )
  .map((parts) => parts.join(""));
const dotted = joined(zeroPadded, 1, 8);
const calver = fc
  .tuple(
    fc.constantFrom("2026", "26", "2025", "25", "1999", "9999", "00"),
    joined(zeroPadded, 1, 3),
    optional(
      fc
        .tuple(fc.constantFrom("dev", "alpha", "beta", "rc", "RC"), fc.constantFrom("", "."), optional(zeroPadded))
        .map(([modifier, dot, number]) => `-${modifier}${number === "" ? "" : dot}${number}`),
    ),
  )
  .map(([year, numbers, modifier]) => `${year}.${numbers}${modifier}`);
const alnum = fc.stringMatching(/^[0-2ABab]{4}$/);
const ilevel = fc
  .tuple(
    fc.constantFrom("S18A", "s18a", "S15A", "F020"),
    fc.integer({ min: 0, max: 99 }),
    fc.integer({ min: 1, max: 12 }),
    fc.constantFrom("000", "500", "505", "550", "999"),
  )
  .map(([series, year, month, number]) =>
    [series, String(year).padStart(2, "0"), String(month).padStart(2, "0"), number].join("-"),
  );
const custom = fc
  .tuple(fc.stringMatching(/^[ABab]{1,3}$/), zeroPadded, fc.stringMatching(/^[ABab]{1,3}$/), zeroPadded)
  .map(([family, major, revision, build]) => `${family}-${major}${revision}.${build}`);

/** Name, scheme, generator of valid versions, and comparer. */
export const laws: readonly (readonly [string, VersionScheme, fc.Arbitrary<string>, Comparer])[] = [
  ["semver", "semver", semver, bySemver],
  ["dotted", "dotted", dotted, byDotted],
  ["calver", "calver", calver, byCalver],
  ["alnum", "alnum", alnum, byAlnum],
  ["ilevel", "ilevel", ilevel, byIlevel],
  ["custom", partNumber, custom, byPartNumber],
];
