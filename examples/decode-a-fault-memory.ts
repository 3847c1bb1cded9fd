import { bytesToHex, hexToBytes } from "otakit/core";
import { decodeResponse, describeFailureType, encodeRequest, explainDtc, parseDictionary } from "otakit/uds";

// What the manufacturer says about the data of this ECU; without it, the data stay bytes.
const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0x1001": { name: "battery", layout: [{ name: "voltage", type: "u16", divisor: 1000, unit: "V" }] },
    "0x1002": { name: "speed", layout: [{ name: "vehicle speed", type: "u8", unit: "km/h" }] },
  },
  extendedData: { "0x01": { name: "occurrences", layout: [{ name: "count", type: "u8" }] } },
});

// 1. Ask for the confirmed codes: reportDTCByStatusMask with the bit confirmedDTC.
const ask = encodeRequest({ service: "readDTCInformation", subFunction: "reportDTCByStatusMask", statusMask: 0x08 });
console.log(bytesToHex(ask)); // 190208

// 2. Read the list, and tell the story of each code.
const list = decodeResponse(hexToBytes("59027f0420162f1234112c"));
if (!list.ok) throw new Error(`${list.error.code} at byte ${list.error.offset}`);
if (list.value.kind === "positive" && list.value.service === "readDTCInformation") {
  if (list.value.subFunction !== "reportDTCByStatusMask") throw new Error("not what was asked for");
  const { availabilityMask, dtcs } = list.value;
  for (const { code, display, status } of dtcs) {
    const { summary, findings } = explainDtc({ code, status, availabilityMask });
    console.log(`${display}: ${summary}; ${describeFailureType(code & 0xff).text}; ${findings.length} contradictions`);
  }
}

// 3. Read what the ECU recorded with the first: a snapshot, of which one identifier is not in the dictionary.
const snapshot = decodeResponse(hexToBytes("59040420162f01031001303910022a1003ff"), { dictionary });
if (!snapshot.ok) throw new Error(`${snapshot.error.code} at byte ${snapshot.error.offset}`);
if (snapshot.value.kind === "positive" && snapshot.value.service === "readDTCInformation") {
  if (snapshot.value.subFunction !== "reportDTCSnapshotRecordByDTCNumber") throw new Error("not what was asked for");
  for (const { recordNumber, identifiers, undecoded } of snapshot.value.snapshots) {
    for (const { name, values } of identifiers) console.log(`snapshot ${recordNumber}, ${name}:`, values);
    // Nothing is guessed: from the first unknown length on, the record is bytes.
    if (undecoded !== undefined)
      console.log(undecoded.reason, "at byte", undecoded.offset, bytesToHex(undecoded.bytes));
  }
}
