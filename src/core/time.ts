/**
 * UTC instants as text in the one form that signed metadata may use, `YYYY-MM-DDTHH:MM:SSZ`.
 *
 * Computed with integers on the Gregorian calendar, because the reader of `Date` also takes what is ambiguous or unreal.
 */

import { CoreError } from "./errors.ts";

const secondsPerDay = 86_400;
/** Epoch milliseconds of 0000-01-01T00:00:00Z. */
const firstInstant = -62_167_219_200_000;
/** Epoch milliseconds of 9999-12-31T23:59:59Z. */
const lastInstant = 253_402_300_799_000;

/** The form; `0` stands for any digit. */
const form = "0000-00-00T00:00:00Z";

/**
 * Reads a UTC instant of the exact form `YYYY-MM-DDTHH:MM:SSZ`.
 *
 * Years 0000 to 9999, real dates only. Refused although RFC 3339 has them: fractions of a second, offsets, lower-case
 * letters, and second 60 (epoch time does not count leap seconds).
 *
 * Standard: RFC 3339 section 5.6, as narrowed by TUF 1.0.34 section 4.2.3.
 *
 * @returns epoch milliseconds, a multiple of 1,000
 * @throws {@link CoreError} `ERR_CORE_TIME` with the offset of the first character that breaks the form, or of the first
 * field that is out of range
 * @example
 * ```ts
 * parseUtcTime("1970-01-02T00:00:01Z"); // 86401000
 * parseUtcTime("2026-02-29T00:00:00Z"); // ERR_CORE_TIME, offset 8
 * ```
 */
export function parseUtcTime(text: string): number {
  checkForm(text);
  const year = Number(text.slice(0, 4));
  const month = readField(text, "month", 5, 1, 12);
  const day = readField(text, "day", 8, 1, daysBefore(year, month + 1) - daysBefore(year, month));
  const hour = readField(text, "hour", 11, 0, 23);
  const minute = readField(text, "minute", 14, 0, 59);
  const second = readField(text, "second", 17, 0, 59);
  const days = daysBefore(year, month) + day - 1;
  return (days * secondsPerDay + hour * 3_600 + minute * 60 + second) * 1_000;
}

/**
 * Writes an instant in the form that {@link parseUtcTime} reads.
 *
 * Whole seconds only: a silently dropped fraction would move an expiry, so the caller rounds to the side that is safe.
 *
 * @param instant - epoch milliseconds, a multiple of 1,000, in the years 0000 to 9999
 * @throws RangeError when `instant` is anything else
 * @example
 * ```ts
 * formatUtcTime(Math.floor(1_500 / 1_000) * 1_000); // "1970-01-01T00:00:01Z"
 * ```
 */
export function formatUtcTime(instant: number): string {
  // Stated as what is wanted, so that NaN fails too.
  if (!(instant % 1_000 === 0 && instant >= firstInstant && instant <= lastInstant)) {
    throw new RangeError(
      `"instant" expected whole seconds in epoch milliseconds, ${firstInstant} .. ${lastInstant}, got ${instant}`,
    );
  }
  const seconds = instant / 1_000;
  const days = Math.floor(seconds / secondsPerDay);
  let year = 1970 + Math.floor(days / 365.2425);
  // The mean year misses the calendar by at most one.
  if (daysBefore(year, 1) > days) year--;
  else if (daysBefore(year + 1, 1) <= days) year++;
  let month = 12;
  while (daysBefore(year, month) > days) month--;
  const day = days - daysBefore(year, month) + 1;
  const second = seconds - days * secondsPerDay;
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(Math.floor(second / 3_600), 2)}:${pad(Math.floor(second / 60) % 60, 2)}:${pad(second % 60, 2)}Z`;
}

/** Days from 1970-01-01 to the first of a month; month 13 is the next January. */
function daysBefore(year: number, month: number): number {
  // Counted in years that start with March, so that a leap day is the last day of its year.
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  // From March on, months have 31 30 31 30 31 days, twice, and then 31: five months are 153 days.
  return 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) - 719_468;
}

function checkForm(text: string): void {
  for (let offset = 0; offset < form.length; offset++) {
    const found = text.charAt(offset);
    const fits = form[offset] === "0" ? found >= "0" && found <= "9" : found === form[offset];
    if (!fits) refuse("expected the form YYYY-MM-DDTHH:MM:SSZ", offset);
  }
  if (text.length > form.length) refuse("expected nothing after the Z", form.length);
}

/** Reads a field of two digits. */
function readField(text: string, name: string, offset: number, least: number, most: number): number {
  const value = Number(text.slice(offset, offset + 2));
  if (value < least || value > most) refuse(`${name} ${value} is not in ${least} .. ${most}`, offset);
  return value;
}

function refuse(what: string, offset: number): never {
  throw new CoreError("ERR_CORE_TIME", `Cannot read time: ${what} at offset ${offset}`, { offset });
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
