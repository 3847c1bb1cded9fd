import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "../../src/core/index.ts";
import {
  decodeReadDTCInformationRequest,
  type EncodableReadDTCInformationRequest,
  encodeReadDTCInformationRequest,
  UdsError,
} from "../../src/uds/index.ts";
import { errorOf } from "../error-of.ts";
import { requestOf, subFunctions } from "./read-dtc-fixture.ts";

/** Every sub-function with members in an order that shows where each byte goes. */
const examples: readonly (readonly [hex: string, subFunction: string, members: object])[] = [
  ["192101", "unknown", {}],
  ["190109", "reportNumberOfDTCByStatusMask", { statusMask: 0x09 }],
  ["19022f", "reportDTCByStatusMask", { statusMask: 0x2f }],
  ["1903", "reportDTCSnapshotIdentification", {}],
  ["1904042016ff", "reportDTCSnapshotRecordByDTCNumber", { code: 0x042016, recordNumber: 0xff }],
  ["190502", "reportDTCStoredDataByRecordNumber", { recordNumber: 2 }],
  ["190604201601", "reportDTCExtDataRecordByDTCNumber", { code: 0x042016, recordNumber: 1 }],
  ["1907c001", "reportNumberOfDTCBySeverityMaskRecord", { severityMask: 0xc0, statusMask: 1 }],
  ["1908c001", "reportDTCBySeverityMaskRecord", { severityMask: 0xc0, statusMask: 1 }],
  ["1909123456", "reportSeverityInformationOfDTC", { code: 0x123456 }],
  ["190a", "reportSupportedDTC", {}],
  ["190b", "reportFirstTestFailedDTC", {}],
  ["190c", "reportFirstConfirmedDTC", {}],
  ["190d", "reportMostRecentTestFailedDTC", {}],
  ["190e", "reportMostRecentConfirmedDTC", {}],
  ["190f10", "reportMirrorMemoryDTCByStatusMask", { statusMask: 0x10 }],
  ["191012345611", "reportMirrorMemoryDTCExtDataRecordByDTCNumber", { code: 0x123456, recordNumber: 0x11 }],
  ["191112", "reportNumberOfMirrorMemoryDTCByStatusMask", { statusMask: 0x12 }],
  ["191213", "reportNumberOfEmissionsOBDDTCByStatusMask", { statusMask: 0x13 }],
  ["191314", "reportEmissionsOBDDTCByStatusMask", { statusMask: 0x14 }],
  ["1914", "reportDTCFaultDetectionCounter", {}],
  ["1915", "reportDTCWithPermanentStatus", {}],
  ["1916e2", "reportDTCExtDataRecordByRecordNumber", { recordNumber: 0xe2 }],
  ["19170809", "reportUserDefMemoryDTCByStatusMask", { statusMask: 8, memorySelection: 9 }],
  [
    "19181234560708",
    "reportUserDefMemoryDTCSnapshotRecordByDTCNumber",
    { code: 0x123456, recordNumber: 7, memorySelection: 8 },
  ],
  [
    "19191234560708",
    "reportUserDefMemoryDTCExtDataRecordByDTCNumber",
    { code: 0x123456, recordNumber: 7, memorySelection: 8 },
  ],
  ["191ad7", "reportSupportedDTCExtDataRecord", { recordNumber: 0xd7 }],
  ["194233a3be", "reportWWHOBDDTCByMaskRecord", { functionalGroup: 0x33, statusMask: 0xa3, severityMask: 0xbe }],
  ["1955d0", "reportWWHOBDDTCWithPermanentStatus", { functionalGroup: 0xd0 }],
  ["1956fe05", "reportDTCInformationByDTCReadinessGroupIdentifier", { functionalGroup: 0xfe, readinessGroup: 5 }],
];
const known = examples.slice(1);

describe("ReadDTCInformation requests", () => {
  it("shows every sub-function once", () => {
    expect(known.map(([, name]) => name)).toEqual(subFunctions);
  });

  it.each(known)("reads and writes %s, %s", (hex, subFunction, members) => {
    const bytes = hexToBytes(hex);
    expect(decodeReadDTCInformationRequest(bytes)).toEqual({
      ok: true,
      value: {
        kind: "request",
        service: "readDTCInformation",
        sid: 0x19,
        subFunction,
        subFunctionId: bytes[1],
        suppressPosRspMsgIndicationBit: false,
        ...members,
        bytes,
      },
      warnings: [],
    });
    const request = { service: "readDTCInformation", subFunction, ...members } as EncodableReadDTCInformationRequest;
    expect(bytesToHex(encodeReadDTCInformationRequest(request))).toBe(hex);
  });

  it.each(known)("refuses %s one byte short or long", (hex) => {
    const bytes = hexToBytes(hex);
    const long = decodeReadDTCInformationRequest(Uint8Array.of(...bytes, 0));
    expect(!long.ok && long.error).toMatchObject({ code: "ERR_UDS_TRAILING_BYTES", offset: bytes.length });
    const short = decodeReadDTCInformationRequest(bytes.subarray(0, -1));
    expect(!short.ok && short.error).toMatchObject({ code: "ERR_UDS_SHORT", offset: bytes.length - 1 });
  });

  it("names the field at which a request ends", () => {
    const pathOf = (hex: string): unknown => {
      const result = decodeReadDTCInformationRequest(hexToBytes(hex));
      return result.ok ? undefined : [result.error.path, result.error.offset];
    };
    expect(pathOf("")).toEqual(["/sid", 0]);
    expect(pathOf("19")).toEqual(["/subFunctionId", 1]);
    expect(pathOf("190412")).toEqual(["/code", 3]);
    expect(pathOf("1904123456")).toEqual(["/recordNumber", 5]);
    expect(pathOf("194233a3")).toEqual(["/severityMask", 4]);
  });

  it("keeps bit 7 apart from the sub-function", () => {
    const result = decodeReadDTCInformationRequest(hexToBytes("19822f"));
    expect(result).toMatchObject({
      ok: true,
      value: { subFunction: "reportDTCByStatusMask", subFunctionId: 2, suppressPosRspMsgIndicationBit: true },
      warnings: [],
    });
    expect(
      result.ok && result.value.kind === "request" && bytesToHex(encodeReadDTCInformationRequest(result.value)),
    ).toBe("19822f");
  });

  it("gives other services and sub-functions back as data", () => {
    expect(decodeReadDTCInformationRequest(hexToBytes("22f190"))).toMatchObject({
      ok: true,
      value: { kind: "unknown", service: "readDataByIdentifier", sid: 0x22 },
    });
    expect(decodeReadDTCInformationRequest(hexToBytes("19a101"))).toMatchObject({
      ok: true,
      value: { kind: "unknown", service: "readDTCInformation", subFunctionId: 0x21 },
    });
    expect(decodeReadDTCInformationRequest(hexToBytes("195902ff"))).toMatchObject({ value: { subFunctionId: 0x59 } });
  });

  it.each(subFunctions)("writes and reads back %s", (name) => {
    fc.assert(
      fc.property(requestOf(name), (request) => {
        const bytes = encodeReadDTCInformationRequest(request);
        const result = decodeReadDTCInformationRequest(bytes);
        if (!result.ok || result.value.kind !== "request") return expect.unreachable();
        expect(result.value).toMatchObject(request);
        expect(encodeReadDTCInformationRequest(result.value)).toEqual(bytes);
        expect(result.value.bytes).toBe(bytes);
      }),
      { numRuns: 50 },
    );
  });

  const write = (request: object, options?: object): unknown =>
    errorOf(() =>
      encodeReadDTCInformationRequest({ service: "readDTCInformation", ...request } as never, options as never),
    );

  it.each([
    [{ subFunction: "reportDTCByStatusMask" }, "/statusMask"],
    [{ subFunction: "reportDTCByStatusMask", statusMask: 256 }, "/statusMask"],
    [{ subFunction: "reportDTCByStatusMask", statusMask: "1" }, "/statusMask"],
    [{ subFunction: "reportSeverityInformationOfDTC", code: 0x1000000 }, "/code"],
    [{ subFunction: "reportSeverityInformationOfDTC", code: -1 }, "/code"],
    [{ subFunction: "toString" }, "/subFunction"],
    [{ subFunction: "isoSaeReserved", subFunctionId: 0x21 }, "/subFunction"],
    [{ subFunction: "reportDTCByStatusMask", subFunctionId: 3, statusMask: 1 }, "/subFunctionId"],
  ])("refuses to write %o because of %s", (request, path) => {
    const error = write(request);
    expect(error).toBeInstanceOf(UdsError);
    expect(error).toMatchObject({ code: "ERR_UDS_VALUE", path });
  });

  it.each([
    ["reportMirrorMemoryDTCByStatusMask", { statusMask: 1 }, ["2006", "2013"], "reportUserDefMemoryDTCByStatusMask"],
    [
      "reportMirrorMemoryDTCExtDataRecordByDTCNumber",
      { code: 1, recordNumber: 1 },
      ["2006", "2013"],
      "reportUserDefMemoryDTCExtDataRecordByDTCNumber",
    ],
    [
      "reportNumberOfMirrorMemoryDTCByStatusMask",
      { statusMask: 1 },
      ["2006", "2013"],
      "reportUserDefMemoryDTCByStatusMask",
    ],
    ["reportNumberOfEmissionsOBDDTCByStatusMask", { statusMask: 1 }, ["2006", "2013"], "reportWWHOBDDTCByMaskRecord"],
    ["reportEmissionsOBDDTCByStatusMask", { statusMask: 1 }, ["2006", "2013"], "reportWWHOBDDTCByMaskRecord"],
    ["reportDTCExtDataRecordByRecordNumber", { recordNumber: 1 }, ["2013", "2020"], undefined],
    ["reportUserDefMemoryDTCByStatusMask", { statusMask: 1, memorySelection: 1 }, ["2013", "2020"], undefined],
    [
      "reportUserDefMemoryDTCSnapshotRecordByDTCNumber",
      { code: 1, recordNumber: 1, memorySelection: 1 },
      ["2013", "2020"],
      undefined,
    ],
    [
      "reportUserDefMemoryDTCExtDataRecordByDTCNumber",
      { code: 1, recordNumber: 1, memorySelection: 1 },
      ["2013", "2020"],
      undefined,
    ],
    ["reportSupportedDTCExtDataRecord", { recordNumber: 1 }, ["2020"], undefined],
    [
      "reportWWHOBDDTCByMaskRecord",
      { functionalGroup: 1, statusMask: 1, severityMask: 1 },
      ["2013", "2020"],
      undefined,
    ],
    ["reportWWHOBDDTCWithPermanentStatus", { functionalGroup: 1 }, ["2013", "2020"], undefined],
    [
      "reportDTCInformationByDTCReadinessGroupIdentifier",
      { functionalGroup: 1, readinessGroup: 1 },
      ["2020"],
      undefined,
    ],
    ["reportDTCByStatusMask", { statusMask: 1 }, ["2006", "2013", "2020"], undefined],
  ])("writes %s only for the editions that have it", (subFunction, members, editions, instead) => {
    for (const edition of ["2006", "2013", "2020"] as const) {
      const request = { service: "readDTCInformation", subFunction, ...members } as never;
      if (editions.includes(edition)) {
        expect(encodeReadDTCInformationRequest(request, { edition }).length).toBeGreaterThan(1);
        continue;
      }
      const error = errorOf(() => encodeReadDTCInformationRequest(request, { edition })) as UdsError;
      expect(error).toMatchObject({ code: "ERR_UDS_EDITION", path: "/subFunction" });
      expect(error.details?.["instead"]).toBe(instead);
      expect(error.details?.["reason"]).toBe(edition === "2020" ? "no_longer_in_edition" : "not_yet_in_edition");
    }
  });
});
