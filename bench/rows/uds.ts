/**
 * Fault memory of an ECU: 100 DTCs in one response, walked over, read as bare numbers and read in full; snapshots; and the short
 * messages of every day, whole and malformed, both ways.
 */

import { execFileSync } from "node:child_process";
import { bytesToHex, hexToBytes } from "otakit/core";
import {
  decodeDtcRecords,
  decodeReadDTCInformationResponse,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  formatDtc,
  parseDictionary,
  scanDtcs,
  type UdsResponse,
} from "otakit/uds";
import { projectRoot } from "../../scripts/evidence.ts";
import { seededRandom } from "../../scripts/random.ts";
import { findPythonPeer, startPythonPeer } from "../python-peers.ts";
import type { BenchRow, BenchRowFactory, Contender } from "../row.ts";

const records = 100;
/** Messages of one run: enough that sending a line to another process weighs little. */
const messages = 50;

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

/** Does something for each message of a run and gives the last result. */
function repeated<T>(read: () => T): () => T {
  return () => {
    for (let message = 1; message < messages; message++) read();
    return read();
  };
}

type PythonWork = "dtcs" | "decode" | "encode";

/** Python libraries that do the same, those that are installed; each repeats the work by itself. */
function pythonPeers(
  work: PythonWork,
  inputs: readonly Uint8Array[],
): {
  readonly contenders: readonly Contender[];
  readonly missing: readonly string[];
} {
  const contenders: Contender[] = [];
  const missing: string[] = [];
  for (const name of ["udsoncan", "py-uds", "scapy"]) {
    const found = findPythonPeer(name);
    if ("missing" in found) {
      missing.push(found.missing);
      continue;
    }
    const ask = startPythonPeer("loop_uds.py", [name]);
    const line = JSON.stringify({
      work,
      messages: inputs.map((input) => bytesToHex(input)),
      repetitions: messages,
    });
    contenders.push({
      name: `python ${name} ${found.version}`,
      run: async () => Number(await ask(line)) | 0,
    });
  }
  return {
    contenders,
    missing: [...missing, "no npm package reads or writes these messages"],
  };
}

const scanRow: BenchRowFactory = () => {
  const bytes = faultMemory("uds/scan-dtcs");
  const expected = checksum(bytes);
  const { contenders, missing } = pythonPeers("dtcs", [bytes]);
  return {
    name: "uds/scan-dtcs",
    work: { operations: records * messages },
    contenders: [
      { name: "otakit scanDtcs", run: repeated(() => scan(bytes)) },
      { name: "plain loop over bytes", run: repeated(() => checksum(bytes)) },
      ...contenders,
    ],
    check(result, contender) {
      if (result !== expected) throw new Error(`${contender} gave ${result}, expected ${expected}`);
    },
    note: "one operation is one DTC; the plain loop checks nothing: it is the floor, not a peer",
    missing,
  };
};

const decodeRow: BenchRowFactory = () => {
  const bytes = faultMemory("uds/decode-dtcs-100");
  const truncated = bytes.subarray(0, bytes.length - 1);
  const first = (bytes[3]! << 16) | (bytes[4]! << 8) | bytes[5]!;
  const { contenders, missing } = pythonPeers("dtcs", [bytes]);
  const row: BenchRow = {
    name: "uds/decode-dtcs-100",
    work: { operations: records * messages },
    contenders: [
      {
        name: "otakit decodeResponse (text, flags)",
        run: repeated(() => decodeResponse(bytes)),
      },
      {
        name: "otakit decodeResponse, truncated",
        run: repeated(() => decodeResponse(truncated)),
      },
      {
        name: "otakit decodeDtcRecords (numbers)",
        run: repeated(() => decodeDtcRecords(bytes)),
      },
      ...contenders,
    ],
    check(result, contender) {
      if (typeof result === "number") {
        if (result !== checksum(bytes)) throw new Error(`${contender} gave ${result}, expected ${checksum(bytes)}`);
        return;
      }
      const answer = result as
        | ReturnType<typeof decodeReadDTCInformationResponse>
        | ReturnType<typeof decodeDtcRecords>;
      const value = answer.ok ? answer.value : answer.partial;
      const dtcs = value !== undefined && "dtcs" in value ? value.dtcs : [];
      const count = answer.ok ? records : records - 1;
      if (dtcs.length !== count || dtcs[0]?.code !== first) throw new Error(`${contender} read ${dtcs.length} DTCs`);
      if ("display" in dtcs[0] && dtcs[0].display !== formatDtc(first))
        throw new Error(`${contender} wrote wrong text`);
    },
    note: `one operation is one DTC; a decoded response of ${records} DTCs keeps ${retainedBytes(bytes)} bytes alive`,
    missing,
  };
  return row;
};

/** Bytes of memory that a decoded response keeps alive; in a process of its own, for the collections weigh on what comes after. */
function retainedBytes(bytes: Uint8Array): number {
  const script = `${projectRoot}/bench/retained-bytes.ts`;
  return Number(execFileSync(process.execPath, ["--expose-gc", script, bytesToHex(bytes)], { encoding: "utf8" }));
}

const identifiersPerSnapshot = 10;

/** Response 0x59 04 with one snapshot of ten data identifiers, each of a scaled number and a text. */
const snapshotRow: BenchRowFactory = () => {
  const identifiers = Array.from({ length: identifiersPerSnapshot }, (_, index) => 0x1000 + index);
  const dictionary = parseDictionary({
    schema: "otakit.uds-dictionary/1",
    dids: Object.fromEntries(
      identifiers.map((identifier) => [
        `0x${identifier.toString(16)}`,
        {
          name: "reading",
          layout: [
            { name: "voltage", type: "u16", divisor: 1000, unit: "V" },
            { name: "state", type: "enum", values: { "0": "off", "1": "on" } },
          ],
        },
      ]),
    ),
  });
  const data = identifiers.flatMap((identifier) => [identifier >> 8, identifier & 255, 0x30, 0x39, 1]);
  const bytes = Uint8Array.of(0x59, 0x04, 0x04, 0x20, 0x16, 0x2f, 0x01, identifiersPerSnapshot, ...data);
  return {
    name: "uds/decode-snapshot",
    work: { operations: messages },
    contenders: [
      {
        name: "otakit with a dictionary",
        run: repeated(() => decodeReadDTCInformationResponse(bytes, { dictionary })),
      },
      {
        name: "otakit without",
        run: repeated(() => decodeReadDTCInformationResponse(bytes)),
      },
    ],
    check(result, contender) {
      const answer = result as ReturnType<typeof decodeReadDTCInformationResponse>;
      const snapshots = answer.ok && "snapshots" in answer.value ? answer.value.snapshots : [];
      const expected = contender.endsWith("dictionary") ? identifiersPerSnapshot : 0;
      if (snapshots[0]?.identifiers.length !== expected) throw new Error(`${contender} read another snapshot`);
    },
    note: `one operation is one snapshot of ${identifiersPerSnapshot} data identifiers, 20 values`,
    missing: ["udsoncan leaves the values to the caller's own code"],
  };
};

/** Short requests and responses of most services, such as a tester and an ECU exchange all day. */
const smallMessages: readonly Uint8Array[] = (
  "1003 5003003201f4 1101 5101 14ffffff 54 1902ff 22f190 2701 6701aabb 2ef19001 6ef190 3101ff00 7101ff00 34001112ff 74200fff " +
  "3601aabb 7601 37 77 3e00 7e00 8502 c502"
)
  .split(" ")
  .map((hex) => hexToBytes(hex));

const isResponse = (bytes: Uint8Array): boolean => (bytes[0]! & 0x40) !== 0;
const decodeSmall = (bytes: Uint8Array) => (isResponse(bytes) ? decodeResponse(bytes) : decodeRequest(bytes));

function decodeAll(inputs: readonly Uint8Array[]): number {
  let accepted = 0;
  for (const input of inputs) if (decodeSmall(input).ok) accepted++;
  return accepted;
}

/** Each message cut by a byte and with a byte too many, as far as that is wrong for it. */
function malformed(inputs: readonly Uint8Array[]): readonly Uint8Array[] {
  return inputs
    .flatMap((input) => [input.subarray(0, input.length - 1), Uint8Array.of(...input, 0xaa, 0xaa)])
    .filter((input) => !decodeSmall(input).ok);
}

const decodeSmallRow: BenchRowFactory = () => {
  const { contenders, missing } = pythonPeers("decode", smallMessages);
  const wrong = malformed(smallMessages);
  // As many messages as of the others, so that the times compare.
  const same = smallMessages.map((_, index) => wrong[index % wrong.length]!);
  return {
    name: "uds/decode-small",
    work: { operations: smallMessages.length * messages },
    contenders: [
      {
        name: "otakit decodeRequest, decodeResponse",
        run: repeated(() => decodeAll(smallMessages)),
      },
      {
        name: "otakit, malformed messages",
        run: repeated(() => decodeAll(same)),
      },
      ...contenders,
    ],
    check(result, contender) {
      const expected = contender.includes("malformed") ? 0 : smallMessages.length;
      if (result !== expected) throw new Error(`${contender} read ${String(result)} messages`);
    },
    note: "one operation is one message; udsoncan reads service, sub-function and the rest as bytes, the others every field",
    missing,
  };
};

const encodeSmallRow: BenchRowFactory = () => {
  const { contenders, missing } = pythonPeers("encode", smallMessages);
  const decoded = smallMessages.map((bytes) => {
    const result = decodeSmall(bytes);
    if (!result.ok) throw new Error(result.error.message);
    return result.value;
  });
  const encodeAll = (): number => {
    let length = 0;
    for (const message of decoded) {
      length += (message.kind === "request" ? encodeRequest(message) : encodeResponse(message as UdsResponse)).length;
    }
    return length;
  };
  const length = smallMessages.reduce((sum, bytes) => sum + bytes.length, 0);
  return {
    name: "uds/encode-small",
    work: { operations: smallMessages.length * messages },
    contenders: [
      {
        name: "otakit encodeRequest, encodeResponse",
        run: repeated(encodeAll),
      },
      ...contenders,
    ],
    check(result, contender) {
      const expected = contender.startsWith("otakit") ? length : smallMessages.length;
      if (result !== expected) throw new Error(`${contender} wrote ${String(result)}, expected ${expected}`);
    },
    note: "one operation is one message, from its members, fields or parameters; udsoncan has no parameters for responses and puts bytes together",
    missing,
  };
};

export const rows: Readonly<Record<string, BenchRowFactory>> = {
  "uds/scan-dtcs": scanRow,
  "uds/decode-dtcs-100": decodeRow,
  "uds/decode-small": decodeSmallRow,
  "uds/encode-small": encodeSmallRow,
  "uds/decode-snapshot": snapshotRow,
};
