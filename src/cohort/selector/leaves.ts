/** What a leaf says of one value. The same functions serve single records and dictionaries of columns. */

import { type VersionScheme, versionKey } from "../../core/index.ts";
import type {
  CompareLeaf,
  KnownAttribute,
  OneOfLeaf,
  SetLeaf,
  TextLeaf,
  Truth,
  ValueLeaf,
  VersionLeaf,
} from "./tree.ts";

/** Truth of a leaf for the raw value of its attribute; 1 (0 for `has`) for a value that is missing or unreadable. */
export type ValueTest = (value: unknown) => Truth;

/** Most version texts whose answer is remembered for one leaf: a fleet has few versions, a hostile one has many. */
const maxRemembered = 4_096;
const maxRememberedLength = 64;

/** Makes the test of a leaf. */
export function valueTest(leaf: ValueLeaf): ValueTest {
  switch (leaf.kind) {
    case "compare":
      return compareTest(leaf);
    case "oneOf":
      return oneOfTest(leaf);
    case "text":
      return textTest(leaf);
    case "version":
      return versionTest(leaf);
    case "set":
      return setTest(leaf);
    case "has": {
      const isReadable = readableTest(leaf.attribute);
      return (value) => (isReadable(value) ? 2 : 0);
    }
  }
}

/** Tells whether a value is there and one of the attribute's type. */
export function readableTest({ definition, isKey }: KnownAttribute): (value: unknown) => boolean {
  switch (definition.type) {
    case "string":
      return (value) => typeof value === "string";
    case "enum": {
      const values: ReadonlySet<unknown> = new Set(definition.values);
      return (value) => values.has(value);
    }
    case "int":
    case "timestamp":
      return Number.isSafeInteger;
    case "number":
      return Number.isFinite;
    case "bool":
      return (value) => typeof value === "boolean";
    case "set<string>":
      return isTextList;
    case "version": {
      const { scheme } = definition;
      const least = leastKey(scheme);
      if (isKey) return (value) => typeof value === "string" && value >= least;
      return (value) => versionKey(scheme, value as string) !== undefined;
    }
  }
}

/**
 * No key of a scheme is below this text. The keys of numbers begin with a letter: where versions stand in the place of their keys,
 * `3.0.0` would be older than everything.
 */
export function leastKey(scheme: VersionScheme): string {
  if (typeof scheme !== "string") return scheme.custom[0]!.type === "int" ? "a" : "0";
  return scheme === "alnum" || scheme === "ilevel" ? "0" : "a";
}

function compareTest({ attribute, relation, value: bound }: CompareLeaf): ValueTest {
  const { definition } = attribute;
  if (relation === "eq" || relation === "ne") {
    const [same, other]: readonly [Truth, Truth] = relation === "eq" ? [2, 0] : [0, 2];
    const isReadable = readableTest(attribute);
    if (definition.type === "string")
      return (value) => (value === bound ? same : typeof value === "string" ? other : 1);
    return (value) => (value === bound ? same : isReadable(value) ? other : 1);
  }
  const compare = orders[relation];
  const limit = bound as number;
  if (definition.type === "number") {
    return (value) => (Number.isFinite(value) ? (compare(value as number, limit) ? 2 : 0) : 1);
  }
  return (value) => (Number.isSafeInteger(value) ? (compare(value as number, limit) ? 2 : 0) : 1);
}

const orders = {
  lt: (left: number, right: number): boolean => left < right,
  le: (left: number, right: number): boolean => left <= right,
  gt: (left: number, right: number): boolean => left > right,
  ge: (left: number, right: number): boolean => left >= right,
};

function oneOfTest({ attribute, values, negated }: OneOfLeaf): ValueTest {
  const [member, other]: readonly [Truth, Truth] = negated ? [0, 2] : [2, 0];
  if (attribute.definition.type === "enum") return enumTest(attribute.definition.values, values, member, other);
  const wanted: ReadonlySet<unknown> = new Set(values);
  const isReadable = readableTest(attribute);
  return (value) => (wanted.has(value) ? member : isReadable(value) ? other : 1);
}

/** One look-up says both whether a value is known and whether it is wanted. */
function enumTest(known: readonly string[], wanted: readonly unknown[], member: Truth, other: Truth): ValueTest {
  const answers = new Map<unknown, Truth>(known.map((value) => [value, wanted.includes(value) ? member : other]));
  return (value) => answers.get(value) ?? 1;
}

function textTest({ form, value: part }: TextLeaf): ValueTest {
  switch (form) {
    case "startsWith":
      return (value) => (typeof value === "string" ? (value.startsWith(part) ? 2 : 0) : 1);
    case "endsWith":
      return (value) => (typeof value === "string" ? (value.endsWith(part) ? 2 : 0) : 1);
    case "contains":
      return (value) => (typeof value === "string" ? (value.includes(part) ? 2 : 0) : 1);
  }
}

function versionTest({ attribute, scheme, series, comparators }: VersionLeaf): ValueTest {
  const prefix = series === "" ? "" : `${series}.`;
  const least = leastKey(scheme);
  const ofKey = (key: string | undefined): Truth => {
    if (key === undefined || key < least || !key.startsWith(prefix)) return 1;
    for (const { relation, key: bound } of comparators) if (!keyHolds(key, relation, bound)) return 0;
    return 2;
  };
  const keyOf = attribute.isKey ? (text: string) => text : (text: string) => versionKey(scheme, text);
  const remembered = new Map<unknown, Truth>();
  return (value) => {
    const known = remembered.get(value);
    if (known !== undefined) return known;
    if (typeof value !== "string") return 1;
    const truth = ofKey(keyOf(value));
    if (remembered.size >= maxRemembered) remembered.clear();
    if (value.length <= maxRememberedLength) remembered.set(value, truth);
    return truth;
  };
}

function keyHolds(key: string, relation: "lt" | "le" | "eq" | "ge" | "gt", bound: string): boolean {
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
  }
}

function setTest({ form, values }: SetLeaf): ValueTest {
  const wanted: ReadonlySet<unknown> = new Set(values);
  if (form === "allOf") {
    return (value) => {
      if (!isTextList(value)) return 1;
      const there = new Set(value);
      return values.every((one) => there.has(one)) ? 2 : 0;
    };
  }
  const [found, none]: readonly [Truth, Truth] = form === "anyOf" ? [2, 0] : [0, 2];
  return (value) => (isTextList(value) ? (value.some((one) => wanted.has(one)) ? found : none) : 1);
}

function isTextList(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false;
  // By index, because every() steps over holes.
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== "string") return false;
  return true;
}
