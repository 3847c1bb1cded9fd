/** Fault memories with all their records, and dictionaries: what is accepted is written again as it was. */

import { equalBytes, hexToBytes } from "otakit/core";
import {
  decodeReadDTCInformationRequest,
  decodeReadDTCInformationResponse,
  encodeReadDTCInformationRequest,
  encodeReadDTCInformationResponse,
  parseDictionary,
  UdsError,
} from "otakit/uds";
import type { FuzzTarget } from "../target.ts";

const document = {
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0x4455": { name: "word", layout: [{ name: "w", type: "u16", divisor: 10 }] },
    "0x4711": { name: "nothing", layout: [] },
    "0x6789": { name: "text", layout: [{ name: "t", type: "ascii", length: { prefix: "u8" } }] },
    "0x1001": { name: "line", layout: [{ name: "l", type: "utf8", length: { until: 0, max: 8 } }] },
  },
  extendedData: { "0x01": { name: "counter", layout: [{ name: "c", type: "bcd", length: 1 }] } },
  dtcs: { "P0420-16": { extendedData: { "0x01": { name: "wide", layout: [{ name: "c", type: "f32" }] } } } },
};
const dictionary = parseDictionary(document);

function holds(condition: boolean, law: string): void {
  if (!condition) throw new Error(`Broken: ${law}`);
}

function fuzzResponse(bytes: Uint8Array): void {
  for (const options of [{}, { dictionary }]) {
    const result = decodeReadDTCInformationResponse(bytes, options);
    if (!result.ok) {
      holds(result.error.offset <= bytes.length, "a fault lies inside the message");
      continue;
    }
    if (result.value.kind !== "positive") continue;
    holds(equalBytes(encodeReadDTCInformationResponse(result.value), bytes), "an accepted response is written again");
  }
}

function fuzzRequest(bytes: Uint8Array): void {
  const result = decodeReadDTCInformationRequest(bytes);
  if (!result.ok || result.value.kind !== "request") return;
  holds(equalBytes(encodeReadDTCInformationRequest(result.value), bytes), "an accepted request is written again");
}

function fuzzDictionary(bytes: Uint8Array): void {
  try {
    const parsed = parseDictionary(new TextDecoder().decode(bytes));
    for (const identifier of [0x4455, 0x4711, 0x6789, 0x1001]) {
      const layout = parsed.dataIdentifier(identifier);
      const length = layout?.measure(bytes, 0, bytes.length) ?? 0;
      if (length <= bytes.length) layout?.decode(bytes, 0, length);
    }
  } catch (error) {
    if (!(error instanceof UdsError)) throw error;
    holds(error.code === "ERR_UDS_DICTIONARY" && error.path !== undefined, "a refusal has its code and place");
  }
}

const responses = [
  "59040420162f010244550fa0678902414202014711",
  "5905010420162f0147110204201701011001414200",
  "5906042016010100000000",
  "59160112345601090420160200000000",
  "591805042016010101471102014455aabb",
  "591a7f9104201601",
  "5942337ea0048004201601",
  "5956337e040504201601",
  "5914042016800000017f",
];
const requests = ["19042016", "1904042016ff", "19180420160102", "194233a3be"];
const tokens = ["59", "04", "05", "06", "16", "18", "19", "4455", "4711", "6789", "1001", "042016", "01", "00"];

export const targets: readonly FuzzTarget[] = [
  {
    name: "uds/decodeReadDTCInformationResponse",
    seeds: responses.map(hexToBytes),
    dictionary: tokens.map(hexToBytes),
    run: fuzzResponse,
  },
  { name: "uds/decodeReadDTCInformationRequest", seeds: requests.map(hexToBytes), maxLength: 16, run: fuzzRequest },
  { name: "uds/parseDictionary", seeds: [new TextEncoder().encode(JSON.stringify(document))], run: fuzzDictionary },
];
