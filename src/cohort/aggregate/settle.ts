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
  /** Numbers of the categories that are counted apart; these and the measures are absent where there are none, as of most vehicles. */
  readonly categories: ReadonlySet<number> | undefined;
  /** By number of the metric. */
  readonly exposures: ReadonlyMap<number, { readonly events: number; readonly exposure: number }> | undefined;
  readonly values: ReadonlyMap<number, number> | undefined;
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
  const { rows, length, enrolledMs } = vehicle;
  const { soakMs, maturityMs } = words.plan.observation;
  const kinds = kindsOf(vehicle);
  const retracted = has(kinds, kind.retracted) ? valuesOf(vehicle, kind.retracted, 4) : undefined;
  const mayContradict = has(kinds, kind.healthy) && has(kinds, kind.failed);
  const healthySeqs = mayContradict ? valuesOf(vehicle, kind.healthy, 1) : undefined;
  const failedSeqs = mayContradict ? valuesOf(vehicle, kind.failed, 1) : undefined;
  let categories: Set<number> | undefined;
  let isStarted = false;
  let isHealthy = false;
  let isSoaked = false;
  let isFailed = false;
  let isExcluded = false;
  let isContested = false;
  let decidedMs = Number.POSITIVE_INFINITY;
  for (let at = 0; at < length; at += rowLength) {
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
      if (!contested && words.isCounted[category]) {
        categories ??= new Set();
        categories.add(category);
      }
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
    exposures: has(kinds, kind.exposed) ? sumExposures(vehicle, retracted) : undefined,
    values: has(kinds, kind.measured) ? latestValues(vehicle, retracted) : undefined,
  };
}

/** Adds up exposures; a number that was used for two different contents says nothing. */
function sumExposures(
  vehicle: VehicleReports,
  retracted: ReadonlySet<number> | undefined,
): ReadonlyMap<number, { readonly events: number; readonly exposure: number }> {
  const { rows, length } = vehicle;
  const exposures = new Map<number, { readonly events: number; readonly exposure: number }>();
  for (let at = 0; at < length; at += rowLength) {
    if (rows[at + 2] !== kind.exposed || !isMeasure(vehicle, at, retracted)) continue;
    const sum = exposures.get(rows[at + 4]!) ?? { events: 0, exposure: 0 };
    exposures.set(rows[at + 4]!, { events: sum.events + rows[at + 5]!, exposure: sum.exposure + rows[at + 6]! });
  }
  return exposures;
}

/** Takes of each metric the value with the highest number, which comes first. */
function latestValues(
  vehicle: VehicleReports,
  retracted: ReadonlySet<number> | undefined,
): ReadonlyMap<number, number> {
  const { rows, length } = vehicle;
  const values = new Map<number, number>();
  for (let at = 0; at < length; at += rowLength) {
    const metric = rows[at + 4]!;
    if (rows[at + 2] !== kind.measured || values.has(metric) || !isMeasure(vehicle, at, retracted)) continue;
    values.set(metric, rows[at + 5]!);
  }
  return values;
}

/** Whether a measure stands, and is not that of an earlier row. */
function isMeasure(vehicle: VehicleReports, at: number, retracted: ReadonlySet<number> | undefined): boolean {
  return !retracted?.has(vehicle.rows[at + 1]!) && !isContradicted(vehicle, at) && !isRepeated(vehicle.rows, at);
}

/** Settles what the reports of a vehicle, enrolled or not, say of the sources that delivered them. */
export function settleSources(vehicle: VehicleReports, sources: readonly SettledSource[], sign: 1 | -1): void {
  const { rows, length } = vehicle;
  for (let at = 0; at < length; at += rowLength) {
    const source = sources[rows[at]!]!;
    source.distinct += sign;
    if (rows[at + 3]! > rows[at + 7]!) source.skewed += sign;
    if (isContradicted(vehicle, at)) source.conflicting += sign;
    if (isOvertaken(vehicle, at)) source.outOfOrder += sign;
  }
}

/**
 * Whether another report of the vehicle, from any source, says something else about the same thing: enrolments altogether, outcomes of
 * one number, and measures of one metric and number.
 */
function isContradicted({ rows, length }: VehicleReports, at: number): boolean {
  const what = rows[at + 2]!;
  if (what === kind.started || what === kind.retracted) return false;
  const seq = rows[at + 1]!;
  // Rows of one number stand side by side.
  for (let other = at - rowLength; other >= 0 && rows[other + 1] === seq; other -= rowLength) {
    if (contradicts(rows, other, at)) return true;
  }
  for (let other = at + rowLength; other < length && rows[other + 1] === seq; other += rowLength) {
    if (contradicts(rows, other, at)) return true;
  }
  return false;
}

/** Whether two rows of one number answer one question differently. */
function contradicts(rows: Float64Array, other: number, at: number): boolean {
  if (topicOf(rows[other + 2]!) !== topicOf(rows[at + 2]!)) return false;
  const isOtherMetric = rows[at + 2]! >= kind.exposed && rows[other + 4] !== rows[at + 4];
  return !isOtherMetric && !hasSameContent(rows, other, at);
}

/** Whether an earlier row has the same content from another source. */
function isRepeated(rows: Float64Array, at: number): boolean {
  for (let other = at - rowLength; other >= 0 && rows[other + 1] === rows[at + 1]; other -= rowLength) {
    if (hasSameContent(rows, other, at)) return true;
  }
  return false;
}

/** Whether a report of the same source with a number as high or higher was received earlier. */
function isOvertaken({ rows, length }: VehicleReports, at: number): boolean {
  for (let other = 0; other < length && rows[other + 1]! >= rows[at + 1]!; other += rowLength) {
    if (rows[other] === rows[at] && rows[other + 7]! < rows[at + 7]!) return true;
  }
  return false;
}

/** Healthy and failed are two answers to one question. */
function topicOf(what: number): number {
  return what === kind.healthy ? kind.failed : what;
}

function hasSameContent(rows: Float64Array, left: number, right: number): boolean {
  for (let offset = 2; offset < 7; offset++) if (rows[left + offset] !== rows[right + offset]) return false;
  return true;
}

/** Which kinds of reports there are, a bit for each: what there is none of need not be looked for. */
function kindsOf({ rows, length }: VehicleReports): number {
  let kinds = 0;
  for (let at = 0; at < length; at += rowLength) kinds |= 1 << rows[at + 2]!;
  return kinds;
}

function has(kinds: number, what: number): boolean {
  return (kinds & (1 << what)) !== 0;
}

/** Values in a place of the rows of a kind. */
function valuesOf({ rows, length }: VehicleReports, what: number, offset: number): ReadonlySet<number> {
  const values = new Set<number>();
  for (let at = 0; at < length; at += rowLength) if (rows[at + 2] === what) values.add(rows[at + offset]!);
  return values;
}
