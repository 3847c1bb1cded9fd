/** Functions of nodes over a vehicle's record: one closure for each node, no generated code. */

import { loneSurrogate } from "../../core/index.ts";
import { bucketOf } from "../bucket.ts";
import { valueTest } from "./leaves.ts";
import { memberTest } from "./member-tests.ts";
import { type AgeLeaf, isValueLeaf, type KnownAttribute, type Leaf, type TreeNode, type Truth } from "./tree.ts";

/** A vehicle's record: plain data, members as the catalogue names them. */
export type VehicleRecord = Readonly<Record<string, unknown>>;

/** Truth of a node for a vehicle. */
export type VehicleTest = (vehicle: VehicleRecord, now: number) => Truth;

/** What leaves that look at the vehicle's id need. */
export interface IdLookup {
  readonly idField: string;
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Closure of a node. */
export function nodeTest(node: TreeNode, ids: IdLookup): VehicleTest {
  switch (node.kind) {
    case "and":
      return andTest(node.args.map((arg) => nodeTest(arg, ids)));
    case "or":
      return orTest(node.args.map((arg) => nodeTest(arg, ids)));
    case "not": {
      const test = nodeTest(node.arg, ids);
      return (vehicle, now) => (2 - test(vehicle, now)) as Truth;
    }
    case "truth": {
      const test = nodeTest(node.arg, ids);
      const { wanted } = node;
      return (vehicle, now) => (test(vehicle, now) === wanted ? 2 : 0);
    }
    default:
      return leafTest(node, ids);
  }
}

function andTest(tests: readonly VehicleTest[]): VehicleTest {
  if (tests.length === 1) return tests[0]!;
  return (vehicle, now) => {
    let least: Truth = 2;
    for (let index = 0; index < tests.length; index++) {
      const truth = tests[index]!(vehicle, now);
      if (truth === 0) return 0;
      if (truth === 1) least = 1;
    }
    return least;
  };
}

function orTest(tests: readonly VehicleTest[]): VehicleTest {
  if (tests.length === 1) return tests[0]!;
  return (vehicle, now) => {
    let most: Truth = 0;
    for (let index = 0; index < tests.length; index++) {
      const truth = tests[index]!(vehicle, now);
      if (truth === 2) return 2;
      if (truth === 1) most = 1;
    }
    return most;
  };
}

/** Closure of a leaf. */
export function leafTest(leaf: Leaf, { idField, lists }: IdLookup): VehicleTest {
  if (isValueLeaf(leaf)) {
    const { attribute } = leaf;
    const test = valueTest(leaf);
    const ofMember = memberTest(attribute.slot, attribute.field, test);
    if (attribute.freshness === undefined && attribute.contradiction === undefined) return ofMember;
    const isCurrent = currentTest(attribute);
    const otherwise = leaf.kind === "has" ? 0 : 1;
    return (vehicle, now) => (isCurrent(vehicle, now) ? ofMember(vehicle) : otherwise);
  }
  if (leaf.kind === "age") return ageTest(leaf);
  const test = leaf.kind === "list" ? listTest(lists.get(leaf.listId)!) : bucketTest(leaf.salt, leaf.lo, leaf.hi);
  return (vehicle) => test(vehicle[idField]);
}

/** Tells whether an attribute's value is fresh and uncontradicted. */
function currentTest({
  freshness,
  contradiction,
  maxAheadMs,
}: KnownAttribute): (vehicle: VehicleRecord, now: number) => boolean {
  const agrees = (vehicle: VehicleRecord): boolean =>
    contradiction === undefined || isUncontradicted(vehicle[contradiction.field]);
  if (freshness === undefined) return agrees;
  const { field, maxAgeMs } = freshness;
  return (vehicle, now) => isFresh(vehicle[field], now - maxAgeMs, now + maxAheadMs) && agrees(vehicle);
}

/** Whether an observation lies in a span of instants; a time that is none lies nowhere. */
export function isFresh(observedAt: unknown, earliest: number, latest: number): boolean {
  return Number.isSafeInteger(observedAt) && (observedAt as number) >= earliest && (observedAt as number) <= latest;
}

/** Only a missing flag and a plain `false` say that sources agree; anything else is not understood as that. */
export function isUncontradicted(flag: unknown): boolean {
  return flag === undefined || flag === null || flag === false;
}

function ageTest({ attribute, maxMs }: AgeLeaf): VehicleTest {
  const { field } = attribute.observedAt!;
  const { maxAheadMs } = attribute;
  return (vehicle, now) => ageTruth(vehicle[field], now - maxMs, now + maxAheadMs);
}

/** True within the span, false before it; after it the clock is not believed. */
export function ageTruth(observedAt: unknown, earliest: number, latest: number): Truth {
  if (!Number.isSafeInteger(observedAt) || !((observedAt as number) <= latest)) return 1;
  return (observedAt as number) >= earliest ? 2 : 0;
}

/** Whether a vehicle's id is on a list. */
export function listTest(ids: ReadonlySet<string>): (id: unknown) => Truth {
  return (id) => (isId(id) ? (ids.has(id) ? 2 : 0) : 1);
}

/** Whether a vehicle's bucket is in a range. */
export function bucketTest(salt: string, lo: number, hi: number): (id: unknown) => Truth {
  return (id) => {
    if (!isId(id)) return 1;
    const bucket = bucketOf(salt, id);
    return bucket >= lo && bucket < hi ? 2 : 0;
  };
}

/** An id that has bytes to hash; a vehicle without one has no bucket and is on no list for certain. */
function isId(id: unknown): id is string {
  return typeof id === "string" && id !== "" && loneSurrogate(id) < 0;
}
