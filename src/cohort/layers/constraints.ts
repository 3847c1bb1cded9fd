/** What must be so for a vehicle to be taken by a selector, attribute by attribute, as far as its conjunctive parts say it. */

import type { VersionComparator } from "../../core/index.ts";
import type { BucketLeaf, KnownAttribute, Leaf, SelectorTree, TreeNode } from "../selector/tree.ts";
import { Interval } from "./interval.ts";

type Scalar = string | number | boolean;

/** What is known of one attribute of a vehicle that is taken. */
export interface AttributeConstraint {
  readonly attribute: KnownAttribute;
  /** The only values it can have; `undefined` while any is possible. */
  allowed: ReadonlySet<Scalar> | undefined;
  readonly forbidden: Set<Scalar>;
  readonly numbers: Interval<number>;
  readonly versions: Interval<string>;
  /** Series of versions that it must belong to. */
  readonly series: Set<string>;
  readonly texts: {
    readonly form: "startsWith" | "endsWith" | "contains";
    readonly value: string;
    readonly holds: boolean;
  }[];
  /** Of a set: those it must hold, those it must not hold, and lists of which it must hold one. */
  readonly all: Set<string>;
  readonly none: Set<string>;
  readonly any: (readonly string[])[];
  /** Readings of the attribute (see `readingOf`) in which it must be known, and in which it must not. */
  readonly presentIn: Set<string>;
  readonly absentIn: Set<string>;
}

/** What is known of a vehicle that is taken. */
export class Constraints {
  readonly attributes: Map<string, AttributeConstraint> = new Map();
  /** Sets of ids that its own must be in, and must not be in. */
  readonly ids: ReadonlySet<string>[] = [];
  readonly otherIds: ReadonlySet<string>[] = [];
  /** By salt: the range of its bucket, and ranges where it is not. */
  readonly buckets: Map<string, { readonly range: Interval<number>; readonly outside: BucketLeaf[] }> = new Map();
  /** Whether a part is false whatever the vehicle: an empty range of buckets, say. */
  impossible = false;

  /** Adds what a selector demands. */
  addSelector({ include, exclude, holdback }: SelectorTree, lists: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.add(include, true, lists);
    if (exclude !== undefined) this.add(exclude, false, lists);
    if (holdback !== undefined) this.add(holdback, false, lists);
  }

  /** Adds what follows from a node being true, or false. What it does not understand it leaves out: then less can be proved. */
  private add(node: TreeNode, holds: boolean, lists: ReadonlyMap<string, ReadonlySet<string>>): void {
    switch (node.kind) {
      case "and":
      case "or":
        if ((node.kind === "and") === holds || node.args.length === 1) {
          for (const arg of node.args) this.add(arg, holds, lists);
        } else this.addAlternatives(node.args, holds);
        return;
      case "not":
        this.add(node.arg, !holds, lists);
        return;
      case "truth":
        // "Is unknown" says nothing that could be compared; "is not true" may be unknown as well.
        if (holds && node.wanted !== 1) this.add(node.arg, node.wanted === 2, lists);
        return;
      case "list":
        (holds ? this.ids : this.otherIds).push(lists.get(node.listId) ?? new Set());
        return;
      case "bucket":
        this.addBucket(node, holds);
        return;
      case "age":
        return;
      default:
        this.addLeaf(node, holds);
    }
  }

  /** "EU or US" is one demand on one attribute, when each alternative is one. */
  private addAlternatives(args: readonly TreeNode[], holds: boolean): void {
    const values = new Set<Scalar>();
    let attribute: KnownAttribute | undefined;
    for (const arg of args) {
      const [leaf, positive] = arg.kind === "not" ? [arg.arg, !holds] : [arg, holds];
      const equals =
        (leaf.kind === "compare" && leaf.relation === (positive ? "eq" : "ne")) ||
        (leaf.kind === "oneOf" && leaf.negated === !positive);
      if (!equals) return;
      attribute ??= leaf.attribute;
      if (readingOf(leaf.attribute) !== readingOf(attribute)) return;
      for (const value of leaf.kind === "compare" ? [leaf.value] : leaf.values) values.add(value);
    }
    if (attribute === undefined) return;
    const constraint = this.of(attribute);
    requirePresence(constraint, attribute);
    allow(constraint, values);
  }

  private addBucket(leaf: BucketLeaf, holds: boolean): void {
    if (holds && leaf.lo >= leaf.hi) this.impossible = true;
    let entry = this.buckets.get(leaf.salt);
    if (entry === undefined) {
      entry = { range: new Interval(), outside: [] };
      this.buckets.set(leaf.salt, entry);
    }
    if (!holds) entry.outside.push(leaf);
    else {
      entry.range.above(leaf.lo, true);
      entry.range.below(leaf.hi - 1, true);
    }
  }

  private addLeaf(leaf: Exclude<Leaf, { readonly kind: "age" | "list" | "bucket" }>, holds: boolean): void {
    const constraint = this.of(leaf.attribute);
    if (leaf.kind === "has") {
      if (holds) requirePresence(constraint, leaf.attribute);
      else constraint.absentIn.add(readingOf(leaf.attribute));
      return;
    }
    // True or false, but not unknown: so there is a value.
    requirePresence(constraint, leaf.attribute);
    switch (leaf.kind) {
      case "compare":
        addComparison(constraint, leaf.relation, leaf.value, holds);
        return;
      case "oneOf":
        if (leaf.negated !== holds) allow(constraint, new Set(leaf.values));
        else for (const value of leaf.values) constraint.forbidden.add(value);
        return;
      case "text":
        constraint.texts.push({ form: leaf.form, value: leaf.value, holds });
        return;
      case "version":
        constraint.series.add(leaf.series);
        // Of several comparisons one being false says of none that it is.
        if (holds) for (const comparator of leaf.comparators) addVersion(constraint.versions, comparator, true);
        else if (leaf.comparators.length === 1) addVersion(constraint.versions, leaf.comparators[0]!, false);
        return;
      case "set": {
        const form = holds ? leaf.form : opposites[leaf.form];
        if (form === "anyOf") constraint.any.push(leaf.values);
        else if (form !== undefined)
          for (const value of leaf.values) constraint[form === "allOf" ? "all" : "none"].add(value);
      }
    }
  }

  private of(attribute: KnownAttribute): AttributeConstraint {
    const key = identityOf(attribute);
    let constraint = this.attributes.get(key);
    if (constraint === undefined) {
      constraint = {
        attribute,
        allowed: undefined,
        forbidden: new Set(),
        numbers: new Interval(),
        versions: new Interval(),
        series: new Set(),
        texts: [],
        all: new Set(),
        none: new Set(),
        any: [],
        presentIn: new Set(),
        absentIn: new Set(),
      };
      this.attributes.set(key, constraint);
    }
    return constraint;
  }
}

/** "Not all of" a list is no demand that could be compared. */
const opposites = { anyOf: "noneOf", noneOf: "anyOf", allOf: undefined } as const;

/** Two catalogues may call one member by two names, and two members of one name are two attributes. */
function identityOf({ field, isKey, definition, contradiction, freshness }: KnownAttribute): string {
  const scheme = definition.type === "version" ? definition.scheme : undefined;
  return JSON.stringify([field, definition.type, scheme, isKey, contradiction?.field, freshness]);
}

/** What else decides whether a value is known: of two catalogues, one may know of a model that the other calls unreadable. */
function readingOf(attribute: KnownAttribute): string {
  const { definition, maxAheadMs } = attribute;
  return JSON.stringify([identityOf(attribute), maxAheadMs, definition.type === "enum" ? definition.values : []]);
}

/** A known value is one that the attribute's type can have. */
function requirePresence(constraint: AttributeConstraint, attribute: KnownAttribute): void {
  const { definition } = attribute;
  constraint.presentIn.add(readingOf(attribute));
  if (definition.type === "enum") allow(constraint, new Set(definition.values));
  if (definition.type === "bool") allow(constraint, new Set([true, false]));
}

function allow(constraint: AttributeConstraint, values: ReadonlySet<Scalar>): void {
  const { allowed } = constraint;
  constraint.allowed = allowed === undefined ? values : new Set([...allowed].filter((value) => values.has(value)));
}

const negated = { eq: "ne", ne: "eq", lt: "ge", ge: "lt", gt: "le", le: "gt" } as const;

function addComparison(
  constraint: AttributeConstraint,
  relation: keyof typeof negated,
  value: Scalar,
  holds: boolean,
): void {
  const { numbers, forbidden, attribute } = constraint;
  const step = attribute.definition.type === "number" ? 0 : 1;
  switch (holds ? relation : negated[relation]) {
    case "eq":
      allow(constraint, new Set([value]));
      return;
    case "ne":
      forbidden.add(value);
      return;
    // Between two integers there is none: "less than 5" is "at most 4".
    case "lt":
      numbers.below((value as number) - step, step === 1);
      return;
    case "le":
      numbers.below(value as number, true);
      return;
    case "gt":
      numbers.above((value as number) + step, step === 1);
      return;
    case "ge":
      numbers.above(value as number, true);
      return;
  }
}

function addVersion(versions: Interval<string>, { relation, key }: VersionComparator, holds: boolean): void {
  switch (holds ? relation : negated[relation]) {
    case "eq":
      versions.above(key, true);
      versions.below(key, true);
      return;
    case "ne":
      return;
    case "lt":
      versions.below(key, false);
      return;
    case "le":
      versions.below(key, true);
      return;
    case "gt":
      versions.above(key, false);
      return;
    case "ge":
      versions.above(key, true);
      return;
  }
}
