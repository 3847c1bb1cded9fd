/** What otakit reads, in the words of the peers, so that answers can be compared as JSON. */

import { bytesToHex } from "otakit/core";
import {
  decodeDtcSeverity,
  encodeDtcSeverity,
  type ReadDTCInformationRequest,
  type ReadDTCInformationResponse,
} from "otakit/uds";

/** An answer as JSON, `"refused"`, or the name of an exception. */
export type Flat = unknown;

/** Every member that some message has. */
type Members = Readonly<Record<string, unknown>> & {
  readonly subFunctionId: number;
  readonly code?: number;
  readonly dtc?: { readonly code: number; readonly status: number };
  readonly dtcs?: readonly Readonly<Record<string, number>>[];
  readonly snapshots?: readonly Body[];
  readonly records?: readonly Body[];
  readonly extendedData?: readonly Body[];
};

interface Body {
  readonly recordNumber: number;
  readonly code: number;
  readonly status: number;
  readonly identifierCount: number;
  readonly identifiers: readonly { readonly identifier: number; readonly data: Uint8Array }[];
  readonly data?: Uint8Array;
  readonly undecoded?: { readonly bytes: Uint8Array };
}

/** Names of py-uds by ours. */
const pyUdsNames: Readonly<Record<string, string>> = {
  statusMask: "DTCStatusMask",
  severityMask: "DTCSeverityMask",
  memorySelection: "MemorySelection",
  functionalGroup: "FunctionalGroupIdentifier",
  readinessGroup: "DTCReadinessGroupIdentifier",
  availabilityMask: "DTCStatusAvailabilityMask",
  severityAvailabilityMask: "DTCSeverityAvailabilityMask",
  formatIdentifier: "DTCFormatIdentifier",
  count: "DTCCount",
  code: "DTC",
};

/** Name of the record number by sub-function. */
function recordNumberName(subFunctionId: number): string {
  if (subFunctionId === 0x04 || subFunctionId === 0x18) return "DTCSnapshotRecordNumber";
  return subFunctionId === 0x05 ? "DTCStoredDataRecordNumber" : "DTCExtDataRecordNumber";
}

/**
 * Names and raw values as py-uds gives them. What has no length on the wire it takes for the rest, as otakit without a
 * dictionary does.
 */
export function asPyUds(message: ReadDTCInformationRequest | ReadDTCInformationResponse): Flat {
  const members = message as unknown as Members;
  const fields: (readonly [string, unknown])[] = [];
  for (const [name, value] of Object.entries(members)) {
    const theirs = name === "recordNumber" ? recordNumberName(members.subFunctionId) : pyUdsNames[name];
    if (theirs !== undefined) fields.push([theirs, value]);
  }
  const { dtc, dtcs = [], snapshots, records, extendedData } = members;
  if (dtc !== undefined) fields.push(["DTC and DTCStatus", raw(dtc.code, dtc.status)]);
  if (dtcs.length > 0) fields.push([recordName(dtcs[0]!), rawRecords(members, dtcs)]);
  const bodies = snapshots ?? extendedData ?? records ?? [];
  for (const [index, body] of bodies.entries()) fields.push(...pyUdsBody(members, body, index + 1));
  if (members["loneRecordNumber"] !== undefined) return "refused";
  return fields;
}

function raw(...bytes: readonly number[]): number {
  // Three bytes of a code are one number here; the others are bytes.
  return bytes.reduce((sum, value) => sum * 256 + value, 0);
}

function recordName(record: Readonly<Record<string, number>>): string {
  if ("recordNumber" in record) return "DTC and DTCSnapshotRecordNumber";
  if ("faultDetectionCounter" in record) return "DTC and DTCFaultDetectionCounter";
  if ("functionalUnit" in record) return "DTCSeverity, DTCFunctionalUnit, DTC and DTCStatus";
  return "severity" in record ? "DTCSeverity, DTC and DTCStatus" : "DTC and DTCStatus";
}

function rawRecords({ subFunctionId }: Members, dtcs: readonly Readonly<Record<string, number>>[]): unknown {
  const values = dtcs.map((record) => {
    const { severity, functionalUnit, code, status, recordNumber, faultDetectionCounter } = record;
    const last = status ?? recordNumber ?? faultDetectionCounter! & 255;
    const low = code! * 256 + last;
    if (functionalUnit !== undefined) return (severity! * 256 + functionalUnit) * 2 ** 32 + low;
    return severity === undefined ? low : severity * 2 ** 32 + low;
  });
  // A record that py-uds allows once is a value, not a list of one.
  return [0x09, 0x0b, 0x0c, 0x0d, 0x0e].includes(subFunctionId) && values.length === 1 ? values[0] : values;
}

function pyUdsBody({ subFunctionId }: Members, body: Body, at: number): readonly (readonly [string, unknown])[] {
  const { recordNumber, code, status, identifierCount, identifiers, data, undecoded } = body;
  const extendedData = [`DTCExtDataRecord#${at}`, [...(data ?? undecoded?.bytes ?? [])]] as const;
  if (subFunctionId === 0x16) return [[`DTC and DTCStatus#${at}`, raw(code, status)], extendedData];
  const number = [recordNumberName(subFunctionId) + (subFunctionId === 0x19 ? "" : `#${at}`), recordNumber] as const;
  if (identifierCount === undefined) return [number, extendedData];
  const rest = undecoded?.bytes;
  const last = rest === undefined ? [] : [{ identifier: (rest[0]! << 8) | rest[1]!, data: rest.subarray(2) }];
  return [
    number,
    ...(code === undefined ? [] : [[`DTC and DTCStatus#${at}`, raw(code, status)] as const]),
    [`DIDCount#${at}`, identifierCount],
    ...[...identifiers, ...last].flatMap((entry, index) => [
      [`DID#${at}_${index + 1}`, entry.identifier] as const,
      [`DID#${at}_${index + 1} data`, [...entry.data]] as const,
    ]),
  ];
}

/** What udsoncan tells of a response; it knows severity without the class bits. */
export function asUdsoncan(message: ReadDTCInformationResponse): Flat {
  const members = message as unknown as Members;
  const get = (name: string): unknown => members[name] ?? null;
  const dtcs = udsoncanDtcs(members);
  return {
    mask: get("availabilityMask"),
    severityMask:
      members["severityAvailabilityMask"] === undefined
        ? null
        : upperBits(members["severityAvailabilityMask"] as number),
    format: get("formatIdentifier"),
    group: get("functionalGroup"),
    memory: get("memorySelection"),
    count: members["count"] ?? dtcs.length,
    dtcs,
  };
}

function upperBits(severity: number): number {
  return encodeDtcSeverity({ severities: decodeDtcSeverity(severity).severities, classes: [] });
}

type UdsoncanDtc = [number, number, number, number | null, number | null, unknown[], unknown[]];

function udsoncanDtcs({ dtc, dtcs, snapshots, records, extendedData, recordNumber }: Members): readonly UdsoncanDtc[] {
  const plain = (code: number, status = 0): UdsoncanDtc => [code, status, 0, null, null, [], []];
  const parts = (body: Body) =>
    body.identifiers.map(({ identifier, data }) => [body.recordNumber, identifier, bytesToHex(data)]);
  if (dtc !== undefined) {
    const one = plain(dtc.code, dtc.status);
    one[5] = (snapshots ?? []).flatMap(parts);
    one[6] = (extendedData ?? []).map(({ recordNumber: number, data }) => [
      number,
      data === undefined ? "undecoded" : bytesToHex(data),
    ]);
    return [one];
  }
  if (records !== undefined) {
    return records.map((body) => {
      const one = plain(body.code, body.status);
      if (body.identifiers !== undefined) one[5] = parts(body);
      else one[6] = [[recordNumber, body.data === undefined ? "undecoded" : bytesToHex(body.data)]];
      return one;
    });
  }
  const list: UdsoncanDtc[] = [];
  for (const { code, status, severity, functionalUnit, recordNumber: number, faultDetectionCounter } of dtcs ?? []) {
    // Snapshot numbers of the same code come together there, if they follow each other.
    const same = number === undefined ? undefined : list.find(([id]) => id === code);
    const one = same ?? plain(code!, status);
    if (same === undefined) list.push(one);
    if (severity !== undefined) one[2] = upperBits(severity);
    one[3] = functionalUnit ?? null;
    one[4] = faultDetectionCounter ?? null;
    if (number !== undefined) one[5].push(number);
  }
  return list;
}
