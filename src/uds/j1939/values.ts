/**
 * Numbers of J1939 as they stand in a message: least significant byte first, with the highest values kept for "error" and "not
 * available". Neither is ever a number.
 *
 * Standard: SAE J1939-71 (ranges of parameters); as ETI j1939-84 and pretty_j1939 read them.
 */

/** A number, or why there is none: the sender says that it failed or does not have it, or the value is reserved. */
export type J1939Value = number | "error" | "notAvailable" | "reserved";

/** The ranges by the most significant byte: 0xFF not available, 0xFE error, 0xFB .. 0xFD reserved. */
function ranged(value: number, highByte: number): J1939Value {
  if (highByte <= 0xfa) return value;
  if (highByte === 0xff) return "notAvailable";
  return highByte === 0xfe ? "error" : "reserved";
}

/** One byte. */
export function value8(bytes: Uint8Array, at: number): J1939Value {
  return ranged(bytes[at]!, bytes[at]!);
}

/** Two bytes. */
export function value16(bytes: Uint8Array, at: number): J1939Value {
  return ranged(u16(bytes, at), bytes[at + 1]!);
}

/** Four bytes. */
export function value32(bytes: Uint8Array, at: number): J1939Value {
  return ranged(u32(bytes, at), bytes[at + 3]!);
}

/** A value in its unit: `value * scale + offset`; what is no number stays so. */
export function scaled(value: J1939Value, scale: number, offset = 0): J1939Value {
  if (typeof value !== "number") return value;
  // The scales are powers of two, or a twentieth: a division gives the nearest double, as the decimal is written.
  return scale < 1 ? value / Math.round(1 / scale) + offset : value * scale + offset;
}

export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

/** SPN in three bytes: 16 low bits, then three high ones in the top of the third byte. */
export function spnOf(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) | ((bytes[at + 2]! >>> 5) << 16);
}

/** Low five bits of the third byte. */
export function fmiOf(bytes: Uint8Array, at: number): number {
  return bytes[at + 2]! & 31;
}
