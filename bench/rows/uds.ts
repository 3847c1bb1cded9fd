/** Fault memory of an ECU: 100 DTCs in one response, walked over, read as bare numbers and read in full. */

import { decodeDtcRecords, decodeResponse, formatDtc, scanDtcs } from "otakit/uds";
import { seededRandom } from "../../scripts/random.ts";
import type { BenchRow, BenchRowFactory } from "../row.ts";

const records = 100;

/** Response 0x59 02 with every status bit available. */
function faultMemory(name: string): Uint8Array {
  return Uint8Array.of(0x59, 0x02, 0xff, ...seededRandom(name).bytes(4 * records));
}

/** Exclusive-or of codes and of statuses: what any right reading of the response comes to. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 3; at < bytes.length; at += 4) {
    sum ^= ((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) ^ (bytes[at + 3]! << 24);
  }
  return sum;
}

function scan(bytes: Uint8Array): number {
  const result = scanDtcs(bytes);
  if (!result.ok) throw new Error(result.error.message);
  const cursor = result.value;
  let sum = 0;
  while (cursor.next()) sum ^= cursor.code ^ (cursor.status << 24);
  return sum;
}

const scanRow: BenchRowFactory = () => {
  const bytes = faultMemory("uds/scan-dtcs");
  const expected = checksum(bytes);
  return {
    name: "uds/scan-dtcs",
    work: { operations: records },
    contenders: [
      { name: "otakit scanDtcs", run: () => scan(bytes) },
      { name: "plain loop over bytes", run: () => checksum(bytes) },
    ],
    check(result, contender) {
      if (result !== expected) throw new Error(`${contender} gave ${result}, expected ${expected}`);
    },
    note: "one operation is one DTC; the plain loop checks nothing: it is the floor, not a peer",
    missing: ["python-udsoncan, py-uds, scapy: no Python driver yet", "no npm package reads 0x59 responses"],
  };
};

const decodeRow: BenchRowFactory = () => {
  const bytes = faultMemory("uds/decode-dtcs-100");
  const truncated = bytes.subarray(0, bytes.length - 1);
  const first = (bytes[3]! << 16) | (bytes[4]! << 8) | bytes[5]!;
  const row: BenchRow = {
    name: "uds/decode-dtcs-100",
    work: { operations: records },
    contenders: [
      { name: "otakit decodeResponse (text, flags)", run: () => decodeResponse(bytes) },
      { name: "otakit decodeResponse, truncated", run: () => decodeResponse(truncated) },
      { name: "otakit decodeDtcRecords (numbers)", run: () => decodeDtcRecords(bytes) },
    ],
    check(result, contender) {
      const answer = result as ReturnType<typeof decodeResponse> | ReturnType<typeof decodeDtcRecords>;
      const value = answer.ok ? answer.value : answer.partial;
      const dtcs = value !== undefined && "dtcs" in value ? value.dtcs : [];
      const count = answer.ok ? records : records - 1;
      if (dtcs.length !== count || dtcs[0]?.code !== first) throw new Error(`${contender} read ${dtcs.length} DTCs`);
      if ("display" in dtcs[0] && dtcs[0].display !== formatDtc(first))
        throw new Error(`${contender} wrote wrong text`);
    },
    note: "one operation is one DTC",
    missing: ["python-udsoncan, py-uds, scapy: no Python driver yet", "no npm package reads 0x59 responses"],
  };
  return row;
};

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "uds/scan-dtcs": scanRow,
  "uds/decode-dtcs-100": decodeRow,
};
