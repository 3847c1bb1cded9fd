/** How fast a rollout may go: waves that risk a bounded number of failures, a rate that grows with success, windows in local time. */

import type { MaintenanceWindow } from "../../core/index.ts";
import { upperRateBound } from "../../statistics/index.ts";
import type { LocalWindow, RolloutPlan, RolloutRate } from "./plan.ts";

const million = 1_000_000;

/** What is known when a wave is planned. */
export interface WaveProgress {
  /** Vehicles enrolled so far, an integer from 0. */
  readonly enrolled: number;
  /** Those whose outcome is due. */
  readonly mature: number;
  /** Failures among the mature, with the overdue that are taken for failed. */
  readonly failures: number;
}

/**
 * Gives the size of the next wave: as many vehicles as are expected to cost the plan's failures at the upper bound of the failure
 * share, at most a multiple of those enrolled so far.
 *
 * The first wave has as many vehicles as failures are accepted: all of them may fail.
 *
 * @returns vehicles, an integer from 1; Infinity when the plan has no pace
 * @throws RangeError when a count is out of range
 * @example
 * ```ts
 * waveSize(plan, { enrolled: 125, mature: 125, failures: 1 }); // 497 for 25 failures a wave
 * ```
 */
export function waveSize({ pace, go }: RolloutPlan, { enrolled, mature, failures }: WaveProgress): number {
  if (!(Number.isSafeInteger(enrolled) && enrolled >= mature)) {
    throw new RangeError(`"enrolled" expected integer >= mature, got ${enrolled}`);
  }
  const upper = upperRateBound(mature, failures, go.betaPpm / million);
  if (pace === undefined) return Number.POSITIVE_INFINITY;
  const affordable = Math.floor(pace.failuresPerWave / upper);
  return enrolled === 0 ? pace.failuresPerWave : Math.max(1, Math.min(affordable, pace.maxGrowth * enrolled));
}

/**
 * Gives the enrolments per minute: the base rate, times its factor for each step of vehicles that were notified or succeeded.
 *
 * @param counted - vehicles notified, or succeeded, as `rate.counts` says: an integer from 0
 * @returns a number from `basePerMinute` to `maxPerMinute`, rounded down to an integer
 * @throws RangeError when `counted` is out of range
 * @example
 * ```ts
 * ratePerMinute({ basePerMinute: 60, factorTenths: 20, maxPerMinute: 1_000, counts: "succeeded", vehiclesPerStep: 2_000 }, 4_000); // 240
 * ```
 */
export function ratePerMinute(rate: RolloutRate, counted: number): number {
  if (!(Number.isSafeInteger(counted) && counted >= 0)) {
    throw new RangeError(`"counted" expected integer >= 0, got ${counted}`);
  }
  const { basePerMinute, factorTenths, maxPerMinute, vehiclesPerStep } = rate;
  const steps = Math.floor(counted / vehiclesPerStep);
  // Step by step in whole tenths until the bound: powers of 1.1 differ between engines in their last digit.
  let exact = BigInt(basePerMinute);
  let scale = 1n;
  for (let step = 0; step < steps && factorTenths > 10 && exact < BigInt(maxPerMinute) * scale; step++) {
    exact *= BigInt(factorTenths);
    scale *= 10n;
  }
  return Math.min(maxPerMinute, Number(exact / scale));
}

/**
 * Resolves windows in a vehicle's local time, for `evaluateWindow` and `openIntervals` of `otakit/core`.
 *
 * A zone with daylight saving has an offset that changes: resolve again with the one that holds at the time asked about.
 *
 * @param utcOffsetMinutes - the vehicle's local time minus UTC, -1,439 to 1,439; undefined when not known, which no window is open for
 * @throws RangeError when the offset is out of range
 * @example
 * ```ts
 * evaluateWindow(localWindows(plan.pace.windows, 60), nowMs, installMs).decision; // "open", "wait", ...
 * ```
 */
export function localWindows(
  windows: readonly LocalWindow[] | undefined,
  utcOffsetMinutes: number | undefined,
): readonly MaintenanceWindow[] {
  if (windows === undefined) return [{ kind: "always" }];
  if (utcOffsetMinutes === undefined) return [];
  if (!(Number.isInteger(utcOffsetMinutes) && Math.abs(utcOffsetMinutes) <= 1_439)) {
    throw new RangeError(`"utcOffsetMinutes" expected integer -1439 to 1439, got ${utcOffsetMinutes}`);
  }
  return windows.map((window) => ({ kind: "weekly", ...window, utcOffsetMinutes }));
}
