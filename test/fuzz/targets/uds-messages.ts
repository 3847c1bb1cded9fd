/** Messages of every service: no input throws, every fault lies inside it, and what is accepted is written as it was. */

import { equalBytes, hexToBytes } from "otakit/core";
import {
  type DecodeOptions,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  parseDictionary,
  type UdsRequest,
  type UdsResponse,
} from "otakit/uds";
import type { FuzzTarget } from "../target.ts";

const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0xf186": { name: "session", layout: [{ name: "session", type: "u8" }] },
    "0xf190": { name: "vin", layout: [{ name: "vin", type: "ascii", length: 17 }] },
  },
});

const readings: readonly DecodeOptions[] = [
  {},
  { dictionary },
  { dictionary, dataIdentifiers: [0xf186, 0xf199], securedDataForm: "2020" },
  { securedDataForm: "2013", limits: { maxEntries: 3 } },
];

const lenient: DecodeOptions = { dictionary, leniency: { zeroPadding: "trim", trailing: "report" } };

function holds(condition: boolean, law: string): void {
  if (!condition) throw new Error(`Broken: ${law}`);
}

type Reading = ReturnType<typeof decodeRequest> | ReturnType<typeof decodeResponse>;

/** What holds for one reading of one message. */
function checkReading(
  bytes: Uint8Array,
  result: Reading,
  write: (message: UdsRequest | UdsResponse) => Uint8Array,
): void {
  const value = result.ok ? result.value : result.partial;
  holds(value === undefined || value.bytes === bytes, "a value carries its message");
  if (!result.ok) {
    const { offset, path, code } = result.error;
    holds(offset >= 0 && offset <= bytes.length, "a fault lies inside the message");
    holds(code !== "ERR_UDS_SHORT" || offset === bytes.length, "a message that is short ends where it says");
    holds(/^(\/[A-Za-z0-9]+)*$/.test(path), "a path is a JSON pointer into the value");
  } else if (result.value.kind !== "unknown") {
    const { bytes: _, ...members } = result.value;
    const written = write(members as UdsRequest | UdsResponse);
    const isWhole = !result.warnings.some(({ code }) => /trimmed|ignored|dropped/.test(code));
    holds(isWhole ? equalBytes(written, bytes) : written.length <= bytes.length, "members write the message again");
  }
}

function fuzzRequest(bytes: Uint8Array): void {
  for (const options of [...readings, lenient]) {
    checkReading(bytes, decodeRequest(bytes, options), (message) => encodeRequest(message as UdsRequest));
  }
}

function fuzzResponse(bytes: Uint8Array): void {
  for (const options of [...readings, lenient]) {
    checkReading(bytes, decodeResponse(bytes, options), (message) => encodeResponse(message as UdsResponse));
  }
}

const requests =
  "1083 1104 14ffffff01 1902ff 22f186f190 2312123401 24f190 2701 270211 2804010005 2901050001aa0001bb 290412340001aa " +
  "2a01f0f1 2c01f30112340102 2c02f301111234 2c03 2ef18601 2ff1860301ff 3101ff0001 34001112ff 3500111234 3601aabb 37 " +
  "380100016100010203 3805000161 3d12123402aabb 3e80 8304aa 8400190000020000221122 8501 8647021234010000000a05841f22f186 " +
  "860902ff1805 870112";
const responses =
  "5003003201f4 510405 54 5902ff04201601 62f18601f190 63aabb 6401050291060aff22ff0fa101 6701aabb 6803 69011000 " +
  "6901110001aa0000 6af0aa 6c01f301 6ef186 6ff1860301 7101ff0000 74200fff 7510ff 7601aa 77 780402ffff000001ff01 " +
  "7806010200 7d11aabb 7e00 7f2278 c301aa c40019000002000022aabb c501 c60402480502010848aa c701";
const tokens = ["00", "ff", "80", "f186", "f190", "0001", "11", "22", "0f", "f0"];

const seedsOf = (text: string): Uint8Array[] => text.split(" ").map(hexToBytes);

export const targets: readonly FuzzTarget[] = [
  { name: "uds/decodeRequest", seeds: seedsOf(requests), dictionary: tokens.map(hexToBytes), run: fuzzRequest },
  { name: "uds/encodeResponse", seeds: seedsOf(responses), dictionary: tokens.map(hexToBytes), run: fuzzResponse },
];
