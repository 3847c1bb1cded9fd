import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  allDtcs,
  createDtcCatalogue,
  decodeDtcSeverity,
  decodeJ1939Code,
  describeFailureType,
  displayDtc,
  dtcClassBits,
  dtcFormatName,
  dtcSeverityBits,
  encodeDtcSeverity,
  encodeJ1939Code,
  formatJ1939Dtc,
  functionalGroupName,
  groupOfDtc,
  parseJ1939Dtc,
  UdsError,
} from "../../src/uds/index.ts";
import { errorOf } from "../error-of.ts";

const byte = fc.integer({ min: 0, max: 0xff });

describe("DTC formats", () => {
  it.each([
    [0, "saeJ2012Da00", "P0420-16"],
    [1, "iso14229-1", "P0420-16"],
    [2, "saeJ1939-73", "SPN 8196 FMI 22"],
    [3, "iso11992-4", "0x042016"],
    [4, "saeJ2012Da04", "P0420-16"],
    [5, "unknown", "0x042016"],
    [0xff, "unknown", "0x042016"],
  ])("writes codes of format %i, %s, as %s", (format, name, text) => {
    expect(dtcFormatName(format)).toBe(name);
    expect(displayDtc(0x042016, format)).toBe(text);
  });

  it("writes codes as ISO 14229-1 does by default, and pads hexadecimal ones", () => {
    expect(displayDtc(0x042016)).toBe("P0420-16");
    expect(displayDtc(0xab, 3)).toBe("0x0000AB");
    expect([displayDtc(0, 3), displayDtc(0xffffff, 3)]).toEqual(["0x000000", "0xFFFFFF"]);
  });

  it.each([-1, 0x1000000, 0.5])("takes the code %d for a mistake of the caller", (code) => {
    const message = `"code" expected integer 0..16777215, got ${code}`;
    for (const format of [1, 2, 3]) expect(() => displayDtc(code, format)).toThrow(new RangeError(message));
    expect(() => decodeJ1939Code(code)).toThrow(new RangeError(message));
  });
});

describe("J1939 codes", () => {
  it.each([
    [0xb80403, { spn: 1208, fmi: 3 }, "SPN 1208 FMI 3"],
    [0xffffff, { spn: 524287, fmi: 31 }, "SPN 524287 FMI 31"],
    [0x000000, { spn: 0, fmi: 0 }, "SPN 0 FMI 0"],
    [0x0000e0, { spn: 0x70000, fmi: 0 }, "SPN 458752 FMI 0"],
    [0x00ff00, { spn: 0xff00, fmi: 0 }, "SPN 65280 FMI 0"],
  ])("reads and writes %i", (code, dtc, text) => {
    expect(decodeJ1939Code(code)).toEqual(dtc);
    expect(encodeJ1939Code(dtc)).toBe(code);
    expect(formatJ1939Dtc(dtc)).toBe(text);
    expect(parseJ1939Dtc(text)).toEqual(dtc);
    expect(parseJ1939Dtc(text.toLowerCase())).toEqual(dtc);
  });

  it("reads back every code and text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), fc.option(fc.nat(126), { nil: undefined }), (code, count) => {
        const dtc = decodeJ1939Code(code);
        expect(encodeJ1939Code(dtc)).toBe(code);
        const counted = count === undefined ? dtc : { ...dtc, occurrenceCount: count };
        expect(parseJ1939Dtc(formatJ1939Dtc(counted))).toEqual(counted);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    "",
    "SPN 1",
    "SPN 1 FMI",
    "SPN 1 FMI 2 ",
    " SPN 1 FMI 2",
    "SPN 524288 FMI 0",
    "SPN 1 FMI 32",
    "SPN 1 FMI 2 OC 127",
    "SPN 1 FMI 2 OC",
    "SPN -1 FMI 2",
    "SPN 1.5 FMI 2",
    "P0420-16",
  ])("refuses the text %j", (text) => {
    const error = errorOf(() => parseJ1939Dtc(text));
    expect(error).toBeInstanceOf(UdsError);
    expect(error).toMatchObject({ code: "ERR_UDS_DTC_TEXT", offset: 0 });
  });

  it.each([
    [{ spn: 524288, fmi: 0 }, '"spn" expected integer 0..524287, got 524288'],
    [{ spn: -1, fmi: 0 }, '"spn" expected integer 0..524287, got -1'],
    [{ spn: 0, fmi: 32 }, '"fmi" expected integer 0..31, got 32'],
    [{ spn: 0, fmi: 0.5 }, '"fmi" expected integer 0..31, got 0.5'],
  ])("takes %o for a mistake of the caller", (dtc, message) => {
    expect(() => encodeJ1939Code(dtc)).toThrow(new RangeError(message));
    expect(() => formatJ1939Dtc(dtc)).toThrow(new RangeError(message));
  });

  it("bounds the occurrence count", () => {
    expect(formatJ1939Dtc({ spn: 1, fmi: 2, occurrenceCount: 126 })).toBe("SPN 1 FMI 2 OC 126");
    expect(() => formatJ1939Dtc({ spn: 1, fmi: 2, occurrenceCount: 127 })).toThrow(
      new RangeError('"occurrenceCount" expected integer 0..126, got 127'),
    );
  });
});

describe("DTC severity", () => {
  it("names the bits of severity and class", () => {
    expect(dtcSeverityBits).toEqual({ maintenanceOnly: 0x20, checkAtNextHalt: 0x40, checkImmediately: 0x80 });
    expect(dtcClassBits).toEqual({ class0: 1, class1: 2, class2: 4, class3: 8, class4: 16 });
    expect(decodeDtcSeverity(0xe3)).toEqual({
      byte: 0xe3,
      severities: ["checkImmediately", "checkAtNextHalt", "maintenanceOnly"],
      classes: ["class0", "class1"],
    });
    expect(decodeDtcSeverity(0)).toEqual({ byte: 0, severities: [], classes: [] });
    expect(decodeDtcSeverity(0x1c).classes).toEqual(["class2", "class3", "class4"]);
  });

  it("reads back every byte", () => {
    for (let value = 0; value <= 0xff; value++) expect(encodeDtcSeverity(decodeDtcSeverity(value))).toBe(value);
  });

  it.each([-1, 256, 0.5])("takes %d for a mistake of the caller", (value) => {
    expect(() => decodeDtcSeverity(value)).toThrow(new RangeError(`"byte" expected integer 0..255, got ${value}`));
  });
});

describe("failure types", () => {
  it.each([
    [0x00, "general"],
    [0x0f, "general"],
    [0x16, "electrical"],
    [0x29, "signal"],
    [0x31, "frequencyModulated"],
    [0x42, "systemInternal"],
    [0x55, "systemProgramming"],
    [0x64, "algorithm"],
    [0x77, "mechanical"],
    [0x87, "busMessage"],
    [0x9f, "component"],
    [0xa0, "reserved"],
    [0xef, "reserved"],
    [0xf0, "manufacturer"],
    [0xff, "manufacturer"],
  ])("puts %i into the category %s", (failureType, category) => {
    const described = describeFailureType(failureType);
    expect(described).toMatchObject({ failureType, category });
    expect(described.text).toMatch(/^[a-z].*[a-z]$/);
  });

  it.each([-1, 256, 0.5])("takes %d for a mistake of the caller", (value) => {
    expect(() => describeFailureType(value)).toThrow(
      new RangeError(`"failureType" expected integer 0..255, got ${value}`),
    );
  });
});

describe("functional groups", () => {
  it("names groups and gives their group of DTC", () => {
    expect([0x33, 0xd0, 0xfe, 0xff, 0x00].map(functionalGroupName)).toEqual([
      "emissionsSystemGroup",
      "safetySystemGroup",
      "vobdSystem",
      "allGroups",
      "unknown",
    ]);
    expect(groupOfDtc(0x33)).toBe(0xffff33);
    expect(groupOfDtc(0xff)).toBe(allDtcs);
    expect(allDtcs).toBe(0xffffff);
    fc.assert(fc.property(byte, (identifier) => groupOfDtc(identifier) === 0xffff00 + identifier));
  });

  it.each([-1, 256, 0.5])("takes %d for a mistake of the caller", (value) => {
    expect(() => groupOfDtc(value)).toThrow(new RangeError(`"identifier" expected integer 0..255, got ${value}`));
  });
});

describe("createDtcCatalogue", () => {
  it("looks codes up by their text, and finds nothing else", () => {
    const entry = { title: "Converter", text: "Look for leaks first." };
    const catalogue = createDtcCatalogue({ name: "own" }, { P0420: "Catalyst", "P0420-16": entry });
    expect(catalogue.source).toEqual({ name: "own" });
    expect(catalogue.lookUp("P0420")).toEqual({ title: "Catalyst" });
    expect(catalogue.lookUp("P0420-16")).toEqual(entry);
    for (const other of ["P0421", "toString", "__proto__", "constructor"])
      expect(catalogue.lookUp(other)).toBeUndefined();
  });
});
