import {
  type Aggregate,
  type AggregateSeries,
  type GateContext,
  type RolloutPlan,
  rolloutPlanDigest,
  type SourceCounts,
} from "../../../src/cohort/index.ts";

export const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Start of every sample rollout. */
export const startMs = 20_000 * dayMs;

/** Counters of one bucket: what is not given is 0, or follows from the rest. */
export interface SampleCell {
  /** Hours since the start of the rollout at which the bucket begins. */
  readonly hour: number;
  readonly enrolled: number;
  readonly success?: number;
  readonly failure?: number;
  readonly conflict?: number;
  readonly excluded?: number;
  readonly onTime?: number;
  readonly categories?: Readonly<Record<string, number>>;
}

/** A series out of cells of one hour each. */
export function series(ring: string, stratum: string, cells: readonly SampleCell[]): AggregateSeries {
  const names = [...new Set(cells.flatMap(({ categories = {} }) => Object.keys(categories)))];
  const settled = ({ success = 0, failure = 0, conflict = 0, excluded = 0 }: SampleCell) =>
    success + failure + conflict + excluded;
  return {
    ring,
    stratum,
    startMs: cells.map(({ hour }) => startMs + hour * hourMs),
    endMs: cells.map(({ hour }) => startMs + (hour + 1) * hourMs),
    enrolled: cells.map(({ enrolled }) => enrolled),
    started: cells.map(({ enrolled }) => enrolled),
    success: cells.map(({ success = 0 }) => success),
    failure: cells.map(({ failure = 0 }) => failure),
    conflict: cells.map(({ conflict = 0 }) => conflict),
    excluded: cells.map(({ excluded = 0 }) => excluded),
    provisional: cells.map(() => 0),
    onTime: cells.map((cell) => cell.onTime ?? settled(cell)),
    categories: Object.fromEntries(
      names.map((name) => [name, cells.map(({ categories = {} }) => categories[name] ?? 0)]),
    ),
    measures: {},
  };
}

/** A source that delivered everything, up to so many days after the start. */
export function cleanSource(days: number): SourceCounts {
  return {
    source: "telematics",
    watermarkMs: startMs + days * dayMs,
    expected: 100_000,
    received: 100_000,
    duplicate: 0,
    conflicting: 0,
    outOfOrder: 0,
    skewed: 0,
    rejected: 0,
  };
}

export function aggregateOf(plan: RolloutPlan, days: number, all: readonly AggregateSeries[]): Aggregate {
  const planDigest = rolloutPlanDigest(plan);
  return { schema: "otakit.aggregate/1", planDigest, series: all, controls: [], sources: [cleanSource(days)] };
}

export function contextOf(plan: RolloutPlan, days: number, changes: Partial<GateContext> = {}): GateContext {
  return {
    nowMs: startMs + days * dayMs + hourMs,
    approvedPlanDigest: rolloutPlanDigest(plan),
    ring: plan.rings[0]!.name,
    state: null,
    killSwitch: false,
    approvals: [],
    acknowledgements: [],
    ...changes,
  };
}
