/**
 * Counters by ring, stratum and bucket of enrolment time: a commutative group. What a vehicle adds can be taken out again, so that an
 * outcome that changes moves from one counter to the other, and counting step by step gives what counting at once gives.
 */

import { CohortError } from "../errors.ts";
import type { AggregateSeries, MeasureColumns } from "../gate/aggregate.ts";
import { type PlanWords, ringStep } from "./plan-words.ts";
import type { VehicleReports } from "./reports.ts";
import { settleVehicle } from "./settle.ts";

/** Names of the counters that every series has, in the order in which a cell has them. */
const counterNames = [
  "enrolled",
  "started",
  "success",
  "failure",
  "conflict",
  "excluded",
  "provisional",
  "onTime",
] as const;

/** Counters of one cell: {@link counterNames}, categories, events and exposure of each metric, then vehicles, sum and squares of each. */
export type Cell = Float64Array;

/** Counters of one plan. */
export class Counters {
  private readonly words: PlanWords;
  private readonly places: CellPlaces;
  /** By placement, then by start of the bucket. */
  private readonly cells = new Map<number, Map<number, Cell>>();

  constructor(words: PlanWords) {
    this.words = words;
    this.places = placesOf(words);
  }

  /** Adds what a vehicle comes to, or takes it out; nothing for one that is not enrolled. */
  add(vehicle: VehicleReports, sign: 1 | -1): void {
    const { enrolledMs, placement } = vehicle;
    if (enrolledMs === Number.POSITIVE_INFINITY) return;
    const { bucketMs } = this.words.plan.observation;
    const cell = this.cell(placement, Math.floor(enrolledMs / bucketMs) * bucketMs);
    const settled = settleVehicle(vehicle, this.words);
    cell[0]! += sign;
    if (settled.isStarted) cell[1]! += sign;
    if (settled.outcome !== "none") cell[counterNames.indexOf(settled.outcome)]! += sign;
    if (settled.isOnTime) cell[7]! += sign;
    const { places } = this;
    for (const category of settled.categories ?? []) cell[places.categories + category]! += sign;
    for (const [metric, { events, exposure }] of settled.exposures ?? []) {
      cell[places.exposures + 2 * metric]! += sign * events;
      cell[places.exposures + 2 * metric + 1]! += sign * exposure;
    }
    for (const [metric, value] of settled.values ?? []) {
      cell[places.values + 3 * metric]! += sign;
      cell[places.values + 3 * metric + 1]! += sign * value;
      cell[places.values + 3 * metric + 2]! += sign * value * value;
    }
  }

  /** The cell of a placement and bucket; its counters may be added to. */
  cell(placement: number, startMs: number): Cell {
    let buckets = this.cells.get(placement);
    if (buckets === undefined) {
      buckets = new Map();
      this.cells.set(placement, buckets);
    }
    let cell = buckets.get(startMs);
    if (cell === undefined) {
      cell = new Float64Array(this.places.length);
      buckets.set(startMs, cell);
    }
    return cell;
  }

  /**
   * Gives the series in their order, without cells in which nobody is enrolled any more.
   *
   * @throws {@link CohortError} `ERR_COHORT_AGGREGATE_LIMIT`
   */
  series(): readonly AggregateSeries[] {
    const { rings, strata } = this.words;
    return [...this.cells]
      .map(([placement, buckets]) => {
        const filled = [...buckets].filter(([, cell]) => cell[0]! > 0).sort(([left], [right]) => left - right);
        return { ring: rings[Math.floor(placement / ringStep)]!, stratum: strata[placement % ringStep]!, filled };
      })
      .filter(({ filled }) => filled.length > 0)
      .sort((left, right) =>
        left.ring === right.ring ? compare(left.stratum, right.stratum) : compare(left.ring, right.ring),
      )
      .map(({ ring, stratum, filled }) => seriesOf(ring, stratum, filled, this.words));
  }
}

/** Where the counters of a cell begin, and how many there are. */
type CellPlaces = Readonly<Record<"categories" | "exposures" | "values" | "length", number>>;

/** Where the counters of the cells of a plan begin. */
export function placesOf(words: PlanWords): CellPlaces {
  const exposures = counterNames.length + words.categories.length;
  const values = exposures + 2 * words.exposureMetrics.length;
  return { categories: counterNames.length, exposures, values, length: values + 3 * words.continuousMetrics.length };
}

function seriesOf(
  ring: string,
  stratum: string,
  filled: readonly (readonly [number, Cell])[],
  words: PlanWords,
): AggregateSeries {
  const { bucketMs } = words.plan.observation;
  const places = placesOf(words);
  const column = (place: number): readonly number[] => filled.map(([, cell]) => requireExact(cell[place]!));
  // A column of nothing but zeros is left out, so that an aggregate does not grow with what never happened.
  const named = (names: readonly string[], start: number): readonly (readonly [string, readonly number[]])[] =>
    names
      .map((name, index) => [name, column(start + index)] as const)
      .filter(([, counts]) => counts.some((count) => count > 0));
  const measures: (readonly [string, MeasureColumns])[] = [];
  words.exposureMetrics.forEach((metric, index) => {
    const start = places.exposures + 2 * index;
    const [events, exposure] = [column(start), column(start + 1)];
    if (exposure.some((units) => units > 0) || events.some((count) => count > 0)) {
      measures.push([metric, { kind: "exposure", events, exposure }]);
    }
  });
  words.continuousMetrics.forEach((metric, index) => {
    const start = places.values + 3 * index;
    const vehicles = column(start);
    if (vehicles.some((count) => count > 0)) {
      const sums = { sum: column(start + 1), sumOfSquares: column(start + 2) };
      measures.push([metric, { kind: "continuous", vehicles, ...sums }]);
    }
  });
  const startMs = filled.map(([start]) => start);
  return {
    ring,
    stratum,
    startMs,
    endMs: startMs.map((start) => start + bucketMs),
    enrolled: column(0),
    started: column(1),
    success: column(2),
    failure: column(3),
    conflict: column(4),
    excluded: column(5),
    provisional: column(6),
    onTime: column(7),
    categories: Object.fromEntries(named(words.categories, places.categories)),
    measures: Object.fromEntries(measures),
  };
}

/** A sum beyond 2^53 is not the sum any more. */
function requireExact(count: number): number {
  if (Number.isSafeInteger(count)) return count;
  throw new CohortError("ERR_COHORT_AGGREGATE_LIMIT", "Cannot count: a sum is beyond 2^53 - 1");
}

/** Order by UTF-16 code units, as an aggregate has it. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
