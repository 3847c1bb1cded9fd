/** Where a fleet is lost on its way through a selector. */

import { nodeTest, type VehicleRecord, type VehicleTest } from "./closures.ts";
import { type CompiledSelector, compiledParts } from "./compile.ts";
import type { SelectorTree, TreeNode } from "./tree.ts";

/** One top-level condition of a selector. */
export interface FunnelStep {
  /** JSON pointer of the condition; under `/exclude` it is met by those whom the rule does not exclude. */
  readonly path: string;
  /** Vehicles for which this is the first condition that is false. */
  readonly lost: number;
  /** Vehicles for which no condition is false, and this is the first that is unknown. */
  readonly unknown: number;
  /** Vehicles that are left: those before, less `lost` and `unknown`. */
  readonly remaining: number;
}

/** Counts of a fleet; `total` is the sum of the other three. */
export interface Funnel {
  readonly total: number;
  readonly in: number;
  readonly out: number;
  readonly unknown: number;
  /** Conditions in the order of the selector: those of `include`, those of `exclude`, the holdback. */
  readonly steps: readonly FunnelStep[];
}

/**
 * Counts how many vehicles each top-level condition of a selector loses: the arguments of an `and` at the root of `include`, those
 * of an `or` at the root of `exclude`, and the holdback.
 *
 * @param now - epoch milliseconds
 * @throws RangeError when `now` is not finite
 * @example
 * ```ts
 * funnel(compiled, vehicles, now).steps.map(({ path, lost }) => `${path}: ${lost}`);
 * ```
 */
export function funnel(compiled: CompiledSelector, vehicles: Iterable<VehicleRecord>, now: number): Funnel {
  if (!Number.isFinite(now)) throw new RangeError(`"now" expected epoch milliseconds, got ${now}`);
  const parts = compiledParts(compiled);
  const conditions = topLevel(parts.tree).map(({ node, wanted }) => ({
    path: node.path,
    wanted,
    test: nodeTest(node, parts),
  }));
  const lost = conditions.map(() => 0);
  const unknown = conditions.map(() => 0);
  let total = 0;
  for (const vehicle of vehicles) {
    total++;
    const { step, isUnknown } = firstObstacle(conditions, vehicle, now);
    if (step >= 0) (isUnknown ? unknown : lost)[step]!++;
  }
  let remaining = total;
  const steps = conditions.map(({ path }, index) => {
    remaining -= lost[index]! + unknown[index]!;
    return { path, lost: lost[index]!, unknown: unknown[index]!, remaining };
  });
  const sum = (counts: readonly number[]): number => counts.reduce((left, right) => left + right, 0);
  return { total, in: remaining, out: sum(lost), unknown: sum(unknown), steps };
}

interface Condition {
  readonly test: VehicleTest;
  readonly wanted: 0 | 2;
}

/** The first condition that is surely not met, else the first that is not surely met, else -1. */
function firstObstacle(conditions: readonly Condition[], vehicle: VehicleRecord, now: number) {
  let firstUnknown = -1;
  for (const [index, { test, wanted }] of conditions.entries()) {
    const truth = test(vehicle, now);
    if (truth === wanted) continue;
    if (truth !== 1) return { step: index, isUnknown: false };
    if (firstUnknown < 0) firstUnknown = index;
  }
  return { step: firstUnknown, isUnknown: true };
}

function topLevel({ include, exclude, holdback }: SelectorTree): { readonly node: TreeNode; readonly wanted: 0 | 2 }[] {
  const args = (node: TreeNode, kind: "and" | "or"): readonly TreeNode[] => (node.kind === kind ? node.args : [node]);
  return [
    ...args(include, "and").map((node) => ({ node, wanted: 2 as const })),
    ...(exclude ? args(exclude, "or") : []).map((node) => ({ node, wanted: 0 as const })),
    ...(holdback ? [{ node: holdback, wanted: 0 as const }] : []),
  ];
}
