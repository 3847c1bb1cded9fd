/** Checks a selector against a catalogue, node by node, and collects every fault before it refuses. */

import { parseVersionRange, type VersionComparator, type VersionScheme } from "../../core/index.ts";
import { bucketCount } from "../bucket.ts";
import { CohortError, type CohortErrorCode } from "../errors.ts";
import { FaultList, isPlainObject, type Place, placePointer } from "../faults.ts";
import { type AttributeCatalogue, type AttributeType, isMillis, isStorableText } from "./catalogue.ts";
import { type Selector, selectorLimits } from "./selector.ts";
import {
  type BucketLeaf,
  type KnownAttribute,
  knownAttribute,
  type SelectorTree,
  type TreeNode,
  type Truth,
} from "./tree.ts";

/** A range of buckets that no selector may take from: the global holdback. */
export interface Holdback {
  /** Salt of the holdback, from `campaignSalt`; not that of a campaign. */
  readonly salt: string;
  /** Integers of a half-open range in 0 .. 2^32. */
  readonly lo: number;
  readonly hi: number;
}

/** Longest text of a selector's value, in UTF-16 code units. */
export const maxTextLength = 4_096;

const members: Readonly<Record<string, readonly string[]>> = {
  and: ["args"],
  or: ["args"],
  not: ["arg"],
  isTrue: ["arg"],
  isFalse: ["arg"],
  isUnknown: ["arg"],
  ...Object.fromEntries(["eq", "ne", "lt", "le", "gt", "ge"].map((op) => [op, ["attr", "value"]])),
  ...Object.fromEntries(["startsWith", "endsWith", "contains"].map((op) => [op, ["attr", "value"]])),
  ...Object.fromEntries(["in", "notIn", "anyOf", "allOf", "noneOf"].map((op) => [op, ["attr", "values"]])),
  ver: ["attr", "rel", "value", "range", "scheme"],
  has: ["attr"],
  age: ["attr", "maxMs"],
  inList: ["listId"],
  bucket: ["salt", "lo", "hi"],
};

const ordered: readonly AttributeType[] = ["int", "number", "timestamp"];
const truths: Readonly<Record<string, Truth>> = { isFalse: 0, isUnknown: 1, isTrue: 2 };
const signs: Readonly<Record<string, string>> = { eq: "=", lt: "<", le: "<=", gt: ">", ge: ">=" };

/**
 * Checks a selector and gives its tree.
 *
 * @param hasList - tells whether a list of this id is there
 * @throws {@link CohortError} with every fault in `details.faults`
 */
export function checkSelector(
  value: unknown,
  catalogue: AttributeCatalogue,
  hasList: (listId: string) => boolean,
  holdback: Holdback | undefined,
): SelectorTree {
  if (isPlainObject(value) && typeof value["schema"] === "string" && value["schema"] !== "otakit.selector/1") {
    throw new CohortError("ERR_COHORT_SELECTOR_VERSION", "Cannot use selector: schema is unknown", { path: "/schema" });
  }
  const checker = new Checker(catalogue, hasList);
  const tree = checker.selector(value, holdback);
  checker.faults.throwIfAny();
  return tree!;
}

type Fields = Readonly<Record<string, unknown>>;

class Checker {
  readonly faults = new FaultList("selector");
  private nodes = 0;
  private readonly catalogue: AttributeCatalogue;
  private readonly hasList: (listId: string) => boolean;

  constructor(catalogue: AttributeCatalogue, hasList: (listId: string) => boolean) {
    this.catalogue = catalogue;
    this.hasList = hasList;
  }

  selector(value: unknown, holdback: Holdback | undefined): SelectorTree | undefined {
    if (!isPlainObject(value)) return this.fail("ERR_COHORT_SELECTOR", [], "an object", value);
    this.refuseOthers(value, ["schema", "include", "exclude"], []);
    const { schema, include, exclude } = value as Partial<Record<keyof Selector, unknown>>;
    if (schema !== "otakit.selector/1") this.fail("ERR_COHORT_SELECTOR", ["schema"], "the schema id", schema);
    const tree = {
      include: this.node(include, ["include"], 1),
      exclude: exclude === undefined ? undefined : this.node(exclude, ["exclude"], 1),
      holdback: holdback === undefined ? undefined : this.bucket(holdback as unknown as Fields, ["holdback"]),
    };
    return tree.include && { ...tree, include: tree.include };
  }

  private node(value: unknown, place: Place, depth: number): TreeNode | undefined {
    const { maxDepth, maxNodes } = selectorLimits;
    if (depth > maxDepth) return this.fail("ERR_COHORT_SELECTOR_LIMIT", place, `at most ${maxDepth} levels`);
    // Counted, not collected: a document of a million nodes is refused at the thousand and first.
    if (++this.nodes > maxNodes) {
      return this.nodes === maxNodes + 1
        ? this.fail("ERR_COHORT_SELECTOR_LIMIT", place, `at most ${maxNodes} nodes`)
        : undefined;
    }
    if (!isPlainObject(value)) return this.fail("ERR_COHORT_SELECTOR", place, "an expression", value);
    const op = value["op"];
    const known = typeof op === "string" && Object.hasOwn(members, op) ? members[op]! : undefined;
    if (known === undefined) {
      return this.fail("ERR_COHORT_SELECTOR", [...place, "op"], `one of ${Object.keys(members).join(", ")}`, op);
    }
    this.refuseOthers(value, ["op", ...known], place);
    return known.includes("attr") ? this.attributeLeaf(value, place) : this.other(op as string, value, place, depth);
  }

  private other(op: string, value: Fields, place: Place, depth: number): TreeNode | undefined {
    const path = placePointer(place);
    switch (op) {
      case "and":
      case "or": {
        const { args } = value;
        if (!Array.isArray(args) || args.length === 0) {
          return this.fail("ERR_COHORT_SELECTOR", [...place, "args"], "a list of at least one expression", args);
        }
        // Stops at the limit of nodes, so that a hostile list costs no more than its first thousand.
        // Array.from, because map would step over holes and let them through.
        const checked = Array.from(args.slice(0, selectorLimits.maxNodes), (arg, index) =>
          this.node(arg, [...place, "args", index], depth + 1),
        );
        return { kind: op, path, args: checked as TreeNode[] };
      }
      case "not":
        return { kind: "not", path, arg: this.node(value["arg"], [...place, "arg"], depth + 1)! };
      case "inList": {
        const { listId } = value;
        if (typeof listId !== "string") {
          return this.fail("ERR_COHORT_SELECTOR", [...place, "listId"], "the id of a list", listId);
        }
        if (!this.hasList(listId)) {
          return this.fail("ERR_COHORT_LIST", [...place, "listId"], "a list that was given", listId);
        }
        return { kind: "list", path, listId };
      }
      case "bucket":
        return this.bucket(value, place);
      default:
        return {
          kind: "truth",
          path,
          wanted: truths[op]!,
          arg: this.node(value["arg"], [...place, "arg"], depth + 1)!,
        };
    }
  }

  private bucket({ salt, lo, hi }: Fields, place: Place): BucketLeaf | undefined {
    if (typeof salt !== "string" || !/^[0-9a-f]{16}$/.test(salt)) {
      this.fail("ERR_COHORT_VALUE", [...place, "salt"], "16 lower-case hexadecimal digits", salt);
    }
    const bound = (value: unknown, least: number): value is number =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= bucketCount;
    if (!bound(lo, 0)) return this.fail("ERR_COHORT_VALUE", [...place, "lo"], "an integer in 0 .. 2^32", lo);
    if (!bound(hi, lo)) return this.fail("ERR_COHORT_VALUE", [...place, "hi"], "an integer in lo .. 2^32", hi);
    return { kind: "bucket", path: placePointer(place), salt: salt as string, lo, hi };
  }

  private attributeLeaf(value: Fields, place: Place): TreeNode | undefined {
    const name = value["attr"];
    const at = [...place, "attr"];
    if (typeof name !== "string") return this.fail("ERR_COHORT_SELECTOR", at, "the name of an attribute", name);
    const attribute = knownAttribute(this.catalogue, name);
    if (attribute === undefined) return this.fail("ERR_COHORT_ATTRIBUTE", at, "an attribute of the catalogue", name);
    const op = value["op"] as string;
    switch (op) {
      case "in":
      case "notIn":
        return this.oneOf(op, value, attribute, place);
      case "startsWith":
      case "endsWith":
      case "contains":
        return this.text(op, value, attribute, place);
      case "anyOf":
      case "allOf":
      case "noneOf":
        return this.set(op, value, attribute, place);
      case "ver":
        return this.version(value, attribute, place);
      case "has":
        return { kind: "has", path: placePointer(place), attribute };
      case "age":
        return this.age(value, attribute, place);
      default:
        return this.compare(op as "eq", value, attribute, place);
    }
  }

  private compare(relation: "eq" | "lt", { value }: Fields, attribute: KnownAttribute, place: Place) {
    const { type } = attribute.definition;
    const isEquality = relation === "eq" || (relation as string) === "ne";
    if (type === "version" || type === "set<string>" || !(isEquality || ordered.includes(type))) {
      return this.illTyped(attribute, place);
    }
    if (!this.isValue(value, attribute, [...place, "value"])) return undefined;
    return { kind: "compare", path: placePointer(place), attribute, relation, value: plainZero(value) } as const;
  }

  private oneOf(op: "in" | "notIn", { values }: Fields, attribute: KnownAttribute, place: Place): TreeNode | undefined {
    const { type } = attribute.definition;
    if (type === "version" || type === "set<string>" || type === "bool") return this.illTyped(attribute, place);
    if (!this.isList(values, [...place, "values"])) return undefined;
    // Array.from, because map would step over a hole, which then equals every value that is missing.
    const checked = Array.from(values, (value, index) => this.isValue(value, attribute, [...place, "values", index]));
    if (checked.includes(false)) return undefined;
    const plain = values.map((value) => plainZero(value as string | number)) as (string | number)[];
    return {
      kind: "oneOf",
      path: placePointer(place),
      attribute,
      values: [...new Set(plain)],
      negated: op === "notIn",
    };
  }

  private text(
    form: "startsWith" | "endsWith" | "contains",
    { value }: Fields,
    attribute: KnownAttribute,
    place: Place,
  ) {
    if (attribute.definition.type !== "string") return this.illTyped(attribute, place);
    if (!this.isText(value, [...place, "value"])) return undefined;
    if (value === "") return this.fail("ERR_COHORT_VALUE", [...place, "value"], "at least one character", value);
    return { kind: "text", path: placePointer(place), attribute, form, value } as const;
  }

  private set(form: "anyOf" | "allOf" | "noneOf", { values }: Fields, attribute: KnownAttribute, place: Place) {
    if (attribute.definition.type !== "set<string>") return this.illTyped(attribute, place);
    if (!this.isList(values, [...place, "values"])) return undefined;
    const checked = Array.from(values, (value, index) => this.isText(value, [...place, "values", index]));
    if (checked.includes(false)) return undefined;
    return {
      kind: "set",
      path: placePointer(place),
      attribute,
      form,
      values: [...new Set(values as string[])],
    } as const;
  }

  private age({ maxMs }: Fields, attribute: KnownAttribute, place: Place): TreeNode | undefined {
    if (attribute.observedAt === undefined) return this.illTyped(attribute, place, "an attribute with observedAtField");
    if (!isMillis(maxMs)) return this.fail("ERR_COHORT_VALUE", [...place, "maxMs"], "an integer in 0 .. 10^13", maxMs);
    return { kind: "age", path: placePointer(place), attribute, maxMs };
  }

  private version(fields: Fields, attribute: KnownAttribute, place: Place): TreeNode | undefined {
    const { definition } = attribute;
    if (definition.type !== "version") return this.illTyped(attribute, place);
    const { rel, scheme = definition.scheme } = fields;
    if (!sameScheme(scheme, definition.scheme)) {
      return this.fail("ERR_COHORT_TYPE", [...place, "scheme"], "the scheme of the attribute", scheme);
    }
    const isRange = rel === "in";
    if (!isRange && !(typeof rel === "string" && Object.hasOwn(signs, rel))) {
      return this.fail("ERR_COHORT_SELECTOR", [...place, "rel"], "eq, lt, le, gt, ge or in", rel);
    }
    const [member, other] = isRange ? ["range", "value"] : ["value", "range"];
    const at = [...place, member!];
    if (fields[other!] !== undefined)
      this.fail("ERR_COHORT_SELECTOR", [...place, other!], `no ${other} beside this rel`);
    const text = fields[member!];
    if (!this.isText(text, at)) return undefined;
    if (!isRange && text.includes(" ")) return this.fail("ERR_COHORT_VALUE", at, "one version", text);
    const comparators = this.comparators(definition.scheme, isRange ? text : signs[rel as string] + text, at);
    if (comparators === undefined) return undefined;
    const series = definition.scheme === "ilevel" ? comparators[0]!.key.split(".")[0]! : "";
    return { kind: "version", path: placePointer(place), attribute, scheme: definition.scheme, series, comparators };
  }

  private comparators(scheme: VersionScheme, text: string, at: Place): readonly VersionComparator[] | undefined {
    try {
      return parseVersionRange(scheme, text).comparators;
    } catch (error) {
      return this.fail("ERR_COHORT_VALUE", at, `versions of the scheme (${(error as Error).message})`, text);
    }
  }

  /** Checks a value for the attribute's type. */
  private isValue(value: unknown, attribute: KnownAttribute, at: Place): value is string | number | boolean {
    const { definition } = attribute;
    switch (definition.type) {
      case "bool":
        return typeof value === "boolean" || this.refuse("ERR_COHORT_VALUE", at, "true or false", value);
      case "int":
      case "timestamp":
        return Number.isSafeInteger(value) || this.refuse("ERR_COHORT_VALUE", at, "an integer below 2^53", value);
      case "number":
        return Number.isFinite(value) || this.refuse("ERR_COHORT_VALUE", at, "a finite number", value);
      case "enum":
        return (
          definition.values.includes(value as string) ||
          this.refuse("ERR_COHORT_VALUE", at, "a value of the attribute's list", value)
        );
      default:
        return this.isText(value, at);
    }
  }

  private isText(value: unknown, at: Place): value is string {
    if (isStorableText(value) && value.length <= maxTextLength) return true;
    const expected = `text of at most ${maxTextLength} characters, without U+0000 and lone surrogates`;
    return this.refuse("ERR_COHORT_VALUE", at, expected, value);
  }

  private isList(values: unknown, at: Place): values is readonly unknown[] {
    const longest = selectorLimits.maxListLength;
    if (!Array.isArray(values) || values.length === 0) {
      return this.refuse("ERR_COHORT_SELECTOR", at, "a list of at least one value", values);
    }
    return (
      values.length <= longest || this.refuse("ERR_COHORT_SELECTOR_LIMIT", at, `at most ${longest} values`, values)
    );
  }

  private illTyped(
    attribute: KnownAttribute,
    place: Place,
    expected = "an attribute this operation has a meaning for",
  ) {
    return this.fail(
      "ERR_COHORT_TYPE",
      [...place, "attr"],
      expected,
      `${attribute.name}: ${attribute.definition.type}`,
    );
  }

  private refuseOthers(value: object, known: readonly string[], place: Place): void {
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) this.fail("ERR_COHORT_SELECTOR", [...place, name], "no such member");
    }
  }

  private refuse(code: CohortErrorCode, place: Place, expected: string, found?: unknown): false {
    this.faults.add(code, place, expected, found);
    return false;
  }

  private fail(code: CohortErrorCode, place: Place, expected: string, found?: unknown): undefined {
    this.faults.add(code, place, expected, found);
    return undefined;
  }
}

/** -0 equals 0 in JavaScript and not in every database. */
function plainZero<T extends string | number | boolean>(value: T): T {
  return (value === 0 ? 0 : value) as T;
}

/** Schemes are plain data; a custom one is compared by what it says. */
function sameScheme(left: unknown, right: VersionScheme): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
