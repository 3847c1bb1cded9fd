/**
 * Random catalogues, selectors and vehicles whose values collide often: most interesting truths are at equal values, missing
 * ones, and at the edges of numbers and ages. Texts have no U+0000, which PostgreSQL cannot store.
 */

import type { Random } from "../../scripts/random.ts";
import type {
  Attribute,
  AttributeCatalogue,
  BucketExpression,
  Expression,
  Selector,
  VehicleRecord,
} from "../../src/cohort/index.ts";

/** When the vehicles are looked at. */
export const now = 1_790_000_000_000;

export const listIds: Readonly<Record<string, readonly string[]>> = {
  recall: ["v1", "v3", "veh-日本-1", "v'8"],
  nobody: [],
};

const texts = [
  "",
  "a",
  "A",
  "ab",
  "aba",
  "b",
  "é",
  "e\u0301",
  "ß",
  "ss",
  "İ",
  "日本",
  "\u{1f600}",
  "\uffFd",
  "a%b",
  "a_b",
  "a\\b",
  "o'hara",
  'say "x"',
  " a",
  "a ",
  "a\nb",
  "10",
  "9",
  "$1",
  "?1",
  "{p1:String}",
  ":p1",
  "NULL",
];
const integers = [
  0, 1, -1, 9, 10, 41, 42, 43, 255, 256, 65_536, 2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649,
  4_294_967_296, 9_007_199_254_740_991, -9_007_199_254_740_991,
];
/** Integers that a database can hold and JavaScript cannot tell from their neighbours. */
const unsafeIntegers = [2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 63)];
const numbers = [
  0, 0.1, 0.2, 0.30000000000000004, 0.3, 1, -1, 1.5, 42, 9_007_199_254_740_992, 9_007_199_254_740_994, 1e21, 1e-7,
  5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, 123456789.125,
  3.4028234663852886e38,
];
const notNumbers = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const colours = ["red", "green", "blue", "Red", "日本"];
const tags = ["vip", "beta", "VIP", "é", "日本", "a,b", "it's", '"q"', "\\", "[x]"];
const semvers = [
  "1.0.0",
  "1.0.0-rc.1",
  "1.0.0-rc.2",
  "1.0.0-alpha",
  "1.9.0",
  "1.10.0",
  "1.10.0+b1",
  "2.0.0",
  "99.99999.0",
  "1.100000.0",
];
const ilevels = ["S18A-21-07-550", "S18A-22-03-001", "s18a-21-07-550", "S15A-17-07-506", "S15A-21-07-550"];
const dotteds = ["1.2", "1.2.0", "1.10", "1.9.9", "4.12.0.7", "0"];
const instants = [now, now - 1, now + 1, now - 1_000, now - 86_400_000, now + 300_000, now + 300_001, 0];
const ages = [0, 1, 1_000, 86_400_000, 10_000_000_000_000];
const ids = ["v1", "v2", "v3", "veh-日本-1", "veh:4", "v'8", "V1", "WVWZZZ1KZAW000001"];
const salts = ["192289bceb0360f2", "9ff114c2b09b4ad5"];

const versionTexts = { semver: semvers, ilevel: ilevels, dotted: dotteds } as const;

/** A catalogue with an attribute of each type, some with rules of freshness and contradiction. */
export function randomCatalogue(random: Random): AttributeCatalogue {
  const base: Readonly<Record<string, Attribute>> = {
    name: { type: "string" },
    colour: { type: "enum", values: ["red", "green", "blue"] },
    count: { type: "int" },
    load: { type: "number" },
    connected: { type: "bool" },
    built: { type: "timestamp" },
    firmware: { type: "version", scheme: "semver", keyColumn: "firmware_key" },
    level: { type: "version", scheme: "ilevel", keyField: "level_key" },
    bootloader: { type: "version", scheme: "dotted", keyColumn: "bootloader_key" },
    tags: { type: "set<string>" },
  };
  const attributes = Object.entries(base).map(([name, attribute]) => {
    const dated = random.below(2) === 0 ? { observedAtField: `${name}_at` } : {};
    const aged = "observedAtField" in dated && random.below(3) > 0 ? { maxAgeMs: random.pick(ages) } : {};
    const doubted = random.below(4) === 0 ? { contradictionField: `${name}_doubt` } : {};
    return [name, { ...attribute, ...dated, ...aged, ...doubted }] as const;
  });
  return {
    schema: "otakit.attribute-catalogue/1",
    idField: "id",
    ...(random.below(2) === 0 ? { maxAheadMs: random.pick([0, 1, 300_000]) } : {}),
    attributes: Object.fromEntries(attributes),
  };
}

/** A vehicle of the fleet that {@link randomCatalogue} describes; a member is missing now and then. */
export function randomVehicle(random: Random): VehicleRecord {
  const maybe = (value: unknown): unknown => (random.below(5) === 0 ? random.pick([undefined, null]) : value);
  const record: Record<string, unknown> = {
    id: random.below(12) === 0 ? random.pick([undefined, null, ""]) : random.pick(ids),
    name: maybe(random.pick(texts)),
    colour: maybe(random.pick(colours)),
    count: maybe(random.pick(random.below(8) === 0 ? unsafeIntegers : integers)),
    load: maybe(random.pick(random.below(8) === 0 ? notNumbers : numbers)),
    connected: maybe(random.below(2) === 0),
    built: maybe(random.pick(instants)),
    firmware: maybe(random.pick([...semvers, "1.10", "latest", ""])),
    bootloader: maybe(random.pick([...dotteds, "v1.2", "1..2"])),
    level_key: maybe(random.pick(["S18A.b21.a7.c550", "S18A.b22.a3.a1", "S15A.b17.a7.c506", "S15A.b21.a7.c550", ""])),
    tags: maybe(Array.from({ length: random.below(4) }, () => random.pick(tags))),
  };
  for (const name of [
    "name",
    "colour",
    "count",
    "load",
    "connected",
    "built",
    "firmware",
    "level",
    "bootloader",
    "tags",
  ]) {
    record[`${name}_at`] = maybe(random.pick([...instants, ...unsafeIntegers]));
    record[`${name}_doubt`] = random.pick([undefined, null, false, false, false, true]);
  }
  return record;
}

/** A selector of up to `depth` levels; without escapes no unknown ever becomes an answer. */
export function randomSelector(
  random: Random,
  catalogue: AttributeCatalogue,
  options: { readonly escapes: boolean },
): Selector {
  const expression = (): Expression => randomExpression(random, catalogue, 1 + random.below(4), options.escapes);
  return {
    schema: "otakit.selector/1",
    include: expression(),
    ...(random.below(2) === 0 ? { exclude: expression() } : {}),
  };
}

export function randomExpression(
  random: Random,
  catalogue: AttributeCatalogue,
  depth: number,
  escapes: boolean,
): Expression {
  const inner = (): Expression => randomExpression(random, catalogue, depth - 1, escapes);
  const kind = depth === 0 ? 9 : random.below(10);
  if (kind <= 3) {
    const args = Array.from({ length: 1 + random.below(3) }, inner);
    return { op: kind <= 1 ? "and" : "or", args };
  }
  if (kind === 4) return { op: "not", arg: inner() };
  if (kind === 5 && escapes) return { op: random.pick(["isTrue", "isFalse", "isUnknown"] as const), arg: inner() };
  return randomLeaf(random, catalogue, escapes);
}

function randomLeaf(random: Random, catalogue: AttributeCatalogue, escapes: boolean): Expression {
  const names = Object.keys(catalogue.attributes);
  const attr = random.pick(names);
  const { observedAtField } = catalogue.attributes[attr]!;
  const kind = random.below(16);
  if (kind === 0) return { op: "inList", listId: random.pick(Object.keys(listIds)) };
  if (kind === 1) return randomBucket(random);
  if (kind === 2 && escapes) return { op: "has", attr };
  if (kind === 3 && observedAtField !== undefined) return { op: "age", attr, maxMs: random.pick(ages) };
  return randomValueLeaf(random, attr);
}

function randomBucket(random: Random): BucketExpression {
  const [lo, hi] = [random.u32(), random.u32()].sort((left, right) => left - right) as [number, number];
  return { op: "bucket", salt: random.pick(salts), lo, hi: random.below(4) === 0 ? 2 ** 32 : hi };
}

function some<T>(random: Random, pool: readonly T[]): T[] {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(pool));
}

function randomValueLeaf(random: Random, attr: string): Expression {
  const order = random.pick(["eq", "ne", "lt", "le", "gt", "ge"] as const);
  const equality = random.pick(["eq", "ne"] as const);
  const membership = random.pick(["in", "notIn"] as const);
  const isMember = random.below(2) === 0;
  switch (attr) {
    case "name":
      if (random.below(2) === 0) {
        const op = random.pick(["startsWith", "endsWith", "contains"] as const);
        return { op, attr, value: random.pick(texts.slice(1)) };
      }
      return isMember
        ? { op: membership, attr, values: some(random, texts) }
        : { op: equality, attr, value: random.pick(texts) };
    case "colour":
      return isMember
        ? { op: membership, attr, values: some(random, ["red", "green", "blue"]) }
        : { op: equality, attr, value: random.pick(["red", "green", "blue"]) };
    case "count":
    case "built": {
      const pool = attr === "count" ? integers : instants;
      return isMember
        ? { op: membership, attr, values: some(random, pool) }
        : { op: order, attr, value: random.pick(pool) };
    }
    case "load":
      return isMember
        ? { op: membership, attr, values: some(random, numbers) }
        : { op: order, attr, value: random.pick(numbers) };
    case "connected":
      return { op: equality, attr, value: random.below(2) === 0 };
    case "tags":
      return { op: random.pick(["anyOf", "allOf", "noneOf"] as const), attr, values: some(random, tags) };
    default: {
      const scheme = attr === "firmware" ? "semver" : attr === "level" ? "ilevel" : "dotted";
      const pool: readonly string[] = versionTexts[scheme];
      if (isMember) {
        const one = random.pick(pool);
        const other = scheme === "ilevel" ? "S18A-22-03-001" : random.pick(pool);
        const first = scheme === "ilevel" ? "S18A-21-07-550" : one;
        return { op: "ver", attr, rel: "in", range: `>=${first} <${other}` };
      }
      return { op: "ver", attr, rel: random.pick(["eq", "lt", "le", "gt", "ge"] as const), value: random.pick(pool) };
    }
  }
}
