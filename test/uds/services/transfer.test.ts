import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "../../../src/core/index.ts";
import { decodeRequest, encodeRequest } from "../../../src/uds/index.ts";
import { checkRequest, checkResponse, requestError, requestFault, responseError, responseFault } from "./messages.ts";

const short = "ERR_UDS_SHORT";
const value = "ERR_UDS_VALUE";
const trailing = "ERR_UDS_TRAILING_BYTES";
const format = "ERR_UDS_LENGTH_FORMAT";
const edition = "ERR_UDS_EDITION";

describe("memory locations", () => {
  const service = "readMemoryByAddress";

  it.each([
    ["2311", "05", "07", 5, 7],
    ["2324", "00001234", "0004", 0x1234, 4],
    ["231f", `00${"ff".repeat(14)}`, "01", 2n ** 112n - 1n, 1],
    ["2318", "001fffffffffffff", "00", 2 ** 53 - 1, 0],
    ["2318", "0020000000000000", "00", 2n ** 53n, 0],
    ["2318", "ffffffffffffffff", "00", 2n ** 64n - 1n, 0],
    ["2316", "ffffffffffff", "00", 2 ** 48 - 1, 0],
    ["2317", "1fffffffffffff", "00", 2 ** 53 - 1, 0],
    ["2371", "00", "20000000000000", 0, 2n ** 53n],
  ])("reads and writes %s %s %s", (head, address, size, memoryAddress, memorySize) => {
    const addressAndLengthFormatIdentifier = Number.parseInt(head.slice(2), 16);
    checkRequest([head + address + size, { service, addressAndLengthFormatIdentifier, memoryAddress, memorySize }]);
  });

  it.each([
    ["23110000", 0, 0],
    ["2311ffff", 255, 255],
    ["23220100ffff", 256, 65535],
    ["233101010000", 1, 65536],
    ["23171fffffffffffff01", 2 ** 53 - 1, 1],
    ["23172000000000000001", 2n ** 53n, 1],
    ["231901000000000000000001", 2n ** 64n, 1],
    ["2311ff01", 255n, 1],
  ])("writes %s in as few bytes as can be", (hex, memoryAddress, memorySize) => {
    expect(bytesToHex(encodeRequest({ service, memoryAddress, memorySize }))).toBe(hex);
  });

  it.each([
    ["23", short, "/addressAndLengthFormatIdentifier", 1],
    ["2310", format, "/addressAndLengthFormatIdentifier", 1],
    ["2301", format, "/addressAndLengthFormatIdentifier", 1],
    ["2300", format, "/addressAndLengthFormatIdentifier", 1],
    ["2312", short, "/memoryAddress", 2],
    ["23121234", short, "/memorySize", 4],
    ["2312123401ff", trailing, "", 5],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it.each([
    [{ memoryAddress: -1, memorySize: 1 }, "/memoryAddress"],
    [{ memoryAddress: 1.5, memorySize: 1 }, "/memoryAddress"],
    [{ memoryAddress: 2 ** 53, memorySize: 1 }, "/memoryAddress"],
    [{ memoryAddress: -1n, memorySize: 1 }, "/memoryAddress"],
    [{ memoryAddress: 1n << 120n, memorySize: 1 }, "/memoryAddress"],
    [{ memoryAddress: "1", memorySize: 1 }, "/memoryAddress"],
    [{ memoryAddress: 1 }, "/memorySize"],
    [{ addressAndLengthFormatIdentifier: 0x11, memoryAddress: 256, memorySize: 1 }, "/memoryAddress"],
    [{ addressAndLengthFormatIdentifier: 0x11, memoryAddress: 1, memorySize: 256n }, "/memorySize"],
    [{ addressAndLengthFormatIdentifier: 0x0f, memoryAddress: 1, memorySize: 1 }, "/addressAndLengthFormatIdentifier"],
    [{ addressAndLengthFormatIdentifier: 0xf0, memoryAddress: 1, memorySize: 1 }, "/addressAndLengthFormatIdentifier"],
    [{ addressAndLengthFormatIdentifier: 256, memoryAddress: 1, memorySize: 1 }, "/addressAndLengthFormatIdentifier"],
  ])("writes no location of case %#", (members, path) => {
    expect(requestError({ service, ...members })).toEqual([value, path]);
  });
});

describe("readMemoryByAddress and writeMemoryByAddress", () => {
  it("carry the bytes of the memory", () => {
    const dataRecord = Uint8Array.of(1, 2, 0);
    checkResponse(["63010200", { service: "readMemoryByAddress", dataRecord }]);
    expect(responseFault("63")).toEqual([short, "/dataRecord", 1]);
    expect(responseError({ service: "readMemoryByAddress", dataRecord: new Uint8Array() })).toEqual([
      value,
      "/dataRecord",
    ]);
    const location = { addressAndLengthFormatIdentifier: 0x12, memoryAddress: 0x1234, memorySize: 3 };
    checkRequest(["3d12123403010200", { service: "writeMemoryByAddress", ...location, dataRecord }]);
    checkResponse(["7d12123403", { service: "writeMemoryByAddress", ...location }]);
    expect(responseFault("7d1212340300")).toEqual([trailing, "", 5]);
    expect(responseFault("7d02")).toEqual([format, "/addressAndLengthFormatIdentifier", 1]);
    expect(requestFault("3d1212")).toEqual([short, "/memoryAddress", 3]);
  });

  it("warn of data that are not as long as the size says", () => {
    const warning = {
      code: "memory_size_mismatch",
      message: "Memory size and data differ: 3 and 2 bytes",
      path: "/dataRecord",
    };
    expect(decodeRequest(hexToBytes("3d121234030102"))).toMatchObject({ ok: true, warnings: [warning] });
    expect(decodeRequest(hexToBytes("3d1212340301020300"))).toMatchObject({ warnings: [{ code: warning.code }] });
    expect(decodeRequest(hexToBytes("3d12123400"))).toMatchObject({ warnings: [] });
    expect(decodeRequest(hexToBytes("3d1712")).ok).toBe(false);
  });
});

describe.each([
  ["requestDownload", "34", "74"],
  ["requestUpload", "35", "75"],
] as const)("%s", (service, request, response) => {
  it("reads and writes both directions", () => {
    const location = { addressAndLengthFormatIdentifier: 0x12, memoryAddress: 0x1234, memorySize: 255 };
    checkRequest([`${request}c3121234ff`, { service, dataFormatIdentifier: 0xc3, ...location }]);
    checkResponse([`${response}200ffa`, { service, lengthFormatIdentifier: 0x20, maxNumberOfBlockLength: 4090 }]);
    checkResponse([`${response}200ffa`, { service, maxNumberOfBlockLength: 4090 }, { lengthFormatIdentifier: 0x20 }]);
    checkResponse([`${response}2300ff`, { service, lengthFormatIdentifier: 0x23, maxNumberOfBlockLength: 255 }]);
    const large = { service, lengthFormatIdentifier: 0xf0, maxNumberOfBlockLength: 2n ** 120n - 1n };
    checkResponse([`${response}f0${"ff".repeat(15)}`, large]);
  });

  it.each([
    [request, short, "/dataFormatIdentifier", 1],
    [`${request}00`, short, "/addressAndLengthFormatIdentifier", 2],
    [`${request}0010`, format, "/addressAndLengthFormatIdentifier", 2],
    [`${request}001212`, short, "/memoryAddress", 4],
    [`${request}0011010200`, trailing, "", 5],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it.each([
    [response, short, "/lengthFormatIdentifier", 1],
    [`${response}00`, format, "/lengthFormatIdentifier", 1],
    [`${response}0f`, format, "/lengthFormatIdentifier", 1],
    [`${response}2001`, short, "/maxNumberOfBlockLength", 3],
    [`${response}100100`, trailing, "", 3],
  ])("refuses %s", (hex, ...fault) => {
    expect(responseFault(hex)).toEqual(fault);
  });

  it.each([
    [{ maxNumberOfBlockLength: -1 }, "/maxNumberOfBlockLength"],
    [{ lengthFormatIdentifier: 0x00, maxNumberOfBlockLength: 1 }, "/maxNumberOfBlockLength"],
    [{ lengthFormatIdentifier: 256, maxNumberOfBlockLength: 1 }, "/lengthFormatIdentifier"],
    [{ lengthFormatIdentifier: 0x10, maxNumberOfBlockLength: 256 }, "/maxNumberOfBlockLength"],
    [{ maxNumberOfBlockLength: 1n << 120n }, "/maxNumberOfBlockLength"],
  ])("writes no response of case %#", (members, path) => {
    expect(responseError({ service, ...members })).toEqual([value, path]);
  });
});

describe("transferData and requestTransferExit", () => {
  it("carry records, often empty", () => {
    const empty = new Uint8Array();
    checkRequest([
      "3600",
      { service: "transferData", blockSequenceCounter: 0 },
      { transferRequestParameterRecord: empty },
    ]);
    const block = { service: "transferData", blockSequenceCounter: 255 } as const;
    checkRequest(["36ff0102", { ...block, transferRequestParameterRecord: Uint8Array.of(1, 2) }]);
    checkResponse(["76ff", block, { transferResponseParameterRecord: empty }]);
    checkResponse(["76ff01", { ...block, transferResponseParameterRecord: Uint8Array.of(1) }]);
    expect(requestFault("36")).toEqual([short, "/blockSequenceCounter", 1]);
    expect(responseFault("76")).toEqual([short, "/blockSequenceCounter", 1]);
    expect(requestError({ ...block, blockSequenceCounter: 256 })).toEqual([value, "/blockSequenceCounter"]);
    expect(responseError({ ...block, blockSequenceCounter: "1" })).toEqual([value, "/blockSequenceCounter"]);
    checkRequest(["37", { service: "requestTransferExit" }, { transferRequestParameterRecord: empty }]);
    checkRequest(["3701", { service: "requestTransferExit", transferRequestParameterRecord: Uint8Array.of(1) }]);
    checkResponse(["77", { service: "requestTransferExit" }, { transferResponseParameterRecord: empty }]);
    checkResponse(["7701", { service: "requestTransferExit", transferResponseParameterRecord: Uint8Array.of(1) }]);
  });
});

describe("requestFileTransfer", () => {
  const service = "requestFileTransfer";
  const path = "/a.b";
  const text = "00042f612e62";

  it.each([
    ["01", "addFile"],
    ["03", "replaceFile"],
    ["06", "resumeFile"],
  ] as const)("asks by %s to send a file", (mode, modeOfOperation) => {
    const sizes = { fileSizeUncompressed: 0x1234, fileSizeCompressed: 5 };
    const message = { service, modeOfOperation, filePathAndName: path, dataFormatIdentifier: 0x11, ...sizes } as const;
    checkRequest([`38${mode}${text}110212340005`, message, { fileSizeParameterLength: 2 }]);
    checkRequest([`38${mode}${text}1103001234000005`, { ...message, fileSizeParameterLength: 3 }]);
    const wide = { ...message, fileSizeUncompressed: 2n ** 64n - 1n, fileSizeCompressed: 0 };
    const zeros = "00".repeat(8);
    checkRequest([`38${mode}${text}1108${"ff".repeat(8)}${zeros}`, wide, { fileSizeParameterLength: 8 }]);
    const reversed = { ...message, fileSizeUncompressed: 5, fileSizeCompressed: 0x1234 };
    checkRequest([`38${mode}${text}110200051234`, reversed, { fileSizeParameterLength: 2 }]);
  });

  it("asks to read, to delete and to list", () => {
    const head = { service, filePathAndName: path } as const;
    checkRequest([`3804${text}00`, { ...head, modeOfOperation: "readFile", dataFormatIdentifier: 0 }]);
    checkRequest([`3802${text}`, { ...head, modeOfOperation: "deleteFile" }]);
    checkRequest([`3805${text}`, { ...head, modeOfOperation: "readDir" }]);
    checkRequest(["38050002e9ff", { ...head, modeOfOperation: "readDir", filePathAndName: "\u00e9\u00ff" }]);
  });

  it.each([
    ["38", short, "/modeOfOperation", 1],
    ["380200", short, "/filePathAndName", 3],
    ["38020000", format, "/filePathAndName", 2],
    ["3802000461", short, "/filePathAndName", 5],
    [`3802${text}00`, trailing, "", 8],
    [`3804${text}`, short, "/dataFormatIdentifier", 8],
    [`3801${text}00`, short, "/fileSizeParameterLength", 9],
    [`3801${text}0000`, format, "/fileSizeParameterLength", 9],
    [`3801${text}0010`, format, "/fileSizeParameterLength", 9],
    [`3801${text}000201`, short, "/fileSizeUncompressed", 11],
    [`3801${text}00020102`, short, "/fileSizeCompressed", 12],
  ])("refuses %s", (hex, ...fault) => {
    expect(requestFault(hex)).toEqual(fault);
  });

  it("keeps reserved modes as bytes", () => {
    for (const mode of ["00", "07", "ff"]) {
      checkRequest([`38${mode}01`, { kind: "unknown", bytes: hexToBytes(`38${mode}01`) }, { service }]);
      checkResponse([`78${mode}01`, { kind: "unknown", bytes: hexToBytes(`78${mode}01`) }, { service }]);
    }
  });

  const block = { maxNumberOfBlockLength: 0xabcd, dataFormatIdentifier: 0x11 } as const;
  const derived = { lengthFormatIdentifier: 2 };

  it("answers each mode", () => {
    checkResponse(["7802", { service, modeOfOperation: "deleteFile" }]);
    checkResponse(["780102abcd11", { service, modeOfOperation: "addFile", ...block }, derived]);
    checkResponse(["780302abcd11", { service, modeOfOperation: "replaceFile", ...block }, derived]);
    const file = { fileSizeUncompressedOrDirInfoLength: 0x9876, fileSizeCompressed: 0x34 };
    checkResponse([
      "780402abcd11000298760034",
      { service, modeOfOperation: "readFile", ...block, ...file },
      { ...derived, fileSizeOrDirInfoParameterLength: 2 },
    ]);
    checkResponse([
      "780402abcd11000200349876",
      {
        service,
        modeOfOperation: "readFile",
        ...block,
        fileSizeUncompressedOrDirInfoLength: 0x34,
        fileSizeCompressed: 0x9876,
      },
      { ...derived, fileSizeOrDirInfoParameterLength: 2 },
    ]);
    checkResponse([
      "78050300abcd110003001234",
      {
        service,
        modeOfOperation: "readDir",
        ...block,
        lengthFormatIdentifier: 3,
        fileSizeOrDirInfoParameterLength: 3,
        fileSizeUncompressedOrDirInfoLength: 0x1234,
      },
    ]);
    checkResponse([
      "780602abcd110123456789abcdef",
      { service, modeOfOperation: "resumeFile", ...block, filePosition: 0x0123456789abcdefn },
      derived,
    ]);
  });

  it.each([
    ["78", short, "/modeOfOperation", 1],
    ["780200", trailing, "", 2],
    ["7801", short, "/lengthFormatIdentifier", 2],
    ["780100", format, "/lengthFormatIdentifier", 2],
    ["780110", format, "/lengthFormatIdentifier", 2],
    ["780102ab", short, "/maxNumberOfBlockLength", 4],
    ["780102abcd", short, "/dataFormatIdentifier", 5],
    ["780102abcd1100", trailing, "", 6],
    ["780402abcd1100", short, "/fileSizeOrDirInfoParameterLength", 7],
    ["780402abcd110000", format, "/fileSizeOrDirInfoParameterLength", 6],
    ["780402abcd110010", format, "/fileSizeOrDirInfoParameterLength", 6],
    ["780402abcd11000298", short, "/fileSizeUncompressedOrDirInfoLength", 9],
    ["780402abcd1100029876", short, "/fileSizeCompressed", 10],
    ["780502abcd110002987600", trailing, "", 10],
    ["780602abcd1101234567", short, "/filePosition", 10],
  ])("refuses %s", (hex, ...fault) => {
    expect(responseFault(hex)).toEqual(fault);
  });

  it("is there since the edition of 2013, and resumes since that of 2020", () => {
    const message = { service, modeOfOperation: "readDir", filePathAndName: path };
    expect(requestError(message, { edition: "2006" })).toEqual([edition, "/service"]);
    const resume = { service, modeOfOperation: "resumeFile", ...block, filePosition: 0 };
    expect(responseError(resume, { edition: "2013" })).toEqual([edition, "/modeOfOperation"]);
  });

  it.each([
    [{ modeOfOperation: "eatFile", filePathAndName: path }, "/modeOfOperation"],
    [{ modeOfOperation: "readDir", filePathAndName: "" }, "/filePathAndName"],
    [{ modeOfOperation: "readDir", filePathAndName: "\u0100" }, "/filePathAndName"],
    [{ modeOfOperation: "readDir", filePathAndName: "x".repeat(65536) }, "/filePathAndName"],
    [{ modeOfOperation: "readFile", filePathAndName: path }, "/dataFormatIdentifier"],
    [
      {
        modeOfOperation: "addFile",
        filePathAndName: path,
        dataFormatIdentifier: 0,
        fileSizeUncompressed: -1,
        fileSizeCompressed: 1,
      },
      "/fileSizeUncompressed",
    ],
    [
      {
        modeOfOperation: "addFile",
        filePathAndName: path,
        dataFormatIdentifier: 0,
        fileSizeParameterLength: 1,
        fileSizeUncompressed: 1,
        fileSizeCompressed: 256,
      },
      "/fileSizeCompressed",
    ],
    [
      {
        modeOfOperation: "addFile",
        filePathAndName: path,
        dataFormatIdentifier: 0,
        fileSizeParameterLength: 16,
        fileSizeUncompressed: 1,
        fileSizeCompressed: 1,
      },
      "/fileSizeParameterLength",
    ],
  ])("writes no request of case %#", (members, place) => {
    expect(requestError({ service, ...members })).toEqual([value, place]);
  });

  it.each([
    [{ modeOfOperation: "resumeFile", ...block, filePosition: 1n << 64n }, "/filePosition"],
    [{ modeOfOperation: "readFile", ...block, fileSizeUncompressedOrDirInfoLength: 1 }, "/fileSizeCompressed"],
    [{ modeOfOperation: "readDir", ...block }, "/fileSizeUncompressedOrDirInfoLength"],
    [{ modeOfOperation: "addFile", ...block, lengthFormatIdentifier: 1 }, "/maxNumberOfBlockLength"],
    [{ modeOfOperation: "addFile", ...block, lengthFormatIdentifier: 0 }, "/lengthFormatIdentifier"],
    [{ modeOfOperation: "addFile", maxNumberOfBlockLength: 1 }, "/dataFormatIdentifier"],
  ])("writes no response of case %#", (members, place) => {
    expect(responseError({ service, ...members })).toEqual([value, place]);
  });
});
