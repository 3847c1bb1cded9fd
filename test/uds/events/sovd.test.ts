import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFaultState,
  type FaultEvent,
  faultSummary,
  fromSovdFaults,
  parseFaultEvent,
  reduceFaults,
  type SovdFaultContext,
  toSovdFault,
} from "../../../src/uds/events/index.ts";
import { createDtcCatalogue } from "../../../src/uds/index.ts";
import { errorOf } from "../../error-of.ts";
import { eventOf } from "./fixture.ts";

const context: SovdFaultContext = { observedAt: 5, ecu: { addressing: "sovd", address: "components/engine" } };
const codesOf = (list: readonly { readonly code: string }[]) => list.map(({ code }) => code);

/** The fault that Eclipse OpenSOVD's Classic Diagnostic Adapter writes in its own test. */
const adapterFault = {
  code: "000042",
  scope: "FaultMem",
  display_code: "P1234",
  fault_name: "Test Fault",
  severity: 2,
  status: {
    test_failed: true,
    test_failed_this_operation_cycle: false,
    pending_dtc: false,
    confirmed_dtc: true,
    test_not_completed_since_last_clear: false,
    test_failed_since_last_clear: true,
    test_not_completed_this_operation_cycle: false,
    warning_indicator_requested: false,
    mask: "29",
  },
};

/** Event of one fault. */
function importOf(fault: unknown, more: Partial<SovdFaultContext> = {}): FaultEvent {
  const report = fromSovdFaults({ items: [fault] }, { ...context, ...more });
  expect(report.flags).toEqual([]);
  return report.events[0]!;
}

describe("fromSovdFaults", () => {
  it("reads what OpenSOVD writes", () => {
    const event = importOf(adapterFault);
    expect(event).toMatchObject({
      ecu: { addressing: "sovd", address: "components/engine" },
      source: { protocol: "sovd", memory: "primary", report: "faults", scope: "FaultMem" },
      code: { native: "000042", display: "P1234", system: "powertrain", standardised: false, name: "Test Fault" },
      condition: "active",
      severity: null,
      severityValue: 2,
    });
    expect(event.status).toMatchObject({ testFailed: true, pendingDTC: false, byte: 0x29, availability: 0xff });
    expect(event).not.toHaveProperty("raw");
    expect(parseFaultEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  it("reads the names of ISO 14229-1 and numbers as text", () => {
    const status = { testFailed: "0", pendingDTC: "1", confirmedDtc: 0, warningIndicatorRequested: "false" };
    const event = importOf({ code: "X-1", fault_name: "f", fault_translation_id: "tid", status });
    expect(event.status).toMatchObject({
      testFailed: false,
      pendingDTC: true,
      confirmedDTC: false,
      warningIndicatorRequested: false,
      testFailedThisOperationCycle: null,
      byte: 4,
      availability: 0x8d,
    });
    expect(event).toMatchObject({ condition: "pending", quality: "good", warnings: [] });
    expect(event.code).toEqual({
      native: "X-1",
      display: "X-1",
      system: null,
      standardised: null,
      name: "f",
      translationId: "tid",
    });
  });

  it.each([
    ["P0420", { system: "powertrain", standardised: true }, undefined],
    ["P0420-16", { system: "powertrain", standardised: true }, 0x16],
    ["C142016", { system: "chassis", standardised: false }, 0x16],
    ["B300001", { system: "body", standardised: null }, 1],
    ["P042", { system: null, standardised: null }, undefined],
    ["P4420", { system: null, standardised: null }, undefined],
  ])("takes %s apart", (display_code, structure, ftb) => {
    const { code } = importOf({ code: "1", display_code, fault_name: "f" });
    expect(code).toMatchObject({ display: display_code, ...structure });
    expect(code.ftb).toBe(ftb);
  });

  it.each<[object | null | undefined, string, number | null]>([
    [undefined, "unknown", null],
    [null, "unknown", null],
    [{}, "unknown", null],
    [{ aggregatedStatus: "active" }, "active", null],
    [{ aggregatedStatus: "passive" }, "passive", null],
    [{ aggregatedStatus: "cleared" }, "unknown", null],
    [{ mask: "28" }, "confirmed", 0x28],
    [{ mask: "0x01" }, "active", 1],
    [{ test_failed: null }, "unknown", null],
    [{ test_failed: false }, "unknown", 0],
    [{ test_failed: false, aggregatedStatus: "passive" }, "unknown", 0],
  ])("status %j is %s", (status, condition, byte) => {
    const event = importOf({ code: "1", fault_name: "f", ...(status === undefined ? {} : { status }) });
    expect([event.condition, event.status.byte]).toEqual([condition, byte]);
    expect(event.warnings).toEqual([]);
    expect(parseFaultEvent(event)).toBe(event);
  });

  it.each([
    [{ test_failed: "maybe" }, "sovd_status_unreadable", "good"],
    [{ mask: "2" }, "sovd_status_unreadable", "good"],
    [{ mask: 40 }, "sovd_status_unreadable", "good"],
    [{ x_vendor: 1 }, "sovd_member_left_out", "good"],
    [{ test_failed: true, mask: "28" }, "sovd_status_contradiction", "unreliable"],
    [{ test_failed: true, aggregatedStatus: "passive" }, "sovd_status_contradiction", "unreliable"],
    [{ test_failed: false, aggregatedStatus: "active" }, "sovd_status_contradiction", "unreliable"],
  ])("says what is odd in %j", (status, code, quality) => {
    const event = importOf({ code: "1", fault_name: "f", status });
    expect(codesOf(event.warnings)).toContain(code);
    expect(event.quality).toBe(quality);
    expect(parseFaultEvent(event)).toBe(event);
  });

  it("lets the flags count where the mask says something else", () => {
    const event = importOf({ code: "1", fault_name: "f", status: { test_failed: false, mask: "09" } });
    expect(event.status).toMatchObject({ testFailed: false, confirmedDTC: null, byte: 8, availability: 1 });
  });

  it("says which members it left out", () => {
    const event = importOf({ code: "1", fault_name: "f", symptom: "s", x: 1 });
    expect(event.warnings).toEqual([
      { code: "sovd_member_left_out", message: "Members without a place in an event: 2" },
    ]);
  });

  it("tells scopes apart, and knows the memory of those that are named", () => {
    const scopes = { Dev: "user" } as const;
    const events = ["Default", "Dev", "user", "mirror", "permanent", "__proto__", undefined].map((scope) =>
      importOf({ code: "1", fault_name: "f", ...(scope === undefined ? {} : { scope }) }, { scopes }),
    );
    expect(events.map(({ source }) => source.memory)).toEqual([
      "primary",
      "user",
      "user",
      "mirror",
      "permanent",
      "primary",
      "primary",
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events[4]!.condition).toBe("permanent");
  });

  it("reads the details of one fault", () => {
    const report = fromSovdFaults({ item: adapterFault, environment_data: {} }, { ...context, complete: true });
    expect(report).toMatchObject({ outcome: "answered", complete: false });
    expect(report.events).toHaveLength(1);
  });

  it("is complete only by the word of the caller, and when it read all", () => {
    const items = [{ ...adapterFault, scope: null }, { code: 7 }];
    expect(fromSovdFaults({ items: [] }, context).complete).toBe(false);
    expect(fromSovdFaults({ items: [] }, { ...context, complete: true }).complete).toBe(true);
    expect(fromSovdFaults({ items }, { ...context, complete: true }).complete).toBe(false);
    expect(fromSovdFaults({ items: items.slice(0, 1) }, { ...context, complete: true }).complete).toBe(true);
  });

  it("is complete for the scope that was asked for", () => {
    const asked = { ...context, complete: true, scope: "FaultMem" };
    const report = fromSovdFaults({ items: [adapterFault] }, asked);
    expect(report).toMatchObject({ complete: true, source: { scope: "FaultMem" } });
    expect(fromSovdFaults({ items: [adapterFault] }, { ...context, complete: true }).complete).toBe(false);
    expect(fromSovdFaults({ items: [{ ...adapterFault, scope: "Dev" }] }, asked).complete).toBe(false);
  });

  it("folds: each scope is a source of its own, and what a complete report does not list is gone", () => {
    const items = [adapterFault, { ...adapterFault, scope: "Dev" }];
    const both = fromSovdFaults({ items }, context);
    const { state } = reduceFaults(createFaultState(), [both]);
    expect(reduceFaults(createFaultState(), both.events).state.faults).toEqual(state.faults);
    for (const event of both.events) {
      expect(state.faults[event.id]!.sourceId).toBe(event.id.slice(0, 32));
      expect(state.sources[event.id.slice(0, 32)]!.source.scope).toBe(event.source.scope);
    }
    const empty = fromSovdFaults({ items: [] }, { ...context, observedAt: 6, complete: true, scope: "Dev" });
    const step = reduceFaults(state, [empty]);
    expect(step.changes).toMatchObject([{ id: both.events[1]!.id, basis: "absence" }]);
    expect(faultSummary(step.state, { now: 6 }).conditions).toMatchObject({ active: 1, gone: 1 });
  });

  it.each([
    [null, "/items/1"],
    [[], "/items/1"],
    [{ fault_name: "f" }, "/items/1/code"],
    [{ code: "", fault_name: "f" }, "/items/1/code"],
    [{ code: "x".repeat(257), fault_name: "f" }, "/items/1/code"],
    [{ code: "\udfff", fault_name: "f" }, "/items/1/code"],
    [{ code: "1", fault_name: 7 }, "/items/1/fault_name"],
    [{ code: "1", scope: "x".repeat(257) }, "/items/1/scope"],
    [{ code: "1", severity: -1 }, "/items/1/severity"],
    [{ code: "1", severity: "2" }, "/items/1/severity"],
    [{ code: "1", status: [] }, "/items/1/status"],
    [{ code: "1", status: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, i])) }, "/items/1/status"],
  ])("keeps the others when one is %j", (fault, path) => {
    const report = fromSovdFaults({ items: [adapterFault, fault, adapterFault] }, context);
    expect(report.events).toHaveLength(2);
    expect(report.flags).toEqual([{ code: "invalid", severity: "unusable", details: { path } }]);
    expect(codesOf(report.warnings)).toEqual(["sovd_fault_malformed"]);
  });

  it.each([
    [null, ""],
    [[], ""],
    [{}, ""],
    [{ items: {} }, ""],
    [{ items: Array(65_537).fill(0) }, "/items"],
  ])("refuses a document that is no list", (document, path) => {
    expect(errorOf(() => fromSovdFaults(document, context))).toMatchObject({ code: "ERR_UDS_SOVD", path });
  });

  it("refuses a context that cannot be", () => {
    const ecu = { addressing: "sovd", address: "" } as const;
    expect(() => fromSovdFaults({ items: [] }, { ...context, ecu })).toThrow(RangeError);
  });
});

describe("toSovdFault", () => {
  it("writes what OpenSOVD writes", () => {
    expect(toSovdFault(importOf(adapterFault))).toEqual(adapterFault);
  });

  it("writes an event of UDS", () => {
    expect(toSovdFault(eventOf("590209 042016 09"))).toEqual({
      code: "042016",
      display_code: "P0420-16",
      fault_name: "P0420-16",
      status: { test_failed: true, confirmed_dtc: true, mask: "09" },
    });
    expect(toSovdFault(eventOf("5908ff 80 07 042016 50")).severity).toBe(0x80);
    expect(toSovdFault(eventOf("591718ff 042016 50")).scope).toBe("user");
    expect(toSovdFault(eventOf("5904 042016 09")).status).toEqual({ mask: "09" });
    expect(toSovdFault(eventOf("5903 042016 09"))).not.toHaveProperty("status");
  });

  it("takes names from the event, then from the catalogue", () => {
    const catalogue = createDtcCatalogue({ name: "own" }, { "P0420-16": "whole", P0421: "half" });
    const nameOf = (message: string) => toSovdFault(eventOf(message), { catalogue }).fault_name;
    expect(nameOf("5902ff 042016 2f")).toBe("whole");
    expect(nameOf("5902ff 042116 2f")).toBe("half");
    expect(nameOf("5902ff 042216 2f")).toBe("P0422-16");
    expect(toSovdFault(importOf(adapterFault), { catalogue }).fault_name).toBe("Test Fault");
  });

  it("loses nothing on the way there and back", () => {
    const text = fc.string({ minLength: 1, maxLength: 8, unit: "grapheme-ascii" });
    const flag = fc.boolean();
    const status = fc.oneof(
      fc.record(
        {
          test_failed: flag,
          test_failed_this_operation_cycle: flag,
          pending_dtc: flag,
          confirmed_dtc: flag,
          test_not_completed_since_last_clear: flag,
          test_failed_since_last_clear: flag,
          test_not_completed_this_operation_cycle: flag,
          warning_indicator_requested: flag,
        },
        { requiredKeys: [] },
      ),
      fc.constantFrom({ aggregatedStatus: "active" }, { aggregatedStatus: "passive" }, { mask: "2F" }, {}),
    );
    const fault = fc.record(
      {
        code: text,
        scope: text,
        display_code: text,
        fault_name: text,
        fault_translation_id: text,
        severity: fc.nat(9),
        status,
      },
      { requiredKeys: ["code", "fault_name"] },
    );
    fc.assert(
      fc.property(fault, (given) => {
        const event = importOf(given);
        const written = toSovdFault(event);
        expect(importOf(written)).toEqual(event);
        // A display code that repeats the code, and an empty status, are said by leaving them out.
        const { status: _, display_code = given.code, ...others } = given;
        expect({ display_code: given.code, ...written, status: undefined }).toEqual({
          ...others,
          display_code,
          status: undefined,
        });
        const { mask, ...flags } = written.status ?? {};
        if (given.status !== undefined && !("mask" in given.status)) expect(flags).toEqual(given.status);
        else expect(mask).toBe(given.status === undefined ? undefined : "2F");
      }),
      { numRuns: 1_000 },
    );
  });
});
