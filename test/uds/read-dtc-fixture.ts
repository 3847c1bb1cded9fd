/** Values of every request and response of ReadDTCInformation at random, and the dictionary that they are read with. */

import fc from "fast-check";
import {
  type EncodableReadDTCInformationRequest,
  type EncodableReadDTCInformationResponse,
  parseDictionary,
  type ReadDTCInformationSubFunction,
  readDTCInformationSubFunctions,
} from "../../src/uds/index.ts";

/** Data identifiers of two, none, and a variable number of bytes; extended data of one and three bytes. */
export const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0x4455": { name: "Speed", layout: [{ name: "speed", type: "u16", divisor: 100, unit: "km/h" }] },
    "0x4711": { name: "Nothing", layout: [] },
    "0x6789": { name: "Note", layout: [{ name: "note", type: "bytes", length: { prefix: "u8" } }] },
  },
  extendedData: {
    "0x01": { name: "Counter", layout: [{ name: "count", type: "u8" }] },
    "0x02": { name: "Times", layout: [{ name: "times", type: "bytes", length: 3 }] },
  },
  dtcs: {
    "P0420-16": { extendedData: { "0x01": { name: "Wide", layout: [{ name: "count", type: "u16" }] } } },
  },
});

const byte = fc.integer({ min: 0, max: 0xff });
const code = fc.oneof(fc.integer({ min: 0, max: 0xffffff }), fc.constant(0x042016));
const dtc = fc.record({ code, status: byte });
const upTo = { maxLength: 6 };

const identifier = fc.oneof(
  fc.record({ identifier: fc.constant(0x4455), data: fc.uint8Array({ minLength: 2, maxLength: 2 }) }),
  fc.constant({ identifier: 0x4711, data: new Uint8Array() }),
  fc.uint8Array({ maxLength: 5 }).map((data) => ({ identifier: 0x6789, data: Uint8Array.of(data.length, ...data) })),
);
const snapshotBody = fc.record({ identifiers: fc.array(identifier, { minLength: 1, maxLength: 4 }) });
const snapshots = fc.array(
  fc.tuple(byte, snapshotBody).map(([recordNumber, body]) => ({ recordNumber, ...body })),
  upTo,
);
const stored = fc.tuple(byte, dtc, snapshotBody).map(([recordNumber, of, body]) => ({ recordNumber, ...of, ...body }));

/** Data of an extended data record as the dictionary has it for a code. */
function extendedDataOf(recordNumber: number, of: number): fc.Arbitrary<Uint8Array> {
  const length = recordNumber === 2 ? 3 : of === 0x042016 ? 2 : 1;
  return fc.uint8Array({ minLength: length, maxLength: length });
}
const extended = dtc.chain((of) =>
  fc
    .array(
      fc
        .constantFrom(1, 2)
        .chain((recordNumber) => extendedDataOf(recordNumber, of.code).map((data) => ({ recordNumber, data }))),
      upTo,
    )
    .map((extendedData) => ({ dtc: of, extendedData })),
);
const ofRecord = fc.constantFrom(1, 2).chain((recordNumber) =>
  fc
    .array(
      dtc.chain((of) => extendedDataOf(recordNumber, of.code).map((data) => ({ ...of, data }))),
      upTo,
    )
    .map((records) => ({ recordNumber, records })),
);

const counted = fc.record({
  availabilityMask: byte,
  formatIdentifier: byte,
  count: fc.integer({ min: 0, max: 0xffff }),
});
const listed = fc.record({ availabilityMask: byte, dtcs: fc.array(dtc, upTo) });
const unitRecord = fc.record({ severity: byte, functionalUnit: byte, code, status: byte });
const withUnits = fc.record({ availabilityMask: byte, dtcs: fc.array(unitRecord, upTo) });
const memory = fc.record({ memorySelection: byte });
const snapshotsOfDtc = fc.record({ dtc, snapshots });
const wwhObd = fc.record({ functionalGroup: byte, formatIdentifier: byte });

function both<A extends object, B extends object>(left: fc.Arbitrary<A>, right: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(left, right).map(([a, b]) => ({ ...a, ...b }));
}

/** Members of each response. */
const responseMembers: Readonly<Record<ReadDTCInformationSubFunction, fc.Arbitrary<object>>> = {
  reportNumberOfDTCByStatusMask: counted,
  reportDTCByStatusMask: listed,
  reportDTCSnapshotIdentification: fc.record({ dtcs: fc.array(fc.record({ code, recordNumber: byte }), upTo) }),
  reportDTCSnapshotRecordByDTCNumber: snapshotsOfDtc,
  reportDTCStoredDataByRecordNumber: fc
    .tuple(fc.array(stored, upTo), fc.option(byte, { nil: undefined }))
    .map(([records, lone]) =>
      lone === undefined && records.length > 0 ? { records } : { records, loneRecordNumber: lone ?? 7 },
    ),
  reportDTCExtDataRecordByDTCNumber: extended,
  reportNumberOfDTCBySeverityMaskRecord: counted,
  reportDTCBySeverityMaskRecord: withUnits,
  reportSeverityInformationOfDTC: withUnits,
  reportSupportedDTC: listed,
  reportFirstTestFailedDTC: listed,
  reportFirstConfirmedDTC: listed,
  reportMostRecentTestFailedDTC: listed,
  reportMostRecentConfirmedDTC: listed,
  reportMirrorMemoryDTCByStatusMask: listed,
  reportMirrorMemoryDTCExtDataRecordByDTCNumber: extended,
  reportNumberOfMirrorMemoryDTCByStatusMask: counted,
  reportNumberOfEmissionsOBDDTCByStatusMask: counted,
  reportEmissionsOBDDTCByStatusMask: listed,
  reportDTCFaultDetectionCounter: fc.record({
    dtcs: fc.array(fc.record({ code, faultDetectionCounter: fc.integer({ min: -128, max: 127 }) }), upTo),
  }),
  reportDTCWithPermanentStatus: listed,
  reportDTCExtDataRecordByRecordNumber: ofRecord,
  reportUserDefMemoryDTCByStatusMask: both(memory, listed),
  reportUserDefMemoryDTCSnapshotRecordByDTCNumber: both(memory, snapshotsOfDtc),
  reportUserDefMemoryDTCExtDataRecordByDTCNumber: both(memory, extended),
  reportSupportedDTCExtDataRecord: both(listed, fc.record({ recordNumber: byte })),
  reportWWHOBDDTCByMaskRecord: both(
    wwhObd,
    fc.record({
      availabilityMask: byte,
      severityAvailabilityMask: byte,
      dtcs: fc.array(fc.record({ severity: byte, code, status: byte }), upTo),
    }),
  ),
  reportWWHOBDDTCWithPermanentStatus: both(wwhObd, listed),
  reportDTCInformationByDTCReadinessGroupIdentifier: both(both(wwhObd, fc.record({ readinessGroup: byte })), listed),
};

const statusMask = fc.record({ statusMask: byte });
const severityMask = fc.record({ statusMask: byte, severityMask: byte });
const recordNumber = fc.record({ recordNumber: byte });
const recordOfCode = fc.record({ code, recordNumber: byte });
const nothing = fc.constant({});
const group = fc.record({ functionalGroup: byte });

/** Members of each request. */
const requestMembers: Readonly<Record<ReadDTCInformationSubFunction, fc.Arbitrary<object>>> = {
  reportNumberOfDTCByStatusMask: statusMask,
  reportDTCByStatusMask: statusMask,
  reportDTCSnapshotIdentification: nothing,
  reportDTCSnapshotRecordByDTCNumber: recordOfCode,
  reportDTCStoredDataByRecordNumber: recordNumber,
  reportDTCExtDataRecordByDTCNumber: recordOfCode,
  reportNumberOfDTCBySeverityMaskRecord: severityMask,
  reportDTCBySeverityMaskRecord: severityMask,
  reportSeverityInformationOfDTC: fc.record({ code }),
  reportSupportedDTC: nothing,
  reportFirstTestFailedDTC: nothing,
  reportFirstConfirmedDTC: nothing,
  reportMostRecentTestFailedDTC: nothing,
  reportMostRecentConfirmedDTC: nothing,
  reportMirrorMemoryDTCByStatusMask: statusMask,
  reportMirrorMemoryDTCExtDataRecordByDTCNumber: recordOfCode,
  reportNumberOfMirrorMemoryDTCByStatusMask: statusMask,
  reportNumberOfEmissionsOBDDTCByStatusMask: statusMask,
  reportEmissionsOBDDTCByStatusMask: statusMask,
  reportDTCFaultDetectionCounter: nothing,
  reportDTCWithPermanentStatus: nothing,
  reportDTCExtDataRecordByRecordNumber: recordNumber,
  reportUserDefMemoryDTCByStatusMask: both(statusMask, memory),
  reportUserDefMemoryDTCSnapshotRecordByDTCNumber: both(recordOfCode, memory),
  reportUserDefMemoryDTCExtDataRecordByDTCNumber: both(recordOfCode, memory),
  reportSupportedDTCExtDataRecord: recordNumber,
  reportWWHOBDDTCByMaskRecord: both(group, severityMask),
  reportWWHOBDDTCWithPermanentStatus: group,
  reportDTCInformationByDTCReadinessGroupIdentifier: both(group, fc.record({ readinessGroup: byte })),
};

/** Names of all sub-functions. */
export const subFunctions: readonly ReadDTCInformationSubFunction[] = Object.values(readDTCInformationSubFunctions);

/** A response of one sub-function, without what follows from the rest. */
export function responseOf(name: ReadDTCInformationSubFunction): fc.Arbitrary<EncodableReadDTCInformationResponse> {
  const head = fc.record({ suppressPosRspMsgIndicationBit: fc.boolean() });
  return both(head, responseMembers[name]).map(
    (members) =>
      ({
        service: "readDTCInformation",
        subFunction: name,
        ...members,
      }) as unknown as EncodableReadDTCInformationResponse,
  );
}

/** A request of one sub-function, without what follows from the rest. */
export function requestOf(name: ReadDTCInformationSubFunction): fc.Arbitrary<EncodableReadDTCInformationRequest> {
  const head = fc.record({ suppressPosRspMsgIndicationBit: fc.boolean() });
  return both(head, requestMembers[name]).map(
    (members) =>
      ({
        service: "readDTCInformation",
        subFunction: name,
        ...members,
      }) as unknown as EncodableReadDTCInformationRequest,
  );
}

/** A response of any sub-function. */
export const anyResponse: fc.Arbitrary<EncodableReadDTCInformationResponse> = fc
  .constantFrom(...subFunctions)
  .chain(responseOf);
