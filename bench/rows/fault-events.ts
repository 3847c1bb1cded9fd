/** Faults in one shape: from a response of 100 codes to events, and from events to the state of a dashboard. */

import { decodeResponse } from "otakit/uds";
import {
  createFaultState,
  type FaultReport,
  type FaultState,
  type FaultStep,
  parseFaultEvent,
  reduceFaults,
  toFaultReport,
} from "otakit/uds/events";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRowFactory } from "../row.ts";

const records = 100;
const messages = 50;
const statusMask = 0xff;
const ecu = { addressing: "uds-can", address: 0x7e8 } as const;
/** Statuses of a fault memory as control units have them: a response has few different ones. */
const statuses = [0x2f, 0x28, 0x24, 0x08, 0x2c, 0x50] as const;

/** Response 0x59 02 with codes at random. */
function faultMemory(name: string): Uint8Array {
  const codes = seededRandom(name).bytes(3 * records);
  const dtcs = Array.from({ length: records }, (_, index) => [
    ...codes.subarray(3 * index, 3 * index + 3),
    statuses[index % statuses.length]!,
  ]);
  return Uint8Array.of(0x59, 0x02, 0xff, ...dtcs.flat());
}

function reportOf(bytes: Uint8Array, observedAt: number): FaultReport {
  return toFaultReport(decodeResponse(bytes), { observedAt, vehicleId: "vehicle-7", ecu, statusMask });
}

const eventsRow: BenchRowFactory = () => {
  const bytes = faultMemory("uds/fault-events");
  const decoded = decodeResponse(bytes);
  const context = { observedAt: 0, vehicleId: "vehicle-7", ecu, statusMask };
  const repeated = (make: () => FaultReport) => () => {
    for (let message = 1; message < messages; message++) make();
    return make();
  };
  return {
    name: "uds/fault-events",
    work: { operations: records * messages },
    contenders: [
      { name: "otakit toFaultReport (decoded response)", run: repeated(() => toFaultReport(decoded, context)) },
      { name: "otakit decodeResponse + toFaultReport", run: repeated(() => reportOf(bytes, 0)) },
      {
        name: "otakit parseFaultEvent (from JSON values)",
        run: repeated(() => {
          const report = toFaultReport(decoded, context);
          for (const event of report.events) parseFaultEvent(event);
          return report;
        }),
      },
    ],
    check(result, contender) {
      const { events } = result as FaultReport;
      if (events.length !== records) throw new Error(`${contender} made ${events.length} events`);
    },
    note: "one operation is one event; the third contender makes each event and checks it",
    missing: ["no other library on npm or PyPI makes normalised events of trouble codes"],
  };
};

const foldRow: BenchRowFactory = () => {
  const bytes = faultMemory("uds/fold-faults");
  const reports = Array.from({ length: messages }, (_, index) => reportOf(bytes, index));
  const events = reports.flatMap((report) => report.events);
  const empty = createFaultState();
  const folded = reduceFaults(empty, reports).state;
  const count = (state: FaultState) => Object.keys(state.faults).length;
  return {
    name: "uds/fold-faults",
    work: { operations: records * messages },
    contenders: [
      { name: "otakit reduceFaults (complete reports)", run: () => reduceFaults(empty, reports) },
      { name: "otakit reduceFaults (events)", run: () => reduceFaults(empty, events) },
      { name: "otakit reduceFaults (duplicates)", run: () => reduceFaults(folded, events) },
    ],
    check(result, contender) {
      const { state } = result as FaultStep;
      if (count(state) !== count(folded)) throw new Error(`${contender} has ${count(state)} faults`);
    },
    note: `one operation is one event; ${messages} readings of a memory of ${records} codes`,
  };
};

export const rows: Record<string, BenchRowFactory> = {
  "uds/fault-events": eventsRow,
  "uds/fold-faults": foldRow,
};
