/**
 * What service 09 says about the vehicle, by information type. Types that are not in the table stay bytes, also
 * the message counts of K-line.
 *
 * Standard: SAE J1979 / ISO 15031-5 (service 09 on CAN); lengths as widely published tables give them; those of 02, 04, 06 and 0B as in scapy's tests.
 */

import { bytesToHex } from "../../core/index.ts";
import { supportedIn } from "./layout.ts";
import type { ObdVehicleInformation } from "./messages.ts";

interface Layout {
  readonly name: string;
  /** Bytes of one item. */
  readonly length: number;
  readonly as: "text" | "hex" | "sparkCounters" | "compressionCounters";
}

const layouts: Readonly<Record<number, Layout>> = {
  0x02: { name: "vehicleIdentificationNumber", length: 17, as: "text" },
  0x04: { name: "calibrationIdentification", length: 16, as: "text" },
  0x06: { name: "calibrationVerificationNumber", length: 4, as: "hex" },
  0x08: { name: "inUsePerformanceSpark", length: 2, as: "sparkCounters" },
  0x0a: { name: "ecuName", length: 20, as: "text" },
  0x0b: { name: "inUsePerformanceCompression", length: 2, as: "compressionCounters" },
};

/** Each has two counters: completions and conditions met. */
const sparkMonitors =
  "catalystBank1 catalystBank2 oxygenSensorBank1 oxygenSensorBank2 egrVvt secondaryAir evaporative secondaryOxygenSensorBank1 secondaryOxygenSensorBank2";
const compressionMonitors =
  "nmhcCatalyst noxCatalyst noxAdsorber particulateFilter exhaustGasSensor egrVvt boostPressure";

function counterName(as: Layout["as"], index: number): string {
  if (index < 2) return index === 0 ? "obdConditionsEncountered" : "ignitionCycles";
  const monitors = as === "sparkCounters" ? sparkMonitors : compressionMonitors;
  const monitor = monitors.split(" ")[(index >>> 1) - 1] ?? `monitor${index >>> 1}`;
  return `${monitor}${(index & 1) === 0 ? "Completions" : "Conditions"}`;
}

/** Bytes of one item, or `undefined` for an information type that is not known. */
export function itemLength(infoType: number): number | undefined {
  return layouts[infoType]?.length;
}

/** A bitmap of information types. */
export function readBitmap(infoType: number, data: Uint8Array): ObdVehicleInformation {
  return { infoType, name: "supportedInformation", items: [data], supported: supportedIn(infoType, data) };
}

/** Information of a known type. */
export function readInformation(infoType: number, items: readonly Uint8Array[]): ObdVehicleInformation {
  const { name, as } = layouts[infoType]!;
  const common = { infoType, name, count: items.length, items };
  if (as === "text") return { ...common, texts: items.map(textOf) };
  if (as === "hex") return { ...common, texts: items.map((item) => bytesToHex(item)) };
  const counters = items.map((item, index) => ({ name: counterName(as, index), value: (item[0]! << 8) | item[1]! }));
  return { ...common, counters };
}

function textOf(item: Uint8Array): string {
  const text = String.fromCharCode(...item).replace(/^\0+|\0+$/g, "");
  // ECU names have a zero between their two parts.
  return /^[ -~\0]*$/.test(text) ? text.replace(/\0+/g, " ") : "notText";
}
