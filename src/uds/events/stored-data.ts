/** Snapshots and extended data as events show them: bytes as text, fields as they are, and what stayed bytes. */

import { bytesToHex, type QualityFlag, qualityFlag } from "../../core/index.ts";
import type { FieldValue } from "../dictionary/types.ts";
import type { ExtendedDataRecord, SnapshotRecord } from "../read-dtc/response-types.ts";
import type { Undecoded } from "../undecoded.ts";
import type { FaultExtendedData, FaultSnapshot, FaultUndecoded, FaultValue, FaultWarning } from "./event.ts";

/** Bytes as upper-case hexadecimal text. */
export function hexOf(bytes: Uint8Array): string {
  return bytesToHex(bytes).toUpperCase();
}

/** Snapshots of a code, whose record starts at `start` in the message. */
export function snapshotsOf(snapshots: readonly SnapshotRecord[], start: number): readonly FaultSnapshot[] {
  return snapshots.map(({ recordNumber, identifiers, undecoded }) => ({
    record: recordNumber,
    entries: identifiers.map(({ identifier, name, data, values }) => ({
      id: identifier,
      name,
      hex: hexOf(data),
      values: values.map((value) => eventValueOf(value, start)),
    })),
    ...leftOf(undecoded, start),
  }));
}

/** Extended data of a code, whose record starts at `start` in the message. */
export function extendedOf(records: readonly ExtendedDataRecord[], start: number): readonly FaultExtendedData[] {
  return records.map((record) =>
    record.undecoded === undefined
      ? {
          record: record.recordNumber,
          name: record.name,
          hex: hexOf(record.data),
          values: record.values.map((value) => eventValueOf(value, start)),
        }
      : { record: record.recordNumber, values: [], ...leftOf(record.undecoded, start) },
  );
}

function eventValueOf(value: FieldValue, start: number): FaultValue {
  return "undecoded" in value ? { name: value.name, undecoded: undecodedOf(value.undecoded, start) } : value;
}

function leftOf(undecoded: Undecoded | undefined, start: number): { readonly undecoded?: FaultUndecoded } {
  return undecoded === undefined ? {} : { undecoded: undecodedOf(undecoded, start) };
}

function undecodedOf({ offset, bytes, reason }: Undecoded, start: number): FaultUndecoded {
  return { offset: offset - start, hex: hexOf(bytes), reason };
}

/** What nobody could read: one flag with the places, and a warning for each. */
export function undecodedFlags(
  snapshots: readonly FaultSnapshot[],
  extended: readonly FaultExtendedData[],
): { readonly flags: readonly QualityFlag[]; readonly warnings: readonly FaultWarning[] } {
  if (snapshots.length === 0 && extended.length === 0) return nothingUndecoded;
  const found: (readonly [path: string, undecoded: FaultUndecoded])[] = [];
  const note = (path: string, part: { readonly undecoded?: FaultUndecoded }): void => {
    if (part.undecoded !== undefined) found.push([path, part.undecoded]);
  };
  const noteValues = (path: string, values: readonly FaultValue[]): void => {
    for (const [index, value] of values.entries()) if ("undecoded" in value) note(`${path}/values/${index}`, value);
  };
  for (const [index, snapshot] of snapshots.entries()) {
    for (const [place, { values }] of snapshot.entries.entries()) {
      noteValues(`/snapshots/${index}/entries/${place}`, values);
    }
    note(`/snapshots/${index}`, snapshot);
  }
  for (const [index, record] of extended.entries()) {
    noteValues(`/extended/${index}`, record.values);
    note(`/extended/${index}`, record);
  }
  if (found.length === 0) return nothingUndecoded;
  return {
    flags: [qualityFlag("partial", { missingFields: found.map(([path]) => path) })],
    warnings: found.map(([, { offset, reason }]) => ({
      code: "record_undecoded",
      message: `Bytes from offset ${offset} of the record stayed undecoded (${reason})`,
    })),
  };
}

const nothingUndecoded = { flags: [], warnings: [] } as const;
