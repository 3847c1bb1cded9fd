/** Readiness of the emission monitors: DM5 since the codes were cleared, DM26 in this trip. */

import type { UdsResult } from "../decoding.ts";
import type { MonitoredSystem, MonitoredSystemName, ReadinessMessage, TripReadinessMessage } from "./messages.ts";
import { fixed, type J1939DecodeOptions } from "./records.ts";
import { u16, value8, value16 } from "./values.ts";

/** Monitored all the time: supported in bits 0 .. 2 of byte 3, not complete in bits 4 .. 6. */
const continuous: readonly MonitoredSystemName[] = ["misfire", "fuelSystem", "comprehensiveComponent"];

/** Monitored now and then: supported by the bits of bytes 4 and 5, not complete by the same bits of bytes 6 and 7. */
const nonContinuous: readonly MonitoredSystemName[] = [
  "catalyst",
  "heatedCatalyst",
  "evaporativeSystem",
  "secondaryAirSystem",
  "acSystemRefrigerant",
  "exhaustGasSensor",
  "exhaustGasSensorHeater",
  "egrVvtSystem",
  "coldStartAid",
  "boostPressureControl",
  "dieselParticulateFilter",
  "noxCatalystAdsorber",
  "nmhcConvertingCatalyst",
];

const bit = (value: number, index: number): boolean => ((value >>> index) & 1) === 1;

function systemsOf(bytes: Uint8Array): readonly MonitoredSystem[] {
  const always = bytes[3]!;
  const [support, incomplete] = [u16(bytes, 4), u16(bytes, 6)];
  return [
    ...continuous.map((system, index) => ({
      system,
      supported: bit(always, index),
      complete: !bit(always, index + 4),
    })),
    ...nonContinuous.map((system, index) => ({
      system,
      supported: bit(support, index),
      complete: !bit(incomplete, index),
    })),
  ];
}

/** DM5. */
export function decodeReadiness(bytes: Uint8Array, options: J1939DecodeOptions): UdsResult<ReadinessMessage> {
  return fixed(bytes, 8, options, () => {
    const obdCompliance = value8(bytes, 2);
    return {
      message: "DM5",
      bytes,
      activeCodes: value8(bytes, 0),
      previouslyActiveCodes: value8(bytes, 1),
      obdCompliance,
      isHeavyDutyObd: typeof obdCompliance === "number" ? obdCompliance === 19 || obdCompliance === 20 : undefined,
      systems: systemsOf(bytes),
    };
  });
}

/** DM26. */
export function decodeTripReadiness(bytes: Uint8Array, options: J1939DecodeOptions): UdsResult<TripReadinessMessage> {
  return fixed(bytes, 8, options, () => ({
    message: "DM26",
    bytes,
    timeSinceEngineStart: value16(bytes, 0),
    warmUpsSinceClear: value8(bytes, 2),
    systems: systemsOf(bytes),
  }));
}
