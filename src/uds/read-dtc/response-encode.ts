/** Writes responses of ReadDTCInformation, all sub-functions: for test benches, virtual ECUs and gateways. */

import type { Bytes } from "../../core/index.ts";
import type { DtcRecord } from "../dtc-list.ts";
import { readDTCInformationSid } from "../dtc-list.ts";
import { type EncodeOptions, requireEdition } from "../editions.ts";
import { PduWriter } from "../pdu-writer.ts";
import { type FixedRecords, type HeadField, isFixed, responseLayouts, type VariableRecords } from "./layouts.ts";
import type {
  EncodableExtendedData,
  EncodableReadDTCInformationResponse,
  EncodableSnapshot,
} from "./response-types.ts";
import { subFunctionEditions, subFunctionNames } from "./sub-functions.ts";

/** Every member that a response of some sub-function has: the layout says which of them it needs. */
interface AnyResponse extends Readonly<Partial<Record<HeadField, number>>> {
  readonly dtcs?: readonly AnyFixedRecord[];
  readonly dtc?: DtcRecord;
  readonly snapshots?: readonly (EncodableSnapshot & Numbered)[];
  readonly extendedData?: readonly (EncodableExtendedData & Numbered)[];
  readonly records?: readonly (Numbered & DtcRecord & EncodableSnapshot & EncodableExtendedData)[];
  readonly loneRecordNumber?: number;
}

interface Numbered {
  readonly recordNumber: number;
}

interface AnyFixedRecord {
  readonly severity?: number;
  readonly functionalUnit?: number;
  readonly code: number;
  readonly status?: number;
  readonly recordNumber?: number;
  readonly faultDetectionCounter?: number;
}

/** Bytes to start a message of unknown length with. */
const guess = 64;

/**
 * Writes a positive response of ReadDTCInformation: a decoded one comes out as the bytes that it was read from.
 *
 * @throws {@link UdsError} `ERR_UDS_VALUE` with the path of a member that is missing or out of range, or of a record after
 * undecoded bytes; `ERR_UDS_EDITION`
 * @example
 * ```ts
 * encodeReadDTCInformationResponse({
 *   service: "readDTCInformation",
 *   subFunction: "reportDTCByStatusMask",
 *   availabilityMask: 0xff,
 *   dtcs: [{ code: parseDtc("P0420-16"), status: 0x2f }],
 * }); // 59 02 ff 04 20 16 2f
 * ```
 */
export function encodeReadDTCInformationResponse(
  response: EncodableReadDTCInformationResponse,
  options: EncodeOptions = {},
): Bytes {
  const id = subFunctionNames.idOf(response);
  const layout = responseLayouts[id];
  const pdu = new PduWriter(readDTCInformationSid, guess);
  if (layout === undefined) throw pdu.wrong("/subFunction", "the service has no such sub-function");
  requireEdition(subFunctionEditions[id] ?? {}, options, response.subFunction, "/subFunction");
  pdu.subFunction(id, response.suppressPosRspMsgIndicationBit);
  const members = response as AnyResponse;
  const { head, records, mayEndBeforeLast } = layout;
  const isCut = mayEndBeforeLast === true && members.dtcs?.length === 0 && members[head.at(-1)!] === undefined;
  for (const field of isCut ? head.slice(0, -1) : head) {
    if (field === "count") pdu.u16(members.count!, "/count");
    else pdu.u8(members[field]!, `/${field}`);
  }
  if (isFixed(records)) writeList(pdu, records, members);
  else if (records !== "none") writeVariableRecords(pdu, records, members);
  return pdu.finish();
}

function listOf<T>(pdu: PduWriter, list: readonly T[] | undefined, path: string): readonly T[] {
  if (!Array.isArray(list)) throw pdu.wrong(path, "expected an array");
  return list as readonly T[];
}

function writeList(pdu: PduWriter, kind: FixedRecords, { dtcs }: AnyResponse): void {
  for (const [index, record] of listOf(pdu, dtcs, "/dtcs").entries()) {
    pdu.item("/dtcs", index);
    if (kind === "severityStatus" || kind === "unitSeverityStatus") pdu.u8(record.severity!, "/severity");
    if (kind === "unitSeverityStatus") pdu.u8(record.functionalUnit!, "/functionalUnit");
    pdu.u24(record.code, "/code");
    if (kind === "snapshotNumber") pdu.u8(record.recordNumber!, "/recordNumber");
    else if (kind === "faultDetectionCounter") writeCounter(pdu, record.faultDetectionCounter);
    else pdu.u8(record.status!, "/status");
  }
}

function writeCounter(pdu: PduWriter, counter: number | undefined): void {
  if (!Number.isInteger(counter) || counter! < -128 || counter! > 127) {
    throw pdu.wrong("/faultDetectionCounter", `expected integer -128..127, got ${String(counter)}`);
  }
  pdu.u8(counter! & 0xff);
}

function writeVariableRecords(pdu: PduWriter, kind: VariableRecords, members: AnyResponse): void {
  if (kind === "snapshots" || kind === "extendedData") writeDtc(pdu, members.dtc, "/dtc");
  switch (kind) {
    case "snapshots":
      writeEach(pdu, "/snapshots", members.snapshots, (record) => {
        pdu.u8(record.recordNumber, "/recordNumber");
        writeSnapshot(pdu, record);
      });
      break;
    case "extendedData":
      writeEach(pdu, "/extendedData", members.extendedData, (record) => {
        if (record.recordNumber === 0) throw pdu.wrong("/recordNumber", "0 is reserved and numbers no record");
        pdu.u8(record.recordNumber, "/recordNumber");
        writeExtendedData(pdu, record);
      });
      break;
    case "extendedDataOfRecord":
      writeEach(pdu, "/records", members.records, (record) => {
        writeDtc(pdu, record, "");
        writeExtendedData(pdu, record);
      });
      break;
    case "storedData":
      writeStoredData(pdu, members);
  }
}

function writeStoredData(pdu: PduWriter, { records, loneRecordNumber }: AnyResponse): void {
  writeEach(pdu, "/records", records, (record) => {
    pdu.u8(record.recordNumber, "/recordNumber");
    writeDtc(pdu, record, "");
    writeSnapshot(pdu, record);
  });
  if (loneRecordNumber !== undefined) {
    if (records!.at(-1)?.undecoded !== undefined)
      throw pdu.wrong("/loneRecordNumber", "undecoded bytes reach to the end");
    pdu.u8(loneRecordNumber, "/loneRecordNumber");
  } else if (records!.length === 0) {
    throw pdu.wrong("/loneRecordNumber", "expected a record or the number of a missing one");
  }
}

/** Undecoded bytes reach to the end of a message, so that only the last record can have some. */
function writeEach<T extends { readonly undecoded?: unknown }>(
  pdu: PduWriter,
  path: string,
  list: readonly T[] | undefined,
  write: (record: T) => void,
): void {
  const records = listOf(pdu, list, path);
  for (const [index, record] of records.entries()) {
    pdu.item(path, index);
    if (record.undecoded !== undefined && index < records.length - 1) {
      throw pdu.wrong("/undecoded", "undecoded bytes reach to the end, so no record can follow");
    }
    write(record);
  }
  pdu.leave();
}

function writeDtc(pdu: PduWriter, dtc: DtcRecord | undefined, path: string): void {
  if (dtc === undefined) throw pdu.wrong(path, "expected a code and its status");
  pdu.u24(dtc.code, `${path}/code`).u8(dtc.status, `${path}/status`);
}

function writeSnapshot(pdu: PduWriter, { identifierCount, identifiers, undecoded }: EncodableSnapshot): void {
  const known = listOf(pdu, identifiers, "/identifiers");
  const count = identifierCount ?? known.length;
  const fits = undecoded === undefined ? count === known.length : count > known.length;
  if (count === 0 || !fits) throw pdu.wrong("/identifierCount", `${count} does not fit the identifiers of the record`);
  pdu.u8(count, "/identifierCount");
  for (const [index, { identifier, data }] of known.entries()) {
    pdu.u16(identifier, `/identifiers/${index}/identifier`).bytes(data, `/identifiers/${index}/data`);
  }
  if (undecoded !== undefined) pdu.bytes(undecoded.bytes, "/undecoded/bytes", identifierLength);
}

/** Undecoded bytes of a snapshot begin with the identifier that the dictionary does not know. */
const identifierLength = 2;

function writeExtendedData(pdu: PduWriter, { data, undecoded }: EncodableExtendedData): void {
  if (undecoded === undefined) pdu.bytes(data, "/data");
  else pdu.bytes(undecoded.bytes, "/undecoded/bytes");
}
