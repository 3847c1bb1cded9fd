/** Events out of messages and documents: no input throws anything but an OtaError, and what is accepted stays as it is. */

import { bytesToUtf8, isOtaError, utf8ToBytes } from "otakit/core";
import { decodeResponse, parseDictionary } from "otakit/uds";
import {
  createFaultState,
  createObdexCatalogue,
  type FaultReport,
  faultSummary,
  fromSovdFaults,
  parseFaultEvent,
  parseFaultState,
  reduceFaults,
  toFaultReport,
  toFleetWiseDtcs,
  toSovdFault,
  toVssDtcs,
} from "otakit/uds/events";
import type { FuzzTarget } from "../target.ts";

const ecu = { addressing: "uds-can", address: 0x7e8 } as const;
const entity = { observedAt: 1, vehicleId: "v", ecu: { addressing: "sovd", address: "components/engine" } } as const;
const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: { "0x1234": { name: "speed", layout: [{ name: "speed", type: "u16" }] } },
  extendedData: { "0x01": { name: "counters", layout: [{ name: "occurrences", type: "bcd", length: 1 }] } },
});

function holds(condition: boolean, law: string): void {
  if (!condition) throw new Error(`Broken: ${law}`);
}

/** What holds for every report, wherever it comes from. */
function checkReport(report: FaultReport): void {
  for (const event of report.events) {
    const text = JSON.stringify(event);
    holds(JSON.stringify(parseFaultEvent(JSON.parse(text))) === text, "an event passes its own check");
    const [again] = fromSovdFaults({ items: [toSovdFault(event)] }, entity).events;
    holds(again?.code.native === event.code.native, "an event is written as a fault of SOVD");
  }
  const { state } = reduceFaults(createFaultState(), [report]);
  // Events of a broken message, folded without their report, say that the control unit answered.
  const again = report.outcome === "answered" ? [...report.events, report] : [report];
  holds(JSON.stringify(reduceFaults(state, again).state) === JSON.stringify(state), "twice is as good as once");
  parseFaultState(JSON.parse(JSON.stringify(state)));
  const summary = faultSummary(state, { now: 2 });
  holds(toVssDtcs(summary.faults).leftOut.otherCondition <= summary.faults.length, "a summary counts");
  toFleetWiseDtcs(report.events);
}

function fuzzMessage(bytes: Uint8Array): void {
  for (const availabilityMask of [undefined, 0x7f]) {
    const context = {
      observedAt: 1,
      ecu,
      statusMask: 0xff,
      ...(availabilityMask === undefined ? {} : { availabilityMask }),
    };
    const options = { dictionary, leniency: { allZeroDtc: "drop", zeroPadding: "trim" } } as const;
    checkReport(toFaultReport(decodeResponse(bytes, options), context));
  }
}

function fuzzDocument(bytes: Uint8Array): void {
  let document: unknown;
  try {
    document = JSON.parse(bytesToUtf8(bytes));
  } catch {
    return;
  }
  for (const read of [
    () => reduceFaults(createFaultState(), [parseFaultEvent(document)]),
    () => faultSummary(parseFaultState(document), { now: 2 }),
    () => createObdexCatalogue(document).lookUp("P0420"),
    () => checkReport(fromSovdFaults(document, entity)),
  ]) {
    try {
      read();
    } catch (error) {
      if (!isOtaError(error)) throw error;
    }
  }
}

const seedReport = toFaultReport(
  decodeResponse(Uint8Array.of(0x59, 4, 4, 0x20, 0x16, 0x2f, 1, 1, 0x12, 0x34, 1, 2), { dictionary }),
  {
    observedAt: 1,
    vehicleId: "v",
    ecu,
  },
);
const sovd = { code: "042016", scope: "Dev", display_code: "P0420-16", fault_name: "f", severity: 2 };
const documents: readonly unknown[] = [
  seedReport.events[0],
  reduceFaults(createFaultState(), [seedReport]).state,
  { items: [{ ...sovd, status: { test_failed: true, confirmedDTC: "1", mask: "09", aggregatedStatus: "active" } }] },
  { item: sovd },
  [{ code: "P0420", title: { en: "title" }, description: { en: "text" } }],
];

export const targets: readonly FuzzTarget[] = [
  {
    name: "uds/events/toFaultReport",
    seeds: [
      Uint8Array.of(0x59, 2, 0xff, 4, 0x20, 0x16, 0x2f, 0xc1, 0, 0x87, 0x28),
      Uint8Array.of(0x59, 4, 4, 0x20, 0x16, 0x2f, 1, 1, 0x12, 0x34, 1, 2),
      Uint8Array.of(0x59, 6, 4, 0x20, 0x16, 0x2f, 1, 0x42),
      Uint8Array.of(0x59, 0x42, 0x33, 0xff, 0xff, 2, 0x80, 0xb8, 4, 3, 0x2f),
      Uint8Array.of(0x7f, 0x19, 0x31),
    ],
    run: fuzzMessage,
  },
  {
    name: "uds/events/documents",
    seeds: documents.map((document) => utf8ToBytes(JSON.stringify(document))),
    dictionary: ["__proto__", "items", "status", "null", "1e400", "\\ud800", "mask", "permanent"].map(utf8ToBytes),
    run: fuzzDocument,
  },
];
