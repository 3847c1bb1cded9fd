/**
 * The checked tree that a selector becomes: attributes looked up, values of the right type, versions as keys. Every back end
 * (closures, columns, SQL, explanations) starts from it, so that a rule of the language is decided once.
 */

import type { VersionComparator, VersionScheme } from "../../core/index.ts";
import { type Attribute, type AttributeCatalogue, defaultMaxAheadMs } from "./catalogue.ts";

/** False, unknown, true: Kleene's order, in which `and` is the minimum and `or` the maximum. */
export type Truth = 0 | 1 | 2;

/** An attribute with its defaults filled in. */
export interface KnownAttribute {
  readonly name: string;
  readonly definition: Attribute;
  /** Member of the value; of a version's key where the records have keys. */
  readonly field: string;
  /** Whether `field` holds version keys. */
  readonly isKey: boolean;
  /** The freshness rule, if there is one. */
  readonly freshness: { readonly field: string; readonly column: string; readonly maxAgeMs: number } | undefined;
  /** Where the observation time is, also without a rule. */
  readonly observedAt: { readonly field: string; readonly column: string } | undefined;
  readonly contradiction: { readonly field: string; readonly column: string } | undefined;
  readonly maxAheadMs: number;
  /** Number of the attribute in its catalogue. */
  readonly slot: number;
}

interface Located {
  /** JSON pointer of the node in the selector. */
  readonly path: string;
}

interface JunctionNode extends Located {
  readonly kind: "and" | "or";
  readonly args: readonly TreeNode[];
}
interface NotNode extends Located {
  readonly kind: "not";
  readonly arg: TreeNode;
}
interface TruthNode extends Located {
  readonly kind: "truth";
  readonly wanted: Truth;
  readonly arg: TreeNode;
}
export interface CompareLeaf extends Located {
  readonly kind: "compare";
  readonly attribute: KnownAttribute;
  readonly relation: "eq" | "ne" | "lt" | "le" | "gt" | "ge";
  readonly value: string | number | boolean;
}
export interface OneOfLeaf extends Located {
  readonly kind: "oneOf";
  readonly attribute: KnownAttribute;
  readonly values: readonly (string | number)[];
  readonly negated: boolean;
}
export interface TextLeaf extends Located {
  readonly kind: "text";
  readonly attribute: KnownAttribute;
  readonly form: "startsWith" | "endsWith" | "contains";
  readonly value: string;
}
export interface VersionLeaf extends Located {
  readonly kind: "version";
  readonly attribute: KnownAttribute;
  readonly scheme: VersionScheme;
  /** Keys of another series have no order with these. */
  readonly series: string;
  readonly comparators: readonly VersionComparator[];
}
interface HasLeaf extends Located {
  readonly kind: "has";
  readonly attribute: KnownAttribute;
}
export interface AgeLeaf extends Located {
  readonly kind: "age";
  readonly attribute: KnownAttribute;
  readonly maxMs: number;
}
export interface SetLeaf extends Located {
  readonly kind: "set";
  readonly attribute: KnownAttribute;
  readonly form: "anyOf" | "allOf" | "noneOf";
  readonly values: readonly string[];
}
export interface ListLeaf extends Located {
  readonly kind: "list";
  readonly listId: string;
}
export interface BucketLeaf extends Located {
  readonly kind: "bucket";
  readonly salt: string;
  readonly lo: number;
  readonly hi: number;
}

/** A leaf that looks at the value of an attribute. */
export type ValueLeaf = CompareLeaf | OneOfLeaf | TextLeaf | VersionLeaf | HasLeaf | SetLeaf;
/** A node without arguments. */
export type Leaf = ValueLeaf | AgeLeaf | ListLeaf | BucketLeaf;
/** A node of the checked tree. */
export type TreeNode = JunctionNode | NotNode | TruthNode | Leaf;

/** A checked selector: a vehicle is in when `include` is true and the others are false. */
export interface SelectorTree {
  readonly include: TreeNode;
  readonly exclude: TreeNode | undefined;
  readonly holdback: BucketLeaf | undefined;
}

/** The whole selector as one node: `include and not exclude and not holdback`. */
export function wholeTree({ include, exclude, holdback }: SelectorTree): TreeNode {
  const not = (arg: TreeNode): NotNode => ({ kind: "not", path: arg.path, arg });
  const args = [include, ...(exclude ? [not(exclude)] : []), ...(holdback ? [not(holdback)] : [])];
  return args.length === 1 ? include : { kind: "and", path: "", args };
}

/** Whether a leaf looks at the value of an attribute, so that a missing value makes it unknown. */
export function isValueLeaf(leaf: Leaf): leaf is ValueLeaf {
  return leaf.kind !== "age" && leaf.kind !== "list" && leaf.kind !== "bucket";
}

/** Looks an attribute up and fills its defaults in. */
export function knownAttribute(catalogue: AttributeCatalogue, name: string): KnownAttribute | undefined {
  const definition = Object.hasOwn(catalogue.attributes, name) ? catalogue.attributes[name] : undefined;
  if (definition === undefined) return undefined;
  const { observedAtField, maxAgeMs, contradictionField } = definition;
  const keyField = definition.type === "version" ? definition.keyField : undefined;
  const observedAt =
    observedAtField === undefined
      ? undefined
      : { field: observedAtField, column: definition.observedAtColumn ?? observedAtField };
  return {
    name,
    definition,
    field: keyField ?? definition.field ?? name,
    isKey: keyField !== undefined,
    freshness: observedAt && maxAgeMs !== undefined ? { ...observedAt, maxAgeMs } : undefined,
    observedAt,
    contradiction:
      contradictionField === undefined
        ? undefined
        : { field: contradictionField, column: definition.contradictionColumn ?? contradictionField },
    maxAheadMs: catalogue.maxAheadMs ?? defaultMaxAheadMs,
    slot: Object.keys(catalogue.attributes).indexOf(name),
  };
}
