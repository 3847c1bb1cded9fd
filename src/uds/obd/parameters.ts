/**
 * The public standard parameters (PID) of services 01 and 02, with length, unit and scaling.
 *
 * Names are our own words. A parameter whose length is in doubt is left out: a wrong length would give false
 * answers for all that follow.
 *
 * Standard: SAE J1979 / ISO 15031-5. Layouts up to 0x5E are as python-OBD and scapy read them, which are asked live (`npm run interop`). From 0x5F
 * on, each length is as at least two of AndrOBD, OBDb, scapy and Wikipedia have it, and so is each scaling but those of 0x7F, 0x9E and 0xA2, which are
 * OBDb's.
 */

import { compoundParameters, oxygenSensor, type ParameterLayout } from "./compound-parameters.ts";
import { boundsOf, isBitmap } from "./layout.ts";
import { singleParameters } from "./single-parameters.ts";

/**
 * `[name, length]` of parameters whose length two tables give alike and whose fields no two do: their data stay bytes, and what follows them
 * is read.
 *
 * Left out, because tables differ by the edition of the standard: 0x6D, 0x6E, 0x70, 0x71, 0x81 to 0x83, 0x8C, 0x8F, 0x92; or because there is
 * one table alone: 0x9B, 0xA1, 0xA3 to 0xA5 and those above 0xA6.
 */
const measured: Readonly<Record<number, readonly [string, number]>> = /* @__PURE__ */ Object.freeze({
  0x74: ["turbochargerSpeeds", 5],
  0x7d: ["noxControlAreas", 1],
  0x7e: ["particulateMatterControlAreas", 1],
  0x85: ["noxReagentSystem", 10],
  0x86: ["particulateMatterSensors", 5],
  0x87: ["intakeManifoldPressures", 5],
  0x88: ["scrInducementSystem", 13],
  0x89: ["auxiliaryEmissionRunTimes11To15", 41],
  0x8a: ["auxiliaryEmissionRunTimes16To20", 41],
  0x8b: ["dieselAftertreatment", 7],
  0x90: ["wwhObdVehicleInformation", 3],
  0x91: ["wwhObdEcuInformation", 5],
  0x93: ["wwhObdCounters", 3],
  0x94: ["noxWarningAndInducement", 12],
  0x98: ["exhaustGasTemperaturesBank1Sensors5To8", 9],
  0x99: ["exhaustGasTemperaturesBank2Sensors5To8", 9],
  0x9a: ["hybridBatteryData", 6],
  0x9c: ["oxygenSensorsWideRange", 17],
  0x9d: ["fuelRates", 4],
  0x9f: ["fuelSystemUse", 9],
});

/** Layout of a parameter, or `undefined` for one that is not known; bitmaps are known. */
export function parameterLayout(pid: number): ParameterLayout | undefined {
  if (isBitmap(pid)) return { name: "supportedParameters", length: 4, fields: [] };
  const known = measured[pid];
  if (known !== undefined) return { name: known[0], length: known[1], fields: [] };
  const single = singleParameters[pid];
  if (single === undefined) return compoundParameters[pid] ?? oxygenSensor(pid);
  const [name, unit, size, factor = 1, divisor = 1, offset = 0] = single;
  return { name, length: size, fields: [{ name, at: 0, size, unit, factor, divisor, offset }] };
}

/** What is known of a parameter before any vehicle answers. */
export interface ObdParameterDescription {
  readonly pid: number;
  readonly name: string;
  /** Bytes of data. */
  readonly length: number;
  /** Its readings, with the lowest and highest value where they are numbers. */
  readonly readings: readonly {
    readonly name: string;
    readonly unit?: string;
    readonly minimum?: number;
    readonly maximum?: number;
  }[];
}

/**
 * Describes a parameter of service 01: name, length, units and bounds.
 *
 * Standard: SAE J1979 / ISO 15031-5.
 *
 * @returns `undefined` for a parameter that is not in the table
 * @example
 * ```ts
 * describeObdParameter(0x0c)?.readings; // [{ name: "engineSpeed", unit: "rpm", minimum: 0, maximum: 16383.75 }]
 * ```
 */
export function describeObdParameter(pid: number): ObdParameterDescription | undefined {
  const layout = parameterLayout(pid);
  if (layout === undefined || !Number.isInteger(pid) || pid < 0 || pid > 0xff) return undefined;
  const readings = layout.fields.map((field) => ({
    name: field.name,
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...boundsOf(field),
  }));
  return { pid, name: layout.name, length: layout.length, readings };
}
