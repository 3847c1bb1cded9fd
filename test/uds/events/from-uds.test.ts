import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, hexToBytes } from "../../../src/core/index.ts";
import { type FaultEvent, parseFaultEvent, toFaultEvents, toFaultReport } from "../../../src/uds/events/index.ts";
import { decodeResponse } from "../../../src/uds/index.ts";
import { dictionary, engine, eventOf, reportOf } from "./fixture.ts";

describe("toFaultReport", () => {
  it("turns a listed code into an event with all that is known", () => {
    expect(reportOf("5902ff 042016 2f", { statusMask: 0x2f })).toEqual({
      schema: "otakit.fault-report/1",
      observedAt: 1_000,
      vehicle: { id: "v-1" },
      ecu: engine,
      source: { protocol: "uds", memory: "primary", report: "reportDTCByStatusMask" },
      outcome: "answered",
      complete: true,
      events: [
        {
          schema: "otakit.fault-event/1",
          id: "b593ac065782364e9fc35ff504e18b7e.042016",
          observedAt: 1_000,
          vehicle: { id: "v-1" },
          ecu: engine,
          source: { protocol: "uds", memory: "primary", report: "reportDTCByStatusMask" },
          code: { native: "042016", display: "P0420-16", system: "powertrain", standardised: true, ftb: 0x16 },
          condition: "active",
          status: {
            testFailed: true,
            testFailedThisOperationCycle: true,
            pendingDTC: true,
            confirmedDTC: true,
            testNotCompletedSinceLastClear: false,
            testFailedSinceLastClear: true,
            testNotCompletedThisOperationCycle: false,
            warningIndicatorRequested: false,
            byte: 0x2f,
            availability: 0xff,
          },
          severity: null,
          dtcClass: null,
          counters: {},
          snapshots: [],
          extended: [],
          quality: "good",
          flags: [],
          warnings: [],
          raw: { hex: "0420162F", head: "5902FF", offset: 3 },
        },
      ],
      flags: [],
      warnings: [],
    });
  });

  it.each([
    ["590fff 042016 2f", "uds", "mirror", "0420162F", "590FFF"],
    ["5913ff 042016 2f", "uds", "primary", "0420162F", "5913FF"],
    ["5915ff 042016 2f", "uds", "permanent", "0420162F", "5915FF"],
    ["591718ff 042016 2f", "uds", "user", "0420162F", "591718FF"],
    ["591aff05 042016 2f", "uds", "primary", "0420162F", "591AFF05"],
    ["5908ff 80 07 042016 2f", "uds", "primary", "80070420162F", "5908FF"],
    ["5942 33ffff04 21 042016 2f", "wwh-obd", "primary", "210420162F", "594233FFFF04"],
    ["5955 33ff04 042016 2f", "wwh-obd", "permanent", "0420162F", "595533FF04"],
    ["5956 33ff0407 042016 2f", "wwh-obd", "primary", "0420162F", "595633FF0407"],
    ["5904 042016 2f", "uds", "primary", "0420162F", "5904"],
    ["591818 042016 2f", "uds", "user", "0420162F", "591818"],
    ["591918 042016 2f", "uds", "user", "0420162F", "591918"],
    ["5910 042016 2f", "uds", "mirror", "0420162F", "5910"],
    ["5905 01 042016 2f 01 1234 0020", "uds", "primary", "010420162F0112340020", "5905"],
    ["5916 01 042016 2f 09", "uds", "primary", "0420162F09", "591601"],
    ["5914 042016 7f", "uds", "primary", "0420167F", "5914"],
    ["5903 042016 02", "uds", "primary", "04201602", "5903"],
  ])("%s: protocol, memory and raw bytes", (message, protocol, memory, hex, head) => {
    const event = eventOf(message, {}, { dictionary });
    expect([event.source.protocol, event.source.memory]).toEqual([protocol, memory]);
    expect(event.code.native).toBe("042016");
    expect(event.raw).toEqual({ hex, head, offset: head.length / 2 });
    expect(parseFaultEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it("keeps what names the source", () => {
    expect(eventOf("5956 33ff0407 042016 2f").source).toEqual({
      protocol: "wwh-obd",
      memory: "primary",
      report: "reportDTCInformationByDTCReadinessGroupIdentifier",
      formatId: 4,
      functionalGroup: 0x33,
      readinessGroup: 7,
    });
    expect(eventOf("591718ff 042016 2f", { formatIdentifier: 1 }).source).toEqual({
      protocol: "uds",
      memory: "user",
      report: "reportUserDefMemoryDTCByStatusMask",
      memorySelection: 0x18,
      formatId: 1,
    });
  });

  it("gives the number of codes where only that is asked", () => {
    const report = reportOf("5901ff01 0102");
    expect(report).toMatchObject({ outcome: "answered", complete: false, count: 0x102, events: [] });
    expect(reportOf("5902ff")).not.toHaveProperty("count");
  });

  it("tells a refusal and a strange message from an empty list", () => {
    expect(reportOf("7f1931")).toMatchObject({ outcome: "refused", nrc: 0x31, complete: false, events: [] });
    expect(reportOf("62f190")).toMatchObject({ outcome: "unreadable", complete: false, events: [] });
    expect(reportOf("")).toMatchObject({ outcome: "unreadable", complete: false, events: [] });
    expect(reportOf("5977")).toMatchObject({ outcome: "unreadable", complete: false, events: [] });
    expect(reportOf("7f1931").source).toEqual({ protocol: "uds", memory: "primary", report: "unknown" });
    expect(reportOf("5902ff", { statusMask: 0xff })).toMatchObject({ outcome: "answered", complete: true, events: [] });
  });

  it("keeps the records before a break, and says where it is", () => {
    const report = reportOf("5902ff 042016 2f 0420", { statusMask: 0xff });
    expect(report).toMatchObject({ outcome: "unreadable", complete: false });
    expect(report.events).toHaveLength(1);
    expect(report.flags).toEqual([
      { code: "partial", severity: "degraded", details: { missingFields: ["/dtcs/1/code"] } },
    ]);
    expect(report.warnings[0]!.code).toBe("ERR_UDS_SHORT");
  });

  it.each([
    ["5902ff", {}, false],
    ["5902ff", { statusMask: 0xff }, true],
    ["5902ff", { statusMask: 0x2f }, true],
    ["5902ff", { statusMask: 0x0f }, false],
    ["590209", { statusMask: 0x09 }, true],
    ["590209", { statusMask: 0x01 }, false],
    ["590250", { statusMask: 0xff }, false],
    ["5917ff09", { statusMask: 0x09 }, true],
    ["590f09", { statusMask: 0x09 }, true],
    ["590aff", {}, true],
    ["5915ff", {}, true],
    ["595533ff04", {}, true],
    ["590bff", {}, false],
    ["594233ffff04", { statusMask: 0xff, severityMask: 0xff }, false],
    ["5908ff", { statusMask: 0xff, severityMask: 0xff }, false],
  ])("%s with %j is complete: %s", (message, context, complete) => {
    expect(reportOf(message, context).complete).toBe(complete);
  });

  it("finds the bytes of a record behind records of zeros that were left out", () => {
    const options = { leniency: { allZeroDtc: "drop" } } as const;
    const [first, second] = reportOf("5902ff 00000000 042016 2f 00000000 00000000 042017 2f", {}, options).events;
    expect(first!.raw).toEqual({ hex: "0420162F", head: "5902FF", offset: 7 });
    expect(second!.raw).toEqual({ hex: "0420172F", head: "5902FF", offset: 19 });
    expect(first!.warnings.map(({ code }) => code)).toEqual(["all_zero_dtc_dropped"]);
    const kept = reportOf("5902ff 00000000 042016 2f");
    expect(kept.events.map(({ raw }) => raw!.offset)).toEqual([3, 7]);
  });

  it("refuses a context that cannot be", () => {
    const decoded = decodeResponse(hexToBytes("5902ff"));
    const good = { observedAt: 0, ecu: engine };
    const sovd = (address: string) => ({ ...good, ecu: { addressing: "sovd", address } as const });
    for (const context of [
      { ...good, observedAt: -1 },
      { ...good, observedAt: 0.5 },
      { ...good, vehicleId: "" },
      { ...good, vehicleId: "v".repeat(257) },
      { ...good, vehicleId: "\ud800" },
      { ...good, ecu: { ...engine, address: -1 } },
      { ...good, ecu: { ...engine, address: 2 ** 32 } },
      sovd(""),
      sovd("e".repeat(257)),
      { ...good, statusMask: 256 },
      { ...good, severityMask: -1 },
      { ...good, availabilityMask: 1.5 },
      { ...good, formatIdentifier: 256 },
    ]) {
      expect(() => toFaultReport(decoded, context)).toThrow(RangeError);
    }
    expect(toFaultEvents(decoded, { ...good, vehicleId: "v".repeat(256) })).toEqual([]);
  });

  it("leaves the vehicle out when there is no key", () => {
    const report = toFaultReport(decodeResponse(hexToBytes("5902ff0420162f")), { observedAt: 0, ecu: engine });
    expect(report).not.toHaveProperty("vehicle");
    expect(report.events[0]).not.toHaveProperty("vehicle");
  });
});

describe("code of an event", () => {
  it.each([
    [1, "042016", { display: "P0420-16", system: "powertrain", standardised: true, ftb: 0x16 }],
    [4, "d10087", { display: "U1100-87", system: "network", standardised: false, ftb: 0x87 }],
    [1, "b00001", { display: "B3000-01", system: "body", standardised: null, ftb: 1 }],
    [0, "412300", { display: "C0123-00", system: "chassis", standardised: true }],
    [2, "b80403", { display: "SPN 1208 FMI 3", system: null, standardised: null, spn: 1208, fmi: 3 }],
    [3, "042016", { display: "0x042016", system: null, standardised: null }],
    [9, "042016", { display: "0x042016", system: null, standardised: null }],
  ])("format %i, %s", (formatIdentifier, native, code) => {
    expect(eventOf(`5902ff${native}2f`, { formatIdentifier }).code).toEqual({ native: native.toUpperCase(), ...code });
  });
});

describe("severity of an event", () => {
  it.each([
    ["5908ff 80 07 042016 2f", "immediate", 0x80, null],
    ["5908ff e1 07 042016 2f", "immediate", 0xe1, "class0"],
    ["5908ff 62 07 042016 2f", "next-halt", 0x62, "class1"],
    ["5908ff 24 07 042016 2f", "maintenance", 0x24, "class2"],
    ["5908ff 00 07 042016 2f", null, 0, null],
    ["5908ff 18 07 042016 2f", null, 0x18, null],
    ["5942 33ffff04 10 042016 2f", "none", 0x10, "class4"],
    ["5942 33ff7f04 88 042016 2f", null, 0x88, "class3"],
    ["5942 33ff2204 c3 042016 2f", null, 0xc3, "class1"],
  ])("%s", (message, severity, severityValue, dtcClass) => {
    expect(eventOf(message)).toMatchObject({ severity, severityValue, dtcClass });
  });

  it("has the functional unit where the record has one", () => {
    expect(eventOf("5908ff 80 07 042016 2f").functionalUnit).toBe(7);
    expect(eventOf("5902ff 042016 2f")).not.toHaveProperty("functionalUnit");
    expect(eventOf("5902ff 042016 2f")).not.toHaveProperty("severityValue");
  });
});

describe("condition of an event", () => {
  it.each([
    ["5902ff 042016 2f", "active"],
    ["5902ff 042016 01", "active"],
    ["5902ff 042016 28", "stored"],
    ["5902ff 042016 2c", "stored"],
    ["590208 042016 08", "confirmed"],
    ["59020c 042016 0c", "confirmed"],
    ["5902ff 042016 24", "pending"],
    ["590204 042016 04", "pending"],
    ["5902ff 042016 20", "passive"],
    ["5902ff 042016 00", "passive"],
    ["5902ff 042016 50", "unknown"],
    ["5902ef 042016 00", "unknown"],
    ["5902fe 042016 00", "unknown"],
    ["5902f7 042016 00", "unknown"],
    ["5902fb 042016 00", "unknown"],
    ["590200 042016 ff", "unknown"],
    ["5915ff 042016 00", "permanent"],
    ["595533ff04 042016 50", "permanent"],
    ["590fff 042016 28", "stored"],
    ["5914 042016 7f", "active"],
    ["5914 042016 80", "unknown"],
    ["5914 042016 7e", "unknown"],
    ["5914 042016 00", "unknown"],
    ["5903 042016 01", "unknown"],
  ])("%s: %s", (message, condition) => {
    expect(eventOf(message).condition).toBe(condition);
  });

  it("reads a status without a mask as far as set bits go", () => {
    const event = eventOf("5904 042016 08");
    expect(event).toMatchObject({ condition: "confirmed", quality: "degraded" });
    expect(event.status).toMatchObject({ confirmedDTC: true, testFailed: null, byte: 8, availability: null });
    expect(event.flags).toEqual([
      { code: "partial", severity: "degraded", details: { missingFields: ["/status/availability"] } },
    ]);
    const masked = eventOf("5904 042016 28", { availabilityMask: 0xff });
    expect(masked).toMatchObject({ condition: "stored", quality: "good", flags: [] });
    expect(masked.status).toMatchObject({ testFailed: false, availability: 0xff });
  });

  it("says what the fault detection counter says", () => {
    expect(eventOf("5914 042016 7f")).toMatchObject({
      counters: { faultDetection: 127 },
      status: { testFailed: true },
    });
    expect(eventOf("5914 042016 80")).toMatchObject({
      counters: { faultDetection: -128 },
      status: { testFailed: false },
    });
    expect(eventOf("5914 042016 7e")).toMatchObject({
      counters: { faultDetection: 126 },
      status: { testFailed: null },
    });
    expect(eventOf("5914 042016 ff").status.testFailed).toBeNull();
    expect(eventOf("5914 042016 7e").status).toMatchObject({ byte: null, availability: null, confirmedDTC: null });
  });
});

describe("quality of an event", () => {
  it("is unreliable when bits contradict each other", () => {
    const event = eventOf("5902ff 042016 42");
    expect(event.quality).toBe("unreliable");
    expect(event.flags[0]).toEqual({
      code: "inconsistent",
      severity: "unreliable",
      details: { rule: "status_failed_and_not_tested_this_cycle" },
    });
    expect(event.warnings[0]!.code).toBe("status_failed_and_not_tested_this_cycle");
    expect(eventOf("5904 042016 42").quality).toBe("unreliable");
  });

  it("is degraded when a combination is suspicious", () => {
    const event = eventOf("5902ff 042016 6d");
    expect([event.quality, event.condition]).toEqual(["degraded", "active"]);
    expect(event.warnings.map(({ code }) => code)).toEqual(["status_failed_not_this_cycle"]);
  });

  it("names stray bits in the event that has them alone", () => {
    const [fine, stray] = reportOf("590209 042016 09 042017 0d").events;
    expect([fine!.quality, fine!.warnings]).toEqual(["good", []]);
    expect(stray!.quality).toBe("degraded");
    expect(stray!.flags).toEqual([
      { code: "inconsistent", severity: "degraded", details: { rule: "status_bit_outside_availability" } },
    ]);
    expect(stray!.warnings).toEqual([
      { code: "status_bit_outside_availability", message: "Status bits outside the availability mask: 4" },
    ]);
    expect(stray!.status).toMatchObject({ pendingDTC: null, byte: 0x0d, availability: 0x09 });
  });

  it("keeps what the decoder noticed about the whole message", () => {
    expect(eventOf("5982ff 042016 2f").warnings.map(({ code }) => code)).toEqual(["suppress_bit_echoed"]);
  });
});

describe("stored data of an event", () => {
  const mask = { availabilityMask: 0xff };

  it("shows what the dictionary reads", () => {
    const event = eventOf("5904 042016 2f 02 02 1234 0102 1235 42", mask, { dictionary });
    expect(event.quality).toBe("good");
    expect(event.snapshots).toEqual([
      {
        record: 2,
        entries: [
          { id: 0x1234, name: "speed", hex: "0102", values: [{ name: "speed", value: 129, unit: "km/h" }] },
          { id: 0x1235, name: "time", hex: "42", values: [{ name: "digits", value: "42" }] },
        ],
      },
    ]);
    const extended = eventOf("5906 042016 2f 01 07", mask, { dictionary });
    expect(extended.extended).toEqual([
      { record: 1, name: "counters", hex: "07", values: [{ name: "occurrences", value: 7 }] },
    ]);
  });

  it("keeps what nobody can read", () => {
    const event = eventOf("5904 042016 2f 02 02 1234 0102 9999 42", mask, { dictionary });
    expect(event.snapshots[0]!.undecoded).toEqual({ offset: 10, hex: "999942", reason: "unknown_data_identifier" });
    expect(event.flags).toEqual([
      { code: "partial", severity: "degraded", details: { missingFields: ["/snapshots/0"] } },
    ]);
    expect(event.warnings).toEqual([
      {
        code: "record_undecoded",
        message: "Bytes from offset 10 of the record stayed undecoded (unknown_data_identifier)",
      },
    ]);
    const extended = eventOf("5906 042016 2f 01 07 33 0102", mask, { dictionary });
    expect(extended.extended[1]).toEqual({
      record: 0x33,
      values: [],
      undecoded: { offset: 7, hex: "0102", reason: "unknown_extended_data_record" },
    });
    expect(extended.flags[0]!.details).toEqual({ missingFields: ["/extended/1"] });
  });

  it("keeps fields that are no digits", () => {
    const event = eventOf("5904 042016 2f 02 01 1235 4f", mask, { dictionary });
    expect(event.snapshots[0]!.entries[0]!.values).toEqual([
      { name: "digits", undecoded: { offset: 8, hex: "4F", reason: "malformed_digits" } },
    ]);
    expect(event.flags[0]!.details).toEqual({ missingFields: ["/snapshots/0/entries/0/values/0"] });
  });

  it("has one event for each stored record, with its own bytes", () => {
    const events = reportOf("5905 01 042016 2f 01 1234 0102 02 042017 2f 01 1235 4f 03", mask, { dictionary }).events;
    expect(events.map(({ raw }) => [raw!.offset, raw!.hex])).toEqual([
      [2, "010420162F0112340102"],
      [12, "020420172F0112354F"],
    ]);
    expect(events[1]!.snapshots[0]).toMatchObject({ record: 2, entries: [{ values: [{ undecoded: { offset: 8 } }] }] });
    const data = reportOf("5916 01 042016 2f 09 042017 2f 08", mask, { dictionary }).events;
    expect(data.map(({ raw, extended }) => [raw!.offset, extended[0]])).toEqual([
      [3, { record: 1, name: "counters", hex: "09", values: [{ name: "occurrences", value: 9 }] }],
      [8, { record: 1, name: "counters", hex: "08", values: [{ name: "occurrences", value: 8 }] }],
    ]);
  });

  it("lists the number of a stored snapshot", () => {
    expect(eventOf("5903 042016 02").snapshots).toEqual([{ record: 2, entries: [] }]);
  });
});

const byte = fc.nat(255);
const subFunctions = [
  2, 3, 4, 5, 6, 8, 9, 0x0a, 0x0f, 0x10, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x42, 0x55, 0x56,
];
const stored = fc.array(
  fc.oneof(
    fc.constant([1, 4, 0x20, 0x16, 0x2f, 1, 0x12, 0x34, 1, 2]),
    fc.constant([0x04, 0x20, 0x16, 0x2f, 2, 1, 0x12, 0x35, 0x4f]),
    fc.constant([1, 9]),
  ),
  { maxLength: 3 },
);
const message = fc
  .tuple(fc.constantFrom(...subFunctions), fc.array(byte, { maxLength: 24 }), stored)
  .map(([subFunction, bytes, tail]) => Uint8Array.of(0x59, subFunction, ...bytes, ...tail.flat()));

/** The event of the message that the raw bytes of an event make. */
function again({ raw }: FaultEvent, context: Parameters<typeof toFaultEvents>[1]): readonly FaultEvent[] {
  const bytes = concatBytes(hexToBytes(raw!.head), hexToBytes(raw!.hex));
  return toFaultEvents(decodeResponse(bytes, { dictionary }), context);
}

describe("laws", () => {
  const context = { observedAt: 5, ecu: engine };

  it("raw bytes give the event again, all but its offset", () => {
    fc.assert(
      fc.property(message, (bytes) => {
        for (const event of toFaultEvents(decodeResponse(bytes, { dictionary }), context)) {
          const [copy, ...more] = again(event, context);
          expect(more).toEqual([]);
          expect({ ...copy, raw: { ...copy!.raw, offset: event.raw!.offset } }).toEqual({
            ...event,
            warnings: copy!.warnings,
          });
          expect(event.warnings).toEqual(expect.arrayContaining([...copy!.warnings]));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("more bytes never take an event away", () => {
    fc.assert(
      fc.property(message, byte, (bytes, last) => {
        const before = toFaultEvents(decodeResponse(bytes, { dictionary }), context).map(({ id }) => id);
        const after = toFaultEvents(decodeResponse(concatBytes(bytes, Uint8Array.of(last)), { dictionary }), context);
        expect(after.map(({ id }) => id).slice(0, before.length)).toEqual(before);
      }),
      { numRuns: 2_000 },
    );
  });

  it("every event passes its own check, also out of JSON", () => {
    fc.assert(
      fc.property(message, fc.option(byte, { nil: undefined }), (bytes, availabilityMask) => {
        const given = { ...context, vehicleId: "v", ...(availabilityMask === undefined ? {} : { availabilityMask }) };
        for (const event of toFaultEvents(decodeResponse(bytes, { dictionary }), given)) {
          const text = JSON.stringify(event);
          expect(JSON.stringify(parseFaultEvent(JSON.parse(text)))).toBe(text);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("no condition is passive or stored while a flag that decides it is not known", () => {
    fc.assert(
      fc.property(byte, byte, (status, mask) => {
        const { condition, status: flags } = eventOf(
          `5902${mask.toString(16).padStart(2, "0")}042016${status.toString(16).padStart(2, "0")}`,
        );
        if (condition === "stored") expect(flags.testFailed).toBe(false);
        if (condition !== "passive") return;
        expect(flags).toMatchObject({ testFailed: false, confirmedDTC: false, pendingDTC: false });
        expect(flags.testNotCompletedSinceLastClear).toBe(false);
      }),
    );
  });
});
