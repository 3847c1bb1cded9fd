/** Turns a selector into functions. */

import { excerpt } from "../../core/index.ts";
import { type AttributeCatalogue, parseAttributeCatalogue } from "./catalogue.ts";
import { checkSelector, type Holdback } from "./check.ts";
import { type IdLookup, nodeTest, type VehicleRecord } from "./closures.ts";
import { type Explanation, explainer, type SelectionDecision } from "./explain.ts";
import { frozenCopy } from "./frozen-copy.ts";
import type { Selector } from "./selector.ts";
import { type SelectorTree, type Truth, wholeTree } from "./tree.ts";

/** What a selector needs beside its text. */
export interface CompileOptions {
  /** Vehicle ids of each list that an `inList` names; a single text is no list. */
  readonly lists?: Readonly<Record<string, Iterable<string>>>;
  /** Buckets that no selector may take: vehicles in them are out, whatever the selector says. */
  readonly holdback?: Holdback;
}

/** A selector, ready to be asked. Made by {@link compileSelector}. */
export interface CompiledSelector {
  /** A frozen copy, as the catalogue: what is compiled does not change when the caller's objects do. */
  readonly selector: Selector;
  readonly catalogue: AttributeCatalogue;
  /**
   * The answer as a number, for hot loops: 2 in, 1 unknown, 0 out. Only 2 selects.
   *
   * @param now - epoch milliseconds; with NaN nothing is fresh
   */
  truth(vehicle: VehicleRecord, now: number): Truth;
  /**
   * The answer with its reasons.
   *
   * @param now - epoch milliseconds
   * @throws RangeError when `now` is not finite; TypeError when the vehicle is no object
   */
  decide(vehicle: VehicleRecord, now: number): SelectionDecision;
  /**
   * The answer with its witnesses: the evidence of {@link CompiledSelector.decide} alone.
   *
   * @throws RangeError when `now` is not finite; TypeError when the vehicle is no object
   */
  explain(vehicle: VehicleRecord, now: number): Explanation;
}

interface CompiledParts extends IdLookup {
  readonly tree: SelectorTree;
}

const partsOf = new WeakMap<CompiledSelector, CompiledParts>();

/** Tree and lists of a selector that {@link compileSelector} made; not part of the public face. */
export function compiledParts(compiled: CompiledSelector): CompiledParts {
  const parts = partsOf.get(compiled);
  if (parts === undefined) throw new TypeError('"compiled" expected a selector from compileSelector');
  return parts;
}

/**
 * Compiles a selector against a catalogue: checks both, and makes closures of the nodes.
 *
 * A vehicle is **in** when `include` is true, `exclude` is false and it is not held back; **out** when one of them says so for
 * certain; **unknown** otherwise. The logic is Kleene's, as that of SQL. A value is unknown when it is missing, `null`, older
 * than its maximum age, dated too far ahead of `now`, not of its attribute's type, or contradicted.
 *
 * @throws {@link CohortError} `ERR_COHORT_CATALOGUE`, `ERR_COHORT_CATALOGUE_VERSION`, `ERR_COHORT_SELECTOR`,
 * `ERR_COHORT_SELECTOR_VERSION`, `ERR_COHORT_SELECTOR_LIMIT`, `ERR_COHORT_ATTRIBUTE`, `ERR_COHORT_TYPE`, `ERR_COHORT_VALUE` or
 * `ERR_COHORT_LIST`: code and JSON pointer of the first fault, all of them (up to a hundred) in `details.faults`
 * @throws TypeError when a list is none, or holds what is no text
 * @example
 * ```ts
 * const pilot = compileSelector(
 *   {
 *     schema: "otakit.selector/1",
 *     include: { op: "ver", attr: "firmware", rel: "lt", value: "2.0.0" },
 *     exclude: { op: "eq", attr: "risk", value: "high" },
 *   },
 *   catalogue,
 * );
 * pilot.decide({ vehicleId: "v1", firmware: "1.10.0" }, now).decision; // "unknown": no risk profile was delivered
 * ```
 */
export function compileSelector(
  selector: Selector,
  catalogue: AttributeCatalogue,
  options: CompileOptions = {},
): CompiledSelector {
  const checked = parseAttributeCatalogue(catalogue);
  const lists = new Map(Object.entries(options.lists ?? {}).map(([id, ids]) => [id, idSet(id, ids)] as const));
  const tree = checkSelector(selector, checked, (listId) => lists.has(listId), options.holdback);
  const parts = { tree, idField: checked.idField ?? "vehicleId", lists };
  const truth = nodeTest(wholeTree(tree), parts);
  const compiled: CompiledSelector = {
    selector: frozenCopy(selector),
    catalogue: checked,
    truth,
    ...explainer(tree, parts),
  };
  partsOf.set(compiled, parts);
  return compiled;
}

/** Ids of a list, checked: a text would be read as its characters, and what is no text never equals an id. */
export function idSet(listId: string, ids: Iterable<string>): ReadonlySet<string> {
  const expected = `"lists" expected vehicle ids in "${excerpt(listId, 64)}"`;
  if (typeof ids !== "object" || ids === null) throw new TypeError(`${expected}, got ${typeof ids}`);
  const set = new Set<string>();
  for (const id of ids) {
    if (typeof id !== "string") throw new TypeError(`${expected}, got one of type ${typeof id}`);
    set.add(id);
  }
  return set;
}
