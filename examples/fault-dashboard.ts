import { hexToBytes } from "otakit/core";
import { decodeResponse } from "otakit/uds";
import {
  createFaultState,
  faultSummary,
  parseFaultState,
  reduceFaults,
  toFaultReport,
  toVssDtcs,
} from "otakit/uds/events";

const engine = { addressing: "uds-can", address: 0x7e8, name: "engine" } as const;
const brakes = { addressing: "uds-can", address: 0x7ea, name: "brakes" } as const;
const statusMask = 0xff; // what the request 0x19 02 asked for: without it, no list counts as complete
const minute = 60_000;

// In the gateway: what each control unit answered becomes a report, at the time it was received.
const answers = [
  { ecu: engine, hex: "5902ff0420162f", observedAt: 0 },
  { ecu: brakes, hex: "7f1921", observedAt: 0 }, // busy: a refusal, and no statement about faults
  { ecu: engine, hex: "5902ff04201628", observedAt: 5 * minute },
];
const reports = answers.map(({ ecu, hex, observedAt }) =>
  toFaultReport(decodeResponse(hexToBytes(hex)), { observedAt, vehicleId: "vehicle-7", ecu, statusMask }),
);

// In the backend: reports and events are folded as they come, in any order, late or twice.
const step = reduceFaults(createFaultState({ maxFaults: 1_000 }), reports);
if (step.decision === "full") console.log("no room for", step.refused);
for (const { change, before, after } of step.changes) console.log(change, before ?? "-", "->", after ?? "-");
// appeared - -> active
// confirmed - -> active
// healed active -> stored

// The state is plain JSON; read back, it is checked like any other input.
const state = parseFaultState(JSON.parse(JSON.stringify(step.state)));

// For the screen: no bytes of any message, and what is not known is said.
const expected = [engine, brakes].map((ecu) => ({ vehicleId: "vehicle-7", ecu }));
const summary = faultSummary(state, { now: 10 * minute, maxAgeMs: 60 * minute, expected });
console.log(summary.verdict, summary.conditions.stored, summary.systems.powertrain); // faults 1 1
for (const { ecu, state: heard } of summary.sources) console.log(ecu.name, heard);
// engine answered
// brakes refused

console.log(toVssDtcs(summary.faults)["Vehicle.Diagnostics.DTCList"]); // []: stored, and its last test passed
if (JSON.stringify(summary).includes("04201628")) throw new Error("a summary carries no bytes");
