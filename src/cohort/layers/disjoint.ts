/** Proves that no vehicle can be taken by two selectors at one time, where intervals, lists and sets show it. */

import { type CompiledSelector, compiledParts } from "../selector/compile.ts";
import { type AttributeConstraint, Constraints } from "./constraints.ts";

/** What two selectors cannot agree about. */
export interface Disagreement {
  /** Name of an attribute in the first selector's catalogue. */
  readonly attribute?: string;
  /** Present when lists or buckets show it. */
  readonly by?: "lists" | "buckets";
}

/**
 * Looks for something that two selectors cannot agree about: a proof that no vehicle fits both at one time. That none is found does
 * not say that they meet.
 *
 * Looked at are the parts that must all hold: the arguments of `and`, and those that `exclude` forbids; alternatives when they are
 * values of one attribute. A vehicle that changes in the meantime can fit one selector after the other.
 *
 * @returns `undefined` when nothing is found
 */
export function findDisagreement(left: CompiledSelector, right: CompiledSelector): Disagreement | undefined {
  const constraints = new Constraints();
  for (const { tree, lists } of [compiledParts(left), compiledParts(right)]) constraints.addSelector(tree, lists);
  for (const constraint of constraints.attributes.values()) {
    if (isImpossible(constraint)) return { attribute: constraint.attribute.name };
  }
  // Ids are compared only where both selectors mean the same member by them.
  const sameIds = compiledParts(left).idField === compiledParts(right).idField;
  if (sameIds && isListImpossible(constraints)) return { by: "lists" };
  if (constraints.impossible || (sameIds && areBucketsImpossible(constraints))) return { by: "buckets" };
  return undefined;
}

function isImpossible(constraint: AttributeConstraint): boolean {
  const { presentIn, absentIn, numbers, versions, series, allowed, all, none, any, texts } = constraint;
  if ([...presentIn].some((reading) => absentIn.has(reading))) return true;
  if (numbers.isEmpty || versions.isEmpty || series.size > 1) return true;
  if (any.some((values) => values.every((value) => none.has(value)))) return true;
  if ([...all].some((value) => none.has(value))) return true;
  if (allowed !== undefined) return ![...allowed].some((value) => isPossible(value, constraint));
  return clash(texts, "startsWith") || clash(texts, "endsWith");
}

/** Whether a value meets every demand on its attribute. */
function isPossible(value: string | number | boolean, { forbidden, numbers, texts }: AttributeConstraint): boolean {
  if (forbidden.has(value) || (typeof value === "number" && !numbers.has(value))) return false;
  return texts.every(({ form, value: part, holds }) => {
    if (typeof value !== "string") return false;
    const found =
      form === "contains" ? value.includes(part) : form === "endsWith" ? value.endsWith(part) : value.startsWith(part);
    return found === holds;
  });
}

/** Whether a text cannot begin, or end, as demanded: with two beginnings of which none begins with the other. */
function clash(texts: AttributeConstraint["texts"], form: "startsWith" | "endsWith"): boolean {
  const demanded = texts.filter((text) => text.form === form && text.holds).map(({ value }) => value);
  const refused = texts.filter((text) => text.form === form && !text.holds).map(({ value }) => value);
  return demanded.some(
    (one) =>
      demanded.some((other) => !one[form](other) && !other[form](one)) || refused.some((other) => one[form](other)),
  );
}

function isListImpossible({ ids, otherIds }: Constraints): boolean {
  const [smallest, ...others] = [...ids].sort((left, right) => left.size - right.size);
  if (smallest === undefined) return false;
  return ![...smallest].some((id) => others.every((list) => list.has(id)) && !otherIds.some((list) => list.has(id)));
}

function areBucketsImpossible({ buckets }: Constraints): boolean {
  return [...buckets.values()].some(
    ({ range, outside }) => range.isEmpty || outside.some(({ lo, hi }) => range.isWithin(lo, hi - 1)),
  );
}
