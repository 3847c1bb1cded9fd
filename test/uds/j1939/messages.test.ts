import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexToBytes, utf8ToBytes } from "../../../src/core/index.ts";
import {
  decodeComponentIdentification,
  decodeEngineHours,
  decodeJ1939Identifier,
  decodeJ1939Message,
  decodeVehicleIdentification,
  encodeJ1939Identifier,
  encodeJ1939Request,
  encodeJ1939TroubleCodes,
  type J1939LampState,
  type J1939MessageName,
  j1939MessageName,
  j1939Pgns,
} from "../../../src/uds/j1939/index.ts";

const names = Object.keys(j1939Pgns) as J1939MessageName[];

/** The decoded message of digits, or the fault. */
function read<Name extends J1939MessageName>(name: Name, hex: string) {
  const result = decodeJ1939Message(name, hexToBytes(hex));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const { bytes: _, ...content } = result.value as typeof result.value & { bytes: Uint8Array };
  return content;
}

const fault = (name: J1939MessageName, hex: string, options = {}) => {
  const result = decodeJ1939Message(name, hexToBytes(hex), options);
  return result.ok ? undefined : { ...result.error, partial: result.partial };
};

describe("lists of trouble codes", () => {
  it("hold lamps and codes, without the fill of a frame", () => {
    expect(read("DM1", "40ffb8040301ffff")).toEqual({
      message: "DM1",
      lamps: { mil: "on", red: "off", amber: "off", protect: "off" },
      dtcs: [{ offset: 2, candidates: [{ version: 4, spn: 1208, fmi: 3 }], occurrenceCount: 1 }],
    });
  });

  it("keep every reading where the conversion bit is set, and prefer none", () => {
    expect(read("DM2", "00ff61021381").dtcs).toEqual([
      {
        offset: 2,
        candidates: [
          { version: 1, spn: 198672, fmi: 19 },
          { version: 2, spn: 4872, fmi: 19 },
          { version: 3, spn: 609, fmi: 19 },
        ],
        occurrenceCount: 1,
      },
    ]);
  });

  it.each(["00ff00000000", "00ffffffffff", "00ff00000000ffff", "00ff"])("are empty in %s", (hex) => {
    expect(read("DM12", hex).dtcs).toEqual([]);
  });

  it("say no count where the sender has none", () => {
    expect(read("DM6", "00ffb804037f").dtcs[0]).not.toHaveProperty("occurrenceCount");
  });

  it("show each lamp by its own bits", () => {
    expect(read("DM1", "55e400000000").lamps).toEqual({
      mil: "on",
      red: "unknown",
      amber: "fast-flash",
      protect: "slow-flash",
    });
    expect(read("DM1", "ffff00000000").lamps).toEqual({
      mil: "unknown",
      red: "unknown",
      amber: "unknown",
      protect: "unknown",
    });
    expect(read("DM1", "80c000000000").lamps.mil).toBe("unknown");
  });

  it("are cut at a fault, with the codes before it", () => {
    expect(fault("DM1", "00ffb80403010102030405")).toMatchObject({
      code: "ERR_UDS_SHORT",
      offset: 11,
      partial: { dtcs: [{ offset: 2 }, { offset: 6 }] },
    });
    expect(fault("DM1", "00")).toMatchObject({ code: "ERR_UDS_SHORT", offset: 1 });
    const padded = decodeJ1939Message("DM1", hexToBytes("00ffb8040301000000"), { leniency: { zeroPadding: "trim" } });
    expect(padded).toMatchObject({ ok: true, warnings: [{ code: "zero_padding_trimmed" }] });
  });

  it("keep the caller's limit", () => {
    expect(fault("DM1", "00ffb8040301b8040302", { limits: { maxEntries: 1 } })).toMatchObject({
      code: "ERR_UDS_LIMIT",
      offset: 6,
      partial: { dtcs: [{ offset: 2 }] },
    });
  });

  const lamp = fc.constantFrom<J1939LampState>("on", "off", "slow-flash", "fast-flash", "unknown");
  const code = fc.record({
    spn: fc.integer({ min: 1, max: 0x7fffe }),
    fmi: fc.nat(31),
    occurrenceCount: fc.nat(126),
  });

  it("are read as they were written", () => {
    const lamps = fc.record({ mil: lamp, red: lamp, amber: lamp, protect: lamp });
    fc.assert(
      fc.property(lamps, fc.array(code, { maxLength: 20 }), (states, dtcs) => {
        const result = decodeJ1939Message("DM1", encodeJ1939TroubleCodes(states, dtcs));
        if (!result.ok) throw new Error(result.error.message);
        expect(result.value.lamps).toEqual(states);
        expect(
          result.value.dtcs.map(({ candidates, occurrenceCount }) => ({ ...candidates[0], occurrenceCount })),
        ).toEqual(dtcs.map((dtc) => ({ version: 4, ...dtc })));
      }),
    );
  });

  it("are not written with numbers that do not fit", () => {
    const off = { mil: "off", red: "off", amber: "off", protect: "off" } as const;
    for (const change of [{ spn: 0x80000 }, { fmi: 32 }, { occurrenceCount: 128 }, { spn: -1 }]) {
      expect(() => encodeJ1939TroubleCodes(off, [{ spn: 1, fmi: 1, ...change }])).toThrow(RangeError);
    }
  });
});

describe("other messages", () => {
  it("DM4 gives the values of a freeze frame in their units", () => {
    expect(read("DM4", "0fb804030106503840647e8025aabbcc".slice(0, 32)).frames).toMatchObject([
      {
        engineTorqueMode: 6,
        boostPressure: 160,
        engineSpeed: 2055,
        engineLoad: 100,
        coolantTemperature: 86,
        vehicleSpeed: 37.5,
        manufacturerData: hexToBytes("aabbcc"),
      },
    ]);
    expect(read("DM4", "0000000000ffffff").frames).toEqual([]);
    expect(fault("DM4", "03b8040301ffffffffffffffff")).toMatchObject({ code: "ERR_UDS_LENGTH_FORMAT", offset: 0 });
    expect(fault("DM4", "0cb8040301")).toMatchObject({ code: "ERR_UDS_SHORT", offset: 5 });
  });

  it("DM5 and DM26 tell which monitors are there and complete", () => {
    const { systems, obdCompliance, isHeavyDutyObd } = read("DM5", "0b16132501800180");
    expect([obdCompliance, isHeavyDutyObd]).toEqual([19, true]);
    expect(systems.filter(({ supported }) => supported).map(({ system, complete }) => [system, complete])).toEqual([
      ["misfire", true],
      ["comprehensiveComponent", true],
      ["catalyst", false],
    ]);
    expect(read("DM5", "0000ff0000000000").isHeavyDutyObd).toBeUndefined();
    expect(read("DM26", "fffafe0000000000")).toMatchObject({ timeSinceEngineStart: 64255, warmUpsSinceClear: "error" });
  });

  it("DM11 names the answer, also one that it does not know", () => {
    expect(["00", "01", "02", "03", "04"].map((hex) => read("DM11", hex).response)).toEqual([
      "acknowledged",
      "notAcknowledged",
      "denied",
      "busy",
      "unknown",
    ]);
  });

  it("DM19 keeps an identification that is no text as bytes", () => {
    const ff = "ff".repeat(16);
    expect(read("DM19", `01000080${ff}`).calibrations).toEqual([
      { identification: { bytes: hexToBytes(ff) }, verificationNumber: 0x80000001 },
    ]);
  });

  it("DM20 gives how often monitors ran", () => {
    expect(read("DM20", "0a000500b80405fffa00fe")).toEqual({
      message: "DM20",
      ignitionCycles: 10,
      obdMonitoringConditions: 5,
      ratios: [{ spn: 0x504b8, numerator: 64255, denominator: "error" }],
    });
  });

  it("DM21 gives distances and times", () => {
    expect(read("DM21", "0100020003000004")).toMatchObject({
      distanceWithMil: 1,
      distanceSinceClear: 2,
      timeWithMil: 3,
      timeSinceClear: 1024,
    });
  });

  it("DM22 says what is to be cleared, and why it was not", () => {
    expect(read("DM22", "1304ffffffb80463")).toEqual({
      message: "DM22",
      control: "notClearedActive",
      refusal: "noLongerActive",
      spn: 0x304b8,
      fmi: 3,
    });
    expect(read("DM22", "0580ffffffb80463")).toMatchObject({ control: "unknown", refusal: "unknown" });
  });

  it("DM25, DM29, DM31, DM33 and DM34 by their layouts", () => {
    expect(read("DM25", "069d00077f0102049d00077f").frames.map(({ data }) => data)).toEqual([
      Uint8Array.of(1, 2),
      new Uint8Array(0),
    ]);
    expect(read("DM29", "0102030405ffffff")).toMatchObject({
      pending: 1,
      allPending: 2,
      milOn: 3,
      previouslyMilOn: 4,
      permanent: 5,
    });
    expect(read("DM31", "b804030140ff00000000ffff").associations).toMatchObject([{ lamps: { mil: "on" } }]);
    expect(read("DM33", "010000000000000080fefffffffffffffff7".slice(0, 36)).timers).toEqual([
      { number: 1, timer1: 0, timer2: 0x80000000 },
      { number: "error", timer1: "notAvailable", timer2: 0xf7ffffff },
    ]);
    expect(read("DM34", "4fc0ffffffffffff")).toMatchObject({
      nox: { controlArea: "inside", carveOutArea: "outside", deficiencyArea: "notAvailable" },
      particulateMatter: { controlArea: "notAvailable" },
    });
  });

  it("DM30 says what became of a test", () => {
    const outcome = (value: string, maximum: string, minimum: string) =>
      read("DM30", `f7ba121f2000${value}${maximum}${minimum}`).results[0]!.outcome;
    expect(outcome("0100", "0100", "0100")).toBe("passed");
    expect(outcome("0200", "0100", "0000")).toBe("failed");
    expect(outcome("0000", "ffff", "0100")).toBe("failed");
    expect(outcome("00fb", "0100", "0100")).toBe("notComplete");
  });

  it("DM56 gives year and family", () => {
    const text = (words: string) => read("DM56", Buffer.from(words).toString("hex"));
    expect(text("2024E-MYABCXH0540LAR*")).toEqual({
      message: "DM56",
      modelYearText: "2024E-MY",
      modelYear: 2024,
      modelYearOf: "engine",
      familyName: "ABCXH0540LAR",
    });
    expect(text("2023V-MYX")).toMatchObject({ modelYearOf: "vehicle", familyName: "X" });
    expect(text("????????X")).not.toHaveProperty("modelYear");
  });
});

describe("every message", () => {
  it("gives a value or a fault for any bytes, and never throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 64 }), (name, bytes) => {
        const result = decodeJ1939Message(name, bytes);
        if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
        else expect(result.value.message).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  it("never loses a record when bytes are added", () => {
    const records = (name: J1939MessageName, bytes: Uint8Array): number => {
      const result = decodeJ1939Message(name, bytes);
      const value = (result.ok ? result.value : result.partial) as unknown as Record<string, unknown> | undefined;
      const list = Object.entries(value ?? {}).find(([key, item]) => Array.isArray(item) && key !== "systems")?.[1];
      return Array.isArray(list) ? list.length : 0;
    };
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ minLength: 1, maxLength: 60 }), (name, bytes) => {
        for (let length = 1; length < bytes.length; length++) {
          expect(records(name, bytes.subarray(0, length + 1))).toBeGreaterThanOrEqual(
            records(name, bytes.subarray(0, length)),
          );
        }
      }),
    );
  });

  it("is refused by a name that is none", () => {
    for (const name of ["DM99", "toString", ""]) {
      expect(() => decodeJ1939Message(name as J1939MessageName, new Uint8Array(8))).toThrow(RangeError);
    }
  });
});

describe("identifiers", () => {
  it("come apart and together", () => {
    expect(decodeJ1939Identifier(0x18feca00)).toEqual({ priority: 6, pgn: 0xfeca, source: 0 });
    expect(decodeJ1939Identifier(0x18ea00f9)).toEqual({ priority: 6, pgn: 0xea00, source: 0xf9, destination: 0 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x1fffffff }), (id) => {
        expect(encodeJ1939Identifier(decodeJ1939Identifier(id))).toBe(id);
      }),
    );
    expect(() => decodeJ1939Identifier(0x20000000)).toThrow(RangeError);
    expect(() => encodeJ1939Identifier({ priority: 6, pgn: 0xfeca, source: 0, destination: 1 })).toThrow(RangeError);
    expect(() => encodeJ1939Identifier({ priority: 6, pgn: 0xea00, source: 0 })).toThrow(RangeError);
    expect(() => encodeJ1939Identifier({ priority: 6, pgn: 0xea01, source: 0, destination: 1 })).toThrow(RangeError);
  });

  it("name the messages, each by a group of its own", () => {
    expect(names.map((name) => j1939MessageName(j1939Pgns[name]))).toEqual(names);
    expect(j1939MessageName(0xfef1)).toBeUndefined();
    expect(encodeJ1939Request(0x1feca)).toEqual(Uint8Array.of(0xca, 0xfe, 0x01));
  });
});

describe("identification", () => {
  const contentOf = (result: { ok: boolean; value?: unknown }): unknown => (result.ok ? result.value : result);

  it("is what stands between asterisks", () => {
    expect(contentOf(decodeComponentIdentification(utf8ToBytes("CMMNS*6B u07D0*12345*0*")))).toEqual({
      make: "CMMNS",
      model: "6B u07D0",
      serialNumber: "12345",
      unitNumber: "0",
    });
    expect(contentOf(decodeComponentIdentification(utf8ToBytes("A**\0")))).toEqual({
      make: "A",
      model: "",
      serialNumber: "",
    });
    expect(contentOf(decodeVehicleIdentification(utf8ToBytes("3HAMKSTN0FL575012*x\x01")))).toEqual({
      vin: "3HAMKSTN0FL575012",
      manufacturerData: "x?",
    });
    expect(contentOf(decodeVehicleIdentification(new Uint8Array(0)))).toEqual({ vin: "", manufacturerData: "" });
  });

  it("counts hours in twentieths", () => {
    expect(contentOf(decodeEngineHours(hexToBytes("fe05000001000000")))).toEqual({ hours: 76.7, revolutions: 1000 });
    expect(contentOf(decodeEngineHours(hexToBytes("000000ff000000fe")))).toEqual({
      hours: "notAvailable",
      revolutions: "error",
    });
  });
});
