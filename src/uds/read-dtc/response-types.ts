/**
 * Responses of ReadDTCInformation as types: what each sub-function holds, as it is decoded and as it can be encoded.
 *
 * Standard: ISO 14229-1 (ReadDTCInformation); layouts as mdabrowski1990/uds, python-udsoncan and Wireshark agree on them.
 */

import type { FieldValue } from "../dictionary/types.ts";
import type { DtcList, DtcRecord } from "../dtc-list.ts";
import type { DtcStatusFlags } from "../dtc-status.ts";
import type { Encodable, ResponseMessage, SubFunction } from "../messages.ts";
import type { Undecoded } from "../undecoded.ts";
import type { ReadDTCInformationSubFunction } from "./sub-functions.ts";

/** What decoding adds to a code. */
export interface DtcDisplay {
  /** The code as text by its format, for example `P0420-16`. */
  readonly display: string;
}

/** A DTC with its text and the meaning of its status. */
export interface DtcAndStatusRecord extends DtcRecord, DtcDisplay {
  /**
   * The status bits under the availability mask of the response; where the response has none, under the one of the
   * options, and without that as if the ECU supported all bits.
   */
  readonly flags: DtcStatusFlags;
}

/** A severity byte beside a code. */
export interface SeverityField {
  /** Severity and class as they are on the wire, 0 .. 255; `decodeDtcSeverity` tells them apart. */
  readonly severity: number;
}

/** Severity and functional unit beside a code. */
export interface SeverityAndUnitFields extends SeverityField {
  /** DTCFunctionalUnit, 0 .. 255; the manufacturer defines what it means. */
  readonly functionalUnit: number;
}

/** A code and a snapshot record that is stored for it. */
export interface SnapshotIdentification {
  /** 0 .. 0xFFFFFF. */
  readonly code: number;
  /** DTCSnapshotRecordNumber, 0 .. 255. */
  readonly recordNumber: number;
}

/** A code and how far its test is from failing. */
export interface FaultDetectionCounter {
  /** 0 .. 0xFFFFFF. */
  readonly code: number;
  /** -128 .. 127: 127 when the test failed, -128 when it passed, in between while it matures. */
  readonly faultDetectionCounter: number;
}

/** Data of one data identifier in a snapshot. */
export interface SnapshotIdentifier {
  /** Data identifier (DID), 0 .. 0xFFFF. */
  readonly identifier: number;
  /** A view of the message, not a copy. */
  readonly data: Uint8Array;
  /** Name in the dictionary. */
  readonly name: string;
  /** What the dictionary reads in the data. */
  readonly values: readonly FieldValue[];
}

/** The part of a snapshot after its number. */
export interface SnapshotBody {
  /** Number of identifiers as it is on the wire, 1 .. 255; more than in `identifiers` when something is undecoded. */
  readonly identifierCount: number;
  readonly identifiers: readonly SnapshotIdentifier[];
  /** The rest of the message, from the first data identifier that the dictionary does not know. */
  readonly undecoded?: Undecoded;
}

/** What the ECU stored about the vehicle when a test failed. */
export interface SnapshotRecord extends SnapshotBody {
  /** DTCSnapshotRecordNumber, 0 .. 255. */
  readonly recordNumber: number;
}

/** A stored record of whatever code. */
export interface StoredDataRecord extends SnapshotBody, DtcAndStatusRecord {
  /** DTCStoredDataRecordNumber, 0 .. 255. */
  readonly recordNumber: number;
}

/** Extended data, or the rest of the message when the dictionary does not say how long they are. */
export type ExtendedData =
  | {
      /** A view of the message, not a copy. */
      readonly data: Uint8Array;
      /** Name in the dictionary. */
      readonly name: string;
      /** What the dictionary reads in the data. */
      readonly values: readonly FieldValue[];
      readonly undecoded?: never;
    }
  | { readonly undecoded: Undecoded; readonly data?: never; readonly name?: never; readonly values?: never };

/** Extended data record of a code: counters and the like. */
export type ExtendedDataRecord = ExtendedData & {
  /** DTCExtDataRecordNumber, 1 .. 255. */
  readonly recordNumber: number;
};

/** How many codes match. */
export interface DtcCountFields {
  /** DTCStatusAvailabilityMask, 0 .. 255. */
  readonly availabilityMask: number;
  /** DTCFormatIdentifier, 0 .. 255; see `dtcFormats`. */
  readonly formatIdentifier: number;
  /** 0 .. 65535. */
  readonly count: number;
}

/** Selection that a response repeats from its request. */
export interface MemorySelectionEcho {
  /** MemorySelection, 0 .. 255. */
  readonly memorySelection: number;
}

/** What a WWH-OBD response says before its codes. */
export interface WwhObdFields {
  /** FunctionalGroupIdentifier, 0 .. 255; see `functionalGroups`. */
  readonly functionalGroup: number;
  /** DTCFormatIdentifier, 0 .. 255; see `dtcFormats`. */
  readonly formatIdentifier: number;
}

/** Records as they are read, and as they can be written. */
export interface DecodedDtcRecords {
  readonly code: DtcDisplay;
  readonly status: DtcAndStatusRecord;
  readonly stored: StoredDataRecord;
  readonly snapshot: SnapshotRecord;
  readonly extended: ExtendedDataRecord;
  readonly extendedOfCode: DtcAndStatusRecord & ExtendedData;
}

/** A snapshot to be written; without `identifierCount`, the number of identifiers. */
export interface EncodableSnapshot {
  readonly identifierCount?: number;
  readonly identifiers: readonly Pick<SnapshotIdentifier, "identifier" | "data">[];
  readonly undecoded?: Pick<Undecoded, "bytes">;
}

/** Extended data to be written. */
export type EncodableExtendedData =
  | { readonly data: Uint8Array; readonly undecoded?: undefined }
  | { readonly undecoded: Pick<Undecoded, "bytes">; readonly data?: undefined };

/** Kinds of records, as they are to be written. */
export interface EncodableDtcRecords {
  readonly code: unknown;
  readonly status: DtcRecord;
  readonly stored: DtcRecord & EncodableSnapshot & Pick<StoredDataRecord, "recordNumber">;
  readonly snapshot: EncodableSnapshot & Pick<SnapshotRecord, "recordNumber">;
  readonly extended: EncodableExtendedData & Pick<ExtendedDataRecord, "recordNumber">;
  readonly extendedOfCode: DtcRecord & EncodableExtendedData;
}

/** A record type for each kind. */
export type DtcRecordKinds = { readonly [Kind in keyof DecodedDtcRecords]: unknown } & { readonly status: DtcRecord };

/** Members of each response by the name of its sub-function. */
export interface ReadDTCInformationResponseFields<R extends DtcRecordKinds> {
  readonly reportNumberOfDTCByStatusMask: DtcCountFields;
  readonly reportDTCByStatusMask: DtcList<R["status"]>;
  readonly reportDTCSnapshotIdentification: { readonly dtcs: readonly (SnapshotIdentification & R["code"])[] };
  readonly reportDTCSnapshotRecordByDTCNumber: {
    readonly dtc: R["status"];
    readonly snapshots: readonly R["snapshot"][];
  };
  readonly reportDTCStoredDataByRecordNumber: {
    readonly records: readonly R["stored"][];
    /** Record number at the end of the message without a code: nothing is stored under it. */
    readonly loneRecordNumber?: number;
  };
  readonly reportDTCExtDataRecordByDTCNumber: {
    readonly dtc: R["status"];
    readonly extendedData: readonly R["extended"][];
  };
  readonly reportNumberOfDTCBySeverityMaskRecord: DtcCountFields;
  readonly reportDTCBySeverityMaskRecord: DtcList<R["status"] & SeverityAndUnitFields>;
  readonly reportSeverityInformationOfDTC: DtcList<R["status"] & SeverityAndUnitFields>;
  readonly reportSupportedDTC: DtcList<R["status"]>;
  readonly reportFirstTestFailedDTC: DtcList<R["status"]>;
  readonly reportFirstConfirmedDTC: DtcList<R["status"]>;
  readonly reportMostRecentTestFailedDTC: DtcList<R["status"]>;
  readonly reportMostRecentConfirmedDTC: DtcList<R["status"]>;
  readonly reportMirrorMemoryDTCByStatusMask: DtcList<R["status"]>;
  readonly reportMirrorMemoryDTCExtDataRecordByDTCNumber: ReadDTCInformationResponseFields<R>["reportDTCExtDataRecordByDTCNumber"];
  readonly reportNumberOfMirrorMemoryDTCByStatusMask: DtcCountFields;
  readonly reportNumberOfEmissionsOBDDTCByStatusMask: DtcCountFields;
  readonly reportEmissionsOBDDTCByStatusMask: DtcList<R["status"]>;
  readonly reportDTCFaultDetectionCounter: { readonly dtcs: readonly (FaultDetectionCounter & R["code"])[] };
  readonly reportDTCWithPermanentStatus: DtcList<R["status"]>;
  readonly reportDTCExtDataRecordByRecordNumber: {
    /** DTCExtDataRecordNumber, 0 .. 255. */
    readonly recordNumber: number;
    readonly records: readonly R["extendedOfCode"][];
  };
  readonly reportUserDefMemoryDTCByStatusMask: MemorySelectionEcho & DtcList<R["status"]>;
  readonly reportUserDefMemoryDTCSnapshotRecordByDTCNumber: MemorySelectionEcho &
    ReadDTCInformationResponseFields<R>["reportDTCSnapshotRecordByDTCNumber"];
  readonly reportUserDefMemoryDTCExtDataRecordByDTCNumber: MemorySelectionEcho &
    ReadDTCInformationResponseFields<R>["reportDTCExtDataRecordByDTCNumber"];
  readonly reportSupportedDTCExtDataRecord: DtcList<R["status"]> & {
    /** DTCExtDataRecordNumber, 0 .. 255; an ECU may leave it out when no code has the record. */
    readonly recordNumber?: number;
  };
  readonly reportWWHOBDDTCByMaskRecord: WwhObdFields & {
    /** DTCSeverityAvailabilityMask, 0 .. 255. */
    readonly severityAvailabilityMask: number;
  } & DtcList<R["status"] & SeverityField>;
  readonly reportWWHOBDDTCWithPermanentStatus: WwhObdFields & DtcList<R["status"]>;
  readonly reportDTCInformationByDTCReadinessGroupIdentifier: WwhObdFields & {
    /** DTCReadinessGroupIdentifier, 0 .. 255. */
    readonly readinessGroup: number;
  } & DtcList<R["status"]>;
}

/** Response of one sub-function. */
export type ReadDTCInformationResponseOf<Name extends ReadDTCInformationSubFunction> = ResponseMessage<
  "readDTCInformation",
  0x59
> &
  SubFunction<Name> &
  ReadDTCInformationResponseFields<DecodedDtcRecords>[Name];

/** Positive response of ReadDTCInformation; tell them apart by `subFunction`. */
export type ReadDTCInformationResponse = {
  [Name in ReadDTCInformationSubFunction]: ReadDTCInformationResponseOf<Name>;
}[ReadDTCInformationSubFunction];

/** What `encodeReadDTCInformationResponse` writes: every decoded response, or one without what follows from the rest. */
export type EncodableReadDTCInformationResponse = {
  [Name in ReadDTCInformationSubFunction]: Encodable<ResponseMessage<"readDTCInformation", 0x59> & SubFunction<Name>> &
    ReadDTCInformationResponseFields<EncodableDtcRecords>[Name];
}[ReadDTCInformationSubFunction];

/** Response 0x59 02: the DTCs whose status shares a bit with the requested mask. */
export type ReportDTCByStatusMaskResponse = ReadDTCInformationResponseOf<"reportDTCByStatusMask">;

/** Response 0x59 0A: every DTC that the ECU can report. */
export type ReportSupportedDTCResponse = ReadDTCInformationResponseOf<"reportSupportedDTC">;
