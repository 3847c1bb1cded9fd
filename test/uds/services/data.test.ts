import { describe, expect, it } from "vitest";
import { hexToBytes } from "../../../src/core/index.ts";
import {
  decodeReadDataByIdentifierResponse,
  decodeRequest,
  decodeResponse,
  encodeResponse,
  parseDictionary,
} from "../../../src/uds/index.ts";
import { checkRequest, checkResponse, requestError, requestFault, responseError, responseFault } from "./messages.ts";

const short = "ERR_UDS_SHORT";
const value = "ERR_UDS_VALUE";
const trailing = "ERR_UDS_TRAILING_BYTES";

const dictionary = parseDictionary({
  schema: "otakit.uds-dictionary/1",
  dids: {
    "0xf186": { name: "session", layout: [{ name: "session", type: "u8" }] },
    "0xf18b": { name: "date", layout: [{ name: "date", type: "u32" }] },
  },
});

describe("readDataByIdentifier", () => {
  const service = "readDataByIdentifier";

  it("reads and writes requests", () => {
    checkRequest(["22f190", { service, dataIdentifiers: [0xf190] }]);
    checkRequest(["22f1900001ffff", { service, dataIdentifiers: [0xf190, 1, 0xffff] }]);
  });

  it.each([
    ["22", "/dataIdentifiers/0", 1],
    ["22f1", "/dataIdentifiers/0", 2],
    ["22f190f1", "/dataIdentifiers/1", 4],
  ])("refuses %s", (hex, path, offset) => {
    expect(requestFault(hex)).toEqual([short, path, offset]);
  });

  it("gives the complete identifiers before a fault, and bounds them", () => {
    expect(decodeRequest(hexToBytes("22f190f1"))).toMatchObject({ partial: { dataIdentifiers: [0xf190] } });
    expect(requestFault("22f190f191f192", { limits: { maxEntries: 2 } })).toEqual([
      "ERR_UDS_LIMIT",
      "/dataIdentifiers/2",
      5,
    ]);
    expect(decodeRequest(hexToBytes("22f190f191"), { limits: { maxEntries: 2 } }).ok).toBe(true);
  });

  it("writes no identifier that is none", () => {
    expect(requestError({ service, dataIdentifiers: [] })).toEqual([value, "/dataIdentifiers"]);
    expect(requestError({ service, dataIdentifiers: [1, 0x10000] })).toEqual([value, "/dataIdentifiers/1"]);
  });

  const record = (dataIdentifier: number, ...data: readonly number[]) => ({
    dataIdentifier,
    dataRecord: Uint8Array.from(data),
  });

  it("gives the data of the identifier that was asked for last to the end", () => {
    checkResponse(["62f186010203", { service, records: [record(0xf186, 1, 2, 3)] }], { dataIdentifiers: [0xf186] });
  });

  it("leaves data as bytes when nobody says how long they are", () => {
    const bytes = hexToBytes("62f18601");
    const undecoded = { offset: 1, bytes: hexToBytes("f18601"), reason: "unknown_data_identifier" } as const;
    checkResponse(["62f18601", { service, records: [], undecoded }]);
    expect(decodeReadDataByIdentifierResponse(bytes, { dataIdentifiers: [0xf187] })).toMatchObject({
      value: { records: [], undecoded },
    });
    expect(decodeReadDataByIdentifierResponse(bytes, { dataIdentifiers: [0xf186, 0xf187] })).toMatchObject({
      value: { records: [], undecoded },
    });
  });

  it("reads what a dictionary knows, up to the first identifier that it does not", () => {
    expect(decodeResponse(hexToBytes("62f18601f18b00ff11eef19033"), { dictionary })).toMatchObject({
      ok: true,
      value: {
        records: [
          { ...record(0xf186, 1), name: "session", values: [{ name: "session", value: 1 }] },
          { ...record(0xf18b, 0, 255, 0x11, 0xee), name: "date", values: [{ name: "date", value: 0xff11ee }] },
        ],
        undecoded: { offset: 10, bytes: hexToBytes("f19033"), reason: "unknown_data_identifier" },
      },
    });
    const asked = [0xf186, 0xf190];
    expect(decodeResponse(hexToBytes("62f18601f19033"), { dictionary, dataIdentifiers: asked })).toMatchObject({
      value: { records: [record(0xf186, 1), record(0xf190, 0x33)] },
    });
  });

  it("keeps data of another length than the dictionary says, with the name", () => {
    for (const [hex, expected] of [
      ["2ef1860102", { ...record(0xf186, 1, 2), name: "session" }],
      ["2ef18b01", { ...record(0xf18b, 1), name: "date" }],
    ] as const) {
      const result = decodeRequest(hexToBytes(hex), { dictionary });
      expect(result).toMatchObject({ value: expected });
      expect(result.ok && "values" in result.value).toBe(false);
    }
    expect(decodeRequest(hexToBytes("2ef18607"), { dictionary })).toMatchObject({
      value: { name: "session", values: [{ name: "session", value: 7 }] },
    });
  });

  it.each([
    ["62", "/records/0/dataIdentifier", 1],
    ["62f1", "/records/0/dataIdentifier", 2],
    ["62f186", "/records/0/dataRecord", 3],
    ["62f18601f18b", "/records/1/dataRecord", 6],
    ["62f18601f18b00ff11", "/records/1/dataRecord", 9],
    ["62f18601f1", "/records/1/dataIdentifier", 5],
  ])("refuses %s and gives the complete records", (hex, path, offset) => {
    expect(responseFault(hex, { dictionary })).toEqual([short, path, offset]);
    const result = decodeResponse(hexToBytes(hex), { dictionary });
    expect(!result.ok && result.partial).toMatchObject({ records: hex.length > 8 ? [record(0xf186, 1)] : [] });
  });

  it("refuses an empty record of the identifier that was asked for last", () => {
    expect(responseFault("62f190", { dataIdentifiers: [0xf190] })).toEqual([short, "/records/0/dataRecord", 3]);
  });

  it("refuses bytes after all that was asked for, or trims zeros", () => {
    const options = { dictionary, dataIdentifiers: [0xf186] };
    expect(responseFault("62f186010000", options)).toEqual([trailing, "", 4]);
    const leniency = { zeroPadding: "trim" } as const;
    expect(decodeResponse(hexToBytes("62f186010000"), { ...options, leniency })).toMatchObject({
      value: { records: [record(0xf186, 1)] },
      warnings: [{ code: "zero_padding_trimmed" }],
    });
    expect(decodeResponse(hexToBytes("62f1860100"), { dictionary, leniency })).toMatchObject({
      value: { records: [record(0xf186, 1)] },
    });
  });

  it("reads an identifier of zero where the dictionary has it, also with padding allowed", () => {
    const zero = parseDictionary({
      schema: "otakit.uds-dictionary/1",
      dids: { "0x0000": { name: "zero", layout: [{ name: "zero", type: "u8" }] } },
    });
    const leniency = { zeroPadding: "trim" } as const;
    expect(decodeResponse(hexToBytes("62000000"), { dictionary: zero, leniency })).toMatchObject({
      value: { records: [{ dataIdentifier: 0, name: "zero" }] },
      warnings: [],
    });
  });

  it("takes no padding for a record", () => {
    const leniency = { zeroPadding: "trim" } as const;
    expect(responseFault("6200", { leniency })).toEqual([short, "/records/0/dataIdentifier", 2]);
    expect(decodeResponse(hexToBytes("620000"), { leniency })).toMatchObject({
      value: { records: [], undecoded: { offset: 1 } },
      warnings: [],
    });
  });

  it("bounds the records", () => {
    expect(responseFault("62f18601f18602", { dictionary, limits: { maxEntries: 1 } })).toEqual([
      "ERR_UDS_LIMIT",
      "/records/1",
      4,
    ]);
  });

  it("writes records and what was not decoded", () => {
    const undecoded = { bytes: hexToBytes("0001ff") };
    expect(encodeResponse({ service, records: [record(1, 2)], undecoded })).toEqual(hexToBytes("620001020001ff"));
    expect(responseError({ service, records: [] })).toEqual([value, "/records"]);
    expect(responseError({ service, records: [record(0x10000, 1)] })).toEqual([value, "/records/0/dataIdentifier"]);
    expect(responseError({ service, records: [], undecoded: { bytes: Uint8Array.of(1) } })).toEqual([
      value,
      "/undecoded/bytes",
    ]);
  });
});

describe("writeDataByIdentifier", () => {
  const service = "writeDataByIdentifier";

  it("reads and writes both directions", () => {
    checkRequest(["2ef1900102", { service, dataIdentifier: 0xf190, dataRecord: Uint8Array.of(1, 2) }]);
    checkResponse(["6ef190", { service, dataIdentifier: 0xf190 }]);
    expect(requestFault("2ef190")).toEqual([short, "/dataRecord", 3]);
    expect(requestFault("2ef1")).toEqual([short, "/dataIdentifier", 2]);
    expect(responseFault("6ef1")).toEqual([short, "/dataIdentifier", 2]);
    expect(responseFault("6ef19000")).toEqual([trailing, "", 3]);
    expect(requestError({ service, dataIdentifier: 1, dataRecord: new Uint8Array() })).toEqual([value, "/dataRecord"]);
    expect(() => requestError({ service, dataIdentifier: 1, dataRecord: [1] })).toThrow(
      new TypeError('"/dataRecord" expected Uint8Array, got Array'),
    );
  });
});

describe("readScalingDataByIdentifier", () => {
  const service = "readScalingDataByIdentifier";

  const scaling = (...entries: readonly object[]) => ({ service, dataIdentifier: 1, scaling: entries });

  it("reads and writes every type of scaling", () => {
    checkRequest(["24f190", { service, dataIdentifier: 0xf190 }]);
    checkResponse([
      "640105021122a55a3142516f74819500e00a0fffa130b170",
      {
        service,
        dataIdentifier: 0x0105,
        scaling: [
          { type: "unSignedNumeric", numberOfBytes: 2 },
          { type: "signedNumeric", numberOfBytes: 1 },
          { type: "bitMappedReportedWithoutMask", numberOfBytes: 2, validityMask: Uint8Array.of(0xa5, 0x5a) },
          { type: "bitMappedReportedWithMask", numberOfBytes: 1 },
          { type: "binaryCodedDecimal", numberOfBytes: 2 },
          { type: "stateEncodedVariable", numberOfBytes: 1 },
          { type: "ascii", numberOfBytes: 15 },
          { type: "signedFloatingPoint", numberOfBytes: 4 },
          { type: "packet", numberOfBytes: 1 },
          {
            type: "formula",
            numberOfBytes: 5,
            formulaIdentifier: 0,
            constants: [
              { mantissa: 10, exponent: -2 },
              { mantissa: -1, exponent: 0 },
            ],
          },
          { type: "unitFormat", numberOfBytes: 1, unit: 0x30 },
          { type: "stateAndConnectionType", numberOfBytes: 1, stateAndConnection: 0x70 },
        ],
      },
    ]);
  });

  it.each([
    [0, 2],
    [1, 2],
    [2, 3],
    [3, 2],
    [4, 2],
    [5, 3],
    [6, 1],
    [7, 1],
    [8, 1],
    [9, 2],
  ])("knows that formula %i has %i constants", (formulaIdentifier, count) => {
    const constants = Array.from({ length: count }, () => ({ mantissa: 2047, exponent: 7 }));
    const entry = { type: "formula" as const, numberOfBytes: 1, formulaIdentifier, constants };
    checkResponse([
      `640001910${formulaIdentifier}${"77ff".repeat(count)}`,
      { service, dataIdentifier: 1, scaling: [entry] },
    ]);
    const fewer = { ...entry, constants: constants.slice(1) };
    expect(responseError(scaling(fewer))).toEqual([value, "/scaling/0/constants"]);
  });

  it.each([
    ["64000101c0aa", 4, "c0aa", 1],
    ["640001ff", 3, "ff", 0],
    ["640001910a0000", 3, "910a0000", 0],
  ])("keeps %s as bytes from the scaling byte on that nobody has defined", (hex, offset, rest, count) => {
    const undecoded = { offset, bytes: hexToBytes(rest), reason: "unknown_scaling_byte" } as const;
    const known = Array.from({ length: count }, () => ({ type: "unSignedNumeric" as const, numberOfBytes: 1 }));
    checkResponse([hex, { service, dataIdentifier: 1, scaling: known, undecoded }]);
  });

  it.each([
    ["24f1", short, "/dataIdentifier", 2],
    ["24f19000", trailing, "", 3],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it.each([
    ["6400", short, "/dataIdentifier", 2],
    ["640001", short, "/scaling/0/type", 3],
    ["64000120", "ERR_UDS_LENGTH_FORMAT", "/scaling/0/numberOfBytes", 3],
    ["6400010122a5", short, "/scaling/1/validityMask", 6],
    ["64000191", short, "/scaling/0/formulaIdentifier", 4],
    ["640001910677", short, "/scaling/0/constants/0", 6],
    ["640001910077ff", short, "/scaling/0/constants/1", 7],
    ["640001a1", short, "/scaling/0/unit", 4],
    ["640001b1", short, "/scaling/0/stateAndConnection", 4],
  ])("refuses %s", (hex, ...fault) => {
    expect(responseFault(hex)).toEqual(fault);
  });

  it.each([
    [{ type: "reserved", numberOfBytes: 1 }, "/type"],
    [{ type: "ascii", numberOfBytes: 16 }, "/numberOfBytes"],
    [{ type: "ascii", numberOfBytes: -1 }, "/numberOfBytes"],
    [{ type: "bitMappedReportedWithoutMask", numberOfBytes: 0, validityMask: new Uint8Array() }, "/numberOfBytes"],
    [{ type: "bitMappedReportedWithoutMask", numberOfBytes: 2, validityMask: new Uint8Array(1) }, "/validityMask"],
    [{ type: "formula", numberOfBytes: 1, formulaIdentifier: 10, constants: [] }, "/formulaIdentifier"],
    [
      { type: "formula", numberOfBytes: 1, formulaIdentifier: 6, constants: [{ mantissa: 2048, exponent: 0 }] },
      "/constants/0",
    ],
    [
      { type: "formula", numberOfBytes: 1, formulaIdentifier: 6, constants: [{ mantissa: -2049, exponent: 0 }] },
      "/constants/0",
    ],
    [
      { type: "formula", numberOfBytes: 1, formulaIdentifier: 6, constants: [{ mantissa: 0, exponent: 8 }] },
      "/constants/0",
    ],
    [
      { type: "formula", numberOfBytes: 1, formulaIdentifier: 6, constants: [{ mantissa: 0, exponent: -9 }] },
      "/constants/0",
    ],
    [{ type: "unitFormat", numberOfBytes: 1, unit: 256 }, "/unit"],
    [{ type: "stateAndConnectionType", numberOfBytes: 1 }, "/stateAndConnection"],
  ])("writes no scaling of %j", (entry, path) => {
    const fine = { type: "ascii", numberOfBytes: 1 };
    expect(responseError(scaling(fine, entry))).toEqual([value, `/scaling/1${path}`]);
  });

  it("writes no response without a scaling byte, and bounds their number", () => {
    expect(responseError(scaling())).toEqual([value, "/scaling"]);
    expect(responseError({ ...scaling(), undecoded: { bytes: new Uint8Array() } })).toEqual([
      value,
      "/undecoded/bytes",
    ]);
    expect(responseFault("6400010101", { limits: { maxEntries: 1 } })).toEqual(["ERR_UDS_LIMIT", "/scaling/1", 4]);
  });
});

describe("readDataByPeriodicIdentifier", () => {
  const service = "readDataByPeriodicIdentifier";

  it.each([
    ["2a0101ff", "sendAtSlowRate", [1, 255]],
    ["2a0201", "sendAtMediumRate", [1]],
    ["2a0301", "sendAtFastRate", [1]],
    ["2a0401", "stopSending", [1]],
    ["2a04", "stopSending", []],
  ] as const)("reads and writes %s", (hex, transmissionMode, periodicDataIdentifiers) => {
    const transmissionModeId = Number.parseInt(hex.slice(2, 4), 16);
    checkRequest([hex, { service, transmissionMode, periodicDataIdentifiers }, { transmissionModeId }]);
  });

  it("keeps reserved modes by number", () => {
    const mode = { transmissionMode: "isoSaeReserved", transmissionModeId: 0x80 } as const;
    checkRequest(["2a80", { service, ...mode, periodicDataIdentifiers: [] }]);
    checkRequest(["2a8001", { service, ...mode, periodicDataIdentifiers: [1] }]);
  });

  it.each([
    ["2a", "/transmissionModeId", 1],
    ["2a01", "/periodicDataIdentifiers/0", 2],
    ["2a02", "/periodicDataIdentifiers/0", 2],
    ["2a03", "/periodicDataIdentifiers/0", 2],
  ])("refuses %s", (hex, path, offset) => {
    expect(requestFault(hex)).toEqual([short, path, offset]);
  });

  it.each([
    [{ transmissionMode: "sendAtSlowRate", periodicDataIdentifiers: [] }, "/periodicDataIdentifiers"],
    [{ transmissionMode: "sendAtSlowRate", periodicDataIdentifiers: [1, 256] }, "/periodicDataIdentifiers/1"],
    [{ transmissionMode: "isoSaeReserved", periodicDataIdentifiers: [1] }, "/transmissionModeId"],
    [{ transmissionMode: "faster", periodicDataIdentifiers: [1] }, "/transmissionMode"],
    [
      { transmissionMode: "isoSaeReserved", transmissionModeId: 256, periodicDataIdentifiers: [] },
      "/transmissionModeId",
    ],
  ])("writes no request of %j", (members, path) => {
    expect(requestError({ service, ...members })).toEqual([value, path]);
  });

  it("tells the response from the data messages after it", () => {
    checkResponse(["6a", { service }]);
    const periodicData = { periodicDataIdentifier: 0xff, dataRecord: Uint8Array.of(0x12, 0x34) };
    checkResponse(["6aff1234", { service, periodicData }]);
    expect(responseFault("6aff")).toEqual([short, "/periodicData/dataRecord", 2]);
    const empty = { ...periodicData, dataRecord: new Uint8Array() };
    expect(responseError({ service, periodicData: empty })).toEqual([value, "/periodicData/dataRecord"]);
    const odd = { ...periodicData, periodicDataIdentifier: 256 };
    expect(responseError({ service, periodicData: odd })).toEqual([value, "/periodicData/periodicDataIdentifier"]);
  });
});

describe("dynamicallyDefineDataIdentifier", () => {
  const service = "dynamicallyDefineDataIdentifier";
  const dynamicallyDefinedDataIdentifier = 0xf301;

  it("reads and writes requests", () => {
    checkRequest([
      "2c01f3011234010256780304",
      {
        service,
        subFunction: "defineByIdentifier",
        dynamicallyDefinedDataIdentifier,
        sources: [
          { sourceDataIdentifier: 0x1234, positionInSourceDataRecord: 1, memorySize: 2 },
          { sourceDataIdentifier: 0x5678, positionInSourceDataRecord: 3, memorySize: 4 },
        ],
      },
    ]);
    const sources = [
      { memoryAddress: 0x1122, memorySize: 2 },
      { memoryAddress: 5, memorySize: 255 },
    ];
    checkRequest([
      "2c82f301121122020005ff",
      {
        service,
        subFunction: "defineByMemoryAddress",
        suppressPosRspMsgIndicationBit: true,
        dynamicallyDefinedDataIdentifier,
        sources,
      },
      { addressAndLengthFormatIdentifier: 0x12 },
    ]);
    const clear = { service, subFunction: "clearDynamicallyDefinedDataIdentifier" } as const;
    checkRequest(["2c03f301", { ...clear, dynamicallyDefinedDataIdentifier }]);
    checkRequest(["2c03", clear]);
  });

  it.each([
    ["2c", short, "/subFunctionId", 1],
    ["2c01f3", short, "/dynamicallyDefinedDataIdentifier", 3],
    ["2c01f301", short, "/sources/0/sourceDataIdentifier", 4],
    ["2c01f301123401", short, "/sources/0/memorySize", 7],
    ["2c01f3011234010256", short, "/sources/1/sourceDataIdentifier", 9],
    ["2c02f301", short, "/addressAndLengthFormatIdentifier", 4],
    ["2c02f30112", short, "/sources/0/memoryAddress", 5],
    ["2c02f301121122", short, "/sources/0/memorySize", 7],
    ["2c02f30110", "ERR_UDS_LENGTH_FORMAT", "/addressAndLengthFormatIdentifier", 4],
    ["2c02f30102", "ERR_UDS_LENGTH_FORMAT", "/addressAndLengthFormatIdentifier", 4],
    ["2c03f3", short, "/dynamicallyDefinedDataIdentifier", 3],
    ["2c03f30100", trailing, "", 4],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it("bounds the sources", () => {
    const limits = { maxEntries: 1 };
    expect(requestFault("2c01f3011234010256780304", { limits })).toEqual(["ERR_UDS_LIMIT", "/sources/1", 8]);
    expect(requestFault("2c02f3011111111111", { limits })).toEqual(["ERR_UDS_LIMIT", "/sources/1", 7]);
    expect(requestFault("2c01f30112340102", { limits: { maxEntries: 0 } })).toEqual(["ERR_UDS_LIMIT", "/sources/0", 4]);
  });

  it("keeps reserved sub-functions as bytes", () => {
    checkRequest(["2c04f3", { kind: "unknown", bytes: hexToBytes("2c04f3") }, { service, subFunctionId: 4 }]);
    checkResponse(["6c04f3", { kind: "unknown", bytes: hexToBytes("6c04f3") }, { service, subFunctionId: 4 }]);
    expect(decodeResponse(hexToBytes("6c84"))).toMatchObject({
      value: { kind: "unknown", subFunctionId: 4 },
      warnings: [{ code: "suppress_bit_echoed" }],
    });
  });

  it("reads and writes responses", () => {
    checkResponse(["6c01f301", { service, subFunction: "defineByIdentifier", dynamicallyDefinedDataIdentifier }]);
    checkResponse(["6c02f301", { service, subFunction: "defineByMemoryAddress", dynamicallyDefinedDataIdentifier }]);
    const clear = { service, subFunction: "clearDynamicallyDefinedDataIdentifier" } as const;
    checkResponse(["6c03f301", { ...clear, dynamicallyDefinedDataIdentifier }]);
    checkResponse(["6c03", clear]);
    expect(responseFault("6c")).toEqual([short, "/subFunctionId", 1]);
    expect(responseFault("6c01")).toEqual([short, "/dynamicallyDefinedDataIdentifier", 2]);
    expect(responseFault("6c01f30100")).toEqual([trailing, "", 4]);
    expect(responseError({ service, subFunction: "defineByIdentifier" })).toEqual([
      value,
      "/dynamicallyDefinedDataIdentifier",
    ]);
  });

  it.each([
    [{ subFunction: "defineByIdentifier", sources: [] }, "/sources"],
    [{ subFunction: "defineByMemoryAddress", sources: [] }, "/sources"],
    [
      {
        subFunction: "defineByIdentifier",
        sources: [{ sourceDataIdentifier: 1, positionInSourceDataRecord: 1, memorySize: 256 }],
      },
      "/sources/0/memorySize",
    ],
    [
      {
        subFunction: "defineByMemoryAddress",
        addressAndLengthFormatIdentifier: 0x11,
        sources: [{ memoryAddress: 256, memorySize: 1 }],
      },
      "/sources/0/memoryAddress",
    ],
    [
      {
        subFunction: "defineByMemoryAddress",
        addressAndLengthFormatIdentifier: 0x10,
        sources: [{ memoryAddress: 1, memorySize: 1 }],
      },
      "/addressAndLengthFormatIdentifier",
    ],
    [
      { subFunction: "clearDynamicallyDefinedDataIdentifier", dynamicallyDefinedDataIdentifier: -1 },
      "/dynamicallyDefinedDataIdentifier",
    ],
  ])("writes no request of %j", (members, path) => {
    expect(requestError({ service, dynamicallyDefinedDataIdentifier, ...members })).toEqual([value, path]);
  });
});

describe("inputOutputControlByIdentifier", () => {
  const service = "inputOutputControlByIdentifier";
  const dataIdentifier = 0xf186;

  it.each([
    [0, "returnControlToECU"],
    [1, "resetToDefault"],
    [2, "freezeCurrentState"],
  ] as const)("reads and writes parameter %i", (id, inputOutputControlParameter) => {
    const derived = { inputOutputControlParameterId: id, controlState: new Uint8Array() };
    checkRequest([`2ff1860${id}`, { service, dataIdentifier, inputOutputControlParameter }, derived]);
    checkResponse([`6ff1860${id}`, { service, dataIdentifier, inputOutputControlParameter }, derived]);
  });

  it("tells state and mask apart where a dictionary has the identifier", () => {
    const head = { service, dataIdentifier, inputOutputControlParameter: "shortTermAdjustment" } as const;
    const derived = { inputOutputControlParameterId: 3 };
    checkRequest(["2ff18603017f", { ...head, controlState: Uint8Array.of(1, 0x7f) }, derived]);
    const split = { ...head, controlState: Uint8Array.of(1), controlEnableMask: Uint8Array.of(0x7f) };
    checkRequest(["2ff18603017f", split, derived], { dictionary });
    checkResponse(["6ff1860301", { ...head, controlState: Uint8Array.of(1) }, derived], { dictionary });
    expect(responseFault("6ff1860301ff", { dictionary })).toEqual([trailing, "", 5]);
    expect(responseFault("6ff18b030102", { dictionary })).toEqual([short, "/controlState", 6]);
    expect(requestFault("2ff18b030102", { dictionary })).toEqual([short, "/controlState", 6]);
    checkRequest(["2ff18b03", { ...head, dataIdentifier: 0xf18b }, { ...derived, controlState: new Uint8Array() }], {
      dictionary,
    });
  });

  it("keeps reserved parameters by number", () => {
    const parameter = { inputOutputControlParameter: "isoSaeReserved", inputOutputControlParameterId: 0xff } as const;
    checkRequest(["2ff186ff", { service, dataIdentifier, ...parameter }, { controlState: new Uint8Array() }]);
  });

  it.each([
    ["2ff1", "/dataIdentifier", 2],
    ["2ff186", "/inputOutputControlParameterId", 3],
  ])("refuses %s", (hex, path, offset) => {
    expect(requestFault(hex)).toEqual([short, path, offset]);
    expect(responseFault(hex.replace("2f", "6f"))).toEqual([short, path, offset]);
  });

  it("writes no parameter that is none", () => {
    expect(requestError({ service, dataIdentifier, inputOutputControlParameter: "adjust" })).toEqual([
      value,
      "/inputOutputControlParameter",
    ]);
    expect(responseError({ service, dataIdentifier, inputOutputControlParameter: "isoSaeReserved" })).toEqual([
      value,
      "/inputOutputControlParameterId",
    ]);
  });
});

describe("routineControl", () => {
  const service = "routineControl";

  it.each([
    ["01", "startRoutine"],
    ["02", "stopRoutine"],
    ["03", "requestRoutineResults"],
  ] as const)("reads and writes sub-function %s", (id, subFunction) => {
    const message = { service, subFunction, routineIdentifier: 0xff00 } as const;
    checkRequest([`31${id}ff00`, message, { routineControlOptionRecord: new Uint8Array() }]);
    checkRequest([`31${id}ff0001`, { ...message, routineControlOptionRecord: Uint8Array.of(1) }]);
    checkResponse([`71${id}ff00`, message, { routineStatusRecord: new Uint8Array() }]);
    checkResponse([`71${id}ff0001`, { ...message, routineStatusRecord: Uint8Array.of(1) }]);
  });

  it("says what a dictionary knows about the routine", () => {
    const field = (name: string) => [{ name, type: "u8" }];
    const routines = parseDictionary({
      schema: "otakit.uds-dictionary/1",
      routines: {
        "0xff00": {
          name: "eraseMemory",
          start: { request: field("block"), response: field("state") },
          results: { response: field("progress") },
        },
      },
    });
    const read = (hex: string) => {
      const bytes = hexToBytes(hex);
      const options = { dictionary: routines };
      const result = bytes[0] === 0x31 ? decodeRequest(bytes, options) : decodeResponse(bytes, options);
      if (!result.ok) throw new Error(result.error.message);
      const { name, values } = result.value as { readonly name?: string; readonly values?: unknown };
      return [name, values];
    };
    expect(read("3101ff0007")).toEqual(["eraseMemory", [{ name: "block", value: 7 }]]);
    expect(read("7101ff0008")).toEqual(["eraseMemory", [{ name: "state", value: 8 }]]);
    expect(read("7103ff0009")).toEqual(["eraseMemory", [{ name: "progress", value: 9 }]]);
    expect(read("7102ff0009")).toEqual(["eraseMemory", undefined]);
    expect(read("3103ff0009")).toEqual(["eraseMemory", undefined]);
    expect(read("7101ff000809")).toEqual(["eraseMemory", undefined]);
    expect(read("7104ff0008")).toEqual(["eraseMemory", undefined]);
    expect(read("7101ff0108")).toEqual([undefined, undefined]);
  });

  it("refuses what ends before the identifier", () => {
    expect(requestFault("3101ff")).toEqual([short, "/routineIdentifier", 3]);
    expect(responseFault("7101")).toEqual([short, "/routineIdentifier", 2]);
    expect(requestError({ service, subFunction: "startRoutine", routineIdentifier: 65536 })).toEqual([
      value,
      "/routineIdentifier",
    ]);
    expect(responseError({ service, subFunction: "startRoutine" })).toEqual([value, "/routineIdentifier"]);
  });
});
