/** Keys of BMW integration levels: series, year, month and number, as in `S18A-21-07-550`. */

import { joinKeys, numberKey } from "./number-key.ts";

const shape = /^([A-Za-z][0-9A-Za-z]{3})-([0-9]{2})-(0[1-9]|1[0-2])-([0-9]{3})$/;

/** `S18A-21-07-550` is `S18A.b21.a7.c550`; the part before the first dot is the series. */
export function ilevelKey(text: string): string | undefined {
  const [, series, ...numbers] = shape.exec(text) ?? [];
  return series === undefined ? undefined : joinKeys([series.toUpperCase(), ...numbers.map(numberKey)], ".");
}
