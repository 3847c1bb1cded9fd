/** What the reports of one vehicle come to: a function of the set of reports and nothing else. `aggregate-sql.ts` says the same in SQL. */

import type { PlanWords } from "./plan-words.ts";
import { kind, rowLength, type VehicleReports } from "./reports.ts";

/** Outcome of a vehicle, as its counter is called; `none` has no counter. */
type VehicleOutcome = "success" | "failure" | "conflict" | "excluded" | "provisional" | "none";

/** What one vehicle adds to the counters of its cell. */
export interface SettledVehicle {
  readonly isStarted: boolean;
  readonly outcome: VehicleOutcome;
  readonly isOnTime: boolean;
  /** Numbers of the categories that are counted apart. */
  readonly categories: ReadonlySet<number>;
  /** By number of the metric. */
  readonly exposures: ReadonlyMap<number, { readonly events: number; readonly exposure: number }>;
  readonly values: ReadonlyMap<number, number>;
}

/** What one vehicle adds to the counters of a source. */
export interface SettledSource {
  distinct: number;
  conflicting: number;
  outOfOrder: number;
  skewed: number;
}

/** Settles an enrolled vehicle. */
export function settleVehicle(vehicle: VehicleReports, words: PlanWords): SettledVehicle {
  const { rows, enrolledMs } = vehicle;
  const { soakMs, maturityMs } = words.plan.observation;
  const retracted = valuesOf(rows, kind.retracted, 4);
  const healthySeqs = valuesOf(rows, kind.healthy, 1);
  const failedSeqs = valuesOf(rows, kind.failed, 1);
  const categories = new Set<number>();
  let isStarted = false;
  let isHealthy = false;
  let isSoaked = false;
  let isFailed = false;
  let isExcluded = false;
  let isContested = false;
  let decidedMs = Number.POSITIVE_INFINITY;
  for (let at = 0; at < rows.length; at += rowLength) {
    const seq = rows[at + 1]!;
    const what = rows[at + 2]!;
    if ((what !== kind.started && what !== kind.healthy && what !== kind.failed) || retracted?.has(seq)) continue;
    isStarted = true;
    if (what === kind.started) continue;
    const ageMs = rows[at + 3]! - enrolledMs;
    const contested = what === kind.healthy ? failedSeqs?.has(seq) : healthySeqs?.has(seq);
    let decides = false;
    if (what === kind.healthy) {
      if (contested) continue;
      isHealthy = true;
      decides = ageMs >= soakMs;
      isSoaked ||= decides;
    } else {
      const category = rows[at + 4]!;
      if (!contested && words.isCounted[category]) categories.add(category);
      decides = ageMs <= maturityMs;
      if (!decides) continue;
      if (contested) isContested = true;
      else if (words.isExcluded[category]) isExcluded = true;
      else isFailed = true;
    }
    if (decides) decidedMs = Math.min(decidedMs, rows[at + 7]!);
  }
  let outcome: VehicleOutcome = "none";
  // A failure that nothing contradicts stays one, whatever else is contradictory.
  if (isFailed) outcome = "failure";
  else if (isContested || vehicle.isOverfull) outcome = "conflict";
  else if (isExcluded) outcome = "excluded";
  else if (isSoaked) outcome = "success";
  else if (isHealthy) outcome = "provisional";
  return {
    isStarted: isStarted || outcome !== "none",
    outcome,
    isOnTime: outcome !== "provisional" && outcome !== "none" && decidedMs <= enrolledMs + maturityMs,
    categories,
    ...settleMeasures(rows, retracted),
  };
}

/** Adds up exposures, and takes the latest values; a number that was used for two different contents says nothing. */
function settleMeasures(
  rows: readonly number[],
  retracted: ReadonlySet<number> | undefined,
): Pick<SettledVehicle, "exposures" | "values"> {
  const exposures = new Map<number, { events: number; exposure: number }>();
  const values = new Map<number, number>();
  const latest = new Map<number, number>();
  for (let at = 0; at < rows.length; at += rowLength) {
    const what = rows[at + 2]!;
    if (what !== kind.exposed && what !== kind.measured) continue;
    const seq = rows[at + 1]!;
    const metric = rows[at + 4]!;
    if (retracted?.has(seq) || isContradicted(rows, at) || isRepeated(rows, at)) continue;
    if (what === kind.exposed) {
      const sum = exposures.get(metric) ?? { events: 0, exposure: 0 };
      exposures.set(metric, { events: sum.events + rows[at + 5]!, exposure: sum.exposure + rows[at + 6]! });
    } else if (seq >= (latest.get(metric) ?? 0)) {
      latest.set(metric, seq);
      values.set(metric, rows[at + 5]!);
    }
  }
  return { exposures, values };
}

/** Settles what the reports of a vehicle, enrolled or not, say of the sources that delivered them. */
export function settleSources(vehicle: VehicleReports, of: (source: number) => SettledSource, sign: 1 | -1): void {
  const { rows } = vehicle;
  for (let at = 0; at < rows.length; at += rowLength) {
    const source = of(rows[at]!);
    source.distinct += sign;
    if (rows[at + 3]! > rows[at + 7]!) source.skewed += sign;
    if (isContradicted(rows, at)) source.conflicting += sign;
    if (isOvertaken(rows, at)) source.outOfOrder += sign;
  }
}

/**
 * Whether another report of the vehicle, from any source, says something else about the same thing: enrolments altogether, outcomes of
 * one number, and measures of one metric and number.
 */
function isContradicted(rows: readonly number[], at: number): boolean {
  const what = rows[at + 2]!;
  if (what === kind.started || what === kind.retracted) return false;
  for (let other = 0; other < rows.length; other += rowLength) {
    if (rows[other + 1] !== rows[at + 1] || topicOf(rows[other + 2]!) !== topicOf(what)) continue;
    const isOtherMetric = what >= kind.exposed && rows[other + 4] !== rows[at + 4];
    if (!isOtherMetric && !hasSameContent(rows, other, at)) return true;
  }
  return false;
}

/** Whether an earlier row has the same content from another source. */
function isRepeated(rows: readonly number[], at: number): boolean {
  for (let other = 0; other < at; other += rowLength) {
    if (rows[other + 1] === rows[at + 1] && hasSameContent(rows, other, at)) return true;
  }
  return false;
}

/** Whether a report of the same source with a number as high or higher was received earlier. */
function isOvertaken(rows: readonly number[], at: number): boolean {
  for (let other = 0; other < rows.length; other += rowLength) {
    const overtakes = rows[other] === rows[at] && rows[other + 1]! >= rows[at + 1]!;
    if (overtakes && rows[other + 7]! < rows[at + 7]!) return true;
  }
  return false;
}

/** Healthy and failed are two answers to one question. */
function topicOf(what: number): number {
  return what === kind.healthy ? kind.failed : what;
}

function hasSameContent(rows: readonly number[], left: number, right: number): boolean {
  for (let offset = 2; offset < 7; offset++) if (rows[left + offset] !== rows[right + offset]) return false;
  return true;
}

/** Values in a place of the rows of a kind; undefined when there are none, which spares a set for most vehicles. */
function valuesOf(rows: readonly number[], what: number, offset: number): ReadonlySet<number> | undefined {
  let values: Set<number> | undefined;
  for (let at = 0; at < rows.length; at += rowLength) {
    if (rows[at + 2] !== what) continue;
    values ??= new Set();
    values.add(rows[at + offset]!);
  }
  return values;
}
