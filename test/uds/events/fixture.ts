import { hexToBytes } from "../../../src/core/index.ts";
import {
  type FaultEvent,
  type FaultReport,
  toFaultReport,
  type UdsFaultContext,
} from "../../../src/uds/events/index.ts";
import { type DecodeOptions, decodeResponse, parseDictionary } from "../../../src/uds/index.ts";

export const engine = { addressing: "uds-can", address: 0x7e8 } as const;

export const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0x1234": { name: "speed", layout: [{ name: "speed", type: "u16", scale: 0.5, unit: "km/h" }] },
    "0x1235": { name: "time", layout: [{ name: "digits", type: "bcd", length: 1 }] },
  },
  extendedData: { "0x01": { name: "counters", layout: [{ name: "occurrences", type: "u8" }] } },
});

/** Report of a message in hexadecimal, of the engine of vehicle `v-1`. */
export function reportOf(
  hex: string,
  context: Partial<UdsFaultContext> = {},
  options: DecodeOptions = {},
): FaultReport {
  const bytes = hexToBytes(hex.replaceAll(" ", ""));
  return toFaultReport(decodeResponse(bytes, options), {
    observedAt: 1_000,
    vehicleId: "v-1",
    ecu: engine,
    ...context,
  });
}

/** The only event of a message. */
export function eventOf(hex: string, context: Partial<UdsFaultContext> = {}, options: DecodeOptions = {}): FaultEvent {
  const { events } = reportOf(hex, context, options);
  if (events.length !== 1) throw new Error(`Expected one event, found ${events.length}`);
  return events[0]!;
}

/** A copy of a document out of JSON with another value at a place; undefined takes the member away. */
export function changed(document: unknown, place: readonly (string | number)[], value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(document));
  let at = copy as Record<string | number, unknown>;
  for (const step of place.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[place.at(-1)!] = value;
  return JSON.parse(JSON.stringify(copy));
}
