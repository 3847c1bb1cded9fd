/** What a Primary knows of its vehicle: its own identifier, and the ECUs that are in it. */

import { jsonPointer } from "../../core/index.ts";
import { ManifestError } from "../errors.ts";

/** One ECU. Identifiers have 1 to 128 characters of `A-Z a-z 0-9 . _ : -`. */
export interface UptaneEcu {
  /** Unique in the vehicle, for example a serial number. */
  readonly ecuId: string;
  /** The model: which images fit. */
  readonly hardwareId: string;
}

/** The ECUs of one vehicle. */
export interface UptaneVehicle {
  /** Identifies the vehicle to the Director: better a pseudonym than the VIN. */
  readonly vehicleId: string;
  /** ECU id of the Primary. */
  readonly primary: string;
  /** Every ECU that takes updates, the Primary too, each once. */
  readonly ecus: readonly UptaneEcu[];
}

/** Whether a text may identify an ECU, a hardware model or a vehicle; the one name that plain objects treat apart may not. */
export function isUptaneId(text: unknown): text is string {
  return typeof text === "string" && /^(?!__proto__$)[A-Za-z0-9._:-]{1,128}$/.test(text);
}

/** A vehicle after its check, by ECU id. */
export interface CheckedVehicle {
  readonly vehicleId: string;
  readonly hardwareIds: ReadonlyMap<string, string>;
}

/**
 * Checks a vehicle's description, which comes from a configuration that nobody signed.
 *
 * @throws {@link ManifestError} `ERR_MANIFEST_UPTANE_VEHICLE` with the JSON pointer of the fault
 */
export function checkVehicle(vehicle: UptaneVehicle): CheckedVehicle {
  if (typeof vehicle !== "object" || vehicle === null) throw new TypeError('"vehicle" expected object');
  const { vehicleId, primary, ecus } = vehicle;
  if (!isUptaneId(vehicleId)) throw wrongVehicle("an identifier", "vehicleId");
  if (!Array.isArray(ecus)) throw wrongVehicle("a list", "ecus");
  const hardwareIds = new Map<string, string>();
  (ecus as readonly UptaneEcu[]).forEach((ecu, index) => {
    if (typeof ecu !== "object" || ecu === null) throw wrongVehicle("an ECU", "ecus", index);
    if (!isUptaneId(ecu.ecuId)) throw wrongVehicle("an identifier", "ecus", index, "ecuId");
    if (!isUptaneId(ecu.hardwareId)) throw wrongVehicle("an identifier", "ecus", index, "hardwareId");
    if (hardwareIds.has(ecu.ecuId)) throw wrongVehicle("an ECU that is not there twice", "ecus", index, "ecuId");
    hardwareIds.set(ecu.ecuId, ecu.hardwareId);
  });
  if (!hardwareIds.has(primary)) throw wrongVehicle("one of the ECUs", "primary");
  return { vehicleId, hardwareIds };
}

function wrongVehicle(expected: string, ...at: readonly (string | number)[]): ManifestError {
  const path = jsonPointer(...at);
  return new ManifestError("ERR_MANIFEST_UPTANE_VEHICLE", `Cannot use vehicle: "${path}" expected ${expected}`, {
    path,
    details: { expected },
  });
}
