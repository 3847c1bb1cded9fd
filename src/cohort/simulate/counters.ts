/** The counters of a simulated rollout, kept up to date in place as reports come in. */

import type { Aggregate, AggregateSeries, ControlCounts, MeasureColumns } from "../gate/aggregate.ts";
import type { PlanRing, RolloutPlan } from "../gate/plan.ts";
import type { SimulatedMeasure } from "./scenario.ts";

/** A series whose columns grow. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly number[] ? number[] : T[K] };

interface GrowingSeries extends Growing<Omit<AggregateSeries, "categories" | "measures">> {
  readonly categories: Record<string, number[]>;
  readonly measures: Record<string, Growing<MeasureColumns>>;
}

/** A bucket of one series. */
interface Cell {
  readonly series: GrowingSeries;
  readonly at: number;
}

/** What a report says of its vehicle. */
export interface Report {
  readonly failed: boolean;
  readonly category: string | undefined;
  /** Whether it came by the age of maturity. */
  readonly onTime: boolean;
  /** In the order of the measures. */
  readonly measured: readonly number[];
}

/** Counters as a fold of the same vehicles' reports would give them. */
export class Counters {
  private readonly plan: RolloutPlan;
  private readonly planDigest: string;
  private readonly measures: readonly (readonly [string, SimulatedMeasure])[];
  private readonly controls: readonly ControlCounts[];
  private readonly excluded: ReadonlySet<string>;
  /** Categories that the plan watches: others are counted nowhere. */
  private readonly watched: ReadonlySet<string>;
  private readonly byPlace = new Map<string, GrowingSeries>();
  private ordered: readonly GrowingSeries[] = [];
  private readonly cells: Cell[] = [];
  /** Which of them vehicles are enrolled in now: of one ring and one start, by stratum. */
  private open: number[] = [];
  private openRing = "";
  private openMs = Number.NaN;
  private received = 0;

  constructor(
    plan: RolloutPlan,
    planDigest: string,
    measures: readonly (readonly [string, SimulatedMeasure])[],
    controls: readonly ControlCounts[],
  ) {
    this.plan = plan;
    this.planDigest = planDigest;
    this.measures = measures;
    this.controls = controls;
    this.excluded = new Set(plan.observation.excludedCategories);
    this.watched = new Set([
      ...plan.stop.safetyLimits.map(({ category }) => category),
      ...plan.metrics.flatMap((metric) => (metric.kind === "failure" ? (metric.category ?? []) : [])),
    ]);
  }

  /** Successes so far. */
  get succeeded(): number {
    return this.ordered.reduce((sum, { success }) => sum + success.reduce((all, count) => all + count, 0), 0);
  }

  /**
   * Counts a vehicle as enrolled; instants must not fall, and a ring that was left does not come again.
   *
   * @returns number of the bucket that its report goes to
   */
  enrol(ring: PlanRing, stratum: number, atMs: number): number {
    const { bucketMs } = this.plan.observation;
    const startMs = Math.floor(atMs / bucketMs) * bucketMs;
    if (ring.name !== this.openRing || startMs !== this.openMs) {
      [this.openRing, this.openMs, this.open] = [ring.name, startMs, []];
    }
    this.open[stratum] ??= this.openCell(ring.name, this.plan.strata[stratum]?.key ?? "", startMs);
    const bucket = this.open[stratum]!;
    const { series, at } = this.cells[bucket]!;
    series.enrolled[at]!++;
    series.started[at]!++;
    this.received++;
    return bucket;
  }

  /** Counts what a vehicle of that bucket reported. */
  report(bucket: number, { failed, category, onTime, measured }: Report): void {
    const { series, at } = this.cells[bucket]!;
    this.received++;
    const out = category !== undefined && this.excluded.has(category);
    if (!failed) series.success[at]!++;
    else if (out) series.excluded[at]!++;
    else series.failure[at]!++;
    if (onTime) series.onTime[at]!++;
    if (category !== undefined && this.watched.has(category)) {
      series.categories[category] ??= series.startMs.map(() => 0);
      series.categories[category]![at]!++;
    }
    this.measures.forEach(([id, measure], index) => {
      const columns = series.measures[id]!;
      const value = measured[index]!;
      if (columns.kind === "exposure" && measure.kind === "exposure") {
        columns.events[at]! += value;
        columns.exposure[at]! += measure.exposure;
      } else if (columns.kind === "continuous") {
        columns.vehicles[at]!++;
        columns.sum[at]! += value;
        columns.sumOfSquares[at]! += value * value;
      }
    });
  }

  /** What is known up to an instant. */
  aggregate(watermarkMs: number): Aggregate {
    const { planDigest, ordered, controls, received } = this;
    const clean = { expected: received, received, duplicate: 0, conflicting: 0, outOfOrder: 0, skewed: 0, rejected: 0 };
    return {
      schema: "otakit.aggregate/1",
      planDigest,
      series: ordered,
      controls,
      sources: [{ source: "simulation", watermarkMs, ...clean }],
    };
  }

  private openCell(ring: string, stratum: string, startMs: number): number {
    const series = this.seriesOf(ring, stratum);
    series.startMs.push(startMs);
    series.endMs.push(startMs + this.plan.observation.bucketMs);
    for (const column of counterColumns(series)) column.push(0);
    return this.cells.push({ series, at: series.startMs.length - 1 }) - 1;
  }

  private seriesOf(ring: string, stratum: string): GrowingSeries {
    const place = JSON.stringify([ring, stratum]);
    let series = this.byPlace.get(place);
    if (series === undefined) {
      series = emptySeries(ring, stratum, this.measures);
      this.byPlace.set(place, series);
      this.ordered = [...this.byPlace.values()].sort(inOrder);
    }
    return series;
  }
}

function emptySeries(
  ring: string,
  stratum: string,
  measures: readonly (readonly [string, SimulatedMeasure])[],
): GrowingSeries {
  return {
    ring,
    stratum,
    startMs: [],
    endMs: [],
    enrolled: [],
    started: [],
    success: [],
    failure: [],
    conflict: [],
    excluded: [],
    provisional: [],
    onTime: [],
    // Without a prototype: a category may be called "__proto__".
    categories: Object.create(null) as Record<string, number[]>,
    measures: Object.fromEntries(
      measures.map(([id, { kind }]) => [
        id,
        kind === "exposure" ? { kind, events: [], exposure: [] } : { kind, vehicles: [], sum: [], sumOfSquares: [] },
      ]),
    ),
  };
}

/** All columns but those of time. */
function counterColumns(series: GrowingSeries): readonly number[][] {
  const { enrolled, started, success, failure, conflict, excluded, provisional, onTime } = series;
  const measures = Object.values(series.measures).flatMap((measure) =>
    measure.kind === "exposure"
      ? [measure.events, measure.exposure]
      : [measure.vehicles, measure.sum, measure.sumOfSquares],
  );
  const counts = [enrolled, started, success, failure, conflict, excluded, provisional, onTime];
  return [...counts, ...Object.values(series.categories), ...measures];
}

/** Aggregates order series by ring, then stratum, in UTF-16 code units. */
function inOrder(left: GrowingSeries, right: GrowingSeries): number {
  if (left.ring !== right.ring) return left.ring < right.ring ? -1 : 1;
  if (left.stratum === right.stratum) return 0;
  return left.stratum < right.stratum ? -1 : 1;
}
