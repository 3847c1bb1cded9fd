/**
 * Bytes and text of a diagnostic bus: no input throws, every fault lies inside it, and all readers of one list
 * agree.
 */

import { bytesToUtf8, hexToBytes } from "otakit/core";
import {
  type DecodeOptions,
  decodeDtcRecords,
  decodeResponse,
  formatDtc,
  parseDtc,
  scanDtcs,
  UdsError,
} from "otakit/uds";
import type { FuzzTarget } from "../target.ts";

const lenient: DecodeOptions = { leniency: { zeroPadding: "trim", allZeroDtc: "drop", trailing: "report" } };

function holds(condition: boolean, law: string): void {
  if (!condition) throw new Error(`Broken: ${law}`);
}

/** Everything that holds for one reading of one message. */
function checkReading(bytes: Uint8Array, options: DecodeOptions): number {
  const rich = decodeResponse(bytes, options);
  const bare = decodeDtcRecords(bytes, options);
  const scan = scanDtcs(bytes, options);
  if (!rich.ok) {
    holds(rich.error.offset >= 0 && rich.error.offset <= bytes.length, "a fault lies inside the message");
    holds(/^(\/[A-Za-z0-9]+)*$/.test(rich.error.path), "a path is a JSON pointer into the value");
  }
  const value = rich.ok ? rich.value : rich.partial;
  holds(value === undefined || value.bytes === bytes, "a value carries its message");
  if (value?.kind !== "positive" || value.service !== "readDTCInformation") return 0;
  if (!("availabilityMask" in value && "dtcs" in value)) return 0;

  const list = bare.ok ? bare.value : bare.partial;
  const cursor = scan.ok ? scan.value : scan.partial;
  holds(rich.ok === bare.ok && rich.ok === scan.ok, "all readers accept the same lists");
  holds(list?.dtcs.length === value.dtcs.length, "all readers see the same number of records");
  for (const [index, { code, status }] of value.dtcs.entries()) {
    holds(cursor?.next() === true, "the cursor has a record for each");
    holds(cursor!.code === code && cursor!.status === status, "the cursor sees the same records");
    const { offset, severity, functionalUnit } = cursor!;
    const before = (severity === undefined ? 0 : 1) + (functionalUnit === undefined ? 0 : 1);
    holds(bytes[offset + before + 3] === status, "the cursor's offset is the record's");
    holds(list!.dtcs[index]!.code === code && list!.dtcs[index]!.status === status, "bare records are the same");
    holds(parseDtc(formatDtc(code)) === code, "a code's text reads back");
  }
  holds(cursor?.next() === false, "the cursor ends with the list");
  return value.dtcs.length;
}

function fuzzResponse(bytes: Uint8Array): void {
  const whole = checkReading(bytes, {});
  checkReading(bytes, lenient);
  const shorter = checkReading(bytes.subarray(0, bytes.length - 1), {});
  holds(shorter <= whole, "one more byte never takes a record away");
}

function fuzzDtcText(bytes: Uint8Array): void {
  let text: string;
  try {
    text = bytesToUtf8(bytes);
  } catch {
    return;
  }
  try {
    holds(formatDtc(parseDtc(text)) === text.toUpperCase(), "an accepted text is the text of its code");
  } catch (error) {
    if (!(error instanceof UdsError)) throw error;
    holds(error.code === "ERR_UDS_DTC_TEXT", "a refusal has its code");
    holds(error.offset !== undefined && error.offset <= text.length, "a refusal lies inside the text");
  }
}

const seeds = ["59027f0420160bc1008724", "590aff000000001234560000", "5982ff04201601", "7f1978", "62f19031", "59"];
const tokens = ["59", "02", "0a", "82", "ff", "7f", "00000000", "0420160b"];
const texts = ["P0420-16", "U3FFF-FF", "b0003-00", "P0420"];
const encoder = new TextEncoder();

export const targets: readonly FuzzTarget[] = [
  { name: "uds/decodeResponse", seeds: seeds.map(hexToBytes), dictionary: tokens.map(hexToBytes), run: fuzzResponse },
  { name: "uds/parseDtc", seeds: texts.map((text) => encoder.encode(text)), maxLength: 64, run: fuzzDtcText },
];
