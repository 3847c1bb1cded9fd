/** What a maintenance window is: plain data, and the check of such data from a document. */

import { describeValue } from "./describe.ts";
import { CoreError } from "./errors.ts";

/** Open at any time. It must be said: an empty list of windows means never. */
export interface AlwaysWindow {
  readonly kind: "always";
}

/** Open once, from `startMs` until before `endMs`. */
export interface OnceWindow {
  readonly kind: "once";
  /** Epoch milliseconds. */
  readonly startMs: number;
  /** Epoch milliseconds, later than `startMs`. */
  readonly endMs: number;
}

/** Open every week on some days, at a time of day that a fixed offset from UTC gives. */
export interface WeeklyWindow {
  readonly kind: "weekly";
  /** Days on which the window opens, ISO 8601: 1 is Monday, 7 is Sunday; at least one, none twice. */
  readonly days: readonly number[];
  /** Minutes after local midnight at which it opens, 0 to 1439. */
  readonly startMinute: number;
  /** Minutes that it stays open, also over midnight and into other days, 1 to 10080 (a week). */
  readonly durationMinutes: number;
  /** Local time minus UTC in minutes, -1439 to 1439: 60 for Central European winter time. */
  readonly utcOffsetMinutes: number;
}

/** A span of time in which an update may run. */
export type MaintenanceWindow = AlwaysWindow | OnceWindow | WeeklyWindow;

/** Bound of an ECMAScript time value: 100,000,000 days from the epoch. */
export const maxInstantMs = 8.64e15;

const maxWindows = 64;

/**
 * Checks maintenance windows that come from a document: 64 at most; unknown members are refused, because one that is
 * not understood (a time zone, an exception) would change the meaning.
 *
 * @throws {@link CoreError} `ERR_CORE_WINDOW` with the JSON pointer of the fault
 */
export function parseMaintenanceWindows(value: unknown): readonly MaintenanceWindow[] {
  if (!Array.isArray(value) || value.length > maxWindows) fail("", `array of at most ${maxWindows} windows`, value);
  for (const [index, window] of value.entries()) requireWindow(window, `/${index}`);
  return value;
}

function requireWindow(window: unknown, path: string): void {
  if (typeof window !== "object" || window === null) fail(path, "object", window);
  const { kind, ...members } = window as Record<string, unknown>;
  if (kind === "always") requireMembers(members, [], path);
  else if (kind === "once") requireOnce(members, path);
  else if (kind === "weekly") requireWeekly(members, path);
  else fail(`${path}/kind`, '"always", "once" or "weekly"', kind);
}

type Members = Readonly<Record<string, unknown>>;

function requireOnce(members: Members, path: string): void {
  const { startMs, endMs } = members;
  requireMembers(members, ["startMs", "endMs"], path);
  requireInteger(startMs, -maxInstantMs, maxInstantMs, `${path}/startMs`);
  requireInteger(endMs, startMs + 1, maxInstantMs, `${path}/endMs`);
}

function requireWeekly(members: Members, path: string): void {
  const { days, startMinute, durationMinutes, utcOffsetMinutes } = members;
  requireMembers(members, ["days", "startMinute", "durationMinutes", "utcOffsetMinutes"], path);
  requireDays(days, `${path}/days`);
  requireInteger(startMinute, 0, 1_439, `${path}/startMinute`);
  requireInteger(durationMinutes, 1, 10_080, `${path}/durationMinutes`);
  requireInteger(utcOffsetMinutes, -1_439, 1_439, `${path}/utcOffsetMinutes`);
}

function requireDays(days: unknown, path: string): void {
  if (!Array.isArray(days) || days.length < 1 || days.length > 7) fail(path, "array of 1 to 7 days", days);
  for (const [index, day] of days.entries()) {
    requireInteger(day, 1, 7, `${path}/${index}`);
    if (days.indexOf(day) < index) fail(`${path}/${index}`, "day given once", day);
  }
}

function requireMembers(members: Members, known: readonly string[], path: string): void {
  const other = Object.keys(members).find((name) => !known.includes(name));
  if (other !== undefined) fail(path, "no other members", other);
}

function requireInteger(value: unknown, min: number, max: number, path: string): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
  fail(path, `integer ${min} to ${max}`, value);
}

function fail(path: string, expected: string, found: unknown): never {
  const message = `Cannot accept maintenance windows: "${path || "windows"}" expected ${expected}, got ${describeValue(found)}`;
  throw new CoreError("ERR_CORE_WINDOW", message, { path });
}
