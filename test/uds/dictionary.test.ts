import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "../../src/core/index.ts";
import {
  type Dictionary,
  type FieldContent,
  type FieldDefinition,
  type FieldValue,
  parseDictionary,
  type RecordLayout,
  UdsError,
} from "../../src/uds/index.ts";
import { errorOf } from "../error-of.ts";

const schema = "otakit.uds-dictionary/1";

/** Layout of one record that the dictionary knows. */
function layoutOf(...layout: readonly FieldDefinition[]): RecordLayout {
  return parseDictionary({ schema, dids: { "0x0001": { name: "record", layout } } }).dataIdentifier(1)!;
}

/** Reads a record that lies between other bytes, so that offsets count. */
function read(layout: RecordLayout, hex: string): readonly FieldValue[] {
  const bytes = hexToBytes(`ffff${hex}`);
  const length = layout.measure(bytes, 2, bytes.length);
  expect(length).toBe(bytes.length - 2);
  return layout.decode(bytes, 2, 2 + length);
}

function firstValue(layout: RecordLayout, hex: string): unknown {
  const [field] = read(layout, hex);
  return field !== undefined && "value" in field ? field.value : field;
}

function refusal(layout: RecordLayout, values: object): UdsError {
  const error = errorOf(() => layout.encode(values as Record<string, FieldContent>));
  expect(error).toBeInstanceOf(UdsError);
  return error as UdsError;
}

describe("dictionary: numbers", () => {
  it.each([
    ["u8", "ff", 255],
    ["i8", "ff", -1],
    ["i8", "80", -128],
    ["i8", "7f", 127],
    ["u16", "0102", 0x102],
    ["i16", "8000", -32768],
    ["u24", "010203", 0x10203],
    ["i24", "ffffff", -1],
    ["u32", "ffffffff", 0xffffffff],
    ["i32", "80000000", -(2 ** 31)],
    ["u40", "0100000000", 2 ** 32],
    ["i40", "8000000000", -(2 ** 39)],
    ["u48", "ffffffffffff", 2 ** 48 - 1],
    ["i48", "ffffffffffff", -1],
    ["u56", "00000000000001", 1],
    ["u56", "ffffffffffffff", "72057594037927935"],
    ["i56", "ffffffffffffff", -1],
    ["u64", "001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ["u64", "0020000000000000", "9007199254740992"],
    ["u64", "ffffffffffffffff", "18446744073709551615"],
    ["i64", "8000000000000000", "-9223372036854775808"],
    ["i64", "fffffffffffffffe", -2],
    ["f32", "3fc00000", 1.5],
    ["f64", "3ff8000000000000", 1.5],
  ] as const)("reads and writes %s %s as %s", (type, hex, value) => {
    const big = layoutOf({ name: "n", type });
    expect(firstValue(big, hex)).toBe(value);
    expect(bytesToHex(big.encode({ n: value }))).toBe(hex);
    const little = layoutOf({ name: "n", type, endian: "little" });
    const reversed = bytesToHex(hexToBytes(hex).reverse());
    expect(firstValue(little, reversed)).toBe(value);
    expect(bytesToHex(little.encode({ n: value }))).toBe(reversed);
    expect(layoutOf({ name: "n", type, endian: "big" }).encode({ n: value })).toEqual(hexToBytes(hex));
  });

  it("scales by factor, divisor and offset, and names the unit", () => {
    const layout = layoutOf({ name: "t", type: "u8", scale: 3, divisor: 10, offset: -40, unit: "°C" });
    expect(read(layout, "7b")).toEqual([{ name: "t", value: (123 * 3) / 10 - 40, unit: "°C" }]);
    expect(bytesToHex(layout.encode({ t: -3.1 }))).toBe("7b");
    expect(bytesToHex(layout.encode({ t: -3.2 }))).toBe("7b");
    expect(firstValue(layoutOf({ name: "v", type: "u8", divisor: 10 }), "7b")).toBe(12.3);
    expect(firstValue(layoutOf({ name: "v", type: "u64", divisor: 2 }), "ffffffffffffffff")).toBe(2 ** 63);
    expect(firstValue(layoutOf({ name: "v", type: "f32", scale: 2, offset: 1 }), "3fc00000")).toBe(4);
    expect(bytesToHex(layoutOf({ name: "v", type: "f32", scale: 2, offset: 1 }).encode({ v: 4 }))).toBe("3fc00000");
  });

  it("marks what it reads outside the bounds, and refuses to write it", () => {
    const layout = layoutOf({ name: "v", type: "u8", min: 10, max: 20 });
    expect(read(layout, "09")).toEqual([{ name: "v", value: 9, outOfRange: true }]);
    expect(read(layout, "0a")).toEqual([{ name: "v", value: 10 }]);
    expect(read(layout, "14")).toEqual([{ name: "v", value: 20 }]);
    expect(read(layout, "15")).toEqual([{ name: "v", value: 21, outOfRange: true }]);
    expect([layout.encode({ v: 10 }), layout.encode({ v: 20 })]).toEqual([Uint8Array.of(10), Uint8Array.of(20)]);
    for (const v of [9, 21]) expect(refusal(layout, { v })).toMatchObject({ code: "ERR_UDS_VALUE", path: "/v" });
    const wide = layoutOf({ name: "v", type: "u64", max: 5, unit: "km" });
    expect(read(wide, "ffffffffffffffff")).toEqual([
      { name: "v", value: "18446744073709551615", unit: "km", outOfRange: true },
    ]);
  });

  it("leaves floating-point bytes that are no number", () => {
    const layout = layoutOf({ name: "v", type: "f32" }, { name: "w", type: "u8" });
    expect(read(layout, "7fc0000001")).toEqual([
      { name: "v", undecoded: { offset: 2, bytes: hexToBytes("7fc00000"), reason: "malformed_number" } },
      { name: "w", value: 1 },
    ]);
    expect(firstValue(layoutOf({ name: "v", type: "f64" }), "7ff0000000000000")).toMatchObject({
      undecoded: { reason: "malformed_number" },
    });
  });

  it.each<[FieldDefinition, unknown]>([
    [{ name: "v", type: "u8" }, undefined],
    [{ name: "v", type: "u8" }, 256],
    [{ name: "v", type: "u8" }, -1],
    [{ name: "v", type: "u8" }, 1.5],
    [{ name: "v", type: "u8" }, Number.NaN],
    [{ name: "v", type: "u8" }, true],
    [{ name: "v", type: "u8" }, "256"],
    [{ name: "v", type: "u8" }, "one"],
    [{ name: "v", type: "u8" }, "1e2"],
    [{ name: "v", type: "u8", scale: 2 }, "4"],
    [{ name: "v", type: "u8", divisor: 2 }, "4"],
    [{ name: "v", type: "u8", offset: 2 }, "4"],
    [{ name: "v", type: "u8", min: 5, max: 5 }, 4],
    [{ name: "v", type: "i8" }, 128],
    [{ name: "v", type: "i8" }, -129],
    [{ name: "v", type: "u64" }, "18446744073709551616"],
    [{ name: "v", type: "f32" }, "1"],
    [{ name: "v", type: "f32" }, 1e39],
    [{ name: "v", type: "f64" }, Number.POSITIVE_INFINITY],
  ])("refuses to write as %o the value %s", (field, v) => {
    expect(refusal(layoutOf(field), { v })).toMatchObject({ code: "ERR_UDS_VALUE", path: "/v" });
  });
});

describe("dictionary: names of values", () => {
  const gear: FieldDefinition = {
    name: "gear",
    type: "enum",
    values: { "0": "park", "1": "reverse", "2..7": "forward", "255": "unknown" },
  };

  it("reads names and ranges, and keeps numbers without a name", () => {
    const layout = layoutOf(gear);
    const named = ["00", "01", "02", "05", "07", "08", "ff"].map((hex) => firstValue(layout, hex));
    expect(named).toEqual(["park", "reverse", "forward", "forward", "forward", 8, "unknown"]);
  });

  it("writes names, the lowest of a range, and numbers", () => {
    const layout = layoutOf(gear);
    const written = ["park", "forward", 5, 8].map((value) => bytesToHex(layout.encode({ gear: value })));
    expect(written).toEqual(["00", "02", "05", "08"]);
    for (const value of ["drive", 256, 1.5, true, "0"]) {
      expect(refusal(layout, { gear: value })).toMatchObject({ code: "ERR_UDS_VALUE", path: "/gear" });
    }
  });

  it("prefers the name of one value to that of a range, wherever they stand", () => {
    for (const values of [
      { "0..99": "low", "5": "five" },
      { "5": "five", "0..99": "low" },
    ]) {
      const layout = layoutOf({ name: "v", type: "enum", values });
      expect(["05", "06", "63"].map((hex) => firstValue(layout, hex))).toEqual(["five", "low", "low"]);
      expect(bytesToHex(layout.encode({ v: "five" }))).toBe("05");
    }
  });

  it("takes the base and the order of its bytes", () => {
    const layout = layoutOf({ ...gear, base: "i16", endian: "little", values: { "-1": "none", "256": "much" } });
    expect(firstValue(layout, "ffff")).toBe("none");
    expect(firstValue(layout, "0001")).toBe("much");
    expect(bytesToHex(layout.encode({ gear: "much" }))).toBe("0001");
    const wide = layoutOf({ ...gear, base: "u64", values: { "1": "one" } });
    expect(firstValue(wide, "0020000000000000")).toBe("9007199254740992");
    expect(firstValue(wide, "0000000000000001")).toBe("one");
  });

  it("takes no name of Object for one", () => {
    const layout = layoutOf({ name: "v", type: "enum", values: { "0": "off" } });
    for (const name of ["toString", "__proto__", "constructor"]) expect(refusal(layout, { v: name }).path).toBe("/v");
  });
});

describe("dictionary: bits", () => {
  const layout = layoutOf({
    name: "state",
    type: "bits",
    length: 2,
    bits: [
      { name: "door", bit: 0 },
      { name: "mode", bit: 1, width: 2, values: { "0": "off", "1": "on", "2..3": "fault" } },
      { name: "level", bit: 4, width: 6, divisor: 2, offset: -1, unit: "bar" },
      { name: "top", bit: 15, values: { "1": "yes" } },
    ],
  });

  it("reads each named bit by itself", () => {
    expect(read(layout, "8253")).toEqual([
      { name: "door", value: true },
      { name: "mode", value: "on" },
      { name: "level", value: 17.5, unit: "bar" },
      { name: "top", value: "yes" },
    ]);
    expect(read(layout, "0006")).toEqual([
      { name: "door", value: false },
      { name: "mode", value: "fault" },
      { name: "level", value: -1, unit: "bar" },
      { name: "top", value: 0 },
    ]);
  });

  it("writes each named bit, and the others as zero", () => {
    expect(bytesToHex(layout.encode({ door: true, mode: "on", level: 17.5, top: "yes" }))).toBe("8253");
    expect(bytesToHex(layout.encode({ door: false, mode: 3, level: -1, top: 0 }))).toBe("0006");
  });

  it.each([
    [{ mode: "on", level: 1, top: 0 }, "/door"],
    [{ door: 1, mode: "on", level: 1, top: 0 }, "/door"],
    [{ door: true, mode: 4, level: 1, top: 0 }, "/mode"],
    [{ door: true, mode: -1, level: 1, top: 0 }, "/mode"],
    [{ door: true, mode: "none", level: 1, top: 0 }, "/mode"],
    [{ door: true, mode: true, level: 1, top: 0 }, "/mode"],
    [{ door: true, mode: 1, level: 31, top: 0 }, "/level"],
    [{ door: true, mode: 1, level: "1", top: 0 }, "/level"],
    [{ door: true, mode: 1, level: 1, top: 2 }, "/top"],
  ])("refuses to write %o because of %s", (values, path) => {
    expect(refusal(layout, values)).toMatchObject({ code: "ERR_UDS_VALUE", path });
  });

  it("takes the order of the bytes, up to all 32 bits", () => {
    const little = layoutOf({
      name: "b",
      type: "bits",
      length: 4,
      endian: "little",
      bits: [{ name: "n", bit: 0, width: 32 }],
    });
    expect(firstValue(little, "010000ff")).toBe(0xff000001);
    expect(bytesToHex(little.encode({ n: 0xff000001 }))).toBe("010000ff");
    const one = layoutOf({ name: "b", type: "bits", bits: [{ name: "high", bit: 7 }] });
    expect([firstValue(one, "80"), firstValue(one, "7f")]).toEqual([true, false]);
  });
});

describe("dictionary: texts and bytes", () => {
  it.each<[string, FieldDefinition, string, string]>([
    ["fixed text", { name: "t", type: "ascii", length: 3 }, "414243", "ABC"],
    ["text of nothing", { name: "t", type: "ascii", length: 0 }, "", ""],
    ["UTF-8", { name: "t", type: "utf8", length: 3 }, "e282ac", "€"],
    ["bytes", { name: "t", type: "bytes", length: 2 }, "00ff", "00ff"],
    ["decimal digits", { name: "t", type: "bcd", length: 3 }, "202501", "202501"],
    ["the rest", { name: "t", type: "ascii", length: "rest" }, "4142", "AB"],
    ["a counted text", { name: "t", type: "ascii", length: { prefix: "u8" } }, "024142", "AB"],
    ["an empty counted text", { name: "t", type: "ascii", length: { prefix: "u8" } }, "00", ""],
    ["a text counted in two bytes", { name: "t", type: "ascii", length: { prefix: "u16" } }, "00024142", "AB"],
    ["a text up to a zero", { name: "t", type: "ascii", length: { until: 0, max: 4 } }, "414200", "AB"],
    [
      "a text of its full length without a zero",
      { name: "t", type: "ascii", length: { until: 0, max: 2 } },
      "4142",
      "AB",
    ],
    ["padded text", { name: "t", type: "ascii", length: 4, padding: 0 }, "41420000", "AB"],
    ["text padded with something else", { name: "t", type: "ascii", length: 3, padding: 0xff }, "4142ff", "AB"],
    ["text of padding alone", { name: "t", type: "ascii", length: 2, padding: 0 }, "0000", ""],
  ])("reads and writes %s", (_, field, hex, value) => {
    const layout = layoutOf(field);
    expect(firstValue(layout, hex)).toBe(value);
    expect(bytesToHex(layout.encode({ t: value }))).toBe(hex);
  });

  it("reads and writes a text longer than 255 bytes that is counted in two", () => {
    const layout = layoutOf({ name: "t", type: "ascii", length: { prefix: "u16" } });
    const text = "x".repeat(0x1234);
    const bytes = layout.encode({ t: text });
    expect(bytesToHex(bytes.subarray(0, 3))).toBe("123478");
    expect(firstValue(layout, bytesToHex(bytes))).toBe(text);
  });

  it("stops at the end of a text within a record", () => {
    const layout = layoutOf(
      { name: "a", type: "ascii", length: { until: 0x2c, max: 9 } },
      { name: "b", type: "bytes", length: { prefix: "u8" } },
      { name: "c", type: "bytes", length: "rest" },
    );
    expect(read(layout, "41422c02aabbccdd")).toEqual([
      { name: "a", value: "AB" },
      { name: "b", value: "aabb" },
      { name: "c", value: "ccdd" },
    ]);
  });

  it.each<[FieldDefinition, string, string]>([
    [{ name: "t", type: "ascii", length: 2 }, "4180", "malformed_text"],
    [{ name: "t", type: "utf8", length: 2 }, "c328", "malformed_text"],
    [{ name: "t", type: "bcd", length: 2 }, "1a00", "malformed_digits"],
    [{ name: "t", type: "ascii", length: { prefix: "u8" } }, "01ff", "malformed_text"],
  ])("leaves what is malformed as bytes: %o %s", (field, hex, reason) => {
    expect(read(layoutOf(field), hex)).toEqual([
      { name: "t", undecoded: { offset: 2, bytes: hexToBytes(hex), reason } },
    ]);
  });

  it.each<[FieldDefinition, unknown]>([
    [{ name: "t", type: "ascii", length: 2 }, undefined],
    [{ name: "t", type: "ascii", length: 2 }, 12],
    [{ name: "t", type: "ascii", length: 2 }, "ABC"],
    [{ name: "t", type: "ascii", length: 2 }, "A"],
    [{ name: "t", type: "ascii", length: 2 }, "é"],
    [{ name: "t", type: "utf8", length: 3 }, "\ud800"],
    [{ name: "t", type: "bytes", length: 1 }, "0g"],
    [{ name: "t", type: "bcd", length: 1 }, "1"],
    [{ name: "t", type: "bcd", length: 1 }, "1a"],
    [{ name: "t", type: "ascii", length: 2, padding: 0 }, "ABC"],
    [{ name: "t", type: "ascii", length: { prefix: "u8" } }, "x".repeat(256)],
    [{ name: "t", type: "ascii", length: { until: 0, max: 2 } }, "ABC"],
    [{ name: "t", type: "ascii", length: { until: 0x41, max: 4 } }, "BAB"],
  ])("refuses to write as %o the value %j", (field, t) => {
    expect(refusal(layoutOf(field), { t })).toMatchObject({ code: "ERR_UDS_VALUE", path: "/t" });
  });

  it("escapes field names in paths", () => {
    expect(refusal(layoutOf({ name: "a/b~c", type: "u8" }), {}).path).toBe("/a~1b~0c");
  });
});

describe("dictionary: lengths", () => {
  const measure = (layout: RecordLayout, hex: string): number => {
    const bytes = hexToBytes(`ffff${hex}`);
    return layout.measure(bytes, 2, bytes.length);
  };

  it("says how long a record is, also when the message ends before", () => {
    const fixed = layoutOf({ name: "a", type: "u16" }, { name: "b", type: "u8" });
    expect([measure(fixed, "010203"), measure(fixed, "01020304"), measure(fixed, "01"), measure(fixed, "")]).toEqual([
      3, 3, 3, 3,
    ]);
    const counted = layoutOf({ name: "a", type: "bytes", length: { prefix: "u16" } });
    expect(["", "00", "0002", "0002aa", "0002aabbcc"].map((hex) => measure(counted, hex))).toEqual([2, 2, 4, 4, 4]);
    const short = layoutOf({ name: "a", type: "bytes", length: { prefix: "u8" } });
    expect(["", "02", "02aa"].map((hex) => measure(short, hex))).toEqual([1, 3, 3]);
    const until = layoutOf({ name: "a", type: "bytes", length: { until: 0, max: 3 } });
    expect(["", "01", "0100", "010203", "01020300", "00", "0102"].map((hex) => measure(until, hex))).toEqual([
      1, 2, 2, 3, 3, 1, 3,
    ]);
    const rest = layoutOf({ name: "a", type: "u8" }, { name: "b", type: "bytes", length: "rest" });
    expect([measure(rest, ""), measure(rest, "01"), measure(rest, "0102")]).toEqual([1, 1, 2]);
  });

  const values = fc.record({
    a: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    b: fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
    c: fc.boolean(),
    d: fc.double({ noNaN: true, noDefaultInfinity: true }),
    e: fc.uint8Array({ maxLength: 8 }).map(bytesToHex),
  });
  const mixed = layoutOf(
    { name: "a", type: "i32", endian: "little" },
    { name: "b", type: "utf8", length: { prefix: "u8" } },
    { name: "flags", type: "bits", bits: [{ name: "c", bit: 3 }] },
    { name: "d", type: "f64" },
    { name: "e", type: "bytes", length: { until: 0x100 - 1, max: 300 } },
  );

  it("reads back what it wrote, and finds every truncation", () => {
    fc.assert(
      fc.property(values, (given) => {
        fc.pre(!/ff/.test(given.e.replace(/../g, "$&,")));
        const bytes = mixed.encode(given);
        expect(mixed.measure(bytes, 0, bytes.length)).toBe(bytes.length);
        const found = mixed.decode(bytes, 0, bytes.length).map((field) => ("value" in field ? field.value : undefined));
        expect(found).toEqual([given.a, given.b, given.c, given.d, given.e]);
        for (let end = 0; end < bytes.length; end++) expect(mixed.measure(bytes, 0, end)).toBeGreaterThan(end);
      }),
      { numRuns: 300 },
    );
  });

  it("never reads behind the end, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const length = mixed.measure(bytes, 0, bytes.length);
        if (length <= bytes.length) expect(mixed.decode(bytes, 0, length)).toHaveLength(5);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("parseDictionary", () => {
  const document = {
    schema,
    dids: { "0xF190": { name: "VIN", layout: [{ name: "vin", type: "ascii", length: 17 }] } },
    extendedData: { "0x01": { name: "Counter", layout: [{ name: "count", type: "u8" }] } },
    dtcs: {
      "P0420-16": {
        title: "Catalyst",
        extendedData: { "0x01": { name: "Wide", layout: [{ name: "n", type: "u16" }] } },
      },
      "0xc10087": { extendedData: { "0x02": { name: "Other", layout: [] } } },
    },
    routines: {
      "0x0203": {
        name: "Check",
        start: { request: [{ name: "mode", type: "u8" }], response: [{ name: "result", type: "u16" }] },
        results: { response: [{ name: "done", type: "u8" }] },
      },
    },
    ecus: { "0x7e0": { name: "Engine" }, "0x18DA10F1": { name: "Gateway" } },
  };

  it("answers by number", () => {
    const check = (dictionary: Dictionary): void => {
      expect(dictionary.dataIdentifier(0xf190)?.name).toBe("VIN");
      expect(dictionary.dataIdentifier(0xf191)).toBeUndefined();
      expect(dictionary.extendedData(1)?.name).toBe("Counter");
      expect(dictionary.extendedData(1, 0x042016)?.name).toBe("Wide");
      expect(dictionary.extendedData(1, 0x042017)?.name).toBe("Counter");
      expect(dictionary.extendedData(1, 0xc10087)?.name).toBe("Counter");
      expect(dictionary.extendedData(2, 0xc10087)?.name).toBe("Other");
      expect(dictionary.extendedData(2)).toBeUndefined();
      expect(dictionary.dtcTitle(0x042016)).toBe("Catalyst");
      expect(dictionary.dtcTitle(0xc10087)).toBeUndefined();
      expect([dictionary.ecuName(0x7e0), dictionary.ecuName(0x18da10f1), dictionary.ecuName(1)]).toEqual([
        "Engine",
        "Gateway",
        undefined,
      ]);
      const routine = dictionary.routine(0x203)!;
      expect(routine.name).toBe("Check");
      expect(routine.start.request?.encode({ mode: 1 })).toEqual(Uint8Array.of(1));
      expect(routine.start.response?.name).toBe("Check");
      expect(routine.stop).toEqual({});
      expect(Object.keys(routine.results)).toEqual(["response"]);
      expect(dictionary.routine(0x204)).toBeUndefined();
    };
    check(parseDictionary(document));
    check(parseDictionary(JSON.stringify(document)));
  });

  it("knows its highest identifier, and nothing of other codes", () => {
    const dictionary = parseDictionary({ ...document, dids: { "0xffff": { name: "last", layout: [] } } });
    expect(dictionary.dataIdentifier(0xffff)?.name).toBe("last");
    expect(dictionary.extendedData(1, 0x999999)?.name).toBe("Counter");
    expect(dictionary.dtcTitle(0x999999)).toBeUndefined();
  });

  it("takes no key with a blank, which a number could be read from", () => {
    for (const key of [" 0x0001", "0x0001 ", "\t0x1", "0x1\n"]) {
      const error = errorOf(() => parseDictionary({ schema, dids: { [key]: { name: "d", layout: [] } } }));
      expect(error).toMatchObject({ code: "ERR_UDS_DICTIONARY", path: `/dids/${key}` });
    }
  });

  it("says that a text is no JSON, and why", () => {
    const error = errorOf(() => parseDictionary("{")) as Error;
    expect(error.message).toContain("no JSON");
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  it("says that a value is missing, whatever the field would hold", () => {
    const missing = refusal(layoutOf({ name: "n", type: "u8" }), {});
    expect(missing).toMatchObject({ code: "ERR_UDS_VALUE", path: "/n" });
    expect(missing.message).toContain("expected a value");
  });

  it("needs nothing but the schema", () => {
    const dictionary = parseDictionary({ schema });
    expect(dictionary.dataIdentifier(0)).toBeUndefined();
    expect(dictionary.extendedData(0, 0)).toBeUndefined();
  });

  const field = (more: object) => ({ schema, dids: { "0x01": { name: "d", layout: [{ name: "f", ...more }] } } });
  const at = (rest: string) => `/dids/0x01/layout/0${rest}`;

  it.each<[unknown, string]>([
    [undefined, ""],
    [null, ""],
    [[], ""],
    [7, ""],
    ["{", ""],
    [{}, "/schema"],
    [{ schema: "otakit.uds-dictionary/2" }, "/schema"],
    [{ schema, did: {} }, "/did"],
    [JSON.parse(`{"schema":"${schema}","__proto__":{}}`), "/__proto__"],
    [{ schema, dids: [] }, "/dids"],
    [{ schema, dids: null }, "/dids"],
    [{ schema, dids: { F190: { name: "d", layout: [] } } }, "/dids/F190"],
    [{ schema, dids: { "0x": { name: "d", layout: [] } } }, "/dids/0x"],
    [{ schema, dids: { "0x10000": { name: "d", layout: [] } } }, "/dids/0x10000"],
    [{ schema, dids: { "0xAB": { name: "d", layout: [] }, "0x00ab": { name: "e", layout: [] } } }, "/dids/0x00ab"],
    [{ schema, dids: { "a/b": {} } }, "/dids/a~1b"],
    [{ schema, dids: { x0x01: { name: "d", layout: [] } } }, "/dids/x0x01"],
    [{ schema, dids: { "0x01g": { name: "d", layout: [] } } }, "/dids/0x01g"],
    [{ schema, dtcs: { "0x0420160": {} } }, "/dtcs/0x0420160"],
    [{ schema, dtcs: { x0x042016: {} } }, "/dtcs/x0x042016"],
    [{ schema, dtcs: { "P0420-160": {} } }, "/dtcs/P0420-160"],
    [{ schema, dtcs: { "xP0420-16": {} } }, "/dtcs/xP0420-16"],
    [{ schema, dids: { "0x01": { layout: [] } } }, "/dids/0x01/name"],
    [{ schema, dids: { "0x01": { name: "", layout: [] } } }, "/dids/0x01/name"],
    [{ schema, dids: { "0x01": { name: "d" } } }, "/dids/0x01/layout"],
    [{ schema, dids: { "0x01": { name: "d", layout: {} } } }, "/dids/0x01/layout"],
    [{ schema, dids: { "0x01": { name: "d", layout: [null] } } }, "/dids/0x01/layout/0"],
    [{ schema, dids: { "0x01": { name: "d", layout: [{ type: "u8" }] } } }, at("/name")],
    [{ schema, extendedData: { "0x100": { name: "d", layout: [] } } }, "/extendedData/0x100"],
    [{ schema, dtcs: { P0420: {} } }, "/dtcs/P0420"],
    [{ schema, dtcs: { "0x0420": {} } }, "/dtcs/0x0420"],
    [{ schema, dtcs: { "P0420-16": { title: 1 } } }, "/dtcs/P0420-16/title"],
    [{ schema, dtcs: { "P0420-16": {}, "0x042016": {} } }, "/dtcs/0x042016"],
    [{ schema, routines: { "0x01": { name: "r", begin: {} } } }, "/routines/0x01/begin"],
    [{ schema, routines: { "0x01": { name: "r", start: { request: 1 } } } }, "/routines/0x01/start/request"],
    [{ schema, ecus: { "0x100000000": { name: "e" } } }, "/ecus/0x100000000"],
    [{ schema, ecus: { "0x01": {} } }, "/ecus/0x01/name"],
    [field({}), at("/type")],
    [field({ type: "u9" }), at("/type")],
    [field({ type: "toString" }), at("/type")],
    [field({ type: "u8", size: 1 }), at("/size")],
    [field({ type: "u8", endian: "middle" }), at("/endian")],
    [field({ type: "u8", scale: 0 }), at("/scale")],
    [field({ type: "u8", scale: "2" }), at("/scale")],
    [field({ type: "u8", divisor: 0 }), at("/divisor")],
    [field({ type: "u8", offset: Number.NaN }), at("/offset")],
    [field({ type: "u8", offset: null }), at("/offset")],
    [field({ type: "u8", min: 2, max: 1 }), at("/max")],
    [field({ type: "u8", unit: "" }), at("/unit")],
    [field({ type: "enum" }), at("/values")],
    [field({ type: "enum", values: {} }), at("/values")],
    [field({ type: "enum", values: { one: "a" } }), at("/values/one")],
    [field({ type: "enum", values: { "1": 2 } }), at("/values/1")],
    [field({ type: "enum", values: { a1: "a" } }), at("/values/a1")],
    [field({ type: "enum", values: { "1a": "a" } }), at("/values/1a")],
    [field({ type: "enum", values: { "1..2a": "a" } }), at("/values/1..2a")],
    [field({ type: "bits", bits: [{ name: "b", bit: 0, length: 1 }] }), at("/bits/0/length")],
    [{ schema, dids: { "0x01": { name: "d", layout: [{ type: "bits", bits: [] }] } } }, at("/name")],
    [field({ type: "enum", base: "f32", values: { "1": "a" } }), at("/base")],
    [field({ type: "bits" }), at("/bits")],
    [field({ type: "bits", length: 5, bits: [] }), at("/length")],
    [field({ type: "bits", length: 0, bits: [] }), at("/length")],
    [field({ type: "bits", bits: [{ name: "b", bit: 8 }] }), at("/bits/0/bit")],
    [field({ type: "bits", bits: [{ name: "b", bit: -1 }] }), at("/bits/0/bit")],
    [field({ type: "bits", bits: [{ name: "b", bit: 7, width: 2 }] }), at("/bits/0/width")],
    [field({ type: "bits", bits: [{ name: "b", bit: 7, width: 0 }] }), at("/bits/0/width")],
    [field({ type: "ascii" }), at("/length")],
    [field({ type: "ascii", length: -1 }), at("/length")],
    [field({ type: "ascii", length: 1.5 }), at("/length")],
    [field({ type: "ascii", length: 65_536 }), at("/length")],
    [field({ type: "ascii", length: "all" }), at("/length")],
    [field({ type: "ascii", length: null }), at("/length")],
    [field({ type: "ascii", length: { prefix: "u4" } }), at("/length/prefix")],
    [field({ type: "ascii", length: { prefix: "u8", until: 0 } }), at("/length/until")],
    [field({ type: "ascii", length: { prefix: "u8", max: 1 } }), at("/length/max")],
    [field({ type: "ascii", length: { max: 1 } }), at("/length/until")],
    [field({ type: "ascii", length: { until: 256, max: 1 } }), at("/length/until")],
    [field({ type: "ascii", length: { until: 0 } }), at("/length/max")],
    [field({ type: "ascii", length: { until: 0, max: 0 } }), at("/length/max")],
    [field({ type: "ascii", length: 1, padding: 256 }), at("/padding")],
  ])("refuses %j at %j", (value, path) => {
    const error = errorOf(() => parseDictionary(value));
    expect(error).toBeInstanceOf(UdsError);
    expect(error).toMatchObject({ code: "ERR_UDS_DICTIONARY", path });
    expect((error as Error).message).toMatch(/^Cannot read dictionary: /);
  });

  it("says the place in the message, and escapes it as a JSON pointer", () => {
    const refused = (value: unknown) => {
      const error = errorOf(() => parseDictionary(value)) as UdsError;
      return [error.path, error.message];
    };
    const where = (value: unknown) => refused(value)[1]!.replace(/ expected .*/, "");
    expect(where(undefined)).toBe("Cannot read dictionary: the document");
    expect(where({ schema, dids: 1 })).toBe("Cannot read dictionary: /dids");
    expect(refused({ schema, "a~b/c": 1 })[0]).toBe("/a~0b~1c");
    // A text of digits is no number, however much it compares like one.
    const integer = { name: "a", type: "bits", length: "2", bits: [] };
    expect(refused({ schema, dids: { "0x01": { name: "d", layout: [integer] } } })[0]).toBe(
      "/dids/0x01/layout/0/length",
    );
    const number = { name: "a", type: "u8", offset: "1" };
    expect(refused({ schema, dids: { "0x01": { name: "d", layout: [number] } } })[0]).toBe(
      "/dids/0x01/layout/0/offset",
    );
    for (const key of ["x0x01", "0x01x", "0x", "0x123456789"]) {
      expect(refused({ schema, dids: { [key]: { name: "d", layout: [] } } })[0]).toBe(`/dids/${key}`);
    }
  });

  it("refuses names twice in a record, and fields after one that takes the rest", () => {
    const refuseLayout = (...layout: readonly object[]) =>
      errorOf(() => parseDictionary({ schema, dids: { "0x01": { name: "d", layout } } }));
    expect(refuseLayout({ name: "a", type: "u8" }, { name: "a", type: "u8" })).toMatchObject({
      path: "/dids/0x01/layout/1",
    });
    expect(
      refuseLayout({ name: "x", type: "u8" }, { name: "y", type: "bits", bits: [{ name: "x", bit: 0 }] }),
    ).toMatchObject({ path: "/dids/0x01/layout/1" });
    expect(refuseLayout({ name: "a", type: "bytes", length: "rest" }, { name: "b", type: "u8" })).toMatchObject({
      path: "/dids/0x01/layout/0",
    });
  });

  it("answers every document with a dictionary or a typed error", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const dids = { "0x01": { name: "d", layout: [value] } };
        for (const given of [value, { schema, dids }, { schema, dtcs: value, routines: value }]) {
          try {
            parseDictionary(given);
          } catch (error) {
            expect(error).toBeInstanceOf(UdsError);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
