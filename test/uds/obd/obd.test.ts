import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesToHex, hexToBytes } from "../../../src/core/index.ts";
import { toObdFaultReport } from "../../../src/uds/events/index.ts";
import {
  decodeObdRequest,
  decodeObdResponse,
  describeObdParameter,
  encodeObdRequest,
  encodeObdResponse,
  type ObdDecodeOptions,
  type ObdResponse,
  readObdParameter,
  wwhClass,
  wwhDataIdentifier,
  wwhIdentifier,
} from "../../../src/uds/obd/index.ts";

function positive<Service extends ObdResponse["service"]>(service: Service, hex: string, options?: ObdDecodeOptions) {
  const result = decodeObdResponse(hexToBytes(hex), options);
  if (!result.ok || result.value.kind !== "positive") throw new Error(JSON.stringify(result));
  expect(result.value.service).toBe(service);
  return result.value as Extract<ObdResponse, { readonly service: Service }>;
}

const readings = (hex: string) => positive(0x01, hex).parameters.flatMap((parameter) => parameter.readings);

describe("service 01", () => {
  test("several parameters in one message", () => {
    expect(readings("410c1af80d320546")).toEqual([
      { name: "engineSpeed", value: 1726, raw: 0x1af8, unit: "rpm" },
      { name: "vehicleSpeed", value: 50, raw: 50, unit: "km/h" },
      { name: "engineCoolantTemperature", value: 30, raw: 70, unit: "degC" },
    ]);
  });

  test("bitmaps name the parameters that there are", () => {
    expect(positive(0x01, "410080000001").parameters[0]!.supported).toEqual([0x01, 0x20]);
    expect(positive(0x01, "412040000000").parameters[0]!.supported).toEqual([0x22]);
  });

  test("what is not available is no number", () => {
    expect(readings("4114ffff")[1]).toMatchObject({ name: "shortTermFuelTrim", value: "notAvailable" });
    expect(readings("4167017b00").map(({ value }) => value)).toEqual([83, "notAvailable"]);
    expect(readings("41020000")[0]!.value).toBe("notAvailable");
    expect(readings("41030300").map(({ value }) => value)).toEqual(["reserved", "off"]);
    expect(readings("415100")[0]!.value).toBe("notAvailable");
    expect(readings("415104")[0]!.value).toBe("diesel");
  });

  test("signed values, and bits of their own", () => {
    expect(readings("4132fffe")[0]).toMatchObject({ value: -0.5, unit: "Pa" });
    expect(
      readings("411382")
        .filter(({ value }) => value === true)
        .map(({ name }) => name),
    ).toEqual(["bank1Sensor2", "bank2Sensor4"]);
    expect(readings("41347fff8000")[1]).toMatchObject({ value: 0, unit: "mA" });
  });

  test("readiness by kind of ignition", () => {
    const spark = positive(0x01, "41018307ff01").parameters[0]!.readiness!;
    expect(spark).toMatchObject({ ignition: "spark", mil: true, dtcCount: 3 });
    expect(spark.monitors[3]).toEqual({ name: "catalyst", supported: true, complete: false });
    expect(spark.monitors[4]).toEqual({ name: "heatedCatalyst", supported: true, complete: true });
    const compression = positive(0x01, "4141002a4140").parameters[0]!.readiness!;
    expect(compression.mil).toBeUndefined();
    expect(compression.monitors).toEqual([
      { name: "misfire", supported: false, complete: "notAvailable" },
      { name: "fuelSystem", supported: true, complete: false },
      { name: "components", supported: false, complete: "notAvailable" },
      { name: "nmhcCatalyst", supported: true, complete: true },
      { name: "noxAftertreatment", supported: false, complete: "notAvailable" },
      { name: "boostPressure", supported: false, complete: "notAvailable" },
      { name: "exhaustGasSensor", supported: false, complete: "notAvailable" },
      { name: "particulateFilter", supported: true, complete: false },
      { name: "egrVvtSystem", supported: false, complete: "notAvailable" },
    ]);
  });

  test("fields behind support bits, one by one", () => {
    const values = (hex: string) => readings(hex).map(({ value }) => value);
    const none = "notAvailable";
    expect(values("4165050a")).toEqual([false, none, false, none]);
    expect(values("4165ff05")).toEqual([true, false, true, false]);
    expect(values("4168212829ff2c2d2e")).toEqual([0, none, none, none, none, 6]);
    expect(values("41693fff33800080ff")).toEqual([100, 20, 0, 0, (128 * 100) / 255, 99.21875]);
    expect(values("416b1f28292a2b")).toEqual([0, 1, 2, 3]);
    // A sensor of the wide range has none of the lower bits.
    expect(values("416b1028292a2b")).toEqual([none, none, none, none]);
    expect(values("416c0933000033")).toEqual([20, none, none, 20]);
    expect(values("417206ff3366ff")).toEqual([none, 20, 40, none]);
    expect(values("417c080000000000000fa0")).toEqual([none, none, none, 360]);
    expect(values("417f050000000a00000000ffffffff")).toEqual([10, none, 0xffff_ffff]);
    expect(values("416a060033ff00")).toEqual([none, 20, 100, none]);
    expect(values("416f03647b")).toEqual([100, 123]);
    expect(values("4173022710000a")).toEqual([none, 0.1]);
    expect(values("41750d64650fa01f40")).toEqual([60, none, 360, 760]);
    expect(values("41770f28292a2b")).toEqual([0, 1, 2, 3]);
    expect(values("417a06ffff03e807d0")).toEqual([10, 20]);
  });

  test("parameters that came with later editions", () => {
    expect(readings("418450")[0]).toMatchObject({ name: "manifoldSurfaceTemperature", value: 40, unit: "degC" });
    expect(readings("418dff")[0]).toMatchObject({ name: "throttlePositionG", value: 100 });
    expect(readings("415f0f")[0]).toMatchObject({ value: "euro5B2" });
    expect(readings("415f05")[0]!.value).toBe("reserved");
  });

  test("a parameter of which the length alone is known does not hide what follows", () => {
    const { parameters, undecoded } = positive(0x01, "419d001122330d32");
    expect(parameters.map(({ pid, data, readings: { length } }) => [pid, data.length, length])).toEqual([
      [0x9d, 4, 0],
      [0x0d, 1, 1],
    ]);
    expect(undecoded).toBeUndefined();
  });

  test("an unknown parameter ends the reading", () => {
    const { parameters, undecoded } = positive(0x01, "410d32ee0102");
    expect(parameters.map(({ pid }) => pid)).toEqual([0x0d]);
    expect(undecoded).toEqual({ offset: 3, bytes: hexToBytes("ee0102"), reason: "unknown_parameter" });
  });

  test("the description has bounds", () => {
    expect(describeObdParameter(0x0c)?.readings).toEqual([
      { name: "engineSpeed", unit: "rpm", minimum: 0, maximum: 16383.75 },
    ]);
    expect(describeObdParameter(0x32)?.readings[0]).toMatchObject({ minimum: -8192, maximum: 8191.75 });
    for (const pid of [0xee, -32, 256, 0.5]) expect(describeObdParameter(pid)).toBeUndefined();
  });
});

test("a freeze frame has the number of each frame", () => {
  const { parameters } = positive(0x02, "42020004200c011af8");
  expect(parameters.map(({ pid, frame }) => [pid, frame])).toEqual([
    [0x02, 0],
    [0x0c, 1],
  ]);
  expect(parameters[0]!.readings[0]!.value).toBe(0x0420);
});

describe("lists of codes", () => {
  test("counted, and they fit the events", () => {
    const answer = positive(0x03, "43020420c103");
    expect(answer).toMatchObject({
      counted: true,
      dtcs: [
        { display: "P0420", offset: 2 },
        { display: "U0103", offset: 4 },
      ],
    });
    const report = toObdFaultReport(answer, { observedAt: 1, ecu: { addressing: "obd", address: 0x7e8 } });
    expect(report.events.map(({ code }) => code.display)).toEqual(["P0420", "U0103"]);
  });

  test("without a count only when asked for", () => {
    const bytes = "4a000004200000";
    expect(positive(0x0a, bytes, { codeList: "uncounted" })).toMatchObject({
      counted: false,
      places: 3,
      dtcs: [{ code: 0x0420, offset: 3 }],
    });
    expect(decodeObdResponse(hexToBytes("43000420"))).toMatchObject({
      ok: false,
      error: { code: "ERR_UDS_TRAILING_BYTES", offset: 2 },
    });
    expect(bytesToHex(encodeObdResponse({ service: 0x07, counted: false, dtcs: [{ code: 0x0420 }] }))).toBe(
      "47042000000000",
    );
  });

  test("a code that is cut off", () => {
    expect(decodeObdResponse(hexToBytes("4302042001"))).toMatchObject({
      ok: false,
      error: { code: "ERR_UDS_SHORT", offset: 5, path: "/dtcs/1/code" },
      partial: { dtcs: [{ code: 0x0420 }] },
    });
    expect(decodeObdResponse(hexToBytes("43020420"))).toMatchObject({ error: { path: "/dtcs/1/code" } });
    expect(decodeObdResponse(hexToBytes("43020420c103"), { limits: { maxEntries: 1 } })).toMatchObject({
      error: { code: "ERR_UDS_LIMIT", offset: 4 },
    });
  });
});

test("monitor results with unit, outcome and signs", () => {
  const { results } = positive(0x06, "4601810b03e803e707d0018284fff6ff9c0000018355000100000000");
  expect(results[0]).toMatchObject({ outcome: "passed", value: 1, minimum: 0.999, maximum: 2, unit: "V" });
  expect(results[1]).toMatchObject({ outcome: "passed", raw: { value: -10, minimum: -100, maximum: 0 }, value: -0.01 });
  expect(results[2]).toEqual({
    monitorId: 1,
    testId: 0x83,
    scalingId: 0x55,
    outcome: "failed",
    raw: { value: 1, minimum: 0, maximum: 0 },
  });
  expect(positive(0x06, "4601810b000000000000").results[0]).toMatchObject({ outcome: "notCompleted" });
  expect(positive(0x06, "460080000000").results[0]).toMatchObject({ supported: [1] });
});

test("the limits of a monitor belong to what passes, and numbers are signed from 0x80 on", () => {
  const outcomes = (hex: string) => positive(0x06, hex).results.map((result) => "outcome" in result && result.outcome);
  expect(outcomes("4601810b00020001000201810b00010001000201810b00030001000201810b000000010002")).toEqual([
    "passed",
    "passed",
    "failed",
    "failed",
  ]);
  expect(positive(0x06, "46018181ffff80007fff").results[0]).toMatchObject({
    value: -1,
    minimum: -32768,
    maximum: 32767,
  });
  expect(positive(0x06, "46018180ffff80007fff").results[0]).toMatchObject({ raw: { value: -1 } });
  expect(positive(0x06, "4601817fffff80007fff").results[0]).toMatchObject({ raw: { value: 65535 } });
});

test("vehicle information", () => {
  const vin = `490201${bytesToHex(new TextEncoder().encode("WVWZZZ1KZAW000001"))}`;
  expect(positive(0x09, vin).information[0]).toMatchObject({ count: 1, texts: ["WVWZZZ1KZAW000001"] });
  expect(positive(0x09, "490601deadbeef").information[0]!.texts).toEqual(["deadbeef"]);
  expect(positive(0x09, "4908030001ffff0002").information[0]!.counters).toEqual([
    { name: "obdConditionsEncountered", value: 1 },
    { name: "ignitionCycles", value: 65535 },
    { name: "catalystBank1Completions", value: 2 },
  ]);
  expect(positive(0x09, "490055400000").information[0]!.supported).toEqual([2, 4, 6, 8, 10]);
  expect(positive(0x09, "490d01").undecoded).toMatchObject({ offset: 1 });
});

test("control, oxygen sensors, cleared, refused, and others", () => {
  expect(positive(0x04, "44").service).toBe(4);
  expect(positive(0x08, "48010102")).toMatchObject({ testId: 1, data: hexToBytes("0102") });
  expect(positive(0x05, "450110a0")).toMatchObject({ testId: 1, sensor: 0x10, data: hexToBytes("a0") });
  expect(decodeObdResponse(hexToBytes("7f0112"))).toMatchObject({
    value: { kind: "negative", requestSid: 1, nrc: 0x12 },
  });
  expect(decodeObdResponse(hexToBytes("5003"))).toMatchObject({ value: { kind: "unknown" } });
  expect(decodeObdResponse(new Uint8Array())).toMatchObject({ error: { code: "ERR_UDS_SHORT", path: "/sid" } });
});

test("WWH-OBD", () => {
  expect(wwhIdentifier(0xf40c)).toEqual({ kind: "parameter", number: 0x0c });
  expect(wwhIdentifier(0xf601)?.kind).toBe("monitor");
  expect(wwhIdentifier(0xf500)).toBeUndefined();
  expect(wwhDataIdentifier({ kind: "information", number: 2 })).toBe(0xf802);
  expect(() => wwhDataIdentifier({ kind: "monitor", number: 256 })).toThrow(RangeError);
  expect(readObdParameter(0x0c, hexToBytes("1af8"))?.readings[0]?.value).toBe(1726);
  expect(readObdParameter(0x0c, hexToBytes("1a"))).toBeUndefined();
  expect([0x02, 0x04, 0x88, 0x10, 0x01, 0x06, 0x80].map(wwhClass)).toEqual([
    "A",
    "B1",
    "B2",
    "C",
    "unclassified",
    undefined,
    undefined,
  ]);
});

const samples = [
  "410c1af80d320546",
  "410d32ee0102",
  "42020004200c011af8",
  "43020420c103",
  "47010420",
  "44",
  "450110a0",
  "450080000000",
  "4601810b03e803e707d0",
  "460080000000018184fff6ff9c0000",
  "48010102",
  "480080000000",
  "490601deadbeef490d01",
  "490055400000",
  "490b050001000200030004ffff",
  "7f0112",
];

describe("properties", () => {
  test.each(samples)("%s: a cut never adds or changes a record", (hex) => {
    const bytes = hexToBytes(hex);
    const recordsOf = (length: number): readonly unknown[] => {
      const result = decodeObdResponse(bytes.subarray(0, length));
      const value = (result.ok ? result.value : (result.partial ?? {})) as Record<string, readonly unknown[]>;
      return value["parameters"] ?? value["dtcs"] ?? value["results"] ?? value["information"] ?? [];
    };
    const whole = recordsOf(bytes.length);
    for (let length = 0; length < bytes.length; length++) {
      const records = recordsOf(length);
      expect(whole.slice(0, records.length)).toEqual(records);
      const result = decodeObdResponse(bytes.subarray(0, length));
      if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(length);
    }
  });

  test("every accepted answer is written as it was", () => {
    const head = fc.constantFrom(0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a);
    const random = fc.tuple(head, fc.uint8Array({ maxLength: 24 })).map(([sid, rest]) => Uint8Array.of(sid, ...rest));
    const known = fc.constantFrom(...samples).map(hexToBytes);
    const form = fc.constantFrom("counted" as const, "uncounted" as const);
    fc.assert(
      fc.property(fc.oneof(random, known), form, (bytes, codeList) => {
        const result = decodeObdResponse(bytes, { codeList });
        if (result.ok && result.value.kind === "positive") expect(encodeObdResponse(result.value)).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test("every accepted request is written as it was", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.uint8Array({ maxLength: 8 }), (sid, rest) => {
        const bytes = Uint8Array.of(sid, ...rest);
        const result = decodeObdRequest(bytes);
        if (result.ok && result.value.kind === "request") expect(encodeObdRequest(result.value)).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

test("requests", () => {
  expect(decodeObdRequest(hexToBytes("010c0d"))).toMatchObject({ value: { pids: [0x0c, 0x0d] } });
  expect(decodeObdRequest(hexToBytes("020c"))).toMatchObject({
    ok: false,
    error: { code: "ERR_UDS_SHORT", path: "/parameters/0/frame" },
  });
  expect(decodeObdRequest(hexToBytes("01"))).toMatchObject({ ok: false, error: { path: "/pids/0" } });
  expect(decodeObdRequest(hexToBytes("0300"))).toMatchObject({ error: { code: "ERR_UDS_TRAILING_BYTES", offset: 1 } });
  expect(() => encodeObdRequest({ service: 0x01, pids: [] })).toThrow(/at least one/);
  expect(() => encodeObdRequest({ service: 0x09, infoTypes: [256] })).toThrow(/integer/);
});

test("what cannot be written is refused", () => {
  const one = Uint8Array.of(1);
  expect(() => encodeObdResponse({ service: 0x01, parameters: [{ pid: 0x0c, data: one }] })).toThrow(/2 bytes/);
  expect(() => encodeObdResponse({ service: 0x01, parameters: [{ pid: 0xee, data: one }] })).toThrow(/known length/);
  expect(() => encodeObdResponse({ service: 0x01, parameters: [] })).toThrow(/at least one/);
  expect(() => encodeObdResponse({ service: 0x03, counted: false, places: 0, dtcs: [{ code: 1 }] })).toThrow(/place/);
  expect(() => encodeObdResponse({ service: 0x06, results: [{ monitorId: 1, data: one }] })).toThrow(/bitmap/);
  expect(() => encodeObdResponse({ service: 0x09, information: [{ infoType: 0x0d, items: [] }] })).toThrow(
    /known length/,
  );
});
