import { describe, expect, it } from "vitest";
import { hexToBytes } from "../../../src/core/index.ts";
import {
  type J1939TroubleCodes,
  type ObdTroubleCodes,
  parseFaultEvent,
  toJ1939FaultReport,
  toObdFaultReport,
} from "../../../src/uds/events/index.ts";
import { decodeJ1939Message } from "../../../src/uds/j1939/index.ts";

const obd = { observedAt: 5, ecu: { addressing: "obd", address: 0x7e8 } } as const;
const truck = { observedAt: 5, vehicleId: "t-1", ecu: { addressing: "j1939-sa", address: 0 } } as const;

describe("toObdFaultReport", () => {
  const codes: ObdTroubleCodes = {
    service: 3,
    dtcs: [
      { code: 0x0420, offset: 2 },
      { code: 0xc123, offset: 4 },
    ],
    counted: true,
    bytes: hexToBytes("43020420c123"),
  };

  it("gives an event for each code", () => {
    const report = toObdFaultReport(codes, obd);
    expect(report).toMatchObject({
      outcome: "answered",
      complete: true,
      source: { protocol: "obd2", memory: "primary", report: "service03" },
    });
    expect(report.events.map(({ code, raw }) => [code, raw])).toEqual([
      [
        { native: "0420", display: "P0420", system: "powertrain", standardised: true },
        { hex: "0420", head: "4301", offset: 2 },
      ],
      [
        { native: "C123", display: "U0123", system: "network", standardised: true },
        { hex: "C123", head: "4301", offset: 4 },
      ],
    ]);
    for (const event of report.events) expect(parseFaultEvent(event)).toBe(event);
  });

  it.each([
    [3, "confirmed", "primary", "service03", { confirmedDTC: true, pendingDTC: null, testFailed: null }],
    [7, "pending", "primary", "service07", { confirmedDTC: null, pendingDTC: true, testFailed: null }],
    [10, "permanent", "permanent", "service0A", { confirmedDTC: null, pendingDTC: null, testFailed: null }],
  ] as const)("service %i is %s", (service, condition, memory, name, status) => {
    const [event] = toObdFaultReport({ ...codes, service }, obd).events;
    expect(event).toMatchObject({ condition, status: { ...status, byte: null, availability: null } });
    expect(event!.source).toEqual({ protocol: "obd2", memory, report: name });
  });

  it("writes no count where the message has none, and keeps warnings", () => {
    const warnings = [{ code: "zero_padding_trimmed", message: "Zero padding left out" }];
    const uncounted = { ...codes, counted: false, bytes: hexToBytes("430420c123"), dtcs: [{ code: 0x420, offset: 1 }] };
    const report = toObdFaultReport({ ...uncounted, warnings }, obd);
    expect(report.events[0]!.raw).toEqual({ hex: "0420", head: "43", offset: 1 });
    expect([report.warnings, report.events[0]!.warnings]).toEqual([warnings, warnings]);
  });

  it("refuses a context that cannot be", () => {
    expect(() => toObdFaultReport(codes, { ...obd, observedAt: -1 })).toThrow(RangeError);
  });
});

describe("toJ1939FaultReport of messages that say more of a code", () => {
  const code = "b804030a";

  it("DM4: a snapshot of six parameters, words where there is no number", () => {
    const bytes = hexToBytes(`0c${code}05ff401f64fffe5a`);
    const report = toJ1939FaultReport(decodeJ1939Message("DM4", bytes), truck);
    expect(report).toMatchObject({ outcome: "answered", complete: false, source: { report: "DM4" } });
    const [event] = report.events;
    expect(event).toMatchObject({
      code: { display: "SPN 1208 FMI 3" },
      condition: "unknown",
      counters: { occurrence: 10 },
      quality: "good",
      raw: { hex: "0CB804030A05FF401F64FFFE5A", head: "", offset: 0 },
    });
    expect(event!.snapshots).toEqual([
      {
        record: 0,
        entries: [
          { id: 899, name: "engineTorqueMode", hex: "05", values: [{ name: "engineTorqueMode", value: 5 }] },
          {
            id: 102,
            name: "boostPressure",
            hex: "FF",
            values: [{ name: "boostPressure", value: "notAvailable", unit: "kPa" }],
          },
          { id: 190, name: "engineSpeed", hex: "401F", values: [{ name: "engineSpeed", value: 1000, unit: "rpm" }] },
          { id: 92, name: "engineLoad", hex: "64", values: [{ name: "engineLoad", value: 100, unit: "%" }] },
          {
            id: 110,
            name: "coolantTemperature",
            hex: "FF",
            values: [{ name: "coolantTemperature", value: "notAvailable", unit: "degC" }],
          },
          {
            id: 84,
            name: "vehicleSpeed",
            hex: "FE5A",
            values: [{ name: "vehicleSpeed", value: 0x5afe / 256, unit: "km/h" }],
          },
        ],
      },
    ]);
    expect(parseFaultEvent(event)).toBe(event);
  });

  it("what nobody explains stays bytes: the manufacturer's of DM4, all of DM25", () => {
    const standard = hexToBytes(`0e${code}05ff401f64fffe5abeef`);
    const expanded = hexToBytes(`06${code}abcd06b904030a1234`);
    const [first] = toJ1939FaultReport(decodeJ1939Message("DM4", standard), truck).events;
    const events = toJ1939FaultReport(decodeJ1939Message("DM25", expanded), truck).events;
    expect(first!.snapshots[0]!.undecoded).toEqual({ offset: 13, hex: "BEEF", reason: "unknown_parameter" });
    expect(events.map(({ code: { display }, snapshots, raw }) => [display, snapshots, raw])).toEqual([
      [
        "SPN 1208 FMI 3",
        [{ record: 0, entries: [], undecoded: { offset: 5, hex: "ABCD", reason: "unknown_parameter" } }],
        { hex: "06B804030AABCD", head: "", offset: 0 },
      ],
      [
        "SPN 1209 FMI 3",
        [{ record: 0, entries: [], undecoded: { offset: 5, hex: "1234", reason: "unknown_parameter" } }],
        { hex: "06B904030A1234", head: "", offset: 7 },
      ],
    ]);
    for (const event of [first!, ...events]) {
      expect(event.flags).toEqual([
        { code: "partial", severity: "degraded", details: { missingFields: ["/snapshots/0"] } },
      ]);
      expect(event.warnings.map(({ code: warning }) => warning)).toEqual(["record_undecoded"]);
      expect(parseFaultEvent(event)).toBe(event);
    }
  });

  it("DM31: each code has lamps of its own", () => {
    const bytes = hexToBytes(`${code}40ffb904030a0401`);
    const report = toJ1939FaultReport(decodeJ1939Message("DM31", bytes), truck);
    expect(report.complete).toBe(false);
    expect(report.events.map(({ lamps, raw, condition }) => [lamps!.mil, lamps!.amber, raw, condition])).toEqual([
      ["on", "off", { hex: "B804030A40FF", head: "", offset: 0 }, "unknown"],
      ["off", "slow-flash", { hex: "B904030A0401", head: "", offset: 6 }, "unknown"],
    ]);
    for (const event of report.events) expect(parseFaultEvent(event)).toBe(event);
  });

  it("the bytes of one event are a message with that code alone", () => {
    const bytes = hexToBytes(`06${code}abcd06b904030a1234`);
    const [, second] = toJ1939FaultReport(decodeJ1939Message("DM25", bytes), truck).events;
    const again = decodeJ1939Message("DM25", hexToBytes(second!.raw!.head + second!.raw!.hex));
    expect(again.ok && again.value.frames.map(({ dtc }) => dtc.candidates[0]!.spn)).toEqual([1209]);
  });

  it("a message that is cut off gives the frames before it", () => {
    const bytes = hexToBytes(`06${code}abcd06b90403`);
    const report = toJ1939FaultReport(decodeJ1939Message("DM25", bytes), truck);
    expect([report.outcome, report.complete, report.events.length]).toEqual(["unreadable", false, 1]);
  });
});

describe("toJ1939FaultReport", () => {
  const dm1: J1939TroubleCodes = {
    message: "DM1",
    lamps: { amber: "on", red: "off" },
    dtcs: [{ offset: 2, occurrenceCount: 10, candidates: [{ version: 4, spn: 1208, fmi: 3 }] }],
    bytes: hexToBytes("04ffb804030a"),
  };
  const ambiguous = {
    ...dm1,
    bytes: hexToBytes("04ffb804038a"),
    dtcs: [
      {
        offset: 2,
        candidates: [
          { version: 1, spn: 1208, fmi: 3 },
          { version: 2, spn: 48, fmi: 3 },
          { version: 3, spn: 1208, fmi: 3 },
        ],
      },
    ],
  };

  it("gives an event for each code", () => {
    const report = toJ1939FaultReport(dm1, truck);
    expect(report).toMatchObject({ complete: true, source: { protocol: "j1939", memory: "primary", report: "DM1" } });
    expect(report.events[0]).toMatchObject({
      code: { native: "B8040300", display: "SPN 1208 FMI 3", spn: 1208, fmi: 3, system: null, standardised: null },
      condition: "active",
      counters: { occurrence: 10 },
      lamps: { amber: "on", red: "off" },
      quality: "good",
      raw: { hex: "B804030A", head: "04FF", offset: 2 },
    });
    expect(report.events[0]!.code).not.toHaveProperty("candidates");
    expect(parseFaultEvent(report.events[0])).toBe(report.events[0]);
  });

  it("names the fault without its occurrence count, and with its conversion bit", () => {
    const again = { ...dm1, bytes: hexToBytes("04ffb804037f") };
    const [first, second, third] = [dm1, again, ambiguous].map((codes) => toJ1939FaultReport(codes, truck).events[0]!);
    expect(second!.id).toBe(first!.id);
    expect(third!.id).not.toBe(first!.id);
    expect(third!.code.native).toBe("B8040380");
  });

  it("keeps every reading of an ambiguous code, and chooses none", () => {
    const [event] = toJ1939FaultReport(ambiguous, truck).events;
    expect(event!.code).toEqual({
      native: "B8040380",
      display: "SPN 1208 FMI 3 or SPN 48 FMI 3",
      system: null,
      standardised: null,
      candidates: ambiguous.dtcs[0]!.candidates,
    });
    expect(event!.flags).toEqual([
      { code: "partial", severity: "degraded", details: { missingFields: ["/code/spn"] } },
    ]);
    expect([event!.quality, event!.counters]).toEqual(["degraded", {}]);
  });

  it("knows the code where all readings agree", () => {
    const candidates = [
      { version: 1, spn: 48, fmi: 3 },
      { version: 2, spn: 48, fmi: 3 },
    ];
    const [event] = toJ1939FaultReport({ ...ambiguous, dtcs: [{ offset: 2, candidates }] }, truck).events;
    expect(event!.code).toMatchObject({ display: "SPN 48 FMI 3", spn: 48, fmi: 3 });
    expect(event!.quality).toBe("good");
    const [unread] = toJ1939FaultReport({ ...ambiguous, dtcs: [{ offset: 2, candidates: [] }] }, truck).events;
    expect(unread!.code).toMatchObject({ display: "B8040380", candidates: [] });
  });

  it.each([
    ["DM1", "active", "primary", true],
    ["DM2", "passive", "primary", true],
    ["DM6", "pending", "primary", true],
    ["DM12", "active", "primary", true],
    ["DM23", "passive", "primary", true],
    ["DM27", "pending", "primary", true],
    ["DM28", "permanent", "permanent", true],
    ["DM31", "unknown", "primary", false],
    ["__proto__", "unknown", "primary", false],
  ])("%s is %s", (message, condition, memory, complete) => {
    const report = toJ1939FaultReport({ ...dm1, message }, truck);
    expect(report).toMatchObject({ complete, source: { memory, report: message } });
    expect(report.events[0]!.condition).toBe(condition);
  });

  it("takes what the decoder gives, and its own bytes give each event again", () => {
    const decoded = decodeJ1939Message("DM1", hexToBytes("44ff b804030a 61021381".replaceAll(" ", "")));
    const report = toJ1939FaultReport(decoded, truck);
    expect(report).toMatchObject({ outcome: "answered", complete: true });
    expect(report.events.map(({ code, lamps }) => [code.display, lamps!.mil])).toEqual([
      ["SPN 1208 FMI 3", "on"],
      [expect.stringContaining(" or "), "on"],
    ]);
    for (const event of report.events) {
      expect(parseFaultEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
      const alone = decodeJ1939Message("DM1", hexToBytes(event.raw!.head + event.raw!.hex));
      const [again] = toJ1939FaultReport(alone, truck).events;
      expect({ ...again, raw: { ...again!.raw, offset: event.raw!.offset } }).toEqual(event);
    }
  });

  it("keeps the codes before a break", () => {
    const report = toJ1939FaultReport(decodeJ1939Message("DM1", hexToBytes("44ffb804030a6102")), truck);
    expect(report).toMatchObject({ outcome: "unreadable", complete: false, source: { report: "DM1" } });
    expect(report.events).toHaveLength(1);
    expect([report.flags.length, report.warnings[0]!.code]).toEqual([1, "ERR_UDS_SHORT"]);
    const nothing = toJ1939FaultReport(decodeJ1939Message("DM1", hexToBytes("44")), truck);
    expect(nothing).toMatchObject({
      outcome: "unreadable",
      events: [],
      source: { protocol: "j1939", report: "unknown" },
    });
    expect(nothing.warnings[0]!.code).toBe("ERR_UDS_SHORT");
    const failed = { ok: false, error: { code: "ERR_UDS_SHORT", message: "m", offset: 0, path: "" } } as const;
    expect(toObdFaultReport(failed, obd)).toMatchObject({ outcome: "unreadable", source: { protocol: "obd2" } });
  });

  it("is a report also without codes", () => {
    const { lamps: _, ...codes } = dm1;
    expect(toJ1939FaultReport({ ...codes, dtcs: [] }, truck)).toMatchObject({ complete: true, events: [] });
    expect(toJ1939FaultReport(codes, truck).events[0]).not.toHaveProperty("lamps");
  });
});
