import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "../../src/core/index.ts";
import {
  type DecodeOptions,
  decodeDtcRecords,
  decodeDtcStatus,
  decodeReadDTCInformationResponse,
  decodeResponse,
  type EncodableReadDTCInformationResponse,
  encodeReadDTCInformationResponse,
  formatDtc,
  type ReadDTCInformationResponse,
  scanDtcs,
  type UdsError,
} from "../../src/uds/index.ts";
import { errorOf } from "../error-of.ts";
import { anyResponse, dictionary, responseOf, subFunctions } from "./read-dtc-fixture.ts";

function accept(hex: string, options?: DecodeOptions) {
  const result = decodeReadDTCInformationResponse(hexToBytes(hex), options);
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.path}: ${result.error.message}`);
  return result;
}

function refuse(hex: string, options?: DecodeOptions) {
  const result = decodeReadDTCInformationResponse(hexToBytes(hex), options);
  if (result.ok) throw new Error(`Accepted ${hex}`);
  return result;
}

/** Members that are particular to a response. */
function membersOf(hex: string, options?: DecodeOptions): object {
  const { value } = accept(hex, options);
  const { kind, service, sid, subFunction, subFunctionId, suppressPosRspMsgIndicationBit, bytes, ...members } =
    value as unknown as Record<string, unknown>;
  expect([kind, service, sid, suppressPosRspMsgIndicationBit]).toEqual(["positive", "readDTCInformation", 0x59, false]);
  expect(subFunctionId).toBe(hexToBytes(hex)[1]);
  expect(typeof subFunction).toBe("string");
  expect(bytes).toEqual(hexToBytes(hex));
  return members;
}

function rich(code: number, status: number, mask: number): object {
  return { code, display: formatDtc(code), status, flags: decodeDtcStatus(status, mask) };
}

function encoded(result: { readonly value: unknown }, options?: { edition: "2006" | "2013" | "2020" }): string {
  return bytesToHex(encodeReadDTCInformationResponse(result.value as ReadDTCInformationResponse, options));
}

describe("ReadDTCInformation responses: heads and lists", () => {
  it.each(["01", "07", "11", "12"])("reads the count of 0x%s", (id) => {
    expect(membersOf(`59${id}fb011234`)).toEqual({ availabilityMask: 0xfb, formatIdentifier: 1, count: 0x1234 });
    expect(refuse(`59${id}fb0112`).error).toMatchObject({ code: "ERR_UDS_SHORT", path: "/count", offset: 5 });
    expect(refuse(`59${id}fb`).error).toMatchObject({ code: "ERR_UDS_SHORT", path: "/formatIdentifier", offset: 3 });
    expect(refuse(`59${id}fb01123400`).error).toMatchObject({ code: "ERR_UDS_TRAILING_BYTES", offset: 6 });
    expect(accept(`59${id}fb01123400`, { leniency: { zeroPadding: "trim" } }).warnings).toMatchObject([
      { code: "zero_padding_trimmed", evidence: { offset: 6, length: 1 } },
    ]);
  });

  it("gives a record no member that its layout lacks", () => {
    const keys = (hex: string) => {
      const result = decodeReadDTCInformationResponse(hexToBytes(hex));
      return Object.keys(
        (result.ok ? (result.value as unknown as { dtcs: readonly object[] }) : expect.unreachable()).dtcs[0]!,
      );
    };
    expect(keys("5902ff04201609")).toEqual(["code", "display", "status", "flags"]);
    expect(keys("594233ffff042004201609")).toEqual(["severity", "code", "display", "status", "flags"]);
    expect(keys("5908ff200104201609")).toEqual(["severity", "functionalUnit", "code", "display", "status", "flags"]);
    expect(keys("590304201601")).toEqual(["code", "display", "recordNumber"]);
    expect(keys("591404201680")).toEqual(["code", "display", "faultDetectionCounter"]);
  });

  it.each(["02", "0a", "0b", "0c", "0d", "0e", "0f", "13", "15"])("reads the list of 0x%s", (id) => {
    expect(membersOf(`59${id}7f04201689`)).toEqual({ availabilityMask: 0x7f, dtcs: [rich(0x042016, 0x89, 0x7f)] });
    expect(membersOf(`59${id}7f`)).toEqual({ availabilityMask: 0x7f, dtcs: [] });
  });

  it("reads the snapshot numbers of 0x03", () => {
    expect(membersOf("590304201601c1008702")).toEqual({
      dtcs: [
        { code: 0x042016, display: "P0420-16", recordNumber: 1 },
        { code: 0xc10087, display: "U0100-87", recordNumber: 2 },
      ],
    });
    expect(membersOf("5903")).toEqual({ dtcs: [] });
    expect(refuse("5903042016").error).toMatchObject({ path: "/dtcs/0/recordNumber", offset: 5 });
    expect(accept("5903042016ff").warnings).toEqual([]);
  });

  it.each(["08", "09"])("reads severity and functional unit of 0x%s", (id) => {
    const unit = { severity: 0x80, functionalUnit: 0x99, ...rich(0x123456, 0x20, 0xfb) };
    expect(membersOf(`59${id}fb809912345620`)).toEqual({ availabilityMask: 0xfb, dtcs: [unit] });
    expect(refuse(`59${id}fb80`).error).toMatchObject({ path: "/dtcs/0/functionalUnit", offset: 4 });
    expect(refuse(`59${id}fb8099`).error).toMatchObject({ path: "/dtcs/0/code", offset: 5 });
    expect(refuse(`59${id}fb80991234`).error).toMatchObject({ path: "/dtcs/0/code", offset: 7 });
    expect(refuse(`59${id}fb8099123456`).error).toMatchObject({ path: "/dtcs/0/status", offset: 8 });
  });

  it("reads the fault detection counters of 0x14 as signed", () => {
    expect(membersOf("591404201680c100877f000001ff")).toEqual({
      dtcs: [
        { code: 0x042016, display: "P0420-16", faultDetectionCounter: -128 },
        { code: 0xc10087, display: "U0100-87", faultDetectionCounter: 127 },
        { code: 0x000001, display: "P0000-01", faultDetectionCounter: -1 },
      ],
    });
    expect(refuse("5914042016").error).toMatchObject({ path: "/dtcs/0/faultDetectionCounter" });
  });

  it("reads the memory selection of 0x17", () => {
    const dtcs = [rich(0x042016, 1, 0x7f)];
    expect(membersOf("5917057f04201601")).toEqual({ memorySelection: 5, availabilityMask: 0x7f, dtcs });
    expect(refuse("591705").error).toMatchObject({ path: "/availabilityMask", offset: 3, details: { wanted: 4 } });
    expect(refuse("5917").error).toMatchObject({ path: "/memorySelection", offset: 2, details: { wanted: 3 } });
  });

  it("reads 0x1A, also without a record number when no code has the record", () => {
    const dtcs = [rich(0x042016, 1, 0x7f)];
    expect(membersOf("591a7f9104201601")).toEqual({ availabilityMask: 0x7f, recordNumber: 0x91, dtcs });
    expect(membersOf("591a7f91")).toEqual({ availabilityMask: 0x7f, recordNumber: 0x91, dtcs: [] });
    expect(membersOf("591a7f")).toEqual({ availabilityMask: 0x7f, dtcs: [] });
    expect(membersOf("591a7f")).not.toHaveProperty("recordNumber");
    for (const hex of ["591a7f9104201601", "591a7f91", "591a7f"]) expect(encoded(accept(hex))).toBe(hex);
    expect(refuse("591a7f910420").error.path).toBe("/dtcs/0/code");
  });

  it("reads the WWH-OBD lists 0x42, 0x55 and 0x56", () => {
    const dtcs = [rich(0x042016, 1, 0x7e)];
    const head = { functionalGroup: 0x33, availabilityMask: 0x7e, formatIdentifier: 4 };
    const withSeverity = { ...head, severityAvailabilityMask: 0xa0, dtcs: [{ severity: 0x80, ...dtcs[0] }] };
    expect(membersOf("5942337ea0048004201601")).toEqual(withSeverity);
    expect(membersOf("5955337e0404201601")).toEqual({ ...head, dtcs });
    expect(membersOf("5956337e040504201601")).toEqual({ ...head, readinessGroup: 5, dtcs });
    expect(refuse("5942337ea00480").error.path).toBe("/dtcs/0/code");
    expect(refuse("5942337ea00480042016").error.path).toBe("/dtcs/0/status");
    expect(refuse("5956337e04").error).toMatchObject({ path: "/readinessGroup", offset: 5 });
  });

  it("dispatches the text of codes by the format identifier of the response", () => {
    expect(accept("5955337e02b8040301").value).toMatchObject({ dtcs: [{ code: 0xb80403, display: "SPN 1208 FMI 3" }] });
    expect(accept("5955337e03b8040301").value).toMatchObject({ dtcs: [{ display: "0xB80403" }] });
    expect(accept("5955337e04b8040301").value).toMatchObject({ dtcs: [{ display: "B3804-03" }] });
  });

  it("takes the format of the ECU from the options where the response has none", () => {
    const options = { formatIdentifier: 2 };
    expect(accept("5902ffb8040301", options).value).toMatchObject({ dtcs: [{ display: "SPN 1208 FMI 3" }] });
    expect(accept("5903b8040301", options).value).toMatchObject({ dtcs: [{ display: "SPN 1208 FMI 3" }] });
    expect(accept("5914b8040301", options).value).toMatchObject({ dtcs: [{ display: "SPN 1208 FMI 3" }] });
    expect(accept("5955337e04b8040301", options).value).toMatchObject({ dtcs: [{ display: "B3804-03" }] });
    expect(accept("5904b8040301", options).value).toMatchObject({ dtc: { display: "SPN 1208 FMI 3" } });
  });

  it.each(["09", "0b", "0c", "0d", "0e"])("warns of more than one code in 0x%s", (id) => {
    const unit = id === "09" ? "8099" : "";
    expect(accept(`59${id}ff${unit}04201601`).warnings).toEqual([]);
    expect(accept(`59${id}ff${unit}04201601${unit}04201701`).warnings).toEqual([
      {
        code: "more_than_one_dtc",
        message: "One DTC at most expected, 2 found",
        path: "/dtcs/1",
        evidence: { records: 2 },
      },
    ]);
  });

  it("warns of stray status bits in every list with a status, and in no other", () => {
    const codes = (hex: string) => accept(hex).warnings.map(({ code }) => code);
    for (const hex of ["59080f8099042016f1", "5917050f042016f1", "591a0f01042016f1", "5942330fff0480042016f1"]) {
      expect(codes(hex)).toEqual(["status_bit_outside_availability"]);
    }
    for (const hex of ["5903042016f1", "5914042016f1"]) expect(codes(hex)).toEqual([]);
  });

  it("drops only records whose every byte is zero, on demand", () => {
    const drop: DecodeOptions = { leniency: { allZeroDtc: "drop" } };
    const listOf = (hex: string) => {
      const { value } = accept(hex, drop);
      return "dtcs" in value ? value.dtcs.map(({ code }) => code) : undefined;
    };
    expect(listOf("5908ff000000000000000100000000")).toEqual([0]);
    expect(listOf("5908ff000000000000010000000000")).toEqual([0]);
    expect(listOf("5908ff000000000000000000000001")).toEqual([0]);
    expect(listOf("5908ff000000000000")).toEqual([]);
    expect(listOf("5942337ea0040000000000")).toEqual([]);
    expect(listOf("5942337ea0048000000000")).toEqual([0]);
    expect(listOf("590300000000000000010000010000000000")).toEqual([0, 1]);
    expect(accept("5914000000000000007f", drop).warnings).toMatchObject([{ evidence: { records: 1 } }]);
  });

  it("takes 0x80 for sub-function 0 with bit 7", () => {
    expect(accept("5980ff")).toMatchObject({
      value: { kind: "unknown", subFunctionId: 0 },
      warnings: [{ code: "suppress_bit_echoed" }],
    });
    expect(accept("597fff")).toMatchObject({ value: { kind: "unknown", subFunctionId: 0x7f }, warnings: [] });
  });

  it("bounds the records of a message", () => {
    const limits = { maxEntries: 1 };
    expect(accept("5908ff809912345620", { limits }).ok).toBe(true);
    expect(refuse("5908ff809912345620809912345620", { limits }).error).toMatchObject({
      code: "ERR_UDS_LIMIT",
      offset: 9,
      path: "/dtcs/1",
    });
  });
});

describe("scanDtcs and decodeDtcRecords: every list with a status", () => {
  it("walks over severity and unit", () => {
    const scan = scanDtcs(hexToBytes("5908ff809912345620c08812345760"));
    if (!scan.ok) return expect.unreachable();
    const cursor = scan.value;
    const seen: unknown[] = [];
    while (cursor.next()) {
      const { offset, severity, functionalUnit, code, status } = cursor;
      seen.push([offset, severity, functionalUnit, code, status]);
    }
    expect(seen).toEqual([
      [3, 0x80, 0x99, 0x123456, 0x20],
      [9, 0xc0, 0x88, 0x123457, 0x60],
    ]);
    const listed = scanDtcs(hexToBytes("5902ff12345620"));
    expect(listed.ok && listed.value.next() && [listed.value.severity, listed.value.functionalUnit]).toEqual([
      undefined,
      undefined,
    ]);
    const wwh = scanDtcs(hexToBytes("5942337ea0048012345601"));
    expect(wwh.ok && wwh.value.next() && [wwh.value.severity, wwh.value.functionalUnit]).toEqual([0x80, undefined]);
  });

  it.each(["5901fb011234", "590304201601", "590404201601", "591404201601", "591601", "59410102"])(
    "refuses %s",
    (hex) => {
      const result = scanDtcs(hexToBytes(hex));
      expect(!result.ok && result.error).toMatchObject({ code: "ERR_UDS_UNEXPECTED_RESPONSE", offset: 1 });
    },
  );

  it("refuses what ends before its sub-function", () => {
    const [empty, lone] = ["", "59"].map((hex) => scanDtcs(hexToBytes(hex)));
    expect(!empty!.ok && empty!.error).toMatchObject({ code: "ERR_UDS_SHORT", path: "/sid", offset: 0 });
    expect(!lone!.ok && lone!.error).toMatchObject({ code: "ERR_UDS_SHORT", path: "/subFunctionId", offset: 1 });
  });

  it("agrees with the rich reading of every response, whole or cut", () => {
    fc.assert(
      fc.property(anyResponse, fc.nat(3), (response, cut) => {
        const whole = encodeReadDTCInformationResponse(response);
        const bytes = whole.subarray(0, Math.max(2, whole.length - cut));
        const compact = decodeDtcRecords(bytes);
        if (!compact.ok && compact.error.code === "ERR_UDS_UNEXPECTED_RESPONSE") return;
        const full = decodeReadDTCInformationResponse(bytes);
        expect(compact.ok).toBe(full.ok);
        const [bare, value] = [compact.ok ? compact.value : compact.partial, full.ok ? full.value : full.partial];
        if (bare === undefined) {
          expect(value).toBeUndefined();
          return;
        }
        if (value === undefined || !("availabilityMask" in value) || !("dtcs" in value)) return expect.unreachable();
        expect(bare.availabilityMask).toBe(value.availabilityMask);
        expect(bare.dtcs).toEqual(value.dtcs.map(({ code, status }) => ({ code, status })));
        if (!compact.ok && !full.ok) expect(compact.error).toEqual(full.error);
      }),
      { numRuns: 1_000 },
    );
  });
});

const known: DecodeOptions = { dictionary };

describe("ReadDTCInformation responses: snapshots", () => {
  const speed = (data: string, value: number) => ({
    identifier: 0x4455,
    data: hexToBytes(data),
    name: "Speed",
    values: [{ name: "speed", value, unit: "km/h" }],
  });
  const note = {
    identifier: 0x6789,
    data: hexToBytes("02aabb"),
    name: "Note",
    values: [{ name: "note", value: "aabb" }],
  };

  it("reads 0x04 and 0x18 with a dictionary", () => {
    const body = "0420162f" + "0102" + "44550fa0" + "678902aabb" + "0201" + "44550001";
    const members = {
      dtc: rich(0x042016, 0x2f, 0xff),
      snapshots: [
        { recordNumber: 1, identifierCount: 2, identifiers: [speed("0fa0", 40), note] },
        { recordNumber: 2, identifierCount: 1, identifiers: [speed("0001", 0.01)] },
      ],
    };
    expect(membersOf(`5904${body}`, known)).toEqual(members);
    expect(membersOf(`591805${body}`, known)).toEqual({ memorySelection: 5, ...members });
    expect(accept(`5904${body}`, known).warnings).toEqual([]);
  });

  it("takes the mask of the ECU from the options", () => {
    expect(accept("590404201689", { availabilityMask: 0x7f }).value).toMatchObject({
      dtc: { status: 0x89, flags: decodeDtcStatus(0x89, 0x7f) },
    });
  });

  it("reads a code without snapshots", () => {
    expect(membersOf("59040420162f")).toEqual({ dtc: rich(0x042016, 0x2f, 0xff), snapshots: [] });
  });

  it("leaves a record with an unknown identifier as bytes from there on, and keeps what came before", () => {
    const hex = "59040420162f" + "0101" + "44550fa0" + "0203" + "44550001" + "1234" + "99887766";
    const { value, warnings } = accept(hex, known);
    const undecoded = { offset: 18, bytes: hexToBytes("123499887766"), reason: "unknown_data_identifier" };
    expect(value).toMatchObject({
      snapshots: [
        { recordNumber: 1, identifiers: [speed("0fa0", 40)] },
        { recordNumber: 2, identifierCount: 3, identifiers: [speed("0001", 0.01)], undecoded },
      ],
    });
    expect("snapshots" in value && "undecoded" in value.snapshots[0]!).toBe(false);
    expect(warnings).toEqual([
      {
        code: "record_undecoded",
        message: "Record from offset 18 kept as 6 bytes: the dictionary does not know its length",
        path: "/snapshots/1/undecoded",
        evidence: { reason: "unknown_data_identifier", offset: 18, length: 6, identifier: 0x1234 },
      },
    ]);
    expect(encoded(accept(hex, known))).toBe(hex);
  });

  it("guesses nothing without a dictionary", () => {
    const { value } = accept("59040420162f" + "0101" + "44550fa0");
    expect(value).toMatchObject({
      snapshots: [{ recordNumber: 1, identifierCount: 1, identifiers: [], undecoded: { offset: 8 } }],
    });
    expect(accept("59040420162f" + "0101" + "4455").value).toMatchObject({
      snapshots: [{ undecoded: { bytes: hexToBytes("4455") } }],
    });
  });

  it.each([
    ["5904", "/dtc/code", 5],
    ["59041234", "/dtc/code", 5],
    ["5904042016", "/dtc/status", 6],
    ["591805", "/dtc/code", 6],
    ["5918", "/memorySelection", 3],
  ])("refuses %s, which ends before its code does, without a partial reading", (hex, path, wanted) => {
    const result = refuse(hex, known);
    expect(result.error).toMatchObject({ code: "ERR_UDS_SHORT", path, offset: hex.length / 2, details: { wanted } });
    expect(result).not.toHaveProperty("partial");
  });

  it.each([
    ["01", "/snapshots/1/identifierCount", 15],
    ["0102", "/snapshots/1/identifiers/0/identifier", 17],
    ["010244", "/snapshots/1/identifiers/0/identifier", 17],
    ["01024455", "/snapshots/1/identifiers/0/data", 19],
    ["0102445500", "/snapshots/1/identifiers/0/data", 19],
    ["010244550001", "/snapshots/1/identifiers/1/identifier", 21],
    ["01016789", "/snapshots/1/identifiers/0/data", 18],
    ["0101678902aa", "/snapshots/1/identifiers/0/data", 20],
  ])("refuses a second record that ends after %s, and gives the first", (tail, path, wanted) => {
    const hex = `590404201601050167890199${tail}`;
    // The first record has one identifier with a note of one byte.
    const result = refuse(hex, known);
    const length = hex.length / 2;
    expect(result.error).toMatchObject({ code: "ERR_UDS_SHORT", path, offset: length });
    expect(result.error.details).toEqual({ wanted: wanted - 1, found: length });
    expect(result.partial).toMatchObject({ snapshots: [{ recordNumber: 5, identifiers: [{ identifier: 0x6789 }] }] });
    expect(result.partial && "snapshots" in result.partial && result.partial.snapshots).toHaveLength(1);
  });

  it("refuses a record that claims no identifiers", () => {
    const result = refuse("59040420160101004455", known);
    expect(result.error).toEqual({
      code: "ERR_UDS_RESERVED_VALUE",
      message: "Cannot decode /snapshots/0/identifierCount: 0 at offset 7 is no number of data identifiers",
      offset: 7,
      path: "/snapshots/0/identifierCount",
      details: { found: 0 },
    });
    expect(result.partial).toMatchObject({ dtc: { code: 0x042016 }, snapshots: [] });
  });

  it("counts records and identifiers against the limit", () => {
    const hex = "590404201601" + "0102" + "47114711";
    expect(accept(hex, { ...known, limits: { maxEntries: 3 } }).ok).toBe(true);
    expect(refuse(hex, { ...known, limits: { maxEntries: 2 } }).error).toEqual({
      code: "ERR_UDS_LIMIT",
      message: 'Cannot decode records: "maxEntries" allows 2, found more',
      offset: 10,
      path: "/snapshots/0/identifiers/1",
      details: { limit: "maxEntries", allowed: 2, found: 3 },
    });
    expect(refuse(hex, { ...known, limits: { maxEntries: 0 } }).error.path).toBe("/snapshots/0");
  });
});

describe("ReadDTCInformation responses: stored data", () => {
  it("reads records of several codes", () => {
    expect(membersOf("5905" + "0104201601" + "014711" + "02c1008702" + "014711", known)).toEqual({
      records: [
        {
          recordNumber: 1,
          ...rich(0x042016, 1, 0xff),
          identifierCount: 1,
          identifiers: [{ identifier: 0x4711, data: new Uint8Array(), name: "Nothing", values: [] }],
        },
        {
          recordNumber: 2,
          ...rich(0xc10087, 2, 0xff),
          identifierCount: 1,
          identifiers: [{ identifier: 0x4711, data: new Uint8Array(), name: "Nothing", values: [] }],
        },
      ],
    });
  });

  it("takes an incomplete first record for no tail that may be left out", () => {
    const report: DecodeOptions = { leniency: { zeroPadding: "trim", trailing: "report" } };
    const result = decodeReadDTCInformationResponse(hexToBytes("59050004"), report);
    expect(result).toMatchObject({ ok: false, error: { code: "ERR_UDS_SHORT", offset: 4, path: "/records/0/code" } });
    const second = "5905" + "0104201601" + "014711";
    expect(accept(`${second}0004`, { ...known, ...report }).warnings.at(-1)).toMatchObject({
      code: "trailing_bytes_ignored",
    });
  });

  it("reads a record number without a code as one under which nothing is stored", () => {
    expect(membersOf("590507")).toEqual({ records: [], loneRecordNumber: 7 });
    expect(membersOf("590500")).toEqual({ records: [], loneRecordNumber: 0 });
    const trim: DecodeOptions = { leniency: { zeroPadding: "trim" } };
    for (const padded of ["59050000", "5905000000"]) {
      const { value, warnings } = accept(padded, trim);
      expect(value).toMatchObject({ records: [], loneRecordNumber: 0 });
      expect(warnings.map(({ code }) => code)).toEqual(["zero_padding_trimmed"]);
      expect(encoded(accept(padded, trim))).toBe("590500");
    }
    const hex = "5905" + "0104201601" + "014711" + "07";
    expect(membersOf(hex, known)).toMatchObject({ records: [{ recordNumber: 1 }], loneRecordNumber: 7 });
    expect(encoded(accept(hex, known))).toBe(hex);
  });

  it.each([
    ["5905", "/loneRecordNumber", 3],
    ["590501042016", "/records/0/status", 7],
    ["59050104", "/records/0/code", 6],
    ["590501042016ff", "/records/0/identifierCount", 8],
    ["590501042016ff01", "/records/0/identifiers/0/identifier", 10],
    ["5905" + "0104201601014711" + "0204", "/records/1/code", 14],
  ])("refuses %s, which ends before %s", (hex, path, wanted) => {
    const result = refuse(hex, known);
    expect(result.error).toMatchObject({ code: "ERR_UDS_SHORT", path, offset: hex.length / 2, details: { wanted } });
    expect(result.partial).toMatchObject({ records: { length: path.startsWith("/records/1") ? 1 : 0 } });
  });
});

describe("ReadDTCInformation responses: extended data", () => {
  it.each([
    ["5906", {}],
    ["5910", {}],
    ["591905", { memorySelection: 5 }],
  ])("reads %s with a dictionary, by code where it says so", (head, more) => {
    const count = (data: string, name: string, value: number) => ({
      recordNumber: 1,
      data: hexToBytes(data),
      name,
      values: [{ name: "count", value }],
    });
    const times = {
      recordNumber: 2,
      data: hexToBytes("0a0b0c"),
      name: "Times",
      values: [{ name: "times", value: "0a0b0c" }],
    };
    expect(membersOf(`${head}123456010109020a0b0c`, known)).toEqual({
      ...more,
      dtc: rich(0x123456, 1, 0xff),
      extendedData: [count("09", "Counter", 9), times],
    });
    expect(membersOf(`${head}04201601010109020a0b0c`, known)).toEqual({
      ...more,
      dtc: rich(0x042016, 1, 0xff),
      extendedData: [count("0109", "Wide", 0x109), times],
    });
    expect(membersOf(`${head}04201601`)).toEqual({ ...more, dtc: rich(0x042016, 1, 0xff), extendedData: [] });
  });

  it("leaves a record of unknown length as bytes, without a dictionary and with one", () => {
    const undecoded = (offset: number, hex: string) => ({
      offset,
      bytes: hexToBytes(hex),
      reason: "unknown_extended_data_record",
    });
    const plain = accept("590604201601" + "0109" + "0a0b");
    expect(plain.value).toMatchObject({ extendedData: [{ recordNumber: 1, undecoded: undecoded(7, "090a0b") }] });
    expect(plain.warnings).toMatchObject([
      {
        code: "record_undecoded",
        path: "/extendedData/0/undecoded",
        evidence: { reason: "unknown_extended_data_record", offset: 7, length: 3, recordNumber: 1 },
      },
    ]);
    const { value } = accept("590612345601" + "0109" + "030b0c", known);
    expect(value).toMatchObject({
      extendedData: [
        { recordNumber: 1, name: "Counter" },
        { recordNumber: 3, undecoded: undecoded(9, "0b0c") },
      ],
    });
    expect(accept("590604201601" + "09").value).toMatchObject({ extendedData: [{ undecoded: undecoded(7, "") }] });
  });

  it("refuses record number 0, which is reserved", () => {
    expect(refuse("590604201601" + "020a0b0c" + "00", known).error).toEqual({
      code: "ERR_UDS_RESERVED_VALUE",
      message: "Cannot decode /extendedData/1/recordNumber: 0 at offset 10 is reserved and numbers no record",
      offset: 10,
      path: "/extendedData/1/recordNumber",
      details: { found: 0 },
    });
  });

  it("refuses data that end too early, and gives the complete records", () => {
    const result = refuse("590612345601" + "0109" + "020a0b", known);
    expect(result.error).toMatchObject({
      code: "ERR_UDS_SHORT",
      path: "/extendedData/1/data",
      offset: 11,
      details: { wanted: 12, found: 11 },
    });
    expect(result.partial).toMatchObject({ extendedData: [{ recordNumber: 1 }] });
  });

  it("reads one record of many codes in 0x16", () => {
    expect(membersOf("591601" + "1234560109" + "042016020001", known)).toEqual({
      recordNumber: 1,
      records: [
        { ...rich(0x123456, 1, 0xff), data: Uint8Array.of(9), name: "Counter", values: [{ name: "count", value: 9 }] },
        { ...rich(0x042016, 2, 0xff), data: Uint8Array.of(0, 1), name: "Wide", values: [{ name: "count", value: 1 }] },
      ],
    });
    expect(membersOf("591601")).toEqual({ recordNumber: 1, records: [] });
    expect(accept("591605" + "1234560109" + "042016020001", known)).toMatchObject({
      value: {
        records: [{ code: 0x123456, status: 1, undecoded: { offset: 7, bytes: hexToBytes("09042016020001") } }],
      },
      warnings: [{ path: "/records/0/undecoded", evidence: { recordNumber: 5 } }],
    });
    expect(refuse("5916").error).toMatchObject({ path: "/recordNumber", offset: 2 });
    expect(refuse("591601" + "1234560109" + "0420", known)).toMatchObject({
      error: { path: "/records/1/code", details: { wanted: 11 } },
      partial: { recordNumber: 1, records: [{ code: 0x123456 }] },
    });
    expect(refuse("591602" + "1234560109", known).error).toMatchObject({ path: "/records/0/data" });
    expect(refuse("591602" + "123456", known).error).toMatchObject({ path: "/records/0/status" });
  });
});

describe("ReadDTCInformation responses: leniency in records of variable length", () => {
  const trim: DecodeOptions = { dictionary, leniency: { zeroPadding: "trim" } };
  const report: DecodeOptions = { dictionary, leniency: { trailing: "report" } };

  it.each([
    ["590404201601" + "01014711", "000000", "snapshots"],
    ["590404201601" + "01014711", "00", "snapshots"],
    ["591805042016010201" + "4711", "0000", "snapshots"],
    ["590612345601" + "0109", "0000000000", "extendedData"],
    ["5916011234560109", "0000000000", "records"],
    ["59050104201601014711", "000000", "records"],
  ])("leaves zeros after %s out, on demand", (hex, zeros, list) => {
    const { value, warnings } = accept(hex + zeros, trim);
    expect(value).toMatchObject({ [list]: { length: 1 } });
    expect(warnings).toEqual([
      {
        code: "zero_padding_trimmed",
        message: `Zero padding of ${zeros.length / 2} bytes at offset ${hex.length / 2} left out`,
        evidence: { offset: hex.length / 2, length: zeros.length / 2 },
      },
    ]);
    expect(accept(hex, trim).warnings).toEqual([]);
    expect(encoded(accept(hex + zeros, trim))).toBe(hex);
  });

  it("leaves zeros after a lone record number out, on demand", () => {
    expect(accept("590507000000", trim)).toMatchObject({
      value: { records: [], loneRecordNumber: 7 },
      warnings: [{ code: "zero_padding_trimmed", evidence: { offset: 3, length: 3 } }],
    });
    expect(refuse("590507000000").error.path).toBe("/records/0/status");
  });

  it("trims no zeros before other bytes, and none inside a record", () => {
    expect(refuse("590604201601" + "0100", trim).error.path).toBe("/extendedData/0/data");
    expect(refuse("590404201601" + "0001", trim).error.path).toBe("/snapshots/0/identifiers/0/identifier");
    expect(refuse("590404201601" + "01014455" + "00", trim).error.path).toBe("/snapshots/0/identifiers/0/data");
  });

  it("leaves an incomplete record out, on demand", () => {
    expect(accept("590404201601" + "01014711" + "020144", report)).toMatchObject({
      value: { snapshots: { length: 1 } },
      warnings: [{ code: "trailing_bytes_ignored", evidence: { offset: 10, length: 3 } }],
    });
    expect(accept("5916011234560109" + "aaaa", report).warnings).toMatchObject([
      { evidence: { offset: 8, length: 2 } },
    ]);
    expect(accept("590404201601" + "00", report).warnings).toMatchObject([
      { code: "trailing_bytes_ignored", evidence: { offset: 6, length: 1 } },
    ]);
  });

  it("never invents a code or a head", () => {
    const all: DecodeOptions = { leniency: { zeroPadding: "trim", trailing: "report", allZeroDtc: "drop" } };
    for (const hex of [
      "5904",
      "59040420",
      "5904042016",
      "591805",
      "5916",
      "5905",
      "5901ff01",
      "59420102",
      "5906000000",
    ]) {
      expect(refuse(hex, all).error.code).toBe("ERR_UDS_SHORT");
    }
    expect(refuse("590404201601" + "0100", report).error.code).toBe("ERR_UDS_RESERVED_VALUE");
  });
});

describe("ReadDTCInformation responses: laws", () => {
  it.each(subFunctions)("writes and reads back %s, with a dictionary and without", (name) => {
    fc.assert(
      fc.property(responseOf(name), (response) => {
        const bytes = encodeReadDTCInformationResponse(response);
        const result = decodeResponse(bytes, known);
        if (!result.ok || result.value.kind !== "positive") return expect.unreachable();
        expect(result.value).toMatchObject(response);
        expect(encodeReadDTCInformationResponse(result.value as ReadDTCInformationResponse)).toEqual(bytes);
        // Without a dictionary, the same bytes are understood less and come out the same.
        const blind = decodeReadDTCInformationResponse(bytes);
        if (blind.ok) expect(encoded(blind)).toBe(bytesToHex(bytes));
        else expect(blind.error.code).toBe("ERR_UDS_SHORT");
      }),
      { numRuns: 60 },
    );
  });

  const listIn = (value: unknown): readonly unknown[] => {
    const members = (value ?? {}) as Record<string, readonly unknown[]>;
    return members["dtcs"] ?? members["snapshots"] ?? members["extendedData"] ?? members["records"] ?? [];
  };
  const isComplete = (record: unknown): boolean => (record as { undecoded?: unknown }).undecoded === undefined;

  it("refuses every truncation in its place, or reads a shorter message that it could be", () => {
    fc.assert(
      fc.property(anyResponse, fc.constantFrom(known, {}), (response, options) => {
        const bytes = encodeReadDTCInformationResponse(response);
        for (let length = 0; length < bytes.length; length++) {
          const cut = bytes.subarray(0, length);
          const result = decodeReadDTCInformationResponse(cut, options);
          if (result.ok) expect(encoded(result)).toBe(bytesToHex(cut));
          else expect(result.error).toMatchObject({ code: "ERR_UDS_SHORT", offset: length });
        }
      }),
      { numRuns: 200 },
    );
  });

  it("never takes a decoded record back when bytes are added", () => {
    fc.assert(
      fc.property(anyResponse, fc.constantFrom(known, {}), (response, options) => {
        const bytes = encodeReadDTCInformationResponse(response);
        let before: readonly unknown[] = [];
        for (let length = 2; length <= bytes.length; length++) {
          const result = decodeReadDTCInformationResponse(bytes.subarray(0, length), options);
          const records = listIn(result.ok ? result.value : result.partial).filter(isComplete);
          expect(records.slice(0, before.length)).toEqual(before);
          before = records;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("writes what it accepted, for random bytes, and never throws", () => {
    const leniency = fc.record(
      {
        zeroPadding: fc.constantFrom("reject", "trim"),
        allZeroDtc: fc.constantFrom("keep", "drop"),
        trailing: fc.constantFrom("reject", "report"),
      },
      { requiredKeys: [] },
    );
    const id = fc.oneof(fc.constantFrom(0x04, 0x05, 0x06, 0x10, 0x16, 0x18, 0x19), fc.integer({ min: 0, max: 255 }));
    const part = fc.constantFrom(
      [0x44, 0x55],
      [0x47, 0x11],
      [0x67, 0x89],
      [1],
      [2],
      [0],
      [0, 0, 0],
      [0x04, 0x20, 0x16],
    );
    const tail = fc.array(
      fc.oneof(
        part,
        fc.integer({ min: 0, max: 255 }).map((byte) => [byte]),
      ),
      { maxLength: 16 },
    );
    fc.assert(
      fc.property(id, tail, leniency, (sub, parts, words) => {
        const bytes = Uint8Array.of(0x59, sub, ...parts.flat());
        const result = decodeReadDTCInformationResponse(bytes, { dictionary, leniency: words as never });
        if (!result.ok) {
          expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
          return;
        }
        const lenient = result.warnings.some(({ code }) => /trimmed|ignored|dropped/.test(code));
        if (result.value.kind !== "positive" || lenient) return;
        expect(encoded(result)).toBe(bytesToHex(bytes));
      }),
      { numRuns: 100_000 },
    );
  });
});

describe("encodeReadDTCInformationResponse", () => {
  const write = (response: object, options?: object): UdsError =>
    errorOf(() =>
      encodeReadDTCInformationResponse({ service: "readDTCInformation", ...response } as never, options as never),
    ) as UdsError;
  const list = { subFunction: "reportDTCByStatusMask", availabilityMask: 0xff };
  const snapshot = { subFunction: "reportDTCSnapshotRecordByDTCNumber", dtc: { code: 1, status: 1 } };
  const stored = { subFunction: "reportDTCStoredDataByRecordNumber" };
  const extended = { subFunction: "reportDTCExtDataRecordByDTCNumber", dtc: { code: 1, status: 1 } };
  const data = Uint8Array.of(1);
  const undecoded = { bytes: Uint8Array.of(0x12, 0x34) };

  it.each([
    [{ subFunction: "none" }, "/subFunction"],
    [{ subFunction: "isoSaeReserved", subFunctionId: 0x57 }, "/subFunction"],
    [{ subFunction: "reportDTCByStatusMask", dtcs: [] }, "/availabilityMask"],
    [{ subFunction: "reportNumberOfDTCByStatusMask", availabilityMask: 1, formatIdentifier: 1 }, "/count"],
    [
      { subFunction: "reportSupportedDTCExtDataRecord", availabilityMask: 1, dtcs: [{ code: 1, status: 1 }] },
      "/recordNumber",
    ],
    [list, "/dtcs"],
    [{ ...list, dtcs: {} }, "/dtcs"],
    [{ ...list, dtcs: [{ code: 1, status: 1 }, { code: 1 }] }, "/dtcs/1/status"],
    [{ ...list, dtcs: [{ code: 1 << 24, status: 1 }] }, "/dtcs/0/code"],
    [{ ...list, subFunction: "reportDTCBySeverityMaskRecord", dtcs: [{ code: 1, status: 1 }] }, "/dtcs/0/severity"],
    [
      { ...list, subFunction: "reportDTCBySeverityMaskRecord", dtcs: [{ code: 1, status: 1, severity: 1 }] },
      "/dtcs/0/functionalUnit",
    ],
    [{ subFunction: "reportDTCSnapshotIdentification", dtcs: [{ code: 1 }] }, "/dtcs/0/recordNumber"],
    [{ subFunction: "reportDTCFaultDetectionCounter", dtcs: [{ code: 1 }] }, "/dtcs/0/faultDetectionCounter"],
    [
      { subFunction: "reportDTCFaultDetectionCounter", dtcs: [{ code: 1, faultDetectionCounter: 128 }] },
      "/dtcs/0/faultDetectionCounter",
    ],
    [
      { subFunction: "reportDTCFaultDetectionCounter", dtcs: [{ code: 1, faultDetectionCounter: -129 }] },
      "/dtcs/0/faultDetectionCounter",
    ],
    [{ subFunction: "reportDTCSnapshotRecordByDTCNumber", snapshots: [] }, "/dtc"],
    [{ ...snapshot, dtc: { code: 1, status: 256 }, snapshots: [] }, "/dtc/status"],
    [{ ...snapshot, dtc: { code: -1, status: 1 }, snapshots: [] }, "/dtc/code"],
    [snapshot, "/snapshots"],
    [{ ...snapshot, snapshots: [{ recordNumber: 1 }] }, "/snapshots/0/identifiers"],
    [{ ...snapshot, snapshots: [{ identifiers: [{ identifier: 1, data }] }] }, "/snapshots/0/recordNumber"],
    [{ ...snapshot, snapshots: [{ recordNumber: 1, identifiers: [] }] }, "/snapshots/0/identifierCount"],
    [
      { ...snapshot, snapshots: [{ recordNumber: 1, identifierCount: 2, identifiers: [{ identifier: 1, data }] }] },
      "/snapshots/0/identifierCount",
    ],
    [
      {
        ...snapshot,
        snapshots: [{ recordNumber: 1, identifierCount: 1, identifiers: [{ identifier: 1, data }], undecoded }],
      },
      "/snapshots/0/identifierCount",
    ],
    [
      {
        ...snapshot,
        snapshots: [{ recordNumber: 1, identifierCount: 1, identifiers: [], undecoded: { bytes: data } }],
      },
      "/snapshots/0/undecoded/bytes",
    ],
    [
      {
        ...snapshot,
        snapshots: [
          {
            recordNumber: 1,
            identifiers: [
              { identifier: 1, data },
              { identifier: 65536, data },
            ],
          },
        ],
      },
      "/snapshots/0/identifiers/1/identifier",
    ],
    [
      {
        ...snapshot,
        snapshots: [
          { recordNumber: 1, identifierCount: 1, identifiers: [], undecoded },
          { recordNumber: 2, identifiers: [{ identifier: 1, data }] },
        ],
      },
      "/snapshots/0/undecoded",
    ],
    [extended, "/extendedData"],
    [{ ...extended, extendedData: [{ recordNumber: 0, data }] }, "/extendedData/0/recordNumber"],
    [{ ...extended, extendedData: [{ recordNumber: 256, data }] }, "/extendedData/0/recordNumber"],
    [{ ...stored, records: [{ code: 1, status: 1, identifiers: [] }] }, "/records/0/recordNumber"],
    [
      { ...snapshot, snapshots: [{ recordNumber: 1, identifierCount: 256, identifiers: [], undecoded }] },
      "/snapshots/0/identifierCount",
    ],
    [
      {
        ...extended,
        extendedData: [
          { recordNumber: 1, undecoded },
          { recordNumber: 2, data },
        ],
      },
      "/extendedData/0/undecoded",
    ],
    [{ subFunction: "reportDTCExtDataRecordByRecordNumber", records: [] }, "/recordNumber"],
    [{ subFunction: "reportDTCExtDataRecordByRecordNumber", recordNumber: 1 }, "/records"],
    [
      { subFunction: "reportDTCExtDataRecordByRecordNumber", recordNumber: 1, records: [{ code: 1, data }] },
      "/records/0/status",
    ],
    [stored, "/records"],
    [{ ...stored, records: [] }, "/loneRecordNumber"],
    [{ ...stored, records: [], loneRecordNumber: 256 }, "/loneRecordNumber"],
    [
      {
        ...stored,
        records: [{ recordNumber: 1, code: 1, status: 1, identifierCount: 1, identifiers: [], undecoded }],
        loneRecordNumber: 1,
      },
      "/loneRecordNumber",
    ],
  ])("refuses to write %o because of %s", (response, path) => {
    expect(write(response)).toMatchObject({ code: "ERR_UDS_VALUE", path });
  });

  it("refuses data that are no bytes as a mistake of the caller", () => {
    expect(write({ ...extended, extendedData: [{ recordNumber: 1, data: "01" }] })).toBeInstanceOf(TypeError);
    expect(write({ ...extended, extendedData: [{ recordNumber: 1, undecoded: {} }] })).toBeInstanceOf(TypeError);
  });

  it("writes the least and the greatest fault detection counter", () => {
    const dtcs = [-128, -1, 0, 127].map((faultDetectionCounter) => ({ code: 1, faultDetectionCounter }));
    const response = { service: "readDTCInformation", subFunction: "reportDTCFaultDetectionCounter", dtcs } as const;
    expect(bytesToHex(encodeReadDTCInformationResponse(response))).toBe("591400000180000001ff000001000000017f");
  });

  it("keeps to an edition on demand", () => {
    const old = { ...list, subFunction: "reportMirrorMemoryDTCByStatusMask", dtcs: [] };
    expect(write(old, { edition: "2020" })).toMatchObject({
      code: "ERR_UDS_EDITION",
      path: "/subFunction",
      details: { reason: "no_longer_in_edition", edition: "2020", until: "2013" },
    });
    expect(encoded(accept("590fff"), { edition: "2013" })).toBe("590fff");
  });

  it("writes a response put together by hand", () => {
    const response: EncodableReadDTCInformationResponse = {
      service: "readDTCInformation",
      subFunction: "reportDTCStoredDataByRecordNumber",
      records: [{ recordNumber: 1, code: 0x042016, status: 9, identifiers: [{ identifier: 0x4455, data }] }],
    };
    expect(bytesToHex(encodeReadDTCInformationResponse(response))).toBe("59050104201609" + "01445501");
  });
});
