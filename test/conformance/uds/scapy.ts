/** Rows of scapy, but for ReadDTCInformation: every field by its name. */

import { bytesToHex } from "otakit/core";
import { decodeRow, differs, type Members, plain, plainVector, type Row, readBack, type Verdict } from "./row.ts";

/** Rows that are scored otherwise than they say: by row number, with the reason. */
export const scapyDistrust: Readonly<Record<number, string>> = {
  754: "scapy takes all bytes for the block length, whatever its format says; the row has four too many",
  759: "scapy fills a layer from a lone 0x7F",
};

/** Checks a row of operation `decode` or `build`. */
export function checkScapy(row: Row, number: number): Verdict {
  if (String(number) in scapyDistrust) return decodeRow(row).ok ? "accepted" : undefined;
  return readBack(row, (members) => {
    const wanted = Object.entries(row.expected as Members).map(([name, value]) => [name, plainVector(value)]);
    const found = wanted.map(([name]) => [name, plain(fieldOf(String(name), members))]);
    return differs(Object.fromEntries(wanted), Object.fromEntries(found));
  });
}

/** Names of scapy for sub-functions. */
const subFunctions =
  /^(subFunction|securityAccessType|controlType|zeroSubFunction|timingParameterAccessType|DTCSettingType|linkControlType|routineControlType)$/;

function fieldOf(name: string, members: Members): unknown {
  const bytes = members["bytes"] as Uint8Array;
  if (subFunctions.test(name)) return members["subFunctionId"];
  if (name in readers) return readers[name]!(members);
  const indexed = /^identifiers\[(\d)\]$/.exec(name);
  if (indexed !== null) return (members["dataIdentifiers"] as readonly number[])[Number(indexed[1])];
  if (/^memoryAddress\d$/.test(name)) return members["memoryAddress"];
  if (/^memorySize\d$/.test(name)) return members["memorySize"];
  if (name === "raw(self)") return bytes;
  return members[name];
}

const readers: Readonly<Record<string, (members: Members) => unknown>> = {
  service: ({ sid }) => sid,
  requestServiceId: ({ requestSid }) => requestSid,
  negativeResponseCode: ({ nrc }) => nrc,
  // Sub-functions of no level, and reserved scaling bytes, stay bytes.
  securityKey: ({ securityKey, bytes }) => securityKey ?? (bytes as Uint8Array).subarray(2),
  scalingByte: ({ undecoded }) => (undecoded as { readonly bytes: Uint8Array }).bytes[0],
  dataRecord: (members) => {
    const periodic = members["periodicData"] as Members | undefined;
    if (periodic !== undefined) return periodic["dataRecord"];
    const undecoded = members["undecoded"] as { readonly bytes: Uint8Array } | undefined;
    if (undecoded !== undefined) return undecoded.bytes.subarray(1);
    return members["kind"] === "unknown" ? (members["bytes"] as Uint8Array).subarray(2) : members["dataRecord"];
  },
  periodicDataIdentifier: ({ periodicData }) => (periodicData as Members)["periodicDataIdentifier"],
  lengthOfCertificateClient: ({ certificateClient }) => (certificateClient as Uint8Array).length,
  lengthOfChallengeClient: ({ challengeClient }) => (challengeClient as Uint8Array).length,
  timingParameterRequestRecord: ({ timingParameterRequestRecord }) => timingParameterRequestRecord,
  DTCSettingControlOptionRecord: ({ dtcSettingControlOptionRecord }) => dtcSettingControlOptionRecord,
  baudrateIdentifier: ({ linkControlModeIdentifier }) => linkControlModeIdentifier,
  baudrateHighByte: ({ linkRecord }) => (linkRecord as number) >> 16,
  baudrateMiddleByte: ({ linkRecord }) => ((linkRecord as number) >> 8) & 255,
  baudrateLowByte: ({ linkRecord }) => (linkRecord as number) & 255,
  groupOfDTCHighByte: ({ groupOfDTC }) => (groupOfDTC as number) >> 16,
  groupOfDTCMiddleByte: ({ groupOfDTC }) => ((groupOfDTC as number) >> 8) & 255,
  groupOfDTCLowByte: ({ groupOfDTC }) => (groupOfDTC as number) & 255,
  memoryAddressLen: ({ addressAndLengthFormatIdentifier }) => (addressAndLengthFormatIdentifier as number) & 15,
  memorySizeLen: ({ addressAndLengthFormatIdentifier }) => (addressAndLengthFormatIdentifier as number) >> 4,
  load: ({ routineStatusRecord }) => bytesToHex(routineStatusRecord as Uint8Array),
};
