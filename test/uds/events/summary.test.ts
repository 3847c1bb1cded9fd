import { describe, expect, it } from "vitest";
import {
  createFaultState,
  type FaultEvent,
  type FaultReport,
  type FaultSummaryOptions,
  faultSummary,
  reduceFaults,
  toObdFaultReport,
} from "../../../src/uds/events/index.ts";
import { engine, eventOf, reportOf } from "./fixture.ts";

const stateOf = (...items: readonly (FaultEvent | FaultReport)[]) => reduceFaults(createFaultState(), items).state;
const list = (dtcs: string, observedAt = 1_000) => reportOf(`5902ff${dtcs}`, { observedAt, statusMask: 0xff });
const expected = [{ vehicleId: "v-1", ecu: engine }];
const now: FaultSummaryOptions = { now: 1_000, expected };

describe("faultSummary", () => {
  it("counts what stands by condition, severity and system", () => {
    const state = stateOf(
      reportOf("5908ff 80 07 042016 2f 40 07 c10087 2f 20 07 412301 24 00 07 812301 50"),
      reportOf("5902ff 042017 28", { formatIdentifier: 2 }),
      list("042018 2f", 10),
      list("", 20),
    );
    const summary = faultSummary(state, now);
    expect(summary.conditions).toEqual({
      active: 2,
      permanent: 0,
      confirmed: 0,
      pending: 1,
      stored: 1,
      unknown: 1,
      passive: 0,
      gone: 1,
    });
    expect(summary.severities).toEqual({ immediate: 1, "next-halt": 1, maintenance: 1, none: 0, unknown: 2 });
    expect(summary.systems).toEqual({ powertrain: 1, chassis: 1, body: 1, network: 1, unknown: 1 });
    expect(summary.faults.map(({ condition }) => condition)).toEqual([
      "active",
      "active",
      "pending",
      "stored",
      "unknown",
      "gone",
    ]);
    expect(summary.verdict).toBe("faults");
  });

  it("shows a fault without any byte of a message", () => {
    const { faults } = faultSummary(stateOf(list("0420162f")), now);
    expect(faults).toEqual([
      {
        id: faults[0]!.id,
        vehicleId: "v-1",
        ecu: engine,
        source: { protocol: "uds", memory: "primary" },
        code: { native: "042016", display: "P0420-16", system: "powertrain", standardised: true, ftb: 0x16 },
        condition: "active",
        severity: null,
        firstSeenAt: 1_000,
        lastSeenAt: 1_000,
        quality: "good",
        flags: [],
      },
    ]);
  });

  it("is clear only when every expected control unit has said so lately", () => {
    const verdict = (options: FaultSummaryOptions, ...items: readonly (FaultEvent | FaultReport)[]) =>
      faultSummary(stateOf(...items), options).verdict;
    expect(verdict(now, list(""))).toBe("clear");
    expect(verdict(now, list("04201600"))).toBe("clear");
    expect(verdict(now, list("04201650"))).toBe("unknown");
    expect(verdict(now, list("04201624"))).toBe("faults");
    expect(verdict(now)).toBe("unknown");
    expect(verdict({ now: 1_000 }, list(""))).toBe("unknown");
    expect(verdict({ ...now, expected: [] }, list(""))).toBe("unknown");
    expect(verdict(now, reportOf("5902ff"))).toBe("unknown");
    expect(verdict(now, reportOf("5915ff"))).toBe("unknown");
    expect(verdict(now, list(""), reportOf("7f1931"))).toBe("unknown");
    expect(verdict(now, list(""), reportOf("5902", { observedAt: 1_001 }))).toBe("unknown");
    expect(verdict(now, reportOf("7f1931", { observedAt: 999 }), list(""))).toBe("clear");
    const second = { vehicleId: "v-1", ecu: { addressing: "uds-can", address: 1 } } as const;
    expect(verdict({ ...now, expected: [...expected, second] }, list(""))).toBe("unknown");
    expect(verdict({ ...now, expected: [{ vehicleId: "v-2", ecu: engine }] }, list(""))).toBe("unknown");
    expect(verdict({ ...now, expected: [{ ecu: engine }] }, list(""))).toBe("unknown");
    expect(verdict({ ...now, now: 1_000 + 86_400_000 }, list(""))).toBe("clear");
    expect(verdict({ ...now, now: 1_001 + 86_400_000 }, list(""))).toBe("unknown");
    expect(verdict({ ...now, now: 999 }, list(""))).toBe("unknown");
  });

  it("does not take a list of pending codes for all codes", () => {
    const ecu = { addressing: "obd", address: 1 } as const;
    const report = (service: 3 | 7) =>
      toObdFaultReport(
        { service, dtcs: [], counted: true, bytes: Uint8Array.of(0x40 + service, 0) },
        { observedAt: 1_000, ecu },
      );
    const options = { now: 1_000, expected: [{ ecu }] };
    expect(faultSummary(stateOf(report(7)), options).verdict).toBe("unknown");
    expect(faultSummary(stateOf(report(3)), options).verdict).toBe("clear");
  });

  it("says of each source what its last word was", () => {
    const statesOf = (options: FaultSummaryOptions, ...items: readonly (FaultEvent | FaultReport)[]) =>
      faultSummary(stateOf(...items), options).sources.map(({ state, isComplete }) => [state, isComplete]);
    expect(statesOf(now)).toEqual([["silent", false]]);
    expect(statesOf(now, list(""))).toEqual([["answered", true]]);
    expect(statesOf(now, reportOf("5902ff"))).toEqual([["answered", false]]);
    expect(statesOf({ now: 11, maxAgeMs: 10 }, list("", 1))).toEqual([["answered", true]]);
    expect(statesOf({ now: 12, maxAgeMs: 10 }, list("", 1))).toEqual([["stale", false]]);
    expect(statesOf(now, list(""), reportOf("7f1931"))).toEqual([["refused", true]]);
    expect(statesOf(now, list(""), reportOf("7f1931"), reportOf("5902"))).toEqual([["unreadable", true]]);
    expect(faultSummary(stateOf(list("")), now).sources).toEqual([
      {
        vehicleId: "v-1",
        ecu: engine,
        source: { protocol: "uds", memory: "primary" },
        state: "answered",
        isComplete: true,
        answeredAt: 1_000,
      },
    ]);
  });

  it("marks what is old, of the future, or contradicted, and counts it all the same", () => {
    const flagsOf = (options: FaultSummaryOptions, ...items: readonly FaultEvent[]) => {
      const summary = faultSummary(stateOf(...items), options);
      expect(summary.conditions.active).toBe(1);
      expect(summary.quality).toBe(summary.faults[0]!.quality);
      return [summary.quality, ...summary.faults[0]!.flags];
    };
    const event = eventOf("5902ff 042016 2f");
    expect(flagsOf({ now: 1_010, maxAgeMs: 10 }, event)).toEqual(["good"]);
    expect(flagsOf({ now: 1_011, maxAgeMs: 10 }, event)).toEqual([
      "unreliable",
      { code: "stale", severity: "unreliable", details: { ageMs: 11, maxAgeMs: 10 } },
    ]);
    expect(flagsOf({ now: 999 }, event)).toEqual([
      "unreliable",
      { code: "clock_future", severity: "unreliable", details: { aheadMs: 1 } },
    ]);
    expect(flagsOf({ now: 1_000 }, event, eventOf("5902ff 042016 28"))).toEqual([
      "unreliable",
      { code: "inconsistent", severity: "unreliable", details: { rule: "reports_of_one_instant_differ" } },
    ]);
    expect(flagsOf({ now: 1_000 }, eventOf("5904 042016 2f"))).toEqual(["degraded"]);
    expect(flagsOf({ now: 1_000 }, eventOf("5902ff 042016 43"))).toEqual(["unreliable"]);
  });

  it("sorts the same way whatever came first", () => {
    const events = [
      eventOf("5902ff 042016 2f", { observedAt: 1 }),
      eventOf("5902ff 042017 2f", { observedAt: 2 }),
      eventOf("5902ff 042018 2f", { observedAt: 2 }),
    ];
    const codes = (list: readonly FaultEvent[]) =>
      faultSummary(stateOf(...list), now).faults.map(({ code }) => code.native);
    expect(codes(events)).toEqual(["042017", "042018", "042016"]);
    expect(codes(events.toReversed())).toEqual(codes(events));
  });

  it("refuses times that cannot be", () => {
    expect(() => faultSummary(createFaultState(), { now: -1 })).toThrow(RangeError);
    expect(() => faultSummary(createFaultState(), { now: 1, maxAgeMs: 0.5 })).toThrow(RangeError);
  });
});
