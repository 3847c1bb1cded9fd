/**
 * Layouts of the responses of ReadDTCInformation: fields at the head, then records of one kind.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation); as mdabrowski1990/uds, python-udsoncan and Wireshark agree on them.
 */

/** A field at the head of a response; one byte each but the count, which is two. */
export type HeadField =
  | "availabilityMask"
  | "formatIdentifier"
  | "count"
  | "memorySelection"
  | "functionalGroup"
  | "severityAvailabilityMask"
  | "readinessGroup"
  | "recordNumber";

/** Records of a fixed length: fields before the code, and the last byte after it. */
export type FixedRecords =
  | "status"
  | "severityStatus"
  | "unitSeverityStatus"
  | "snapshotNumber"
  | "faultDetectionCounter";

/** Records whose length only a dictionary knows. */
export type VariableRecords = "snapshots" | "storedData" | "extendedData" | "extendedDataOfRecord";

/** What follows the head. */
export type RecordKind = FixedRecords | VariableRecords | "none";

/** Layout of a response. */
export interface ResponseLayout {
  readonly head: readonly HeadField[];
  readonly records: RecordKind;
  /** Whether the last field of the head may be left out when no record follows. */
  readonly mayEndBeforeLast?: true;
  /** Whether the standard allows one record at most. */
  readonly single?: true;
}

/** Bytes of a record before its code, where records have a fixed length. */
export const bytesBeforeCode: Readonly<Record<FixedRecords, number>> = {
  status: 0,
  severityStatus: 1,
  unitSeverityStatus: 2,
  snapshotNumber: 0,
  faultDetectionCounter: 0,
};

const counted: ResponseLayout = { head: ["availabilityMask", "formatIdentifier", "count"], records: "none" };
const listed: ResponseLayout = { head: ["availabilityMask"], records: "status" };
const listedOnce: ResponseLayout = { head: ["availabilityMask"], records: "status", single: true };
const extended: ResponseLayout = { head: [], records: "extendedData" };

/** Layout by sub-function without bit 7. */
export const responseLayouts: Readonly<Record<number, ResponseLayout | undefined>> = {
  0x01: counted,
  0x02: listed,
  0x03: { head: [], records: "snapshotNumber" },
  0x04: { head: [], records: "snapshots" },
  0x05: { head: [], records: "storedData" },
  0x06: extended,
  0x07: counted,
  0x08: { head: ["availabilityMask"], records: "unitSeverityStatus" },
  0x09: { head: ["availabilityMask"], records: "unitSeverityStatus", single: true },
  0x0a: listed,
  0x0b: listedOnce,
  0x0c: listedOnce,
  0x0d: listedOnce,
  0x0e: listedOnce,
  0x0f: listed,
  0x10: extended,
  0x11: counted,
  0x12: counted,
  0x13: listed,
  0x14: { head: [], records: "faultDetectionCounter" },
  0x15: listed,
  0x16: { head: ["recordNumber"], records: "extendedDataOfRecord" },
  0x17: { head: ["memorySelection", "availabilityMask"], records: "status" },
  0x18: { head: ["memorySelection"], records: "snapshots" },
  0x19: { head: ["memorySelection"], records: "extendedData" },
  0x1a: { head: ["availabilityMask", "recordNumber"], records: "status", mayEndBeforeLast: true },
  0x42: {
    head: ["functionalGroup", "availabilityMask", "severityAvailabilityMask", "formatIdentifier"],
    records: "severityStatus",
  },
  0x55: { head: ["functionalGroup", "availabilityMask", "formatIdentifier"], records: "status" },
  0x56: { head: ["functionalGroup", "availabilityMask", "formatIdentifier", "readinessGroup"], records: "status" },
};

/** Whether records have a fixed length. */
export function isFixed(records: RecordKind): records is FixedRecords {
  return records in bytesBeforeCode;
}

/** Whether records end with a status byte. */
export function haveStatus(records: FixedRecords): boolean {
  return records === "status" || records === "severityStatus" || records === "unitSeverityStatus";
}
