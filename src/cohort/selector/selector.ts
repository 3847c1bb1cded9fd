/** The selector language: a typed tree in JSON. What it means is in `compile.ts`; here is only its shape. */

import type { VersionScheme } from "../../core/index.ts";

/** Every argument holds. */
export interface AndExpression {
  readonly op: "and";
  readonly args: readonly Expression[];
}

/** At least one argument holds. */
export interface OrExpression {
  readonly op: "or";
  readonly args: readonly Expression[];
}

/** The argument does not hold; unknown stays unknown. */
export interface NotExpression {
  readonly op: "not";
  readonly arg: Expression;
}

/** Compares with one value. Texts and booleans have `eq` and `ne` only; versions have `ver`. */
export interface CompareExpression {
  readonly op: "eq" | "ne" | "lt" | "le" | "gt" | "ge";
  readonly attr: string;
  readonly value: string | number | boolean;
}

/** The value is one, or none, of a list. */
export interface InExpression {
  readonly op: "in" | "notIn";
  readonly attr: string;
  readonly values: readonly (string | number)[];
}

/** A text begins with, ends with or holds another, exactly: no case folding, no pattern. */
export interface TextExpression {
  readonly op: "startsWith" | "endsWith" | "contains";
  readonly attr: string;
  readonly value: string;
}

/** Compares a version, or with `rel: "in"` and `range` (`>=1.10.0 <3.0.0`) asks whether it lies there. */
export type VersionExpression =
  | {
      readonly op: "ver";
      readonly attr: string;
      readonly rel: "eq" | "lt" | "le" | "gt" | "ge";
      readonly value: string;
      /** If given, it has to be the attribute's: a guard against a catalogue that changed. */
      readonly scheme?: VersionScheme;
    }
  | {
      readonly op: "ver";
      readonly attr: string;
      readonly rel: "in";
      readonly range: string;
      readonly scheme?: VersionScheme;
    };

/** The attribute is known: there, fresh, readable and uncontradicted. Never unknown itself. */
export interface HasExpression {
  readonly op: "has";
  readonly attr: string;
}

/** The attribute was observed at most `maxMs` before `now`; unknown without an observation time. */
export interface AgeExpression {
  readonly op: "age";
  readonly attr: string;
  readonly maxMs: number;
}

/** Asks a set for some, all or none of a list. */
export interface SetExpression {
  readonly op: "anyOf" | "allOf" | "noneOf";
  readonly attr: string;
  readonly values: readonly string[];
}

/** Asks for one of the three truths. Never unknown itself: the way out of three-valued logic, to be used knowingly. */
export interface TruthExpression {
  readonly op: "isTrue" | "isFalse" | "isUnknown";
  readonly arg: Expression;
}

/** The vehicle's id is on a list that is kept beside the selector. */
export interface ListExpression {
  readonly op: "inList";
  readonly listId: string;
}

/** The vehicle's bucket (see `bucketOf`) lies in `lo` .. `hi - 1`; integers from 0 to 2^32. */
export interface BucketExpression {
  readonly op: "bucket";
  readonly salt: string;
  readonly lo: number;
  readonly hi: number;
}

/** A node of a selector. */
export type Expression =
  | AndExpression
  | OrExpression
  | NotExpression
  | CompareExpression
  | InExpression
  | TextExpression
  | VersionExpression
  | HasExpression
  | AgeExpression
  | SetExpression
  | TruthExpression
  | ListExpression
  | BucketExpression;

/** Which vehicles: those for which `include` is true and `exclude` is false. */
export interface Selector {
  readonly schema: "otakit.selector/1";
  readonly include: Expression;
  /** Unknown here keeps a vehicle out: a risk profile that was not delivered does not select. */
  readonly exclude?: Expression;
}

/** Bounds of a selector: depth of nesting, nodes altogether, values of one list. */
export const selectorLimits = { maxDepth: 32, maxNodes: 1_000, maxListLength: 10_000 } as const;
