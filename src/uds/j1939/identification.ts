/** Three groups of J1939-71 that belong to every diagnosis: who made the control unit, in which vehicle, after how many hours. */

import type { UdsResult } from "../decoding.ts";
import { decoded, fixed, type J1939DecodeOptions } from "./records.ts";
import { type J1939Value, scaled, value32 } from "./values.ts";

/** Component identification (group 0xFEEB); a field is absent where the sender ends before it. */
export interface ComponentIdentification {
  readonly make?: string;
  readonly model?: string;
  readonly serialNumber?: string;
  readonly unitNumber?: string;
}

/** Vehicle identification (group 0xFEEC). */
export interface VehicleIdentification {
  /** As it was sent; nothing checks it here. */
  readonly vin: string;
  /** What stands behind the asterisk. */
  readonly manufacturerData: string;
}

/** Engine hours and revolutions (group 0xFEE5). */
export interface EngineHours {
  /** Hours. */
  readonly hours: J1939Value;
  /** Revolutions. */
  readonly revolutions: J1939Value;
}

const asterisk = 0x2a;

/** Texts between asterisks; zero bytes behind a text fill its field, and what is no printable ASCII becomes a question mark. */
function fieldsOf(bytes: Uint8Array): readonly string[] {
  const fields: string[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(asterisk, start);
    const end = found < 0 ? bytes.length : found;
    if (found >= 0 || end > start) fields.push(textOf(bytes.subarray(start, end)));
    start = end + 1;
  }
  return fields;
}

function textOf(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return Array.from(bytes.subarray(0, end), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?",
  ).join("");
}

/**
 * Decodes a component identification.
 *
 * Standard: SAE J1939-71 (component identification).
 *
 * @example
 * ```ts
 * decodeComponentIdentification(utf8ToBytes("CMMNS*6B u07D0*12345*0*")); // make, model, serial number, unit number
 * ```
 */
export function decodeComponentIdentification(bytes: Uint8Array): UdsResult<ComponentIdentification> {
  const [make, model, serialNumber, unitNumber] = fieldsOf(bytes);
  return decoded({
    ...(make === undefined ? {} : { make }),
    ...(model === undefined ? {} : { model }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(unitNumber === undefined ? {} : { unitNumber }),
  });
}

/** Decodes a vehicle identification. Standard: SAE J1939-71 (vehicle identification). */
export function decodeVehicleIdentification(bytes: Uint8Array): UdsResult<VehicleIdentification> {
  const [vin = "", manufacturerData = ""] = fieldsOf(bytes);
  return decoded({ vin, manufacturerData });
}

/** Decodes engine hours. Standard: SAE J1939-71 (engine hours, revolutions). */
export function decodeEngineHours(bytes: Uint8Array, options: J1939DecodeOptions = {}): UdsResult<EngineHours> {
  return fixed(bytes, 8, options, () => ({
    hours: scaled(value32(bytes, 0), 0.05),
    revolutions: scaled(value32(bytes, 4), 1000),
  }));
}
