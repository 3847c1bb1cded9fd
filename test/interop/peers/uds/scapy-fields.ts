/** The fields of scapy's UDS layers in the members of otakit's messages. */

import { bytesToHex } from "otakit/core";

type Members = Readonly<Record<string, unknown>>;

/** An integer, bytes as hexadecimal digits, or a list of either. */
export type ScapyValue = number | string | null | readonly (number | string)[];

const subFunctionNames = [
  "DTCSettingType",
  "controlType",
  "diagnosticSessionType",
  "linkControlType",
  "reportType",
  "resetType",
  "routineControlType",
  "securityAccessType",
  "subFunction",
  "timingParameterAccessType",
  "zeroSubFunction",
] as const;

/** Fields that have our names but for the first letters. */
const sameNames: Readonly<Record<string, string>> = {
  DTCFormatIdentifier: "formatIdentifier",
  DTCCount: "count",
  DTCSeverityMask: "severityMask",
  DTCSettingControlOptionRecord: "dtcSettingControlOptionRecord",
  DTCStatusAvailabilityMask: "availabilityMask",
  DTCStatusMask: "statusMask",
  baudrateIdentifier: "linkControlModeIdentifier",
  communicationConfiguration: "communicationConfiguration",
  dtc: "code",
  fileSizeUnCompressed: "fileSizeUncompressed",
  negativeResponseCode: "nrc",
  requestServiceId: "requestSid",
  returnValue: "authenticationReturnParameter",
  service: "sid",
};

const modes = ["addFile", "deleteFile", "replaceFile", "readFile", "readDir", "resumeFile"];

type Reader = (members: Members) => unknown;

const byteOf =
  (name: string, shift: number): Reader =>
  (members) =>
    ((members[name] as number) >> shift) & 255;

const bitsOf =
  (shift: number, width: number): Reader =>
  ({ secured }) =>
    (((secured as Members)["administrativeParameter"] as number) >> shift) & (2 ** width - 1);

const memberOf =
  (outer: string, name: string): Reader =>
  (members) =>
    (members[outer] as Members)[name];

const list: Reader = ({ dtcs }) =>
  (dtcs as readonly { readonly code: number; readonly status: number }[]).map(({ code, status }) =>
    (code * 256 + status).toString(16).padStart(8, "0"),
  );

const dtcAndStatus: Reader = ({ dtc }) => {
  const { code, status } = dtc as { readonly code: number; readonly status: number };
  return (code * 256 + status).toString(16).padStart(8, "0");
};

const readers: Readonly<Record<string, Reader>> = {
  ...Object.fromEntries(subFunctionNames.map((name) => [name, subFunction])),
  // The request says its bit 6 in the byte that is the event's number for scapy.
  eventType: ({ bytes }) => (bytes as Uint8Array)[1],
  groupOfDTCHighByte: byteOf("groupOfDTC", 16),
  groupOfDTCMiddleByte: byteOf("groupOfDTC", 8),
  groupOfDTCLowByte: byteOf("groupOfDTC", 0),
  baudrateHighByte: byteOf("linkRecord", 16),
  baudrateMiddleByte: byteOf("linkRecord", 8),
  baudrateLowByte: byteOf("linkRecord", 0),
  communicationType0: ({ communicationType }) => (communicationType as number) >> 6,
  communicationType1: ({ communicationType }) => ((communicationType as number) >> 4) & 3,
  communicationType2: ({ communicationType }) => (communicationType as number) & 15,
  compressionMethod: ({ dataFormatIdentifier }) => (dataFormatIdentifier as number) >> 4,
  encryptingMethod: ({ dataFormatIdentifier }) => (dataFormatIdentifier as number) & 15,
  memorySizeLen: ({ addressAndLengthFormatIdentifier, lengthFormatIdentifier }) =>
    ((addressAndLengthFormatIdentifier ?? lengthFormatIdentifier) as number) >> 4,
  memoryAddressLen: ({ addressAndLengthFormatIdentifier }) => (addressAndLengthFormatIdentifier as number) & 15,
  reserved: ({ lengthFormatIdentifier }) => (lengthFormatIdentifier as number) & 15,
  dataIdentifier: ({ dataIdentifier, records, undecoded }) => {
    const [first] = (records ?? []) as readonly Members[];
    return dataIdentifier ?? first?.["dataIdentifier"] ?? firstWord(undecoded);
  },
  periodicDataIdentifier: ({ periodicData, periodicDataIdentifiers }) =>
    (periodicData as Members | undefined)?.["periodicDataIdentifier"] ??
    (periodicDataIdentifiers as readonly number[])[0],
  dataRecord: ({ dataRecord, periodicData, secured }) => {
    if (secured === undefined) return dataRecord ?? (periodicData as Members | undefined)?.["dataRecord"];
    const { serviceSpecificParameters, signature } = secured as Readonly<Record<string, Uint8Array>>;
    return Uint8Array.of(...serviceSpecificParameters!, ...signature!);
  },
  identifiers: ({ dataIdentifiers }) => dataIdentifiers,
  transmissionMode: ({ transmissionModeId }) => transmissionModeId,
  furtherPeriodicDataIdentifier: ({ periodicDataIdentifiers }) =>
    bytesToHex(Uint8Array.from((periodicDataIdentifiers as readonly number[]).slice(1))),
  modeOfOperation: ({ modeOfOperation }) => modes.indexOf(modeOfOperation as string) + 1,
  filePathAndNameLength: ({ filePathAndName }) => (filePathAndName as string).length,
  filePathAndName: ({ filePathAndName }) => latin1(filePathAndName as string),
  fileSizeOrDirInfoParameterLength: ({ fileSizeOrDirInfoParameterLength }) => fileSizeOrDirInfoParameterLength,
  sessionParameterRecord: ({ sessionParameterRecord }) => {
    const times = sessionParameterRecord as
      | { readonly p2ServerMaxMs: number; readonly p2StarServerMaxMs: number }
      | undefined;
    if (times === undefined) return "";
    return (times.p2ServerMaxMs * 0x10000 + times.p2StarServerMaxMs / 10).toString(16).padStart(8, "0");
  },
  requestMessage: bitsOf(15, 1),
  ISOSAEReservedBackwardsCompatibility: bitsOf(13, 2),
  preEstablishedKeyUsed: bitsOf(12, 1),
  encryptedMessage: bitsOf(11, 1),
  signedMessage: bitsOf(10, 1),
  signedResponseRequested: bitsOf(9, 1),
  ISOSAEReserved: bitsOf(0, 9),
  signatureEncryptionCalculation: memberOf("secured", "signatureEncryptionCalculation"),
  signatureLength: ({ secured }) => ((secured as Members)["signature"] as Uint8Array).length,
  antiReplayCounter: memberOf("secured", "antiReplayCounter"),
  internalMessageServiceRequestId: memberOf("secured", "internalSid"),
  internalMessageServiceResponseId: memberOf("secured", "internalSid"),
  // Both stand once there, and the records of all codes behind them.
  DTCSeverity: ({ dtcs }) => (dtcs as readonly Members[])[0]?.["severity"],
  DTCFunctionalUnit: ({ dtcs }) => (dtcs as readonly Members[])[0]?.["functionalUnit"],
  DTCAndStatusRecord: list,
  snapshotRecord: dtcAndStatus,
  extendedDataRecord: dtcAndStatus,
  DTCSnapshotRecordNumber: ({ recordNumber }) => recordNumber,
  DTCExtendedDataRecordNumber: ({ recordNumber }) => recordNumber,
};

function firstWord(undecoded: unknown): number {
  const { bytes } = undecoded as { readonly bytes: Uint8Array };
  return (bytes[0]! << 8) | bytes[1]!;
}

function subFunction({ subFunctionId, suppressPosRspMsgIndicationBit }: Members): number {
  return (subFunctionId as number) + (suppressPosRspMsgIndicationBit === true ? 0x80 : 0);
}

function latin1(text: string): string {
  return bytesToHex(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** Fields in which scapy keeps what it does not take apart, by the first byte of the message. */
const opaque: Readonly<Record<number, readonly string[]>> = {
  0x2c: ["dataRecord"],
  0x59: ["dataRecord"],
  0x64: ["scalingByte", "dataRecord"],
  0x86: ["eventTypeRecord"],
  0xc6: ["eventTypeRecord"],
};

/** Whether a field holds what scapy does not take apart, so that there is nothing to compare. */
export function isOpaque(name: string, sid: number): boolean {
  return opaque[sid]?.includes(name) ?? false;
}

/** Our value of a field of scapy, in scapy's form; undefined when our message has no such member. */
export function scapyField(name: string, wanted: ScapyValue, members: Members): ScapyValue | undefined {
  const length = /^lengthOf(\w)(\w*)$/.exec(name);
  const value =
    length === null
      ? (
          readers[name] ?? ((all: Members) => all[sameNames[name] ?? name.replace(/(memory(?:Address|Size))\d$/, "$1")])
        )(members)
      : (members[length[1]!.toLowerCase() + length[2]!] as Uint8Array).length;
  if (value instanceof Uint8Array) return bytesToHex(value);
  // Integers of any length, and codes, are bytes there.
  if (typeof value === "number" && typeof wanted === "string") return value.toString(16).padStart(wanted.length, "0");
  return value as ScapyValue | undefined;
}
