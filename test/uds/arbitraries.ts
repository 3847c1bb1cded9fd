/** Generators of the messages of every service but ReadDTCInformation, as a caller would put them together. */

import fc from "fast-check";
import type { EncodableRequest, EncodableResponse, ScalingByte } from "../../src/uds/index.ts";

const byte = fc.nat(0xff);
const word = fc.nat(0xffff);
const triple = fc.nat(0xffffff);
const quad = fc.nat(0xffffffff);
const some = fc.uint8Array({ minLength: 1, maxLength: 12 });
const any = fc.uint8Array({ maxLength: 12 });
const suppressPosRspMsgIndicationBit = fc.boolean();
/** An integer of up to fifteen bytes: a number where it can be one. */
const integer = fc
  .bigInt({ min: 0n, max: 2n ** 120n - 1n })
  .chain((large) => fc.nat(119).map((shift) => large >> BigInt(shift)))
  .map((value) => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value));

const specific = [
  ...["isoSaeReserved", 0x3f],
  ...["vehicleManufacturerSpecific", 0x40, "vehicleManufacturerSpecific", 0x5f],
  ...["systemSupplierSpecific", 0x60, "systemSupplierSpecific", 0x7e, "isoSaeReserved", 0x7f],
] as const;

/** Sub-functions by name; ranges with a number. */
function subFunctions<Name extends string>(names: readonly Name[], ranges: boolean) {
  const pairs: { subFunction: Name; subFunctionId?: number }[] = names.map((subFunction) => ({ subFunction }));
  if (ranges) {
    for (let index = 0; index < specific.length; index += 2) {
      pairs.push({ subFunction: specific[index] as Name, subFunctionId: specific[index + 1] as number });
    }
  }
  return fc.tuple(fc.constantFrom(...pairs), suppressPosRspMsgIndicationBit).map(([pair, bit]) => ({
    ...pair,
    suppressPosRspMsgIndicationBit: bit,
  }));
}

type Ranges = "isoSaeReserved" | "vehicleManufacturerSpecific" | "systemSupplierSpecific";
const location = fc.record({ memoryAddress: integer, memorySize: integer });

/** Adds members to those that a generator gives. */
function withMembers<A extends object, B extends object>(base: A, generated: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return generated.map((members) => ({ ...base, ...members }));
}

/** Joins the members of two generators. */
function both<A extends object, B extends object>(left: fc.Arbitrary<A>, right: fc.Arbitrary<B>): fc.Arbitrary<A & B> {
  return fc.tuple(left, right).map(([a, b]) => ({ ...a, ...b }));
}

const sessions = subFunctions<
  "defaultSession" | "programmingSession" | "extendedDiagnosticSession" | "safetySystemDiagnosticSession" | Ranges
>(["defaultSession", "programmingSession", "extendedDiagnosticSession", "safetySystemDiagnosticSession"], true);
const resets = ["hardReset", "keyOffOnReset", "softReset", "disableRapidPowerShutDown"] as const;
const plainControls = ["enableRxAndTx", "enableRxAndDisableTx", "disableRxAndEnableTx", "disableRxAndTx"] as const;
const enhancedControls = [
  "enableRxAndDisableTxWithEnhancedAddressInformation",
  "enableRxAndTxWithEnhancedAddressInformation",
] as const;
const timings = [
  "readExtendedTimingParameterSet",
  "setTimingParametersToDefaultValues",
  "readCurrentlyActiveTimingParameters",
  "setTimingParametersToGivenValues",
] as const;
const routines = subFunctions(["startRoutine", "stopRoutine", "requestRoutineResults"], false);
const definitions = ["defineByIdentifier", "defineByMemoryAddress", "clearDynamicallyDefinedDataIdentifier"] as const;
const links = [
  "verifyModeTransitionWithFixedParameter",
  "verifyModeTransitionWithSpecificParameter",
  "transitionMode",
] as const;
const ioControls = fc.constantFrom("returnControlToECU", "resetToDefault", "freezeCurrentState", "shortTermAdjustment");

const scalingByte: fc.Arbitrary<ScalingByte> = fc.oneof(
  fc.record({
    type: fc.constantFrom(
      "unSignedNumeric",
      "signedNumeric",
      "bitMappedReportedWithMask",
      "binaryCodedDecimal",
      "stateEncodedVariable",
      "ascii",
      "signedFloatingPoint",
      "packet",
    ),
    numberOfBytes: fc.nat(15),
  }),
  fc.uint8Array({ minLength: 1, maxLength: 15 }).map((validityMask) => ({
    type: "bitMappedReportedWithoutMask" as const,
    numberOfBytes: validityMask.length,
    validityMask,
  })),
  fc.nat(9).chain((formulaIdentifier) => {
    const count = [2, 2, 3, 2, 2, 3, 1, 1, 1, 2][formulaIdentifier]!;
    const constant = fc.record({
      mantissa: fc.integer({ min: -2048, max: 2047 }),
      exponent: fc.integer({ min: -8, max: 7 }),
    });
    return fc.record({
      type: fc.constant("formula" as const),
      numberOfBytes: fc.nat(15),
      formulaIdentifier: fc.constant(formulaIdentifier),
      constants: fc.array(constant, { minLength: count, maxLength: count }),
    });
  }),
  fc.record({ type: fc.constant("unitFormat" as const), numberOfBytes: fc.nat(15), unit: byte }),
  fc.record({
    type: fc.constant("stateAndConnectionType" as const),
    numberOfBytes: fc.nat(15),
    stateAndConnection: byte,
  }),
);

const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 });
const secured = fc.record({
  administrativeParameter: word,
  signatureEncryptionCalculation: byte,
  antiReplayCounter: word,
  internalSid: byte,
  serviceSpecificParameters: any,
  signature: any,
});

const comparison = fc.record({
  dataIdentifier: word,
  comparisonLogic: byte,
  compareValue: quad,
  hysteresisValue: byte,
  isSigned: fc.boolean(),
  bitsNumber: fc.integer({ min: 1, max: 32 }),
  bitOffset: fc.nat(1023),
});
const recordInformation = byte.chain((reportType) => {
  const report = reportType & 0x7f;
  const base = { dtcStatusMask: byte, reportType: fc.constant(reportType) };
  if (report === 0x18 || report === 0x19) return fc.record({ ...base, recordNumber: byte, memorySelection: byte });
  if (report === 0x04 || report === 0x06) return fc.record({ ...base, recordNumber: byte });
  return fc.record(base);
});
const reports = fc.constantFrom(0x04, 0x06, 0x18, 0x19, 0x84, 0x99, 0x02);
const eventSetup = fc.oneof(
  fc.record({
    event: fc.constant("onDTCStatusChange" as const),
    eventTypeRecord: fc.record({ dtcStatusMask: byte }),
    serviceToRespondToRecord: some,
  }),
  fc.record({
    event: fc.constant("onTimerInterrupt" as const),
    eventTypeRecord: fc.record({ timerSchedule: byte }),
    serviceToRespondToRecord: some,
  }),
  fc.record({
    event: fc.constant("onChangeOfDataIdentifier" as const),
    eventTypeRecord: fc.record({ dataIdentifier: word }),
    serviceToRespondToRecord: some,
  }),
  fc.record({
    event: fc.constant("onComparisonOfValues" as const),
    eventTypeRecord: comparison,
    serviceToRespondToRecord: some,
  }),
);
const reportSetup = fc.oneof(
  fc.record({
    event: fc.constant("reportMostRecentDtcOnStatusChange" as const),
    eventTypeRecord: fc.record({ reportType: fc.oneof(byte, reports) }),
  }),
  fc.record({
    event: fc.constant("reportDTCRecordInformationOnDtcStatusChange" as const),
    eventTypeRecord: recordInformation,
  }),
);
const eventHead = fc.record({ suppressPosRspMsgIndicationBit, storeEvent: fc.boolean(), eventWindowTime: byte });
const eventControls = ["stopResponseOnEvent", "startResponseOnEvent", "clearResponseOnEvent"] as const;

/** An event with its setup, whose name is the member `name`. */
function events(name: "subFunction" | "eventType") {
  return fc.oneof(eventSetup, reportSetup).map(({ event, ...setup }) => ({ [name]: event, ...setup }));
}

/** Events of the list: those of known length first, and at most one whose answer ends with the message. */
const activatedEvents = fc
  .tuple(fc.array(reportSetup, { maxLength: 3 }), fc.option(eventSetup, { nil: undefined }), fc.boolean(), byte)
  .map(([reporting, answering, storeEvent, eventWindowTime]) =>
    [...reporting, ...(answering === undefined ? [] : [answering])].map(({ event, ...setup }) => ({
      eventType: event,
      storeEvent,
      eventWindowTime,
      ...setup,
    })),
  );

const path = fc.string({ unit: fc.nat(0xff).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 20 });
const transfer = { maxNumberOfBlockLength: integer, dataFormatIdentifier: byte };

/** Requests by service. */
export const requests: Readonly<Record<string, fc.Arbitrary<EncodableRequest>>> = {
  diagnosticSessionControl: withMembers({ service: "diagnosticSessionControl" as const }, sessions),
  ecuReset: withMembers(
    { service: "ecuReset" as const },
    subFunctions<(typeof resets)[number] | "enableRapidPowerShutDown" | Ranges>(
      [...resets, "enableRapidPowerShutDown"],
      true,
    ),
  ),
  clearDiagnosticInformation: withMembers(
    { service: "clearDiagnosticInformation" as const },
    fc.record({ groupOfDTC: triple, memorySelection: byte }, { requiredKeys: ["groupOfDTC"] }),
  ),
  readDataByIdentifier: fc.record({
    service: fc.constant("readDataByIdentifier" as const),
    dataIdentifiers: fc.array(word, { minLength: 1, maxLength: 6 }),
  }),
  readMemoryByAddress: withMembers({ service: "readMemoryByAddress" as const }, location),
  readScalingDataByIdentifier: fc.record({
    service: fc.constant("readScalingDataByIdentifier" as const),
    dataIdentifier: word,
  }),
  securityAccess: fc.oneof(
    fc.record({
      service: fc.constant("securityAccess" as const),
      subFunction: fc.constant("requestSeed" as const),
      suppressPosRspMsgIndicationBit,
      securityLevel: fc.integer({ min: 1, max: 63 }),
      securityAccessDataRecord: any,
    }),
    fc.record({
      service: fc.constant("securityAccess" as const),
      subFunction: fc.constant("sendKey" as const),
      suppressPosRspMsgIndicationBit,
      securityLevel: fc.integer({ min: 1, max: 63 }),
      securityKey: some,
    }),
  ),
  communicationControl: fc.oneof(
    both(
      subFunctions<(typeof plainControls)[number] | Ranges>(plainControls, true),
      fc.record({ service: fc.constant("communicationControl" as const), communicationType: byte }),
    ),
    both(
      subFunctions(enhancedControls, false),
      fc.record({
        service: fc.constant("communicationControl" as const),
        communicationType: byte,
        nodeIdentificationNumber: word,
      }),
    ),
  ),
  authentication: fc
    .tuple(
      suppressPosRspMsgIndicationBit,
      fc.oneof(
        fc.record({ subFunction: fc.constantFrom("deAuthenticate", "authenticationConfiguration") }),
        fc.record({
          subFunction: fc.constantFrom("verifyCertificateUnidirectional", "verifyCertificateBidirectional"),
          communicationConfiguration: byte,
          certificateClient: some,
          challengeClient: some,
        }),
        fc.record({
          subFunction: fc.constant("verifyCertificateUnidirectional" as const),
          communicationConfiguration: byte,
          certificateClient: some,
          challengeClient: fc.constant(new Uint8Array()),
        }),
        fc.record({
          subFunction: fc.constant("proofOfOwnership" as const),
          proofOfOwnershipClient: some,
          ephemeralPublicKeyClient: any,
        }),
        fc.record({
          subFunction: fc.constant("transmitCertificate" as const),
          certificateEvaluationId: word,
          certificateData: some,
        }),
        fc.record({
          subFunction: fc.constant("requestChallengeForAuthentication" as const),
          communicationConfiguration: byte,
          algorithmIndicator: sixteen,
        }),
        fc.record({
          subFunction: fc.constantFrom("verifyProofOfOwnershipUnidirectional", "verifyProofOfOwnershipBidirectional"),
          algorithmIndicator: sixteen,
          proofOfOwnershipClient: some,
          challengeClient: some,
          additionalParameter: any,
        }),
      ),
    )
    .map(
      ([suppress, members]) =>
        ({ service: "authentication", suppressPosRspMsgIndicationBit: suppress, ...members }) as EncodableRequest,
    ),
  readDataByPeriodicIdentifier: fc.oneof(
    fc.record({
      service: fc.constant("readDataByPeriodicIdentifier" as const),
      transmissionMode: fc.constantFrom("sendAtSlowRate", "sendAtMediumRate", "sendAtFastRate"),
      periodicDataIdentifiers: fc.array(byte, { minLength: 1, maxLength: 6 }),
    }),
    fc.record({
      service: fc.constant("readDataByPeriodicIdentifier" as const),
      transmissionMode: fc.constant("stopSending" as const),
      periodicDataIdentifiers: fc.array(byte, { maxLength: 6 }),
    }),
  ),
  dynamicallyDefineDataIdentifier: fc
    .tuple(
      suppressPosRspMsgIndicationBit,
      fc.oneof(
        fc.record({
          subFunction: fc.constant("defineByIdentifier" as const),
          dynamicallyDefinedDataIdentifier: word,
          sources: fc.array(
            fc.record({ sourceDataIdentifier: word, positionInSourceDataRecord: byte, memorySize: byte }),
            { minLength: 1, maxLength: 4 },
          ),
        }),
        fc.record({
          subFunction: fc.constant("defineByMemoryAddress" as const),
          dynamicallyDefinedDataIdentifier: word,
          sources: fc.array(location, { minLength: 1, maxLength: 4 }),
        }),
        fc.record(
          {
            subFunction: fc.constant("clearDynamicallyDefinedDataIdentifier" as const),
            dynamicallyDefinedDataIdentifier: word,
          },
          { requiredKeys: ["subFunction"] },
        ),
      ),
    )
    .map(
      ([suppress, members]) =>
        ({
          service: "dynamicallyDefineDataIdentifier",
          suppressPosRspMsgIndicationBit: suppress,
          ...members,
        }) as EncodableRequest,
    ),
  writeDataByIdentifier: fc.record({
    service: fc.constant("writeDataByIdentifier" as const),
    dataIdentifier: word,
    dataRecord: some,
  }),
  inputOutputControlByIdentifier: fc.record({
    service: fc.constant("inputOutputControlByIdentifier" as const),
    dataIdentifier: word,
    inputOutputControlParameter: ioControls,
    controlState: any,
  }),
  routineControl: both(
    routines,
    fc.record({
      service: fc.constant("routineControl" as const),
      routineIdentifier: word,
      routineControlOptionRecord: any,
    }),
  ),
  requestDownload: both(
    location,
    fc.record({ service: fc.constant("requestDownload" as const), dataFormatIdentifier: byte }),
  ),
  requestUpload: both(
    location,
    fc.record({ service: fc.constant("requestUpload" as const), dataFormatIdentifier: byte }),
  ),
  transferData: fc.record({
    service: fc.constant("transferData" as const),
    blockSequenceCounter: byte,
    transferRequestParameterRecord: any,
  }),
  requestTransferExit: fc.record({
    service: fc.constant("requestTransferExit" as const),
    transferRequestParameterRecord: any,
  }),
  requestFileTransfer: fc.oneof(
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constantFrom("addFile", "replaceFile", "resumeFile"),
      filePathAndName: path,
      dataFormatIdentifier: byte,
      fileSizeUncompressed: integer,
      fileSizeCompressed: integer,
    }),
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constantFrom("deleteFile", "readDir"),
      filePathAndName: path,
    }),
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constant("readFile" as const),
      filePathAndName: path,
      dataFormatIdentifier: byte,
    }),
  ),
  writeMemoryByAddress: both(
    location,
    fc.record({ service: fc.constant("writeMemoryByAddress" as const), dataRecord: any }),
  ),
  testerPresent: withMembers({ service: "testerPresent" as const }, subFunctions(["zeroSubFunction"], false)),
  accessTimingParameter: fc.oneof(
    withMembers({ service: "accessTimingParameter" as const }, subFunctions(timings, false)),
    both(
      subFunctions(["setTimingParametersToGivenValues"], false),
      fc.record({ service: fc.constant("accessTimingParameter" as const), timingParameterRequestRecord: any }),
    ),
  ),
  securedDataTransmission: fc.record({ service: fc.constant("securedDataTransmission" as const), secured }),
  controlDTCSetting: both(
    subFunctions<"on" | "off" | Ranges>(["on", "off"], true),
    fc.record({ service: fc.constant("controlDTCSetting" as const), dtcSettingControlOptionRecord: any }),
  ),
  responseOnEvent: both(
    eventHead,
    fc.oneof(
      events("subFunction"),
      fc.record({ subFunction: fc.constantFrom(...eventControls, "reportActivatedEvents") }),
    ),
  ).map((members) => ({ service: "responseOnEvent", ...members }) as unknown as EncodableRequest),
  linkControl: fc
    .tuple(
      suppressPosRspMsgIndicationBit,
      fc.oneof(
        fc.record({ subFunction: fc.constant(links[0]), linkControlModeIdentifier: byte }),
        fc.record({ subFunction: fc.constant(links[1]), linkRecord: triple }),
        fc.record({ subFunction: fc.constant(links[2]) }),
      ),
    )
    .map(
      ([suppress, members]) =>
        ({ service: "linkControl", suppressPosRspMsgIndicationBit: suppress, ...members }) as EncodableRequest,
    ),
};

/** A response of a service that only echoes its sub-function. */
function echo(service: string, names: readonly string[], ranges: boolean): fc.Arbitrary<EncodableResponse> {
  return subFunctions(names, ranges).map((members) => ({ service, ...members }) as EncodableResponse);
}

/** Positive responses by service, and negative ones. */
export const responses: Readonly<Record<string, fc.Arbitrary<EncodableResponse>>> = {
  negative: fc.record({ kind: fc.constant("negative" as const), requestSid: byte, nrc: byte }),
  diagnosticSessionControl: both(
    sessions,
    fc.record(
      {
        service: fc.constant("diagnosticSessionControl" as const),
        sessionParameterRecord: fc.record({
          p2ServerMaxMs: word,
          p2StarServerMaxMs: word.map((steps) => 10 * steps),
        }),
      },
      { requiredKeys: ["service"] },
    ),
  ),
  ecuReset: fc.oneof(
    echo("ecuReset", resets, true),
    both(
      subFunctions(["enableRapidPowerShutDown"], false),
      fc.record({ service: fc.constant("ecuReset" as const), powerDownTime: byte }),
    ),
  ),
  clearDiagnosticInformation: fc.constant({ service: "clearDiagnosticInformation" as const }),
  readDataByIdentifier: fc.record({
    service: fc.constant("readDataByIdentifier" as const),
    records: fc.array(fc.record({ dataIdentifier: word, dataRecord: some }), { minLength: 1, maxLength: 1 }),
  }),
  readMemoryByAddress: fc.record({ service: fc.constant("readMemoryByAddress" as const), dataRecord: some }),
  readScalingDataByIdentifier: fc.record({
    service: fc.constant("readScalingDataByIdentifier" as const),
    dataIdentifier: word,
    scaling: fc.array(scalingByte, { minLength: 1, maxLength: 4 }),
  }),
  securityAccess: fc.oneof(
    fc.record({
      service: fc.constant("securityAccess" as const),
      subFunction: fc.constant("requestSeed" as const),
      suppressPosRspMsgIndicationBit,
      securityLevel: fc.integer({ min: 1, max: 63 }),
      securitySeed: some,
    }),
    fc.record({
      service: fc.constant("securityAccess" as const),
      subFunction: fc.constant("sendKey" as const),
      suppressPosRspMsgIndicationBit,
      securityLevel: fc.integer({ min: 1, max: 63 }),
    }),
  ),
  communicationControl: echo("communicationControl", [...plainControls, ...enhancedControls], true),
  authentication: fc
    .tuple(
      suppressPosRspMsgIndicationBit,
      byte,
      fc.oneof(
        fc.record({
          subFunction: fc.constantFrom("deAuthenticate", "transmitCertificate", "authenticationConfiguration"),
        }),
        fc.record({
          subFunction: fc.constant("verifyCertificateUnidirectional"),
          challengeServer: some,
          ephemeralPublicKeyServer: any,
        }),
        fc.record({
          subFunction: fc.constant("verifyCertificateBidirectional"),
          challengeServer: some,
          certificateServer: some,
          proofOfOwnershipServer: some,
          ephemeralPublicKeyServer: any,
        }),
        fc.record({ subFunction: fc.constant("proofOfOwnership"), sessionKeyInfo: any }),
        fc.record({
          subFunction: fc.constant("requestChallengeForAuthentication"),
          algorithmIndicator: sixteen,
          challengeServer: some,
          neededAdditionalParameter: any,
        }),
        fc.record({
          subFunction: fc.constant("verifyProofOfOwnershipUnidirectional"),
          algorithmIndicator: sixteen,
          sessionKeyInfo: any,
        }),
        fc.record({
          subFunction: fc.constant("verifyProofOfOwnershipBidirectional"),
          algorithmIndicator: sixteen,
          proofOfOwnershipServer: some,
          sessionKeyInfo: any,
        }),
      ),
    )
    .map(
      ([suppress, authenticationReturnParameter, members]) =>
        ({
          service: "authentication",
          suppressPosRspMsgIndicationBit: suppress,
          authenticationReturnParameter,
          ...members,
        }) as EncodableResponse,
    ),
  readDataByPeriodicIdentifier: fc.record(
    {
      service: fc.constant("readDataByPeriodicIdentifier" as const),
      periodicData: fc.record({ periodicDataIdentifier: byte, dataRecord: some }),
    },
    { requiredKeys: ["service"] },
  ),
  dynamicallyDefineDataIdentifier: fc.oneof(
    both(
      subFunctions(definitions, false),
      fc.record({
        service: fc.constant("dynamicallyDefineDataIdentifier" as const),
        dynamicallyDefinedDataIdentifier: word,
      }),
    ),
    echo("dynamicallyDefineDataIdentifier", ["clearDynamicallyDefinedDataIdentifier"], false),
  ),
  writeDataByIdentifier: fc.record({ service: fc.constant("writeDataByIdentifier" as const), dataIdentifier: word }),
  inputOutputControlByIdentifier: fc.record({
    service: fc.constant("inputOutputControlByIdentifier" as const),
    dataIdentifier: word,
    inputOutputControlParameter: ioControls,
    controlState: any,
  }),
  routineControl: both(
    routines,
    fc.record({ service: fc.constant("routineControl" as const), routineIdentifier: word, routineStatusRecord: any }),
  ),
  requestDownload: fc.record({
    service: fc.constant("requestDownload" as const),
    maxNumberOfBlockLength: integer,
  }),
  requestUpload: fc.record({ service: fc.constant("requestUpload" as const), maxNumberOfBlockLength: integer }),
  transferData: fc.record({
    service: fc.constant("transferData" as const),
    blockSequenceCounter: byte,
    transferResponseParameterRecord: any,
  }),
  requestTransferExit: fc.record({
    service: fc.constant("requestTransferExit" as const),
    transferResponseParameterRecord: any,
  }),
  requestFileTransfer: fc.oneof(
    fc.constant({ service: "requestFileTransfer", modeOfOperation: "deleteFile" } as const),
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constantFrom("addFile", "replaceFile"),
      ...transfer,
    }),
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constant("readFile" as const),
      ...transfer,
      fileSizeUncompressedOrDirInfoLength: integer,
      fileSizeCompressed: integer,
    }),
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constant("readDir" as const),
      ...transfer,
      fileSizeUncompressedOrDirInfoLength: integer,
    }),
    fc.record({
      service: fc.constant("requestFileTransfer" as const),
      modeOfOperation: fc.constant("resumeFile" as const),
      ...transfer,
      filePosition: fc
        .bigInt({ min: 0n, max: 2n ** 64n - 1n })
        .map((value) => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value)),
    }),
  ),
  writeMemoryByAddress: withMembers({ service: "writeMemoryByAddress" as const }, location),
  testerPresent: echo("testerPresent", ["zeroSubFunction"], false),
  accessTimingParameter: both(
    subFunctions(["readExtendedTimingParameterSet", "readCurrentlyActiveTimingParameters"], false),
    fc.record({ service: fc.constant("accessTimingParameter" as const), timingParameterResponseRecord: any }),
  ),
  securedDataTransmission: fc.record({ service: fc.constant("securedDataTransmission" as const), secured }),
  controlDTCSetting: echo("controlDTCSetting", ["on", "off"], true),
  responseOnEvent: fc.oneof(
    both(eventHead, both(fc.record({ numberOfIdentifiedEvents: byte }), events("subFunction"))).map(
      (members) => ({ service: "responseOnEvent", ...members }) as unknown as EncodableResponse,
    ),
    both(eventHead, fc.record({ numberOfIdentifiedEvents: byte, subFunction: fc.constantFrom(...eventControls) })).map(
      (members) => ({ service: "responseOnEvent", ...members }) as EncodableResponse,
    ),
    fc.tuple(suppressPosRspMsgIndicationBit, fc.boolean(), activatedEvents).map(
      ([suppress, storeEvent, list]) =>
        ({
          service: "responseOnEvent",
          subFunction: "reportActivatedEvents",
          suppressPosRspMsgIndicationBit: suppress,
          storeEvent,
          activatedEvents: list,
        }) as EncodableResponse,
    ),
  ),
  linkControl: echo("linkControl", links, true),
};
