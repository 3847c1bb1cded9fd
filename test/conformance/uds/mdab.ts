/** Rows of mdabrowski1990/uds, but for ReadDTCInformation: every raw value by its name. */

import { bytesToHex } from "otakit/core";
import {
  type ActivatedEvent,
  type EventTypeRecords,
  encodeResponse,
  type FormulaScaling,
  parseDictionary,
  type ScalingByte,
  type ValueComparison,
} from "otakit/uds";
import { bigOf, joinBytes, type Raw, rawValues, sameRaw } from "./mdab-raw.ts";
import { decodeRow, type Members, type Row, readBack, type Verdict } from "./row.ts";

/** Rows that are scored otherwise than they say: by row number, with the reason. */
export const mdabDistrust: Readonly<Record<number, string>> = {
  533: "mdabrowski1990/uds gives certificateEvaluationId one byte; python-udsoncan and scapy give it two",
};

/** The data identifiers whose length the rows take for granted. */
const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0xf186": { name: "active session", layout: [{ name: "session", type: "u8" }] },
    "0xf18b": { name: "manufacturing date", layout: [{ name: "date", type: "u32" }] },
  },
});

/** Checks a row of operation `decode` or `encode`. */
export function checkMdab(row: Row, number: number): Verdict {
  if (number === 533) return decodeRow(row).ok ? "accepted" : undefined;
  const raw = rawValues(row);
  // The wire does not tell several events apart whose answers are of unknown length; what was to be written does.
  if (Number(raw.get("numberOfActivatedEvents") ?? 0) > 1) return checkActivatedEvents(row, raw);
  return readBack(row, (members) => checkRaw(raw, members), { dictionary });
}

/** Compares raw values by name with the members of our message. */
export function checkRaw(raw: ReadonlyMap<string, Raw>, members: Members): Verdict {
  for (const [name, wanted] of raw) {
    const found = readMember(name, members);
    if (!sameRaw(wanted, found)) return `${name}: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`;
  }
  return undefined;
}

/** The value of a name such as `DID` or, of several, `DID#2` and `DID#2 data`. */
function readMember(name: string, members: Members): Raw | undefined {
  const [, base, number = "1", rest = ""] = /^([^#]+)(?:#(\d+)(.*))?$/.exec(name)!;
  const index = Number(number) - 1;
  const records = members["records"] as readonly Members[] | undefined;
  return readers[base! + rest]?.({ ...members, ...records?.[index] }, index);
}

type Reader = (members: Members, index: number) => Raw | undefined;

/** Reads a number, a list of numbers or bytes. */
function member(name: string): Reader {
  return (members) => rawMember(members[name]);
}

function rawMember(value: unknown): Raw | undefined {
  if (value instanceof Uint8Array) return Array.from(value);
  return typeof value === "bigint" ? Number(value) : (value as Raw | undefined);
}

/** Reads the length of a byte array. */
function lengthOf(name: string): Reader {
  return (members) => (members[name] as Uint8Array).length;
}

const modes = ["addFile", "deleteFile", "replaceFile", "readFile", "readDir", "resumeFile"];

const readers: Readonly<Record<string, Reader>> = {
  SID: member("sid"),
  RSID: member("sid"),
  SubFunction: (members) =>
    (members["subFunctionId"] as number) + (members["suppressPosRspMsgIndicationBit"] === true ? 0x80 : 0),
  DID: (members) =>
    "dataIdentifiers" in members ? rawMember(members["dataIdentifiers"]) : rawMember(members["dataIdentifier"]),
  RID: member("routineIdentifier"),
  groupOfDTC: member("groupOfDTC"),
  nodeIdentificationNumber: member("nodeIdentificationNumber"),
  DTCSettingControlOptionRecord: member("dtcSettingControlOptionRecord"),
  linkControlModeIdentifier: member("linkControlModeIdentifier"),
  linkRecord: member("linkRecord"),
  powerDownTime: member("powerDownTime"),
  communicationType: member("communicationType"),
  sessionParameterRecord: ({ sessionParameterRecord }) => {
    const { p2ServerMaxMs, p2StarServerMaxMs } = sessionParameterRecord as Readonly<Record<string, number>>;
    return p2ServerMaxMs! * 0x10000 + p2StarServerMaxMs! / 10;
  },
  data: (members) => rawMember(((members["periodicData"] ?? members) as Members)["dataRecord"]),
  memoryAddress: member("memoryAddress"),
  memorySize: member("memorySize"),
  addressAndLengthFormatIdentifier: member("addressAndLengthFormatIdentifier"),
  lengthFormatIdentifier: member("lengthFormatIdentifier"),
  maxNumberOfBlockLength: member("maxNumberOfBlockLength"),
  dataFormatIdentifier: member("dataFormatIdentifier"),
  blockSequenceCounter: member("blockSequenceCounter"),
  transferRequestParameter: member("transferRequestParameterRecord"),
  transferResponseParameter: member("transferResponseParameterRecord"),
  TimingParameterRequestRecord: member("timingParameterRequestRecord"),
  TimingParameterResponseRecord: member("timingParameterResponseRecord"),
  routineControlOption: member("routineControlOptionRecord"),
  routineStatus: member("routineStatusRecord"),
  securityAccessData: member("securityAccessDataRecord"),
  securitySeed: member("securitySeed"),
  securityKey: member("securityKey"),
  transmissionMode: member("transmissionModeId"),
  "Periodic DID": (members) => {
    const data = members["periodicData"] as Members | undefined;
    return rawMember(data === undefined ? members["periodicDataIdentifiers"] : data["periodicDataIdentifier"]);
  },
  inputOutputControlParameter: member("inputOutputControlParameterId"),
  ...Object.fromEntries(
    [
      "certificateClient",
      "certificateServer",
      "certificateData",
      "challengeClient",
      "challengeServer",
      "proofOfOwnershipClient",
      "proofOfOwnershipServer",
      "ephemeralPublicKeyClient",
      "ephemeralPublicKeyServer",
      "sessionKeyInfo",
      "neededAdditionalParameter",
      "additionalParameter",
    ].flatMap((name) => [
      [name, member(name)],
      [`lengthOf${name[0]!.toUpperCase()}${name.slice(1)}`, lengthOf(name)],
    ]),
  ),
  communicationConfiguration: member("communicationConfiguration"),
  algorithmIndicator: member("algorithmIndicator"),
  authenticationReturnParameter: member("authenticationReturnParameter"),
  dynamicallyDefinedDataIdentifier: member("dynamicallyDefinedDataIdentifier"),
  "Data from DID": ({ sources }) =>
    (sources as readonly Readonly<Record<string, number>>[]).map(
      (source) =>
        source["sourceDataIdentifier"]! * 0x10000 + source["positionInSourceDataRecord"]! * 256 + source["memorySize"]!,
    ),
  "Data from Memory": ({ sources }) =>
    (sources as readonly Readonly<Record<string, number>>[]).map(
      (source) => source["memoryAddress"]! * 256 + source["memorySize"]!,
    ),
  modeOfOperation: ({ modeOfOperation }) => modes.indexOf(modeOfOperation as string) + 1,
  filePathAndNameLength: ({ filePathAndName }) => (filePathAndName as string).length,
  filePathAndName: ({ filePathAndName }) => Array.from(filePathAndName as string, (char) => char.charCodeAt(0)),
  fileSizeParameterLength: member("fileSizeParameterLength"),
  fileSizeOrDirInfoParameterLength: member("fileSizeOrDirInfoParameterLength"),
  fileSizeUnCompressed: member("fileSizeUncompressed"),
  fileSizeCompressed: member("fileSizeCompressed"),
  fileSizeUncompressedOrDirInfoLength: member("fileSizeUncompressedOrDirInfoLength"),
  filePosition: member("filePosition"),
  "Administrative Parameter": securedMember("administrativeParameter"),
  "Signature/Encryption Calculation": securedMember("signatureEncryptionCalculation"),
  "Signature Length": ({ secured }) => (secured as { readonly signature: Uint8Array }).signature.length,
  "Anti-replay Counter": securedMember("antiReplayCounter"),
  "Internal Message Service Request ID": securedMember("internalSid"),
  "Internal Message Service Response ID": securedMember("internalSid"),
  "Service Specific Parameters": securedMember("serviceSpecificParameters"),
  "Response Specific Parameters": securedMember("serviceSpecificParameters"),
  "Signature/MAC": securedMember("signature"),
  securityDataRequestRecord: member("securityDataRecord"),
  securityDataResponseRecord: member("securityDataRecord"),
  numberOfIdentifiedEvents: member("numberOfIdentifiedEvents"),
  numberOfActivatedEvents: member("numberOfActivatedEvents"),
  eventWindowTime: (members, index) => rawMember(eventOf(members, index)["eventWindowTime"]),
  eventTypeOfActiveEvent: (members, index) => {
    const { eventType, storeEvent } = eventOf(members, index);
    return eventTypes.indexOf(eventType as ActivatedEvent["eventType"]) + (storeEvent === true ? 0x40 : 0);
  },
  eventTypeRecord: (members, index) => recordNumber(eventOf(members, index)["eventTypeRecord"] as Members),
  serviceToRespondToRecord: (members, index) => rawMember(eventOf(members, index)["serviceToRespondToRecord"]),
  DTCExtDataRecordNumber: ({ eventTypeRecord }) => rawMember((eventTypeRecord as Members)["recordNumber"]),
  DTCSnapshotRecordNumber: ({ eventTypeRecord }) => rawMember((eventTypeRecord as Members)["recordNumber"]),
  MemorySelection: (members) => rawMember(((members["eventTypeRecord"] ?? members) as Members)["memorySelection"]),
  "DID data": member("dataRecord"),
  controlState: member("controlState"),
  controlEnableMask: member("controlEnableMask"),
  ...scalingReaders(),
};

function securedMember(name: string): Reader {
  return ({ secured }) => rawMember((secured as Members)[name]);
}

/** The event that a name with an index speaks of, or the message itself. */
function eventOf(members: Members, index: number): Members {
  const events = members["activatedEvents"] as readonly Members[] | undefined;
  return events?.[index] ?? members;
}

const eventTypes: readonly (ActivatedEvent["eventType"] | undefined)[] = [
  undefined,
  "onDTCStatusChange",
  "onTimerInterrupt",
  "onChangeOfDataIdentifier",
  undefined,
  undefined,
  undefined,
  "onComparisonOfValues",
  "reportMostRecentDtcOnStatusChange",
  "reportDTCRecordInformationOnDtcStatusChange",
];

/** An eventTypeRecord as one number. */
function recordNumber(record: Members): number {
  if (!("comparisonLogic" in record)) {
    const { recordNumber: _, memorySelection: __, ...parts } = record as Readonly<Record<string, number>>;
    return Object.values(parts).reduce((sum, part) => sum * 256 + part, 0);
  }
  const comparison = record as unknown as ValueComparison;
  const localization = (comparison.isSigned ? 0x8000 : 0) + (comparison.bitsNumber % 32) * 1024 + comparison.bitOffset;
  return [
    [comparison.comparisonLogic, 8],
    [comparison.compareValue, 32],
    [comparison.hysteresisValue, 8],
    [localization, 16],
  ].reduce((sum, [part, bits]) => sum * 2 ** bits! + part!, comparison.dataIdentifier);
}

/** Readers of scaling bytes, their extensions and the constants of formulas. */
function scalingReaders(): Readonly<Record<string, Reader>> {
  const types: readonly ScalingByte["type"][] = [
    "unSignedNumeric",
    "signedNumeric",
    "bitMappedReportedWithoutMask",
    "bitMappedReportedWithMask",
    "binaryCodedDecimal",
    "stateEncodedVariable",
    "ascii",
    "signedFloatingPoint",
    "packet",
    "formula",
    "unitFormat",
    "stateAndConnectionType",
  ];
  const at = ({ scaling }: Members, index: number): ScalingByte => (scaling as readonly ScalingByte[])[index]!;
  const constant =
    (place: number): Reader =>
    (members, index) => {
      const { mantissa, exponent } = (at(members, index) as FormulaScaling).constants[place]!;
      return (exponent & 15) * 0x1000 + (mantissa & 0xfff);
    };
  return {
    scalingByte: (members, index) => {
      const { type, numberOfBytes } = at(members, index);
      return types.indexOf(type) * 16 + numberOfBytes;
    },
    scalingByteExtension: (members, index) => {
      const entry = at(members, index);
      if (entry.type === "bitMappedReportedWithoutMask") return joinBytes(Array.from(entry.validityMask));
      if (entry.type === "formula") return entry.formulaIdentifier;
      if (entry.type === "unitFormat") return entry.unit;
      return entry.type === "stateAndConnectionType" ? entry.stateAndConnection : undefined;
    },
    C0: constant(0),
    C1: constant(1),
    C2: constant(2),
  };
}

/** A list of events: written from its values, and read as far as it can be. */
function checkActivatedEvents(row: Row, raw: ReadonlyMap<string, Raw>): Verdict {
  const sub = raw.get("SubFunction") as number;
  const activatedEvents = Array.from({ length: raw.get("numberOfActivatedEvents") as number }, (_, index) =>
    activatedEvent(row, raw, index + 1),
  );
  const written = bytesToHex(
    encodeResponse({
      service: "responseOnEvent",
      subFunction: "reportActivatedEvents",
      suppressPosRspMsgIndicationBit: sub >= 0x80,
      storeEvent: (sub & 0x40) !== 0,
      activatedEvents,
    }),
  );
  if (written !== row.hex) return `written as ${written}`;
  return readBack(row, ({ activatedEvents: found, undecoded }) => {
    const first = activatedEvents.findIndex((event) => "serviceToRespondToRecord" in event);
    if ((found as readonly unknown[]).length !== first) return `found ${(found as readonly unknown[]).length} events`;
    return (undecoded as Members)["reason"] === "unknown_record_length" ? undefined : "decoded by guess";
  });
}

function activatedEvent(row: Row, raw: ReadonlyMap<string, Raw>, number: number): ActivatedEvent {
  const given = row.params!["data_records_values"] as Members;
  const type = raw.get(`eventTypeOfActiveEvent#${number}`) as number;
  const eventType = eventTypes[type & 0x3f]!;
  const service = raw.get(`serviceToRespondToRecord#${number}`) as readonly number[] | undefined;
  return {
    eventType,
    storeEvent: (type & 0x40) !== 0,
    eventWindowTime: raw.get(`eventWindowTime#${number}`) as number,
    eventTypeRecord: recordOf(eventType, bigOf(given[`eventTypeRecord#${number}`]), {
      recordNumber: raw.get(`DTCExtDataRecordNumber#${number}`) as number | undefined,
      memorySelection: raw.get(`MemorySelection#${number}`) as number | undefined,
    }),
    ...(service === undefined ? {} : { serviceToRespondToRecord: Uint8Array.from(service) }),
  } as ActivatedEvent;
}

function recordOf(
  eventType: ActivatedEvent["eventType"],
  big: bigint,
  more: Members,
): EventTypeRecords[ActivatedEvent["eventType"]] {
  const bits = (from: number, count: number): number => Number((big >> BigInt(from)) & ((1n << BigInt(count)) - 1n));
  switch (eventType) {
    case "onDTCStatusChange":
      return { dtcStatusMask: bits(0, 8) };
    case "onTimerInterrupt":
      return { timerSchedule: bits(0, 8) };
    case "onChangeOfDataIdentifier":
      return { dataIdentifier: bits(0, 16) };
    case "onComparisonOfValues":
      return {
        dataIdentifier: bits(64, 16),
        comparisonLogic: bits(56, 8),
        compareValue: bits(24, 32),
        hysteresisValue: bits(16, 8),
        isSigned: bits(15, 1) === 1,
        bitsNumber: bits(10, 5) || 32,
        bitOffset: bits(0, 10),
      };
    case "reportMostRecentDtcOnStatusChange":
      return { reportType: bits(0, 8) };
    default: {
      const known = Object.entries(more).filter(([, value]) => value !== undefined);
      return { dtcStatusMask: bits(8, 8), reportType: bits(0, 8), ...Object.fromEntries(known) };
    }
  }
}
