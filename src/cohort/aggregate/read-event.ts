/** Reads one event into a row of numbers, or not at all. Events come by the million, so this is by hand and makes nothing. */

import { loneSurrogate } from "../../core/index.ts";
import { isPlainObject } from "../faults.ts";
import { type PlanWords, ringStep } from "./plan-words.ts";
import { kind, rowLength } from "./reports.ts";

/** Largest count, exposure or value of one event: sums over 10^9 vehicles stay exact. */
export const maxMeasure = 1_000_000;

/** Numbers of the words of events; NaN for what is none. Looked up by maps that are made once. */
export class EventWords {
  private readonly kinds: ReadonlyMap<unknown, number>;
  private readonly rings: ReadonlyMap<unknown, number>;
  private readonly strata: ReadonlyMap<unknown, number>;
  private readonly categories: ReadonlyMap<unknown, number>;
  private readonly exposureMetrics: ReadonlyMap<unknown, number>;
  private readonly continuousMetrics: ReadonlyMap<unknown, number>;

  constructor(words: PlanWords) {
    this.kinds = new Map<unknown, number>(Object.entries(kind));
    this.rings = numbered(words.rings);
    this.strata = numbered(words.strata);
    this.categories = numbered(words.categories);
    this.exposureMetrics = numbered(words.exposureMetrics);
    this.continuousMetrics = numbered(words.continuousMetrics);
  }

  kindOf(value: unknown): number {
    return this.kinds.get(value) ?? Number.NaN;
  }

  /** Part of a placement. */
  ringOf(value: unknown): number {
    return (this.rings.get(value) ?? Number.NaN) * ringStep;
  }

  /** Part of a placement. */
  stratumOf(value: unknown): number {
    return this.strata.get(value) ?? Number.NaN;
  }

  /** Number 0 are no category, and every one that the plan does not name. */
  categoryOf(value: unknown): number {
    if (value === undefined) return 0;
    if (typeof value !== "string" || value === "") return Number.NaN;
    return this.categories.get(value) ?? 0;
  }

  exposureMetricOf(value: unknown): number {
    return this.exposureMetrics.get(value) ?? Number.NaN;
  }

  continuousMetricOf(value: unknown): number {
    return this.continuousMetrics.get(value) ?? Number.NaN;
  }
}

/** Reads events that are objects. */
export class EventReader {
  private readonly words: EventWords;
  /** What was read last; each reading writes over it. */
  readonly row: Float64Array = new Float64Array(rowLength);

  constructor(words: EventWords) {
    this.words = words;
  }

  /** Reads an event that `source` delivered into {@link row}; false when it breaks its schema. */
  read(event: unknown, source: number): boolean {
    if (!isPlainObject(event)) return false;
    const { row, words } = this;
    const { vehicleId } = event;
    if (typeof vehicleId !== "string" || vehicleId === "") return false;
    const what = words.kindOf(event["kind"]);
    row[0] = source;
    row[1] = what === kind.enrolled ? 0 : numberOf(event["seq"]);
    row[2] = what;
    row[3] = numberOf(event["atMs"]);
    row[4] = row[5] = row[6] = 0;
    row[7] = numberOf(event["receivedMs"]);
    switch (what) {
      case kind.enrolled:
        row[4] = words.ringOf(event["ring"]) + words.stratumOf(event["stratum"]);
        break;
      case kind.failed:
        row[4] = words.categoryOf(event["category"]);
        break;
      case kind.retracted:
        row[4] = numberOf(event["retractedSeq"]);
        break;
      case kind.exposed:
        row[4] = words.exposureMetricOf(event["metric"]);
        row[5] = numberOf(event["events"]);
        row[6] = numberOf(event["exposure"]);
        break;
      case kind.measured:
        row[4] = words.continuousMetricOf(event["metric"]);
        row[5] = numberOf(event["value"]);
        break;
    }
    return isReport(row);
  }
}

/** Whether numbers that were read are a report: none is missing, and all are in range. */
export function isReport(row: Float64Array): boolean {
  // Of the kind, every number but NaN is one; so is every a but that of a retraction.
  if (!isCount(row[1]!) || !isCount(row[2]!) || !isCount(row[3]!) || !isCount(row[4]!) || !isCount(row[7]!))
    return false;
  const least = row[2] === kind.measured ? -maxMeasure : 0;
  return isWithin(row[5]!, least) && isWithin(row[6]!, 0);
}

/** Whether an id has bytes: asked of each vehicle once. */
export function isVehicleId(vehicleId: string): boolean {
  return loneSurrogate(vehicleId) < 0;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isWithin(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= maxMeasure;
}

function numbered(names: readonly string[]): ReadonlyMap<unknown, number> {
  return new Map(names.map((name, index) => [name, index]));
}
