/**
 * What an event of ResponseOnEvent is set up with, in requests, in responses and in the list of active events.
 *
 * Standard: ISO 14229-1 (ResponseOnEvent); layout as mdabrowski1990/uds has it for the editions of 2013 and 2020, that of comparisons
 * as an open server of AUTOSAR's adaptive platform reads it too.
 */

import { type EncodeOptions, requireEdition } from "./editions.ts";
import type { PduReader } from "./pdu-reader.ts";
import type { PduWriter } from "./pdu-writer.ts";

/** The eventTypeRecord of each event that has one. */
export interface EventTypeRecords {
  readonly onDTCStatusChange: DtcStatusChange;
  /** Up to the edition of 2013. */
  readonly onTimerInterrupt: TimerInterrupt;
  readonly onChangeOfDataIdentifier: DataIdentifierChange;
  readonly onComparisonOfValues: ValueComparison;
  /** Since the edition of 2020. */
  readonly reportMostRecentDtcOnStatusChange: MostRecentDtc;
  /** Since the edition of 2020. */
  readonly reportDTCRecordInformationOnDtcStatusChange: DtcRecordInformation;
}

/** Event: a trouble code whose status shares a bit with the mask. */
export interface DtcStatusChange {
  /** DTCStatusMask, 0 .. 255. */
  readonly dtcStatusMask: number;
}

/** Event: time is over. */
export interface TimerInterrupt {
  /** 0 .. 255; 1 slow, 2 medium, 3 fast rate. */
  readonly timerSchedule: number;
}

/** Event: the data of an identifier are others than before. */
export interface DataIdentifierChange {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
}

/** Event: a value in the data of an identifier compares so with a given one. */
export interface ValueComparison {
  /** 0 .. 0xFFFF. */
  readonly dataIdentifier: number;
  /** 0 .. 255; 1 less, 2 greater, 3 equal, 4 not equal. */
  readonly comparisonLogic: number;
  /** 0 .. 0xFFFFFFFF: the bits of the value to compare with, also of a signed one. */
  readonly compareValue: number;
  /** 0 .. 255: percent of the value. */
  readonly hysteresisValue: number;
  /** Whether the value is signed. */
  readonly isSigned: boolean;
  /** Bits of the value, 1 .. 32. */
  readonly bitsNumber: number;
  /** First bit of the value in the data, 0 .. 1,023. */
  readonly bitOffset: number;
}

/** Event: a trouble code changes its status; answered as this report of ReadDTCInformation. */
export interface MostRecentDtc {
  /** Sub-function of ReadDTCInformation, 0 .. 127; the highest bit of the byte is reserved and kept. */
  readonly reportType: number;
}

/** Event: a trouble code changes its status; answered as this report of ReadDTCInformation about its record. */
export interface DtcRecordInformation {
  /** DTCStatusMask, 0 .. 255. */
  readonly dtcStatusMask: number;
  /** Sub-function of ReadDTCInformation, 0 .. 127; the highest bit of the byte is reserved and kept. */
  readonly reportType: number;
  /** DTCSnapshotRecordNumber or DTCExtDataRecordNumber, 0 .. 255: for reports 0x04, 0x06, 0x18 and 0x19. */
  readonly recordNumber?: number;
  /** 0 .. 255: for reports 0x18 and 0x19. */
  readonly memorySelection?: number;
}

/** Name of an event with a record. */
export type RecordedEvent = keyof EventTypeRecords;

/** Name of an event after which the request stands that the ECU is to answer each time. */
export type AnsweringEvent =
  | "onDTCStatusChange"
  | "onTimerInterrupt"
  | "onChangeOfDataIdentifier"
  | "onComparisonOfValues";

/** Events with a record, and whether a request to be answered follows it. */
const recordedEvents: Readonly<Record<RecordedEvent, boolean>> = {
  onDTCStatusChange: true,
  onTimerInterrupt: true,
  onChangeOfDataIdentifier: true,
  onComparisonOfValues: true,
  reportMostRecentDtcOnStatusChange: false,
  reportDTCRecordInformationOnDtcStatusChange: false,
};

/** Whether an event type has a record. */
export function isRecorded(event: string): event is RecordedEvent {
  return Object.hasOwn(recordedEvents, event);
}

/** Whether a request to be answered follows the record of an event. */
export function isAnswering(event: RecordedEvent): event is AnsweringEvent {
  return recordedEvents[event];
}

/** Bits of the length in a localization, and of the offset. */
const lengthMask = 0x1f;
const offsetBits = 10;
const offsetMask = 0x3ff;

/** Reads the eventTypeRecord of an event. */
export function readEventTypeRecord(pdu: PduReader, event: RecordedEvent): EventTypeRecords[RecordedEvent] {
  switch (event) {
    case "onDTCStatusChange":
      return { dtcStatusMask: pdu.u8("/eventTypeRecord/dtcStatusMask") };
    case "onTimerInterrupt":
      return { timerSchedule: pdu.u8("/eventTypeRecord/timerSchedule") };
    case "onChangeOfDataIdentifier":
      return { dataIdentifier: pdu.u16("/eventTypeRecord/dataIdentifier") };
    case "onComparisonOfValues":
      return readComparison(pdu);
    case "reportMostRecentDtcOnStatusChange":
      return { reportType: pdu.u8("/eventTypeRecord/reportType") };
    default:
      return readRecordInformation(pdu);
  }
}

function readComparison(pdu: PduReader): ValueComparison {
  const dataIdentifier = pdu.u16("/eventTypeRecord/dataIdentifier");
  const comparisonLogic = pdu.u8("/eventTypeRecord/comparisonLogic");
  const compareValue = pdu.u32("/eventTypeRecord/compareValue");
  const hysteresisValue = pdu.u8("/eventTypeRecord/hysteresisValue");
  const localization = pdu.u16("/eventTypeRecord/bitsNumber");
  return {
    dataIdentifier,
    comparisonLogic,
    compareValue,
    hysteresisValue,
    isSigned: localization >= 0x8000,
    // Five bits cannot say 32, so zero does.
    bitsNumber: (localization >>> offsetBits) & lengthMask || 32,
    bitOffset: localization & offsetMask,
  };
}

function readRecordInformation(pdu: PduReader): DtcRecordInformation {
  const dtcStatusMask = pdu.u8("/eventTypeRecord/dtcStatusMask");
  const reportType = pdu.u8("/eventTypeRecord/reportType");
  if (!hasRecordNumber(reportType)) return { dtcStatusMask, reportType };
  const recordNumber = pdu.u8("/eventTypeRecord/recordNumber");
  if (!hasMemorySelection(reportType)) return { dtcStatusMask, reportType, recordNumber };
  const memorySelection = pdu.u8("/eventTypeRecord/memorySelection");
  return { dtcStatusMask, reportType, recordNumber, memorySelection };
}

/** Whether a report is about one record of a code, by snapshot or extended data. */
function hasRecordNumber(reportType: number): boolean {
  const report = reportType & 0x7f;
  return report === 0x04 || report === 0x06 || hasMemorySelection(reportType);
}

/** Whether a report is about a user-defined memory. */
function hasMemorySelection(reportType: number): boolean {
  const report = reportType & 0x7f;
  return report === 0x18 || report === 0x19;
}

/** Writes the eventTypeRecord of an event. */
export function writeEventTypeRecord(
  pdu: PduWriter,
  event: RecordedEvent,
  record: EventTypeRecords[RecordedEvent],
  options: EncodeOptions,
): void {
  switch (event) {
    case "onDTCStatusChange":
      pdu.u8((record as DtcStatusChange).dtcStatusMask, "/eventTypeRecord/dtcStatusMask");
      break;
    case "onTimerInterrupt":
      requireEdition({ until: "2013" }, options, event, "/subFunction");
      pdu.u8((record as TimerInterrupt).timerSchedule, "/eventTypeRecord/timerSchedule");
      break;
    case "onChangeOfDataIdentifier":
      pdu.u16((record as DataIdentifierChange).dataIdentifier, "/eventTypeRecord/dataIdentifier");
      break;
    case "onComparisonOfValues":
      writeComparison(pdu, record as ValueComparison);
      break;
    case "reportMostRecentDtcOnStatusChange":
      requireEdition({ since: "2020" }, options, event, "/subFunction");
      pdu.u8((record as MostRecentDtc).reportType, "/eventTypeRecord/reportType");
      break;
    default:
      requireEdition({ since: "2020" }, options, event, "/subFunction");
      writeRecordInformation(pdu, record as DtcRecordInformation);
  }
}

function writeComparison(pdu: PduWriter, record: ValueComparison): void {
  const { bitsNumber, bitOffset } = record;
  if (!Number.isInteger(bitsNumber) || bitsNumber < 1 || bitsNumber > 32) {
    throw pdu.wrong("/eventTypeRecord/bitsNumber", `expected integer 1..32, got ${String(bitsNumber)}`);
  }
  if (!Number.isInteger(bitOffset) || bitOffset < 0 || bitOffset > offsetMask) {
    throw pdu.wrong("/eventTypeRecord/bitOffset", `expected integer 0..${offsetMask}, got ${String(bitOffset)}`);
  }
  const sign = record.isSigned ? 0x8000 : 0;
  pdu
    .u16(record.dataIdentifier, "/eventTypeRecord/dataIdentifier")
    .u8(record.comparisonLogic, "/eventTypeRecord/comparisonLogic")
    .uint(record.compareValue, 4, "/eventTypeRecord/compareValue")
    .u8(record.hysteresisValue, "/eventTypeRecord/hysteresisValue")
    .u16(sign | ((bitsNumber & lengthMask) << offsetBits) | bitOffset);
}

function writeRecordInformation(pdu: PduWriter, record: DtcRecordInformation): void {
  const { dtcStatusMask, reportType, recordNumber, memorySelection } = record;
  pdu.u8(dtcStatusMask, "/eventTypeRecord/dtcStatusMask").u8(reportType, "/eventTypeRecord/reportType");
  if (hasRecordNumber(reportType)) pdu.u8(recordNumber as number, "/eventTypeRecord/recordNumber");
  else if (recordNumber !== undefined) throw pdu.wrong("/eventTypeRecord/recordNumber", "the report has none");
  if (hasMemorySelection(reportType)) pdu.u8(memorySelection as number, "/eventTypeRecord/memorySelection");
  else if (memorySelection !== undefined) throw pdu.wrong("/eventTypeRecord/memorySelection", "the report has none");
}
