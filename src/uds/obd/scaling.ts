/**
 * Units and scalings of monitor test results, service 06. From 0x80 on the numbers are signed.
 *
 * Standard: SAE J1979 (unit and scaling identifiers); values as widely published tables give them.
 */

import { scale } from "./layout.ts";

/** `[unit, factor, divisor, offset]`; the value is `raw * factor / divisor + offset`. */
type Scaling = readonly [unit: string, factor: number, divisor: number, offset?: number];

const scalings: Readonly<Record<number, Scaling>> = {
  0x01: ["count", 1, 1],
  0x02: ["count", 1, 10],
  0x03: ["count", 1, 100],
  0x04: ["count", 1, 1000],
  0x07: ["rpm", 1, 4],
  0x08: ["km/h", 1, 100],
  0x09: ["km/h", 1, 1],
  0x0a: ["mV", 122, 1000],
  0x0b: ["V", 1, 1000],
  0x0c: ["V", 1, 100],
  0x0d: ["mA", 1, 256],
  0x0e: ["A", 1, 1000],
  0x0f: ["A", 1, 100],
  0x10: ["ms", 1, 1],
  0x11: ["ms", 100, 1],
  0x12: ["s", 1, 1],
  0x13: ["mOhm", 1, 1],
  0x14: ["Ohm", 1, 1],
  0x15: ["kOhm", 1, 1],
  0x16: ["degC", 1, 10, -40],
  0x17: ["kPa", 1, 100],
  0x18: ["kPa", 117, 10_000],
  0x19: ["kPa", 79, 1000],
  0x1a: ["kPa", 1, 1],
  0x1b: ["kPa", 10, 1],
  0x1c: ["deg", 1, 100],
  0x1d: ["deg", 1, 2],
  0x1f: ["airFuelRatio", 1, 20],
  0x20: ["ratio", 1, 256],
  0x21: ["mHz", 1, 1],
  0x22: ["Hz", 1, 1],
  0x23: ["kHz", 1, 1],
  0x24: ["count", 1, 1],
  0x25: ["km", 1, 1],
  0x26: ["mV/ms", 1, 10],
  0x27: ["g/s", 1, 100],
  0x28: ["g/s", 1, 1],
  0x29: ["Pa/s", 1, 4],
  0x2a: ["kg/h", 1, 1000],
  0x2b: ["switches", 1, 1],
  0x2c: ["g/cylinder", 1, 100],
  0x2d: ["mg/stroke", 1, 100],
  0x2f: ["%", 1, 100],
  0x31: ["L", 1, 1000],
  0x34: ["min", 1, 1],
  0x35: ["ms", 10, 1],
  0x36: ["g", 1, 100],
  0x37: ["g", 1, 10],
  0x38: ["g", 1, 1],
  0x81: ["count", 1, 1],
  0x82: ["count", 1, 10],
  0x83: ["count", 1, 100],
  0x84: ["count", 1, 1000],
  0x8a: ["mV", 122, 1000],
  0x8b: ["V", 1, 1000],
  0x8c: ["V", 1, 100],
  0x8d: ["mA", 1, 256],
  0x8e: ["A", 1, 1000],
  0x90: ["ms", 1, 1],
  0x96: ["degC", 1, 10],
  0x9c: ["deg", 1, 100],
  0x9d: ["deg", 1, 2],
  0xa8: ["g/s", 1, 1],
  0xa9: ["Pa/s", 1, 4],
  0xaf: ["%", 1, 100],
  0xfd: ["kPa", 1, 1000],
  0xfe: ["Pa", 1, 4],
};

/** The two bytes of a result as a number, signed where the identifier says so. */
export function rawResult(scalingId: number, word: number): number {
  return scalingId >= 0x80 && word >= 0x8000 ? word - 0x10000 : word;
}

/** Unit and value of a raw number; `undefined` for an identifier that is not known. */
export function scaledResult(
  scalingId: number,
  raw: number,
): { readonly value: number; readonly unit: string } | undefined {
  const scaling = scalings[scalingId];
  if (scaling === undefined) return undefined;
  const [unit, factor, divisor, offset = 0] = scaling;
  return { value: scale(raw, { factor, divisor, offset }), unit };
}
