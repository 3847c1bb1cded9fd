/** Rows of ReadDTCInformation, of all three sources: every member that a row speaks of is compared. */

import {
  type DecodeOptions,
  type Dictionary,
  type FieldDefinition,
  parseDictionary,
  type ReadDTCInformationRequest,
  type ReadDTCInformationResponse,
  type RecordDefinition,
} from "otakit/uds";
import { asPyUds, asUdsoncan } from "../../interop/peers/read-dtc/normal-forms.ts";
import { decodeRow, differs, type Members, plainVector, type Row, readBack, type Verdict } from "./row.ts";

/** Rows whose answer is wrong: what is right, and why. */
const wrongRows: Readonly<Record<number, readonly ["accepted" | "refused", string]>> = {
  141: ["accepted", "the error is that of a caller who asks for -1 bytes, not one of the message"],
  142: ["accepted", "the error is that of a caller who asks for -1 bytes, not one of the message"],
  153: ["refused", "a response of another sub-function, read by the layout of the one that was asked for"],
  198: ["accepted", "a response of another sub-function, read by the layout of the one that was asked for"],
  294: ["refused", "python-udsoncan leaves bytes after the count out without a word"],
  303: ["refused", "a response of another sub-function, read by the layout of the one that was asked for"],
  317: ["refused", "python-udsoncan leaves part of a second record out without a word"],
  397: ["refused", "a response of another sub-function, read by the layout of the one that was asked for"],
  399: ["accepted", "python-udsoncan refuses a code that is listed twice; what an ECU says twice is data"],
  411: ["accepted", "zeros that may be a record of code P0000-00, whose length nobody says: they stay bytes"],
  413: ["accepted", "zeros that may be a record of code P0000-00, whose length nobody says: they stay bytes"],
  424: ["refused", "python-udsoncan reads records of 0x55 as five bytes; mdabrowski1990/uds and Wireshark read four"],
  594: ["accepted", "mdabrowski1990/uds gives only the first record of 0x19 a number; python-udsoncan gives each one"],
  600: ["refused", "record number 0 is reserved, and python-udsoncan refuses it too"],
};

/** Rows that are scored otherwise than they say: by row number, with the reason. */
export const readDtcDistrust: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(wrongRows).map(([number, [, reason]]) => [number, reason]),
);

/** Checks a row of operation `decode` or `encode`. */
export function checkReadDtc(row: Row, number: number): Verdict {
  const options = optionsOf(row);
  const right = wrongRows[number]?.[0] ?? (row.error === undefined ? undefined : "refused");
  if (right === "refused") return decodeRow(row, options).ok ? "accepted" : undefined;
  return readBack(row, (members) => (right === "accepted" ? undefined : checkMembers(row, members)), options);
}

function checkMembers(row: Row, members: Members): Verdict {
  if (row.source.startsWith("mdabrowski")) {
    const found = asPyUds(members as unknown as ReadDTCInformationRequest | ReadDTCInformationResponse);
    return differsAsJson([...mdabValues(row)], found);
  }
  if (row.source.startsWith("secdev")) return checkScapy(row.expected as Members, members);
  if (row.op === "decode") {
    const found = asUdsoncan(members as unknown as ReadDTCInformationResponse);
    return differsAsJson(udsoncanAnswer(row.expected as UdsoncanData), found);
  }
  return checkParameters(row.params!, members);
}

function differsAsJson(wanted: unknown, found: unknown): Verdict {
  const [left, right] = [JSON.stringify(wanted), JSON.stringify(found)];
  return left === right ? undefined : `wanted ${left}, found ${right}`;
}

/** What python-udsoncan tells of a response. */
interface UdsoncanData {
  readonly dtcs: readonly UdsoncanDtc[];
  readonly dtc_count: number;
  readonly dtc_format: number | null;
  readonly status_availability: { readonly byte: number } | null;
  readonly severity_availability: { readonly byte: number } | null;
  readonly memory_selection_echo: number | null;
  readonly functional_group_id: number | null;
}

interface UdsoncanDtc {
  readonly id: number;
  readonly status: number;
  readonly severity: number;
  readonly functional_unit?: number;
  readonly fault_counter?: number;
  readonly snapshots?: readonly (number | (UdsoncanRecord & { readonly did: number }))[];
  readonly extended_data?: readonly UdsoncanRecord[];
}

interface UdsoncanRecord {
  readonly record_number: number;
  readonly raw_data: unknown;
}

function udsoncanAnswer(data: UdsoncanData): unknown {
  return {
    mask: data.status_availability?.byte ?? null,
    severityMask: data.severity_availability?.byte ?? null,
    format: data.dtc_format,
    group: data.functional_group_id,
    memory: data.memory_selection_echo,
    count: data.dtc_count,
    dtcs: data.dtcs.map(
      ({ id, status, severity, functional_unit, fault_counter, snapshots = [], extended_data = [] }) => [
        id,
        status,
        severity,
        functional_unit ?? null,
        fault_counter ?? null,
        snapshots.map((snapshot) =>
          typeof snapshot === "number"
            ? snapshot
            : [snapshot.record_number, snapshot.did, plainVector(snapshot.raw_data)],
        ),
        extended_data.map(({ record_number, raw_data }) => [record_number, plainVector(raw_data)]),
      ],
    ),
  };
}

/** Parameters of python-udsoncan for a request, by ours. */
const parameters: Readonly<Record<string, string>> = {
  subFunctionId: "subfunction",
  statusMask: "status_mask",
  severityMask: "severity_mask",
  code: "dtc",
  memorySelection: "memory_selection",
  functionalGroup: "functional_group_id",
};

function checkParameters(given: Members, members: Members): Verdict {
  const byteOf = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "byte" in value ? value.byte : value;
  const classBits = (byteOf(given["dtc_class"]) as number | null) ?? 0;
  for (const [ours, theirs] of Object.entries(parameters)) {
    let wanted = byteOf(given[theirs]);
    if (ours === "severityMask" && typeof wanted === "number") wanted |= classBits;
    if (wanted !== null && wanted !== members[ours]) {
      return `${ours}: wanted ${String(wanted)}, found ${String(members[ours])}`;
    }
  }
  const number = given["snapshot_record_number"] ?? given["extended_data_record_number"];
  return (number ?? undefined) === members["recordNumber"] ? undefined : `record number: wanted ${String(number)}`;
}

/** Fields of scapy by ours. */
function checkScapy(expected: Members, members: Members): Verdict {
  const { subFunctionId, sid, availabilityMask, formatIdentifier, count, statusMask, recordNumber, bytes } = members;
  const found: Record<string, unknown> = {
    service: sid,
    reportType: subFunctionId,
    DTCStatusAvailabilityMask: availabilityMask,
    DTCFormatIdentifier: formatIdentifier,
    DTCCount: count,
    DTCStatusMask: statusMask,
    DTCExtendedDataRecordNumber: recordNumber,
    dtc: (members["code"] as number | undefined)?.toString(16),
    dataRecord: Buffer.from(bytes as Uint8Array)
      .toString("hex")
      .slice(4),
  };
  const dtcs = members["dtcs"] as readonly { readonly code: number; readonly status: number }[] | undefined;
  for (const index of [0, -1]) {
    const dtc = dtcs?.at(index);
    if (dtc === undefined) continue;
    const record = `DTCAndStatusRecord[${index}]`;
    found[`${record}.dtc.system`] = dtc.code >>> 22;
    found[`${record}.dtc.type`] = (dtc.code >>> 20) & 3;
    found[`${record}.dtc.numeric_value_code`] = (dtc.code >>> 8) & 0xfff;
    found[`${record}.dtc.additional_information_code`] = dtc.code & 0xff;
    found[`${record}.status`] = dtc.status;
  }
  found["len(self.DTCAndStatusRecord)"] = dtcs?.length;
  const wanted = Object.entries(expected).map(([name, value]) => [name, scapyValue(value)]);
  return differs(Object.fromEntries(wanted), found);
}

function scapyValue(value: unknown): unknown {
  return typeof value === "object" && value !== null && "$dtc" in value ? value.$dtc : plainVector(value);
}

/** Names and raw values of a row of mdabrowski1990/uds, without SID and sub-function. */
function mdabValues({ expected, params }: Row): ReadonlyMap<string, unknown> {
  const given: readonly (readonly [string, unknown])[] = Array.isArray(expected)
    ? expected.map(({ name, raw_value }) => [name as string, raw_value as unknown] as const)
    : Object.entries(params!["data_records_values"] as Members);
  return new Map(
    given
      .filter(([name, value]) => !/^(SID|RSID|SubFunction)$/.test(name) && value !== null)
      // No records are an empty list there, and none here.
      .filter(([, value]) => !Array.isArray(value) || value.length > 0)
      .map(([name, value]) => [name, rawOf(value)] as const),
  );
}

/** Bits of a part of a value; those that are not named here are flags. */
const partBits: Readonly<Record<string, number>> = {
  DTC: 24,
  DTCStatus: 8,
  DTCSeverity: 8,
  DTCFunctionalUnit: 8,
  DTCFaultDetectionCounter: 8,
  DTCSnapshotRecordNumber: 8,
};

function rawOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rawOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).reduce(
    (sum, [name, part]) => sum * 2 ** (partBits[name] ?? 1) + (rawOf(part) as number),
    0,
  );
}

function optionsOf(row: Row): DecodeOptions {
  const { params, source } = row;
  if (source.startsWith("mdabrowski")) return { dictionary: dictionaryOfValues(mdabValues(row)) };
  return {
    leniency: {
      zeroPadding: params?.["tolerate_zero_padding"] === true ? "trim" : "reject",
      allZeroDtc: params?.["ignore_all_zero_dtc"] === true ? "drop" : "keep",
    },
    dictionary: dictionaryOf(params?.["didconfig"] as Members | undefined, params?.["extended_data_size"]),
  };
}

function bytesOf(length: number): RecordDefinition {
  return { name: "record", layout: [{ name: "data", type: "bytes", length }] };
}

/** The lengths that a row of mdabrowski1990/uds takes for granted: they are nowhere but in its values. */
function dictionaryOfValues(values: ReadonlyMap<string, unknown>): Dictionary {
  const dids: Record<string, RecordDefinition> = {};
  const dtcs: Record<string, { readonly extendedData: Readonly<Record<string, RecordDefinition>> }> = {};
  const extendedData: Record<string, RecordDefinition> = {};
  const recordNumber = values.get("DTCExtDataRecordNumber");
  for (const [name, value] of values) {
    const did = values.get(name.replace(/ data$/, ""));
    if (/^DID#.* data$/.test(name)) dids[hex(did)] = bytesOf((value as readonly number[]).length);
    const [, at] = /^DTCExtDataRecord#(\d+)$/.exec(name) ?? [];
    if (at === undefined) continue;
    const record = bytesOf((value as readonly number[]).length);
    const dtc = values.get(`DTC and DTCStatus#${at}`) as number | undefined;
    const number = hex(recordNumber ?? values.get(`DTCExtDataRecordNumber#${at}`));
    if (dtc === undefined) extendedData[number] = record;
    else dtcs[hex(Math.floor(dtc / 256), 6)] = { extendedData: { [number]: record } };
  }
  return parseDictionary({ schema: "otakit.uds-dictionary/1", dids, extendedData, dtcs });
}

function hex(value: unknown, digits = 2): string {
  return `0x${(value as number).toString(16).padStart(digits, "0")}`;
}

/** Layouts of the three identifiers that the rows of python-udsoncan speak of. */
const layouts: Readonly<Record<string, readonly FieldDefinition[]>> = {
  Codec4455: [{ name: "word", type: "u16" }],
  Codec4711: [
    { name: "ect", type: "u8" },
    { name: "tp", type: "u8" },
    { name: "rpm", type: "u16" },
    { name: "map", type: "u8" },
  ],
  BBB: [
    { name: "a", type: "u8" },
    { name: "b", type: "u8" },
    { name: "c", type: "u8" },
  ],
};

/** @param extendedDataSize bytes of every extended data record, or of those of a code by its number */
function dictionaryOf(codecs: Members = {}, extendedDataSize: unknown): Dictionary {
  const dids: Record<string, RecordDefinition> = {};
  for (const [id, codec] of Object.entries(codecs)) {
    const layout = layouts[String(codec)];
    if (layout !== undefined) dids[hex(Number(id), 4)] = { name: `did ${id}`, layout };
  }
  const everyRecord = (length: unknown): Record<string, RecordDefinition> =>
    typeof length === "number" && length >= 0
      ? Object.fromEntries(Array.from({ length: 0xff }, (_, index) => [hex(index + 1), bytesOf(length)]))
      : {};
  const byCode = Object.entries((extendedDataSize ?? {}) as Readonly<Record<string, unknown>>);
  return parseDictionary({
    schema: "otakit.uds-dictionary/1",
    dids,
    extendedData: everyRecord(extendedDataSize),
    dtcs: Object.fromEntries(byCode.map(([code, size]) => [hex(Number(code), 6), { extendedData: everyRecord(size) }])),
  });
}
