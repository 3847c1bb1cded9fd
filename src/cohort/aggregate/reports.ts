/**
 * What is known of one vehicle: a set of reports, which is joined by union, and the least of what its enrolments say.
 *
 * Union and least are commutative, associative and idempotent, so neither order nor repetition of events matters. The set is
 * bounded: of each source the reports with the highest numbers are kept, which is again a join, because the highest of a union are
 * the highest of the highest.
 */

/** Kinds of events, by the number that stands for each. */
export const kind = { enrolled: 0, started: 1, healthy: 2, failed: 3, retracted: 4, exposed: 5, measured: 6 } as const;

/** Reports that are kept of one vehicle and one source. */
export const reportWindow = 64;

/**
 * Numbers of one report, one after another in {@link VehicleReports.rows}: source, seq, kind, atMs, a, b, c, receivedMs.
 *
 * a, b, c by kind: enrolled placement; failed category; retracted seq; exposed metric, events, exposure; measured metric, value.
 * All but `receivedMs` tell reports apart.
 */
export const rowLength = 8;

/** Reports of one vehicle. */
export interface VehicleReports {
  /** Least instant of an enrolment; Infinity when there is none. */
  enrolledMs: number;
  /** Least placement of an enrolment: number of the ring times `ringStep`, plus that of the stratum. */
  placement: number;
  /** Whether more reports came from one source than are kept. */
  isOverfull: boolean;
  /** Rows in any order. */
  rows: number[];
  /** Whether the vehicle's part of the counters was taken out, until they are asked for. */
  isOpen: boolean;
}

/** Makes the reports of a vehicle of which nothing is known. */
export function noReports(): VehicleReports {
  return {
    enrolledMs: Number.POSITIVE_INFINITY,
    placement: Number.POSITIVE_INFINITY,
    isOverfull: false,
    rows: [],
    isOpen: false,
  };
}

/**
 * Where a report stands in a vehicle's rows, whenever it was received; -1 when it does not. `from` is where its row begins.
 *
 * The number is compared first: it tells most reports apart.
 */
export function placeOf(rows: readonly number[], row: readonly number[], from = 0): number {
  for (let at = 0; at < rows.length; at += rowLength) {
    if (rows[at + 1] === row[from + 1] && compareReports(rows, at, row, from) === 0) return at;
  }
  return -1;
}

/** Joins one row, which stands at `place` in the vehicle's rows or, if that is -1, not at all. */
export function join(vehicle: VehicleReports, row: readonly number[], from: number, place: number): void {
  const { rows } = vehicle;
  if (place >= 0) {
    rows[place + 7] = Math.min(rows[place + 7]!, row[from + 7]!);
    return;
  }
  if (row[from + 2] === kind.enrolled) {
    vehicle.enrolledMs = Math.min(vehicle.enrolledMs, row[from + 3]!);
    vehicle.placement = Math.min(vehicle.placement, row[from + 4]!);
  }
  // A copy has the right size and kind of elements at once.
  if (rows.length === 0) vehicle.rows = row.slice(from, from + rowLength);
  else {
    rows.push(
      row[from]!,
      row[from + 1]!,
      row[from + 2]!,
      row[from + 3]!,
      row[from + 4]!,
      row[from + 5]!,
      row[from + 6]!,
      row[from + 7]!,
    );
  }
  // Cheap enough to ask first: hardly any vehicle has so many.
  if (rows.length > reportWindow * rowLength) dropLowest(vehicle, row[from]!);
}

/** Joins all that another partition knows of the vehicle. */
export function joinReports(
  vehicle: VehicleReports,
  other: VehicleReports,
  sourceOf: (source: number) => number,
): void {
  vehicle.isOverfull ||= other.isOverfull;
  vehicle.enrolledMs = Math.min(vehicle.enrolledMs, other.enrolledMs);
  vehicle.placement = Math.min(vehicle.placement, other.placement);
  const rows = other.rows.slice();
  for (let from = 0; from < rows.length; from += rowLength) {
    rows[from] = sourceOf(rows[from]!);
    join(vehicle, rows, from, placeOf(vehicle.rows, rows, from));
  }
}

/** Drops the lowest report of a source that has one more than is kept. */
function dropLowest(vehicle: VehicleReports, source: number): void {
  const { rows } = vehicle;
  let count = 0;
  let lowest = -1;
  for (let at = 0; at < rows.length; at += rowLength) {
    if (rows[at] !== source) continue;
    count++;
    if (lowest < 0 || compareReports(rows, at, rows, lowest) < 0) lowest = at;
  }
  if (count <= reportWindow) return;
  rows.splice(lowest, rowLength);
  vehicle.isOverfull = true;
}

/** Orders reports by source, seq, kind, atMs, a, b and c: SQL orders them alike. */
function compareReports(left: readonly number[], at: number, right: readonly number[], from: number): number {
  for (let offset = 0; offset < 7; offset++) {
    const difference = left[at + offset]! - right[from + offset]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
