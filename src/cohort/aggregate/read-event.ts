/** Reads one event into a row of numbers, or not at all. Events come by the million, so this is by hand and makes nothing. */

import { loneSurrogate } from "../../core/index.ts";
import { isPlainObject } from "../faults.ts";
import { type PlanWords, ringStep } from "./plan-words.ts";
import { kind } from "./reports.ts";

/** Largest count, exposure or value of one event: sums over 10^9 vehicles stay exact. */
export const maxMeasure = 1_000_000;

/** Looks up names by maps that are made once. */
export class EventReader {
  private readonly rings: ReadonlyMap<unknown, number>;
  private readonly strata: ReadonlyMap<unknown, number>;
  private readonly categories: ReadonlyMap<unknown, number>;
  private readonly exposureMetrics: ReadonlyMap<unknown, number>;
  private readonly continuousMetrics: ReadonlyMap<unknown, number>;
  /** What was read last; each reading writes over it. */
  readonly row: number[] = [0, 0, 0, 0, 0, 0, 0, 0];

  constructor(words: PlanWords) {
    this.rings = numbered(words.rings);
    this.strata = numbered(words.strata);
    this.categories = numbered(words.categories);
    this.exposureMetrics = numbered(words.exposureMetrics);
    this.continuousMetrics = numbered(words.continuousMetrics);
  }

  /** Reads an event that `source` delivered into {@link row}; false when it breaks its schema. */
  read(event: unknown, source: number): boolean {
    if (!isPlainObject(event)) return false;
    const { row } = this;
    const { vehicleId, atMs, receivedMs } = event;
    if (typeof vehicleId !== "string" || vehicleId === "" || !isCount(atMs) || !isCount(receivedMs)) return false;
    const what = event["kind"];
    const seq = what === "enrolled" ? 0 : event["seq"];
    if (!isCount(seq)) return false;
    row[0] = source;
    row[1] = seq;
    row[3] = atMs;
    row[4] = row[5] = row[6] = 0;
    row[7] = receivedMs;
    switch (what) {
      case "enrolled":
        return this.readPlacement(event);
      case "started":
        row[2] = kind.started;
        return true;
      case "healthy":
        row[2] = kind.healthy;
        return true;
      case "failed":
        return this.readCategory(event["category"]);
      case "retracted":
        row[2] = kind.retracted;
        row[4] = event["retractedSeq"] as number;
        return isCount(row[4]);
      case "exposed":
        row[2] = kind.exposed;
        row[4] = this.exposureMetrics.get(event["metric"]) ?? -1;
        row[5] = event["events"] as number;
        row[6] = event["exposure"] as number;
        return row[4] >= 0 && isCount(row[5], maxMeasure) && isCount(row[6], maxMeasure);
      case "measured":
        row[2] = kind.measured;
        row[4] = this.continuousMetrics.get(event["metric"]) ?? -1;
        row[5] = event["value"] as number;
        return row[4] >= 0 && Number.isInteger(row[5]) && Math.abs(row[5]) <= maxMeasure;
      default:
        return false;
    }
  }

  private readPlacement(event: Readonly<Record<string, unknown>>): boolean {
    const ring = this.rings.get(event["ring"]);
    const stratum = this.strata.get(event["stratum"]);
    if (ring === undefined || stratum === undefined) return false;
    this.row[2] = kind.enrolled;
    this.row[4] = ring * ringStep + stratum;
    return true;
  }

  private readCategory(category: unknown): boolean {
    this.row[2] = kind.failed;
    if (category === undefined) return true;
    const number = this.categories.get(category);
    if (number !== undefined) {
      this.row[4] = number;
      return category !== "";
    }
    return typeof category === "string";
  }
}

/** Whether an id has bytes: asked of each vehicle once. */
export function isVehicleId(vehicleId: string): boolean {
  return loneSurrogate(vehicleId) < 0;
}

function isCount(value: unknown, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function numbered(names: readonly string[]): ReadonlyMap<unknown, number> {
  return new Map(names.map((name, index) => [name, index]));
}
