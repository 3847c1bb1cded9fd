import { describe, expect, it } from "vitest";
import { hexToBytes } from "../../../src/core/index.ts";
import { decodeResponse, describeCommunicationType, encodeRequest } from "../../../src/uds/index.ts";
import {
  checkRequest,
  checkResponse,
  requestError,
  requestErrorDetails,
  requestFault,
  responseError,
  responseFault,
} from "./messages.ts";

const short = "ERR_UDS_SHORT";
const value = "ERR_UDS_VALUE";
const trailing = "ERR_UDS_TRAILING_BYTES";
const edition = "ERR_UDS_EDITION";

describe("diagnosticSessionControl", () => {
  const service = "diagnosticSessionControl";

  it.each([
    ["1001", "defaultSession"],
    ["1002", "programmingSession"],
    ["1003", "extendedDiagnosticSession"],
    ["1004", "safetySystemDiagnosticSession"],
  ] as const)("reads and writes %s", (hex, subFunction) => {
    checkRequest([hex, { service, subFunction }]);
  });

  it("asks for no answer with bit 7", () => {
    checkRequest(["1083", { service, subFunction: "extendedDiagnosticSession", suppressPosRspMsgIndicationBit: true }]);
  });

  it.each([
    ["1000", "isoSaeReserved", 0x00],
    ["1005", "isoSaeReserved", 0x05],
    ["103f", "isoSaeReserved", 0x3f],
    ["1040", "vehicleManufacturerSpecific", 0x40],
    ["105f", "vehicleManufacturerSpecific", 0x5f],
    ["1060", "systemSupplierSpecific", 0x60],
    ["107e", "systemSupplierSpecific", 0x7e],
    ["107f", "isoSaeReserved", 0x7f],
  ] as const)("names the range of %s", (hex, subFunction, subFunctionId) => {
    checkRequest([hex, { service, subFunction, subFunctionId }]);
  });

  it("reads P2 in milliseconds and P2* in steps of ten", () => {
    const sessionParameterRecord = { p2ServerMaxMs: 50, p2StarServerMaxMs: 5000 };
    checkResponse(["5003003201f4", { service, subFunction: "extendedDiagnosticSession", sessionParameterRecord }]);
  });

  it("takes a response without timing, which only the edition of 2006 allows", () => {
    const message = { service, subFunction: "defaultSession" } as const;
    checkResponse(["5001", message]);
    for (const year of ["2013", "2020"] as const) {
      expect(responseError(message, { edition: year })).toEqual([edition, "/sessionParameterRecord"]);
    }
  });

  it.each([
    ["10", short, "/subFunctionId", 1],
    ["100100", trailing, "", 2],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it.each([
    ["50", short, "/subFunctionId", 1],
    ["500100", short, "/sessionParameterRecord/p2ServerMaxMs", 3],
    ["50010032", short, "/sessionParameterRecord/p2StarServerMaxMs", 4],
    ["5001003201", short, "/sessionParameterRecord/p2StarServerMaxMs", 5],
    ["5001003201f400", trailing, "", 6],
  ])("refuses %s", (hex, ...fault) => {
    expect(responseFault(hex)).toEqual(fault);
  });

  it.each([
    [{ subFunction: "defaultsession" }, "/subFunction"],
    [{ subFunction: "toString" }, "/subFunction"],
    [{ subFunction: "__proto__" }, "/subFunction"],
    [{ subFunction: undefined }, "/subFunction"],
    [{ subFunction: "isoSaeReserved" }, "/subFunctionId"],
    [{ subFunction: "isoSaeReserved", subFunctionId: 0x40 }, "/subFunctionId"],
    [{ subFunction: "isoSaeReserved", subFunctionId: 0x80 }, "/subFunctionId"],
    [{ subFunction: "isoSaeReserved", subFunctionId: 5.5 }, "/subFunctionId"],
    [{ subFunction: "defaultSession", subFunctionId: 2 }, "/subFunctionId"],
  ])("writes no request of %j", (members, path) => {
    expect(requestError({ service, ...members })).toEqual([value, path]);
  });

  it.each([
    [{ p2ServerMaxMs: 65536, p2StarServerMaxMs: 0 }, "p2ServerMaxMs"],
    [{ p2ServerMaxMs: -1, p2StarServerMaxMs: 0 }, "p2ServerMaxMs"],
    [{ p2ServerMaxMs: 0, p2StarServerMaxMs: 5 }, "p2StarServerMaxMs"],
    [{ p2ServerMaxMs: 0, p2StarServerMaxMs: 655_360 }, "p2StarServerMaxMs"],
  ])("writes no timing of %j", (sessionParameterRecord, name) => {
    const message = { service, subFunction: "defaultSession", sessionParameterRecord };
    expect(responseError(message)).toEqual([value, `/sessionParameterRecord/${name}`]);
  });
});

describe("ecuReset", () => {
  const service = "ecuReset";

  it.each([
    ["1101", "hardReset"],
    ["1102", "keyOffOnReset"],
    ["1103", "softReset"],
    ["1104", "enableRapidPowerShutDown"],
    ["1105", "disableRapidPowerShutDown"],
  ] as const)("reads and writes %s", (hex, subFunction) => {
    checkRequest([hex, { service, subFunction }]);
  });

  it("has a time only for the rapid shut-down", () => {
    checkResponse(["51040f", { service, subFunction: "enableRapidPowerShutDown", powerDownTime: 15 }]);
    checkResponse(["5101", { service, subFunction: "hardReset" }]);
    expect(responseFault("5104")).toEqual([short, "/powerDownTime", 2]);
    expect(responseFault("510100")).toEqual([trailing, "", 2]);
    expect(responseError({ service, subFunction: "hardReset", powerDownTime: 1 })).toEqual([value, "/powerDownTime"]);
    expect(responseError({ service, subFunction: "enableRapidPowerShutDown" })).toEqual([value, "/powerDownTime"]);
  });

  it("warns of an echoed bit 7", () => {
    expect(decodeResponse(hexToBytes("518402"))).toMatchObject({
      value: { subFunction: "enableRapidPowerShutDown", suppressPosRspMsgIndicationBit: true, powerDownTime: 2 },
      warnings: [{ code: "suppress_bit_echoed", path: "/subFunctionId" }],
    });
  });
});

describe("communicationControl", () => {
  const service = "communicationControl";

  it.each([
    ["280001", "enableRxAndTx"],
    ["280101", "enableRxAndDisableTx"],
    ["280201", "disableRxAndEnableTx"],
    ["280301", "disableRxAndTx"],
  ] as const)("reads and writes %s", (hex, subFunction) => {
    checkRequest([hex, { service, subFunction, communicationType: 1 }]);
  });

  it.each([
    ["2804f1000a", "enableRxAndDisableTxWithEnhancedAddressInformation"],
    ["2805f1000a", "enableRxAndTxWithEnhancedAddressInformation"],
  ] as const)("reads and writes %s, which names a node", (hex, subFunction) => {
    const message = { service, subFunction, communicationType: 0xf1, nodeIdentificationNumber: 10 } as const;
    checkRequest([hex, message]);
    expect(requestError(message, { edition: "2006" })).toEqual([edition, "/subFunction"]);
    expect(requestErrorDetails(message, { edition: "2006" })).toEqual({
      reason: "not_yet_in_edition",
      edition: "2006",
      since: "2013",
    });
  });

  it("reads and writes the response", () => {
    checkResponse(["6803", { service, subFunction: "disableRxAndTx" }]);
    expect(responseFault("680300")).toEqual([trailing, "", 2]);
  });

  it.each([
    ["2800", short, "/communicationType", 2],
    ["280401", short, "/nodeIdentificationNumber", 3],
    ["28040100", short, "/nodeIdentificationNumber", 4],
    ["28000100", trailing, "", 3],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it.each([
    [{ subFunction: "enableRxAndTx" }, "/communicationType"],
    [{ subFunction: "enableRxAndTx", communicationType: 256 }, "/communicationType"],
    [{ subFunction: "enableRxAndTx", communicationType: 1, nodeIdentificationNumber: 1 }, "/nodeIdentificationNumber"],
    [{ subFunction: "enableRxAndTxWithEnhancedAddressInformation", communicationType: 1 }, "/nodeIdentificationNumber"],
  ])("writes no request of %j", (members, path) => {
    expect(requestError({ service, ...members })).toEqual([value, path]);
  });

  it("takes a communication type apart", () => {
    expect(describeCommunicationType(0xf1)).toEqual({
      normalCommunicationMessages: true,
      networkManagementCommunicationMessages: false,
      subnet: 15,
    });
    expect(describeCommunicationType(0x02)).toEqual({
      normalCommunicationMessages: false,
      networkManagementCommunicationMessages: true,
      subnet: 0,
    });
  });
});

describe("testerPresent", () => {
  const service = "testerPresent";

  it("reads and writes both directions", () => {
    checkRequest(["3e00", { service, subFunction: "zeroSubFunction" }]);
    checkRequest(["3e80", { service, subFunction: "zeroSubFunction", suppressPosRspMsgIndicationBit: true }]);
    checkRequest(["3e7f", { service, subFunction: "isoSaeReserved", subFunctionId: 0x7f }]);
    checkRequest(["3e40", { service, subFunction: "isoSaeReserved", subFunctionId: 0x40 }]);
    checkResponse(["7e00", { service, subFunction: "zeroSubFunction" }]);
    expect(responseFault("7e0000")).toEqual([trailing, "", 2]);
    expect(responseFault("7e")).toEqual([short, "/subFunctionId", 1]);
  });
});

describe("accessTimingParameter", () => {
  const service = "accessTimingParameter";

  it.each([
    ["8301", "readExtendedTimingParameterSet"],
    ["8302", "setTimingParametersToDefaultValues"],
    ["8303", "readCurrentlyActiveTimingParameters"],
  ] as const)("reads and writes %s", (hex, subFunction) => {
    checkRequest([hex, { service, subFunction }, { timingParameterRequestRecord: new Uint8Array() }]);
    expect(requestFault(`${hex}00`)).toEqual([trailing, "", 2]);
    const message = { service, subFunction, timingParameterRequestRecord: Uint8Array.of(1) };
    expect(requestError(message)).toEqual([value, "/timingParameterRequestRecord"]);
  });

  it("carries parameters where they are set, and where they are read", () => {
    const given = "setTimingParametersToGivenValues";
    checkRequest(["83040102", { service, subFunction: given, timingParameterRequestRecord: Uint8Array.of(1, 2) }]);
    checkRequest([
      "830001",
      { service, subFunction: "isoSaeReserved", subFunctionId: 0, timingParameterRequestRecord: Uint8Array.of(1) },
    ]);
    for (const [id, subFunction] of [
      ["01", "readExtendedTimingParameterSet"],
      ["03", "readCurrentlyActiveTimingParameters"],
    ] as const) {
      const message = { service, subFunction, timingParameterResponseRecord: Uint8Array.of(7) } as const;
      checkResponse([`c3${id}07`, message]);
    }
    expect(responseFault("c30200")).toEqual([trailing, "", 2]);
    expect(responseFault("c30400")).toEqual([trailing, "", 2]);
    checkResponse(["c304", { service, subFunction: given }, { timingParameterResponseRecord: new Uint8Array() }]);
    const message = { service, subFunction: given, timingParameterResponseRecord: Uint8Array.of(1) };
    expect(responseError(message)).toEqual([value, "/timingParameterResponseRecord"]);
  });

  it("is gone from the edition of 2020", () => {
    const message = { service, subFunction: "readExtendedTimingParameterSet" } as const;
    for (const year of ["2006", "2013"] as const) {
      expect(encodeRequest(message, { edition: year })).toEqual(hexToBytes("8301"));
    }
    expect(requestError(message, { edition: "2020" })).toEqual([edition, "/service"]);
    expect(responseError(message, { edition: "2020" })).toEqual([edition, "/service"]);
    expect(requestErrorDetails(message, { edition: "2020" })).toEqual({
      reason: "no_longer_in_edition",
      edition: "2020",
      until: "2013",
    });
  });
});

describe("controlDTCSetting", () => {
  const service = "controlDTCSetting";

  it("reads and writes both directions", () => {
    const none = { dtcSettingControlOptionRecord: new Uint8Array() };
    checkRequest(["8501", { service, subFunction: "on" }, none]);
    checkRequest(["8502", { service, subFunction: "off" }, none]);
    checkRequest(["8502ff", { service, subFunction: "off", dtcSettingControlOptionRecord: Uint8Array.of(0xff) }]);
    checkRequest(["8540", { service, subFunction: "vehicleManufacturerSpecific", subFunctionId: 0x40 }, none]);
    checkResponse(["c502", { service, subFunction: "off" }]);
    expect(responseFault("c50200")).toEqual([trailing, "", 2]);
    expect(requestFault("85")).toEqual([short, "/subFunctionId", 1]);
  });
});

describe("linkControl", () => {
  const service = "linkControl";

  it("reads and writes requests", () => {
    checkRequest([
      "870112",
      { service, subFunction: "verifyModeTransitionWithFixedParameter", linkControlModeIdentifier: 0x12 },
    ]);
    checkRequest([
      "870207a120",
      { service, subFunction: "verifyModeTransitionWithSpecificParameter", linkRecord: 500_000 },
    ]);
    checkRequest(["8783", { service, subFunction: "transitionMode", suppressPosRspMsgIndicationBit: true }]);
  });

  it("keeps what the standard leaves open", () => {
    expect(requestFault("87")).toEqual([short, "/subFunctionId", 1]);
    checkRequest([
      "874001",
      { kind: "unknown", bytes: hexToBytes("874001") },
      { kind: "unknown", service, subFunctionId: 0x40 },
    ]);
    checkResponse(["c755", { service, subFunction: "vehicleManufacturerSpecific", subFunctionId: 0x55 }]);
    const open = { service, subFunction: "vehicleManufacturerSpecific", subFunctionId: 0x40 };
    expect(requestError(open)).toEqual([value, "/subFunction"]);
  });

  it.each([
    ["8701", short, "/linkControlModeIdentifier", 2],
    ["870207a1", short, "/linkRecord", 4],
    ["870300", trailing, "", 2],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it("writes no parameter that has no place", () => {
    const specific = { service, subFunction: "verifyModeTransitionWithSpecificParameter", linkRecord: 0x1000000 };
    expect(requestError(specific)).toEqual([value, "/linkRecord"]);
    const fixed = { service, subFunction: "verifyModeTransitionWithFixedParameter", linkControlModeIdentifier: 1.5 };
    expect(requestError(fixed)).toEqual([value, "/linkControlModeIdentifier"]);
  });
});

describe("editions", () => {
  const message = { service: "clearDiagnosticInformation", groupOfDTC: 0xffffff, memorySelection: 1 } as const;

  it("restricts nothing unless asked", () => {
    checkRequest(["14ffffff01", message]);
    const { memorySelection: _, ...plain } = message;
    checkRequest(["14ffffff", plain]);
    checkResponse(["54", { service: "clearDiagnosticInformation" }]);
  });

  it("says what the edition asked for does not have", () => {
    expect(requestErrorDetails(message, { edition: "2013" })).toEqual({
      reason: "not_yet_in_edition",
      edition: "2013",
      since: "2020",
    });
    expect(requestError(message, { edition: "2006" })).toEqual([edition, "/memorySelection"]);
    expect(encodeRequest(message, { edition: "2020" })).toEqual(hexToBytes("14ffffff01"));
    expect(requestError({ ...message, memorySelection: 256 }, { edition: "2020" })).toEqual([
      value,
      "/memorySelection",
    ]);
  });

  it("knows three editions", () => {
    const odd = JSON.parse('{ "edition": "2019" }');
    expect(() => requestError(message, odd)).toThrow(new RangeError('"edition" expected 2006, 2013 or 2020, got 2019'));
  });

  it.each([
    ["14", "/groupOfDTC", 1],
    ["14ffff", "/groupOfDTC", 3],
  ])("refuses %s", (hex, path, offset) => {
    expect(requestFault(hex)).toEqual([short, path, offset]);
  });

  it("writes no service that is none", () => {
    expect(requestError({ service: "toString" })).toEqual([value, "/service"]);
    expect(responseError({ service: "unlock" })).toEqual([value, "/service"]);
    expect(responseError({ kind: "negative", requestSid: 256, nrc: 0 })).toEqual([value, "/requestSid"]);
    expect(responseError({ kind: "negative", requestSid: 1, nrc: -1 })).toEqual([value, "/nrc"]);
  });
});
