/** Failures over enrolled vehicles against the boundaries that stop and let pass: what a gate compares, as points of a drawing. */

import { goBoundary, stopBoundary } from "../../statistics/index.ts";
import type { Aggregate } from "../gate/aggregate.ts";
import { goTestOf } from "../gate/go-tests.ts";
import type { RolloutPlan } from "../gate/plan.ts";
import { sumPrefixes } from "../gate/prefixes.ts";
import { isShareMetric, shareTest, stopPairs } from "../gate/stop-tests.ts";

/** Points of one line: vehicles, failures. */
export type CurvePoints = readonly (readonly [n: number, f: number])[];

/** What is drawn of the first metric of a plan, for all vehicles together. */
export interface EvidenceCurve {
  readonly metric: string;
  readonly seen: CurvePoints;
  /** Counts that stop by this test's own part of alpha; not drawn where none do, or the metric stops nothing. */
  readonly stop: CurvePoints;
  /** Counts that pass the gate of the ring. */
  readonly go: CurvePoints;
}

/** Points of a boundary, each of which costs a search. */
const steps = 48;

/**
 * Computes the curve of a look.
 *
 * @param fromMs - start of the stop tests, from the state of the verdict
 */
export function evidenceCurve(plan: RolloutPlan, aggregate: Aggregate, ring: string, fromMs: number): EvidenceCurve {
  const metric = plan.metrics[0]!;
  const { strata } = sumPrefixes(
    aggregate,
    plan.strata.map(({ key }) => key),
    fromMs,
    0,
    [],
  );
  const counts = strata.get("")!;
  const seen: (readonly [number, number])[] = [[0, 0]];
  counts.enrolled.forEach((enrolled, at) => {
    const n = enrolled - counts.excluded[at]!;
    if (n > seen.at(-1)![0]) seen.push([n, counts.failure[at]!]);
  });
  const planned = plan.rings.find(({ name }) => name === ring)?.vehicles ?? 0;
  const most = Math.max(seen.at(-1)![0], planned, 1);
  const grid = [...new Set(Array.from({ length: steps }, (_, at) => Math.ceil((most * (at + 1)) / steps)))];
  const along = (boundary: (n: number) => number | undefined): CurvePoints =>
    grid.flatMap((n) => {
      const f = boundary(n);
      return f === undefined ? [] : [[n, f] as const];
    });
  const pair = stopPairs(plan).find((candidate) => candidate.metric === metric && candidate.stratum === "");
  const gate = plan.rings.find(({ name }) => name === ring);
  if (!isShareMetric(metric)) return { metric: metric.id, seen, stop: [], go: [] };
  const stopTest = pair === undefined ? undefined : shareTest({ ...pair, metric }, plan).test;
  const goTest = gate === undefined ? undefined : goTestOf(plan, gate, metric);
  return {
    metric: metric.id,
    seen,
    stop: stopTest === undefined ? [] : along((n) => stopBoundary(n, stopTest)),
    go: goTest === undefined ? [] : along((n) => goBoundary(n, goTest)),
  };
}
