/** Reads snapshots, stored data and extended data: records whose length only a dictionary knows. */

import { defaultDtcFormat, displayOf } from "../dtc-format.ts";
import type { VariableRecords } from "./layouts.ts";
import type { RecordWalk } from "./record-walk.ts";
import type {
  DtcAndStatusRecord,
  ExtendedData,
  ExtendedDataRecord,
  SnapshotBody,
  SnapshotIdentifier,
  SnapshotRecord,
  StoredDataRecord,
} from "./response-types.ts";
import { richDtc } from "./rich-dtc.ts";

/** Mask of an ECU of which none is known. */
const allSupported = 0xff;

/**
 * Reads the members of a response after its head; undefined when not even the code was complete.
 *
 * After a fault, the members hold the complete records.
 *
 * @param recordNumber the one of the head, for records that have none of their own
 */
export function readVariableRecords(
  kind: VariableRecords,
  walk: RecordWalk,
  recordNumber: number | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (kind === "storedData") return readStoredData(walk);
  if (kind === "extendedDataOfRecord") return { records: readExtendedDataOfRecord(walk, recordNumber!) };
  const dtc = readDtc(walk, "/dtc");
  if (dtc === undefined) return undefined;
  return kind === "snapshots"
    ? { dtc, snapshots: readSnapshots(walk) }
    : { dtc, extendedData: readExtendedData(walk, dtc.code) };
}

function readDtc(walk: RecordWalk, path: string): DtcAndStatusRecord | undefined {
  const code = walk.u24(`${path}/code`);
  const status = walk.u8(`${path}/status`);
  if (walk.fault !== undefined) return undefined;
  const { availabilityMask = allSupported, formatIdentifier = defaultDtcFormat } = walk.options;
  return richDtc(code, status, availabilityMask, displayOf(formatIdentifier));
}

function readSnapshots(walk: RecordWalk): readonly SnapshotRecord[] {
  const snapshots: SnapshotRecord[] = [];
  while (walk.next("/snapshots")) {
    const recordNumber = walk.u8("/recordNumber");
    const body = readSnapshotBody(walk);
    if (body !== undefined) snapshots.push({ recordNumber, ...body });
  }
  return snapshots;
}

/** Number of identifiers and identifiers; undefined after a fault. */
function readSnapshotBody(walk: RecordWalk): SnapshotBody | undefined {
  const identifierCount = walk.u8("/identifierCount");
  if (identifierCount === 0) walk.reserved("/identifierCount", "no number of data identifiers");
  const identifiers: SnapshotIdentifier[] = [];
  while (walk.fault === undefined && identifiers.length < identifierCount) {
    const start = walk.position;
    const path = `/identifiers/${identifiers.length}`;
    const identifier = walk.count(path) ? walk.u16(`${path}/identifier`) : 0;
    const layout = walk.options.dictionary?.dataIdentifier(identifier);
    if (walk.fault === undefined && layout === undefined) {
      const undecoded = walk.leave(start, "unknown_data_identifier", { identifier });
      return { identifierCount, identifiers, undecoded };
    }
    const data = layout === undefined ? undefined : walk.data(layout, `${path}/data`);
    if (data !== undefined) identifiers.push({ identifier, ...data });
  }
  return walk.fault === undefined ? { identifierCount, identifiers } : undefined;
}

function readStoredData(walk: RecordWalk): Readonly<Record<string, unknown>> | undefined {
  const records: StoredDataRecord[] = [];
  walk.needsRecord = true;
  // At least one record number has to be there, also when nothing is stored: of zeros alone, the first is that number.
  if (walk.position >= walk.bytes.length || walk.isInPadding()) {
    if (walk.take(1, "/loneRecordNumber") < 0) return { records };
    walk.endsInPadding();
    return { records, loneRecordNumber: 0 };
  }
  while (walk.next("/records")) {
    const recordNumber = walk.u8("/recordNumber");
    if (walk.position >= walk.bytes.length || walk.endsInPadding()) return { records, loneRecordNumber: recordNumber };
    const dtc = readDtc(walk, "");
    const body = dtc === undefined ? undefined : readSnapshotBody(walk);
    if (dtc !== undefined && body !== undefined) records.push({ recordNumber, ...dtc, ...body });
  }
  return { records };
}

function readExtendedData(walk: RecordWalk, code: number): readonly ExtendedDataRecord[] {
  const records: ExtendedDataRecord[] = [];
  while (walk.next("/extendedData")) {
    const recordNumber = walk.u8("/recordNumber");
    if (recordNumber === 0) walk.reserved("/recordNumber", "reserved and numbers no record");
    const data = readExtendedDataOf(walk, recordNumber, code);
    if (data !== undefined) records.push({ recordNumber, ...data });
  }
  return records;
}

type RecordOfCode = DtcAndStatusRecord & ExtendedData;

function readExtendedDataOfRecord(walk: RecordWalk, recordNumber: number): readonly RecordOfCode[] {
  const records: RecordOfCode[] = [];
  while (walk.next("/records")) {
    const dtc = readDtc(walk, "");
    const data = dtc === undefined ? undefined : readExtendedDataOf(walk, recordNumber, dtc.code);
    if (dtc !== undefined && data !== undefined) records.push({ ...dtc, ...data });
  }
  return records;
}

/** Data of an extended data record, or the rest of the message; undefined after a fault. */
function readExtendedDataOf(walk: RecordWalk, recordNumber: number, code: number): ExtendedData | undefined {
  if (walk.fault !== undefined) return undefined;
  const layout = walk.options.dictionary?.extendedData(recordNumber, code);
  if (layout !== undefined) return walk.data(layout, "/data");
  return { undecoded: walk.leave(walk.position, "unknown_extended_data_record", { recordNumber }) };
}
