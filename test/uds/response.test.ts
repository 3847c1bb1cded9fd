import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, concatBytes, hexToBytes } from "../../src/core/index.ts";
import {
  type DecodeOptions,
  decodeDtcRecords,
  decodeDtcStatus,
  decodeNegativeResponse,
  decodeReadDTCInformationResponse,
  decodeResponse,
  formatDtc,
  type ReportDTCByStatusMaskResponse,
  type ReportSupportedDTCResponse,
  scanDtcs,
  strictLeniency,
  type UdsResponse,
} from "../../src/uds/index.ts";

const trim: DecodeOptions = { leniency: { zeroPadding: "trim" } };
const drop: DecodeOptions = { leniency: { allZeroDtc: "drop" } };
const report: DecodeOptions = { leniency: { trailing: "report" } };

function accept(hex: string, options?: DecodeOptions) {
  const result = decodeResponse(hexToBytes(hex), options);
  if (!result.ok) throw new Error(result.error.message);
  return result;
}

function refuse(hex: string, options?: DecodeOptions) {
  const result = decodeResponse(hexToBytes(hex), options);
  if (result.ok) throw new Error(`Accepted ${hex}`);
  return result;
}

type DtcListResponse = ReportDTCByStatusMaskResponse | ReportSupportedDTCResponse;

/** Whether a response is of the two sub-functions whose lists are looked at here. */
function isList(value: UdsResponse | undefined): value is DtcListResponse {
  if (value?.kind !== "positive" || value.service !== "readDTCInformation") return false;
  return value.subFunction === "reportDTCByStatusMask" || value.subFunction === "reportSupportedDTC";
}

/** The DTCs of a response as short text, to compare lists at a glance. */
function listOf(value: UdsResponse | undefined): string | undefined {
  if (!isList(value)) return undefined;
  return value.dtcs.map(({ display, status }) => `${display}:${status.toString(16)}`).join(" ");
}

const statusByte = fc.integer({ min: 0, max: 0xff });
const record = fc.tuple(fc.integer({ min: 0, max: 0xffffff }), statusByte);
const records = fc.array(record, { maxLength: 40 });
const subFunction = fc.constantFrom(0x02, 0x0a);

function encodeList(id: number, mask: number, list: readonly (readonly [number, number])[]): Uint8Array {
  const body = list.flatMap(([code, status]) => [code >> 16, (code >> 8) & 255, code & 255, status]);
  return Uint8Array.of(0x59, id, mask, ...body);
}

describe("decodeResponse: lists of DTCs", () => {
  it("reads 0x59 02", () => {
    const bytes = hexToBytes("59027f0420160bc1008724");
    const result = decodeResponse(bytes);
    expect(result).toEqual({
      ok: true,
      value: {
        kind: "positive",
        service: "readDTCInformation",
        sid: 0x59,
        subFunction: "reportDTCByStatusMask",
        subFunctionId: 0x02,
        suppressPosRspMsgIndicationBit: false,
        availabilityMask: 0x7f,
        dtcs: [
          { code: 0x042016, display: "P0420-16", status: 0x0b, flags: decodeDtcStatus(0x0b, 0x7f) },
          { code: 0xc10087, display: "U0100-87", status: 0x24, flags: decodeDtcStatus(0x24, 0x7f) },
        ],
        bytes,
      },
      warnings: [],
    });
    expect(result.ok && result.value.bytes).toBe(bytes);
  });

  it("reads 0x59 0A and tells it apart by its name", () => {
    const { value } = accept("590aff12345600");
    expect(value).toMatchObject({ subFunction: "reportSupportedDTC", subFunctionId: 0x0a, availabilityMask: 0xff });
    expect(listOf(value)).toBe("P1234-56:0");
  });

  it("takes an availability mask without records for an empty fault memory", () => {
    expect(accept("5902ff")).toMatchObject({ value: { availabilityMask: 0xff, dtcs: [] }, warnings: [] });
  });

  it("keeps a DTC of zero by default", () => {
    expect(listOf(accept("5902ff00000000").value)).toBe("P0000-00:0");
  });

  it("masks stray status bits in the flags, keeps the byte, and warns once", () => {
    const { value, warnings } = accept("59020f042016010420178904201809");
    expect(listOf(value)).toBe("P0420-16:1 P0420-17:89 P0420-18:9");
    expect(isList(value) && value.dtcs[1]!.flags).toEqual(decodeDtcStatus(0x09, 0x0f));
    expect(warnings).toEqual([
      {
        code: "status_bit_outside_availability",
        message: "Status bits outside the availability mask: 1 records",
        path: "/dtcs/1/status",
        evidence: { bits: 0x80, availabilityMask: 0x0f, records: 1 },
      },
    ]);
    expect(accept("5902000420160104201702").warnings).toMatchObject([
      { path: "/dtcs/0/status", evidence: { bits: 0x03, records: 2 } },
    ]);
  });

  it("strips an echoed bit 7 of the sub-function and says so", () => {
    const { value, warnings } = accept("5982ff04201601");
    expect(value).toMatchObject({
      subFunction: "reportDTCByStatusMask",
      subFunctionId: 0x02,
      suppressPosRspMsgIndicationBit: true,
    });
    expect(bytesToHex(value.bytes)).toBe("5982ff04201601");
    expect(warnings).toEqual([
      { code: "suppress_bit_echoed", message: "Sub-function echoed with bit 7 set", path: "/subFunctionId" },
    ]);
  });

  it.each([
    ["", "/sid", 0, 1],
    ["59", "/subFunctionId", 1, 2],
    ["5902", "/availabilityMask", 2, 3],
    ["598a", "/availabilityMask", 2, 3],
  ])("refuses %j, which ends before %s", (hex, path, offset, wanted) => {
    expect(refuse(hex)).toEqual({
      ok: false,
      error: {
        code: "ERR_UDS_SHORT",
        message: `Cannot decode ${path}: the message is too short`,
        offset,
        path,
        details: { wanted, found: offset },
      },
    });
  });

  it.each([
    ["5902ff04", "/dtcs/0/code", 4, 7, ""],
    ["5902ff042016", "/dtcs/0/status", 6, 7, ""],
    ["5902ff0420160104", "/dtcs/1/code", 8, 11, "P0420-16:1"],
    ["5902ff042016010420", "/dtcs/1/code", 9, 11, "P0420-16:1"],
    ["590aff04201601042017020420", "/dtcs/2/code", 13, 15, "P0420-16:1 P0420-17:2"],
    ["590aff0420160104201702042018", "/dtcs/2/status", 14, 15, "P0420-16:1 P0420-17:2"],
  ])("refuses %s inside %s and gives the complete records", (hex, path, offset, wanted, list) => {
    const result = refuse(hex);
    expect(result.error).toMatchObject({ code: "ERR_UDS_SHORT", path, offset, details: { wanted, found: offset } });
    expect(listOf(result.partial)).toBe(list);
    expect(result.partial?.bytes).toEqual(hexToBytes(hex));
  });

  it("bounds the records of one message", () => {
    const hex = "5902ff042016010420170204201803";
    expect(accept(hex, { limits: { maxEntries: 3 } }).warnings).toEqual([]);
    expect(refuse(hex, { limits: { maxEntries: 2 } })).toEqual({
      ok: false,
      error: {
        code: "ERR_UDS_LIMIT",
        message: 'Cannot scan trouble codes: "maxEntries" allows 2, found 3',
        offset: 11,
        path: "/dtcs/2",
        details: { limit: "maxEntries", allowed: 2, found: 3 },
      },
    });
  });

  it("survives JSON but for the bytes", () => {
    const { value } = accept("5902ff0420160b");
    const { bytes: _, ...rest } = value;
    expect(JSON.parse(JSON.stringify(rest))).toEqual(rest);
  });

  it("reads back every list", () => {
    fc.assert(
      fc.property(subFunction, statusByte, records, (id, mask, list) => {
        const result = decodeResponse(encodeList(id, mask, list));
        if (!result.ok || !isList(result.value)) return expect.unreachable();
        expect(result.value.subFunctionId).toBe(id);
        expect(result.value.dtcs).toEqual(
          list.map(([code, status]) => ({
            code,
            display: formatDtc(code),
            status,
            flags: decodeDtcStatus(status, mask),
          })),
        );
        const stray = list.filter(([, status]) => status & ~mask).length;
        expect(result.warnings.map(({ evidence }) => evidence?.["records"])).toEqual(stray > 0 ? [stray] : []);
      }),
      { numRuns: 300 },
    );
  });

  it("names the field at which any truncation ends", () => {
    fc.assert(
      fc.property(subFunction, records, (id, list) => {
        const bytes = encodeList(id, 0xff, list);
        for (let length = 0; length < bytes.length; length++) {
          const result = decodeResponse(bytes.subarray(0, length));
          const complete = Math.floor((length - 3) / 4);
          if (length >= 3 && (length - 3) % 4 === 0) {
            expect(result.ok && listOf(result.value)?.split(" ").filter(Boolean)).toHaveLength(complete);
            continue;
          }
          if (result.ok) return expect.unreachable(`${length}`);
          expect(result.error.code).toBe("ERR_UDS_SHORT");
          expect(result.error.offset).toBe(length);
          const start = ["/sid", "/subFunctionId", "/availabilityMask"][length];
          expect(result.error.path).toBe(start ?? `/dtcs/${complete}/${(length - 3) % 4 === 3 ? "status" : "code"}`);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("decodeResponse: leniency", () => {
  it("is strict by default and by unknown words", () => {
    expect(strictLeniency).toEqual({ zeroPadding: "reject", allZeroDtc: "keep", trailing: "reject" });
    const odd = JSON.parse('{"zeroPadding": "Trim", "allZeroDtc": "DROP", "trailing": true}');
    for (const leniency of [strictLeniency, odd]) {
      expect(refuse("5902ff0420160100", { leniency }).error.code).toBe("ERR_UDS_SHORT");
      expect(refuse("7f223300", { leniency }).error.code).toBe("ERR_UDS_TRAILING_BYTES");
      expect(listOf(accept("5902ff00000000", { leniency }).value)).toBe("P0000-00:0");
    }
  });

  it.each([1, 2, 3])("trims %i zero bytes that fill no record, on demand", (length) => {
    const result = accept(`5902ff04201601${"00".repeat(length)}`, trim);
    expect(listOf(result.value)).toBe("P0420-16:1");
    expect(result.warnings).toEqual([
      {
        code: "zero_padding_trimmed",
        message: `Zero padding of ${length} bytes at offset 7 left out`,
        evidence: { offset: 7, length },
      },
    ]);
  });

  it("trims no other bytes and no whole record", () => {
    expect(refuse("5902ff04201601000001", trim).error.path).toBe("/dtcs/1/status");
    expect(refuse("5902ff0420160155", trim).error.path).toBe("/dtcs/1/code");
    expect(listOf(accept("5902ff0420160100000000", trim).value)).toBe("P0420-16:1 P0000-00:0");
  });

  it("drops records of four zero bytes, on demand", () => {
    const result = accept("5902ff00000000042016010000000000000000", drop);
    expect(listOf(result.value)).toBe("P0420-16:1");
    expect(result.warnings).toEqual([
      {
        code: "all_zero_dtc_dropped",
        message: "All-zero records left out: 3",
        path: "/dtcs",
        evidence: { records: 3 },
      },
    ]);
    expect(accept("5902ff04201601", drop).warnings).toEqual([]);
  });

  it("keeps a DTC of zero with a status, and a status of zero with a DTC", () => {
    expect(listOf(accept("5902ff0000000100000100", drop).value)).toBe("P0000-00:1 P0000-01:0");
  });

  it("points into the list as it is given, also when records before were dropped", () => {
    const result = refuse("5902ff00000000042016010420", drop);
    expect(result.error.path).toBe("/dtcs/1/code");
    expect(listOf(result.partial)).toBe("P0420-16:1");
    const stray = accept("5902010000000004201601042017ff", drop);
    expect(stray.warnings).toMatchObject([
      { code: "all_zero_dtc_dropped" },
      { code: "status_bit_outside_availability", path: "/dtcs/1/status" },
    ]);
  });

  it("drops and trims together", () => {
    const both: DecodeOptions = { leniency: { zeroPadding: "trim", allZeroDtc: "drop" } };
    const result = accept("5902ff04201601000000000000", both);
    expect(listOf(result.value)).toBe("P0420-16:1");
    expect(result.warnings.map(({ code }) => code)).toEqual(["zero_padding_trimmed", "all_zero_dtc_dropped"]);
    expect(refuse("5902ff04201601000000000000", drop).error.path).toBe("/dtcs/1/code");
  });

  it("reports bytes that fill no record, on demand", () => {
    const result = accept("5902ff04201601aaaa", report);
    expect(listOf(result.value)).toBe("P0420-16:1");
    expect(result.warnings).toEqual([
      {
        code: "trailing_bytes_ignored",
        message: "Trailing 2 bytes at offset 7 left out",
        evidence: { offset: 7, length: 2 },
      },
    ]);
    expect(accept("5902ff000000", report).warnings).toMatchObject([{ code: "trailing_bytes_ignored" }]);
  });

  it("never invents a missing mask", () => {
    const all: DecodeOptions = { leniency: { zeroPadding: "trim", allZeroDtc: "drop", trailing: "report" } };
    for (const hex of ["", "59", "5902", "7f", "7f22"]) expect(refuse(hex, all).error.code).toBe("ERR_UDS_SHORT");
  });
});

describe("decodeResponse: negative responses", () => {
  it("names service and code", () => {
    const bytes = hexToBytes("7f1978");
    expect(decodeResponse(bytes)).toEqual({
      ok: true,
      value: {
        kind: "negative",
        sid: 0x7f,
        requestSid: 0x19,
        requestService: "readDTCInformation",
        nrc: 0x78,
        name: "requestCorrectlyReceivedResponsePending",
        nrcKind: "pending",
        bytes,
      },
      warnings: [],
    });
  });

  it("keeps what it does not know as data", () => {
    expect(accept("7f00f3").value).toMatchObject({
      requestSid: 0,
      requestService: "unknown",
      nrc: 0xf3,
      name: "vehicleManufacturerSpecificConditionsNotCorrect",
      nrcKind: "manufacturer",
    });
  });

  it.each([
    ["7f", "/requestSid", 1],
    ["7f22", "/nrc", 2],
  ])("refuses %s, which ends before %s", (hex, path, offset) => {
    const { error } = refuse(hex);
    expect(error).toMatchObject({ code: "ERR_UDS_SHORT", path, offset, details: { wanted: 3, found: offset } });
  });

  it("refuses surplus bytes but gives the refusal as partial", () => {
    const result = refuse("7f223100");
    expect(result.error).toEqual({
      code: "ERR_UDS_TRAILING_BYTES",
      message: "Cannot decode message: it goes on after its layout",
      offset: 3,
      path: "",
      details: { wanted: 3, found: 4 },
    });
    expect(result.partial).toMatchObject({ kind: "negative", name: "requestOutOfRange" });
  });

  it("tolerates surplus bytes on demand", () => {
    expect(accept("7f22310000000000", trim).warnings).toMatchObject([
      { code: "zero_padding_trimmed", evidence: { offset: 3, length: 5 } },
    ]);
    expect(refuse("7f22310001", trim).error.offset).toBe(3);
    expect(accept("7f2231aaaa", report).warnings).toMatchObject([
      { code: "trailing_bytes_ignored", evidence: { offset: 3, length: 2 } },
    ]);
  });
});

describe("decodeResponse: everything else", () => {
  it.each([
    ["00", "unknown"],
    ["19", "unknown"],
    ["ff01", "unknown"],
  ])("gives %s back as data of service %s", (hex, service) => {
    const bytes = hexToBytes(hex);
    expect(decodeResponse(bytes)).toEqual({
      ok: true,
      value: { kind: "unknown", sid: bytes[0], service, bytes },
      warnings: [],
    });
  });

  it("gives sub-functions that ReadDTCInformation does not have back as data", () => {
    expect(accept("5957042016ff01")).toMatchObject({
      value: { kind: "unknown", service: "readDTCInformation", subFunctionId: 0x57 },
      warnings: [],
    });
    expect(accept("59c1ff")).toMatchObject({
      value: { kind: "unknown", subFunctionId: 0x41 },
      warnings: [{ code: "suppress_bit_echoed" }],
    });
  });

  it("never throws, and places every fault inside the message", () => {
    const start = fc.constantFrom([], [0x59], [0x59, 0x02], [0x59, 0x8a, 0x7f], [0x7f], [0x7f, 0x19]);
    const leniency = fc.record(
      {
        zeroPadding: fc.constantFrom("reject", "trim"),
        allZeroDtc: fc.constantFrom("keep", "drop"),
        trailing: fc.constantFrom("reject", "report"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 64 }), leniency, (head, tail, words) => {
        const bytes = concatBytes(Uint8Array.from(head), tail);
        const result = decodeResponse(bytes, { leniency: words } as DecodeOptions);
        if (result.ok) return;
        expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
        expect(result.error.path).toMatch(/^(\/[A-Za-z0-9]+)*$/);
      }),
      { numRuns: 3_000 },
    );
  });

  it("tells the kinds apart for the compiler", () => {
    const describeKind = (response: UdsResponse): string => {
      switch (response.kind) {
        case "positive":
          return isList(response) && response.subFunction === "reportDTCByStatusMask"
            ? `${response.dtcs.length satisfies number}`
            : "supported";
        case "negative":
          return response.nrcKind;
        case "unknown":
          return response.service;
        default:
          return response satisfies never;
      }
    };
    expect(["5902ff", "590aff", "7f1911", "ff"].map((hex) => describeKind(accept(hex).value))).toEqual([
      "0",
      "supported",
      "permanent",
      "unknown",
    ]);
  });
});

describe("decoders of one service", () => {
  it("gives messages of others back as data", () => {
    const other = hexToBytes("6202ff04201601");
    expect(decodeReadDTCInformationResponse(other)).toEqual({
      ok: true,
      value: { kind: "unknown", sid: 0x62, service: "readDataByIdentifier", bytes: other },
      warnings: [],
    });
    expect(decodeNegativeResponse(hexToBytes("5902ff"))).toEqual({
      ok: true,
      value: { kind: "unknown", sid: 0x59, service: "readDTCInformation", bytes: hexToBytes("5902ff") },
      warnings: [],
    });
  });

  it("refuses the empty message", () => {
    const empty = new Uint8Array();
    expect(decodeReadDTCInformationResponse(empty)).toMatchObject({ ok: false, error: { path: "/sid", offset: 0 } });
    expect(decodeNegativeResponse(empty)).toMatchObject({ ok: false, error: { path: "/sid", offset: 0 } });
  });

  it("reads its own messages as decodeResponse does", () => {
    for (const hex of ["5902ff04201601", "5902ff042016", "5906", "59"]) {
      expect(decodeReadDTCInformationResponse(hexToBytes(hex))).toEqual(decodeResponse(hexToBytes(hex)));
    }
    for (const hex of ["7f", "7f1911", "7f191100"]) {
      expect(decodeNegativeResponse(hexToBytes(hex))).toEqual(decodeResponse(hexToBytes(hex)));
    }
  });
});

describe("scanDtcs and decodeDtcRecords", () => {
  it("walks over the records with their offsets", () => {
    const scan = scanDtcs(hexToBytes("5902fb1234562012345760"));
    if (!scan.ok) return expect.unreachable();
    const cursor = scan.value;
    expect(cursor.availabilityMask).toBe(0xfb);
    expect(cursor.next()).toBe(true);
    expect([cursor.code, cursor.status, cursor.offset]).toEqual([0x123456, 0x20, 3]);
    expect(cursor.next()).toBe(true);
    expect([cursor.code, cursor.status, cursor.offset]).toEqual([0x123457, 0x60, 7]);
    expect(cursor.next()).toBe(false);
    expect(cursor.next()).toBe(false);
  });

  it("counts the records it passes over", () => {
    const scan = scanDtcs(hexToBytes("5902ff000000000420160100000000"), drop);
    if (!scan.ok) return expect.unreachable();
    expect(scan.value.next()).toBe(true);
    expect([scan.value.code, scan.value.offset, scan.value.dropped]).toEqual([0x042016, 7, 1]);
    expect(scan.value.next()).toBe(false);
    expect(scan.value.dropped).toBe(2);
    expect(scan.value.next()).toBe(false);
    expect(scan.value.dropped).toBe(2);
  });

  it.each([
    ["7f1911", 0, "/sid", 0x7f],
    ["62f190", 0, "/sid", 0x62],
    ["5906042016ff", 1, "/subFunctionId", 0x06],
    ["5986042016ff", 1, "/subFunctionId", 0x86],
  ])("refuses %s as no list of DTCs", (hex, offset, path, found) => {
    const error = {
      code: "ERR_UDS_UNEXPECTED_RESPONSE",
      message: `Cannot scan trouble codes: byte 0x${found.toString(16)} at offset ${offset} opens another response`,
      offset,
      path,
      details: { found },
    };
    expect(scanDtcs(hexToBytes(hex))).toEqual({ ok: false, error });
    expect(decodeDtcRecords(hexToBytes(hex))).toEqual({ ok: false, error });
  });

  it("gives a cursor over the complete records of a truncated list", () => {
    const scan = scanDtcs(hexToBytes("5902ff042016010420"));
    expect(scan.ok).toBe(false);
    expect(!scan.ok && scan.partial?.next()).toBe(true);
    expect(!scan.ok && scan.partial?.next()).toBe(false);
  });

  it("gives bare numbers with the mask", () => {
    expect(decodeDtcRecords(hexToBytes("590a0f04201689"))).toEqual({
      ok: true,
      value: { availabilityMask: 0x0f, dtcs: [{ code: 0x042016, status: 0x89 }] },
      warnings: [expect.objectContaining({ code: "status_bit_outside_availability" })],
    });
    expect(decodeDtcRecords(hexToBytes("590a0f0420160904"))).toMatchObject({
      ok: false,
      error: { path: "/dtcs/1/code" },
      partial: { availabilityMask: 0x0f, dtcs: [{ code: 0x042016, status: 0x09 }] },
    });
  });

  it("agrees with decodeResponse on every list, whole or cut", () => {
    fc.assert(
      fc.property(subFunction, statusByte, records, fc.nat(3), (id, mask, list, cut) => {
        const whole = encodeList(id, mask, list);
        const bytes = whole.subarray(0, Math.max(3, whole.length - cut));
        const rich = decodeResponse(bytes, drop);
        const bare = decodeDtcRecords(bytes, drop);
        expect(bare.ok).toBe(rich.ok);
        const richValue = rich.ok ? rich.value : rich.partial;
        const bareValue = bare.ok ? bare.value : bare.partial;
        if (!isList(richValue)) return expect.unreachable();
        expect(bareValue?.dtcs).toEqual(richValue.dtcs.map(({ code, status }) => ({ code, status })));
        expect(bareValue?.availabilityMask).toBe(richValue.availabilityMask);
        if (bare.ok && rich.ok) expect(bare.warnings).toEqual(rich.warnings);
        if (!bare.ok && !rich.ok) expect(bare.error).toEqual(rich.error);
      }),
      { numRuns: 300 },
    );
  });
});
