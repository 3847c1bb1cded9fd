import { bytesToHex, hexToBytes } from "otakit/core";
import { toObdFaultReport } from "otakit/uds/events";
import { decodeObdResponse, encodeObdRequest } from "otakit/uds/obd";

// 1. Ask for engine speed, vehicle speed and coolant temperature in one message.
console.log(bytesToHex(encodeObdRequest({ service: 0x01, pids: [0x0c, 0x0d, 0x05] }))); // 010c0d05

// 2. Read the answer. What the vehicle does not have is the word "notAvailable", never zero.
const now = decodeObdResponse(hexToBytes("410c1af80d320546"));
if (!now.ok) throw new Error(`${now.error.code} at byte ${now.error.offset}`);
if (now.value.kind === "positive" && now.value.service === 0x01) {
  for (const { readings } of now.value.parameters) {
    for (const { name, value, unit } of readings) console.log(name, value, unit);
  }
}

// 3. Read the stored codes. On CAN a count comes first; for K-line, pass { codeList: "uncounted" }.
const stored = decodeObdResponse(hexToBytes("43020420c103"));
if (stored.ok && stored.value.kind === "positive" && stored.value.service === 0x03) {
  const report = toObdFaultReport(stored.value, { observedAt: 0, ecu: { addressing: "obd", address: 0x7e8 } });
  console.log(report.events.map((event) => event.code.display).join(" "));
}
// engineSpeed 1726 rpm
// vehicleSpeed 50 km/h
// engineCoolantTemperature 30 degC
// P0420 U0103
