/**
 * Keys of calendar versions: a year, one to three further numbers, and a modifier, in the terms of calver.org.
 *
 * The numbers are not checked against the calendar, because the second one is a month, a week or a minor number by
 * usage.
 */

import { joinKeys, numberKey } from "./number-key.ts";

/** Year (`YYYY`, or `YY` since 2000), numbers, modifier with its own number. */
const shape = /^([1-9][0-9]{3}|[0-9]{2})((?:\.[0-9]+){1,3})(?:-(dev|alpha|beta|rc)(?:\.?([0-9]+))?)?$/;

/** calver.org names modifiers but no order; only those whose order is beyond doubt are read, earliest first. */
const modifiers: readonly string[] = ["dev", "alpha", "beta", "rc"];

/**
 * `2026.7` is `d2026.a7.a0.a0~`, `26.07.3-rc1` is `d2026.a7.a3.a0!3a1`.
 *
 * A missing number counts as zero, also that of a modifier; a version with a modifier comes before the one without.
 */
export function calverKey(text: string): string | undefined {
  const [, year, tail, modifier, modifierNumber] = shape.exec(text.toLowerCase()) ?? [];
  if (year === undefined || tail === undefined) return undefined;
  const [, second, third = "0", fourth = "0"] = tail.split(".");
  const fullYear = year.length === 2 ? `20${year}` : year;
  const numbers = joinKeys([fullYear, second!, third, fourth].map(numberKey), ".");
  if (modifier === undefined) return joinKeys([numbers, "~"], "");
  return joinKeys([numbers, `!${modifiers.indexOf(modifier)}`, numberKey(modifierNumber ?? "0")], "");
}
