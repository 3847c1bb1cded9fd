/**
 * Readiness of the emission monitors, parameters 0x01 (since the codes were cleared) and 0x41 (in this driving cycle). Which
 * monitors there are follows from the kind of ignition.
 */

/** A monitor of an emission system. */
export interface ObdMonitor {
  readonly name: string;
  /** In 0x41: whether it is enabled in this driving cycle. */
  readonly supported: boolean;
  /** `"notAvailable"` where the monitor is not supported. */
  readonly complete: boolean | "notAvailable";
}

/** What the four bytes say. */
export interface ObdReadiness {
  readonly ignition: "spark" | "compression";
  /** Whether the control unit commands the lamp; only 0x01 says it. */
  readonly mil?: boolean;
  /** Confirmed codes; only 0x01 says it. */
  readonly dtcCount?: number;
  readonly monitors: readonly ObdMonitor[];
}

/** By bit of the second byte: supported in 0 .. 2, not complete in 4 .. 6. */
const continuous = ["misfire", "fuelSystem", "components"] as const;

/** By bit of the third (supported) and fourth byte (not complete); empty where the bit is reserved. */
const spark = [
  "catalyst",
  "heatedCatalyst",
  "evaporativeSystem",
  "secondaryAirSystem",
  "gasolineParticulateFilter",
  "oxygenSensor",
  "oxygenSensorHeater",
  "egrVvtSystem",
] as const;
const compression = [
  "nmhcCatalyst",
  "noxAftertreatment",
  "",
  "boostPressure",
  "",
  "exhaustGasSensor",
  "particulateFilter",
  "egrVvtSystem",
] as const;

/** Reads the four bytes from `at`. */
export function readReadiness(pid: number, bytes: Uint8Array, at: number): ObdReadiness {
  const first = bytes[at]!;
  const second = bytes[at + 1]!;
  const ignition = bit(second, 3) ? "compression" : "spark";
  const others = ignition === "spark" ? spark : compression;
  const monitors = [
    ...continuous.map((name, index) => monitor(name, bit(second, index), bit(second, index + 4))),
    ...others.map((name, index) => monitor(name, bit(bytes[at + 2]!, index), bit(bytes[at + 3]!, index))),
  ].filter(({ name }) => name !== "");
  return pid === 0x01 ? { ignition, mil: first >= 0x80, dtcCount: first & 0x7f, monitors } : { ignition, monitors };
}

function monitor(name: string, supported: boolean, incomplete: boolean): ObdMonitor {
  return { name, supported, complete: supported ? !incomplete : "notAvailable" };
}

function bit(byte: number, index: number): boolean {
  return ((byte >>> index) & 1) === 1;
}
