/**
 * Maintenance windows over UTC instants: when is it open, and does the work fit before it closes?
 *
 * Every interval is half-open, [start, end). No time zone rules live here: a caller in a zone with daylight saving
 * resolves its windows into `once` windows, or into `weekly` ones with the offset that holds then.
 */

import { type MaintenanceWindow, maxInstantMs, parseMaintenanceWindows } from "./maintenance-window.ts";
import type { CoreReasonCode } from "./reasons.ts";
import type { Decision, Reason } from "./result.ts";

/** Half-open span [`startMs`, `endMs`) of epoch milliseconds. */
export interface TimeInterval {
  readonly startMs: number;
  readonly endMs: number;
}

/** Reason code of a {@link WindowDecision}. */
export type WindowReasonCode = Extract<CoreReasonCode, `window_${string}`>;

/** Instants that a {@link WindowDecision} rests on. */
export interface WindowEvidence {
  /** When the first open time that is long enough begins; with `wait`. */
  readonly opensAtMs?: number;
  /** When that open time ends; with `wait`, and with `open` unless it never does. */
  readonly closesAtMs?: number;
}

/**
 * Answer of {@link evaluateWindow}.
 *
 * `open`: start now, it fits. `wait`: not now, but from `opensAtMs`. `never`: no open time long enough is left.
 * `unknown`: the time or the duration is not known, so nothing may start.
 */
export type WindowDecision = Decision<"open" | "wait" | "never" | "unknown", WindowReasonCode, WindowEvidence>;

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const weekMs = 7 * dayMs;
/** Monday 1969-12-29, 00:00 UTC: the ISO week that holds the epoch, a Thursday. */
const firstMondayMs = -3 * dayMs;
const maxSpanMs = 366 * dayMs;

/**
 * Lists the open times between two instants: in order, without overlaps, windows that touch joined, cut to the span
 * asked for.
 *
 * @param fromMs - first instant, epoch milliseconds
 * @param toMs - instant after the last one, at most 366 days later
 * @throws {@link CoreError} `ERR_CORE_WINDOW` for windows that {@link parseMaintenanceWindows} refuses
 * @throws RangeError for a span that is negative, longer than 366 days, or not of whole milliseconds
 * @example
 * ```ts
 * // Saturdays 01:00 to 05:00 Central European winter time, in the first week of 1970.
 * const nights = [{ kind: "weekly", days: [6], startMinute: 60, durationMinutes: 240, utcOffsetMinutes: 60 }] as const;
 * openIntervals(nights, 0, 604_800_000); // [{ startMs: 172800000, endMs: 187200000 }]
 * ```
 */
export function openIntervals(
  windows: readonly MaintenanceWindow[],
  fromMs: number,
  toMs: number,
): readonly TimeInterval[] {
  parseMaintenanceWindows(windows);
  requireInstant("fromMs", fromMs);
  requireInstant("toMs", toMs);
  if (toMs < fromMs || toMs - fromMs > maxSpanMs) {
    throw new RangeError(`"toMs" expected 0 to ${maxSpanMs} ms after "fromMs", got ${toMs - fromMs}`);
  }
  if (fromMs === toMs) return [];
  const open = windows.flatMap((window) => occurrences(window, fromMs, toMs));
  return mergeIntervals(open).map(({ startMs, endMs }) => ({
    startMs: Math.max(startMs, fromMs),
    endMs: Math.min(endMs, toMs),
  }));
}

/**
 * Decides whether work of a known duration may start now: only if the open time lasts until it is done.
 *
 * Windows that touch or overlap count as one open time. No window at all is `never`; an unknown time is `unknown`
 * even if some window is `always`. The answer is exact for any distance in the future, and its cost does not depend
 * on it.
 *
 * @param nowMs - wall time in epoch milliseconds; `undefined` when the clock cannot be trusted
 * @param neededMs - time the work takes, for example the 95th percentile of install durations; `undefined` when not
 * known
 * @throws {@link CoreError} `ERR_CORE_WINDOW` for windows that {@link parseMaintenanceWindows} refuses
 * @throws RangeError for a time or duration that is not of whole milliseconds, or a negative duration
 * @example
 * ```ts
 * const windows = [{ kind: "once", startMs: 1_000, endMs: 5_000 }] as const;
 * evaluateWindow(windows, 2_000, 3_000).decision; // "open"
 * evaluateWindow(windows, 2_000, 3_001).decision; // "never"
 * evaluateWindow(windows, undefined, 0).decision; // "unknown"
 * ```
 */
export function evaluateWindow(
  windows: readonly MaintenanceWindow[],
  nowMs: number | undefined,
  neededMs: number | undefined,
): WindowDecision {
  parseMaintenanceWindows(windows);
  if (nowMs !== undefined) requireInstant("nowMs", nowMs);
  if (neededMs !== undefined && !(Number.isSafeInteger(neededMs) && neededMs >= 0)) {
    throw new RangeError(`"neededMs" expected integer >= 0, got ${neededMs}`);
  }
  if (windows.length === 0) {
    return answer("never", [reason("window_list_empty", "No maintenance window is given")]);
  }
  if (nowMs === undefined || neededMs === undefined) {
    const reasons: Reason<WindowReasonCode>[] = [];
    if (nowMs === undefined) reasons.push(reason("window_time_unknown", "The current time is not known"));
    if (neededMs === undefined)
      reasons.push(reason("window_duration_unknown", "The duration of the work is not known"));
    return answer("unknown", reasons);
  }
  if (isAlwaysOpen(windows)) return answer("open", [reason("window_open", "The window never closes")]);
  return decideFit(upcomingIntervals(windows, nowMs), nowMs, neededMs);
}

/** Picks the first open time that is long enough; `intervals` are merged, in order, and end after `nowMs`. */
function decideFit(intervals: readonly TimeInterval[], nowMs: number, neededMs: number): WindowDecision {
  const fitting = intervals.find(({ startMs, endMs }) => endMs - Math.max(startMs, nowMs) >= neededMs);
  if (fitting !== undefined && fitting.startMs <= nowMs) {
    const { endMs: closesAtMs } = fitting;
    return answer("open", [reason("window_open", "The work fits before the window closes", { closesAtMs, neededMs })], {
      closesAtMs,
    });
  }
  const current = intervals.find(({ startMs }) => startMs <= nowMs);
  const notNow =
    current === undefined
      ? reason("window_closed", "No window is open now")
      : reason("window_too_short", "The window closes before the work is done", {
          closesAtMs: current.endMs,
          neededMs,
        });
  if (fitting !== undefined) {
    return answer("wait", [notNow], { opensAtMs: fitting.startMs, closesAtMs: fitting.endMs });
  }
  const noneLeft =
    intervals.length === 0
      ? reason("window_all_past", "Every window is in the past")
      : reason("window_never_fits", "No window to come is long enough", { neededMs });
  return answer("never", [noneLeft, notNow]);
}

/** Whether the windows that repeat leave no gap in a week. */
function isAlwaysOpen(windows: readonly MaintenanceWindow[]): boolean {
  const repeating = windows.filter(({ kind }) => kind !== "once");
  const [first] = openIntervals(repeating, 0, weekMs);
  return first !== undefined && first.startMs === 0 && first.endMs === weekMs;
}

/**
 * Open times that end after `nowMs`: all that hold or touch a one-off window, and of the others a full week.
 *
 * Since the weekly windows leave a gap, an open time without a one-off window is shorter than a week and has an equal
 * that starts in the coming seven days. So weeks are looked at around now and around the ends of one-off windows,
 * never in between.
 */
function upcomingIntervals(windows: readonly MaintenanceWindow[], nowMs: number): readonly TimeInterval[] {
  const oneOffs = windows.filter((window) => window.kind === "once");
  const weeklies = windows.filter(({ kind }) => kind === "weekly");
  const instants = [nowMs, ...oneOffs.flatMap(({ startMs, endMs }) => [startMs, endMs])];
  const spans = mergeIntervals(instants.map((at) => ({ startMs: at - weekMs, endMs: at + 2 * weekMs })));
  const repeats = spans.flatMap((span) => weeklies.flatMap((window) => occurrences(window, span.startMs, span.endMs)));
  return mergeIntervals([...oneOffs, ...repeats]).filter(({ endMs }) => endMs > nowMs);
}

/** Whole open times of one window that have an instant in [`fromMs`, `toMs`). */
function occurrences(window: MaintenanceWindow, fromMs: number, toMs: number): readonly TimeInterval[] {
  if (window.kind === "always") return [{ startMs: fromMs, endMs: toMs }];
  if (window.kind === "once") return window.startMs < toMs && window.endMs > fromMs ? [window] : [];
  const durationMs = window.durationMinutes * minuteMs;
  const found: TimeInterval[] = [];
  for (const day of window.days) {
    const firstMs = firstMondayMs + (day - 1) * dayMs + (window.startMinute - window.utcOffsetMinutes) * minuteMs;
    // The first week whose occurrence ends after `fromMs`.
    const week = Math.floor((fromMs - durationMs - firstMs) / weekMs) + 1;
    for (let startMs = firstMs + week * weekMs; startMs < toMs; startMs += weekMs) {
      found.push({ startMs, endMs: startMs + durationMs });
    }
  }
  return found;
}

/** Sorts intervals and joins those that overlap or touch. */
function mergeIntervals(intervals: readonly TimeInterval[]): readonly TimeInterval[] {
  const merged: TimeInterval[] = [];
  for (const { startMs, endMs } of intervals.toSorted((left, right) => left.startMs - right.startMs)) {
    const last = merged.at(-1);
    if (last === undefined || startMs > last.endMs) merged.push({ startMs, endMs });
    else merged[merged.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, endMs) };
  }
  return merged;
}

function answer(
  decision: WindowDecision["decision"],
  reasons: readonly Reason<WindowReasonCode>[],
  evidence: WindowEvidence = {},
): WindowDecision {
  return { decision, reasons, evidence };
}

function reason(
  code: WindowReasonCode,
  message: string,
  evidence?: Readonly<Record<string, unknown>>,
): Reason<WindowReasonCode> {
  return { code, message, ...(evidence && { evidence }) };
}

function requireInstant(name: string, value: number): void {
  if (Number.isSafeInteger(value) && Math.abs(value) <= maxInstantMs) return;
  throw new RangeError(`"${name}" expected integer of at most ${maxInstantMs} ms from the epoch, got ${value}`);
}
