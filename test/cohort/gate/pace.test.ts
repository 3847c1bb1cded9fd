import { describe, expect, it } from "vitest";
import { localWindows, type RolloutRate, ratePerMinute, waveSize } from "../../../src/cohort/index.ts";
import { evaluateWindow } from "../../../src/core/index.ts";
import { samplePlan } from "./sample-plan.ts";

describe("waveSize", () => {
  const next = (enrolled: number, failures: number) => waveSize(samplePlan, { enrolled, mature: enrolled, failures });

  it("grows fourfold while nothing fails: 25 failures a wave", () => {
    const waves: number[] = [];
    for (let enrolled = 0; waves.length < 6; enrolled += waves.at(-1)!) waves.push(next(enrolled, 0));
    expect(waves).toEqual([25, 100, 500, 2_500, 12_500, 62_500]);
  });

  it("grows as the upper bound of the failure share allows: at a true 0.5 %", () => {
    const waves: number[] = [];
    for (let enrolled = 0; waves.length < 6; enrolled += waves.at(-1)!) {
      waves.push(next(enrolled, Math.round(enrolled * 0.005)));
    }
    expect(waves).toEqual([25, 100, 497, 1_496, 2_255, 2_792]);
  });

  it("does not count on vehicles whose outcome is not due, and needs at least one", () => {
    expect(waveSize(samplePlan, { enrolled: 1_000, mature: 0, failures: 0 })).toBe(25);
    expect(waveSize(samplePlan, { enrolled: 1, mature: 0, failures: 0 })).toBe(4);
    const careful = { ...samplePlan, pace: { failuresPerWave: 1, maxGrowth: 1 } };
    expect(waveSize(careful, { enrolled: 10, mature: 10, failures: 10 })).toBe(1);
    const { pace, ...free } = samplePlan;
    expect(waveSize(free, { enrolled: 10, mature: 10, failures: 10 })).toBe(Number.POSITIVE_INFINITY);
    expect(() => waveSize(samplePlan, { enrolled: 5, mature: 6, failures: 0 })).toThrow(RangeError);
    expect(() => waveSize(samplePlan, { enrolled: 5, mature: 5, failures: 6 })).toThrow(RangeError);
  });
});

describe("ratePerMinute", () => {
  const rate: RolloutRate = {
    basePerMinute: 60,
    factorTenths: 20,
    maxPerMinute: 1_000,
    counts: "succeeded",
    vehiclesPerStep: 2_000,
  };

  it("doubles with each step, up to its bound", () => {
    const rates = [0, 1_999, 2_000, 4_000, 8_000, 10_000, 1_000_000_000].map((count) => ratePerMinute(rate, count));
    expect(rates).toEqual([60, 60, 120, 240, 960, 1_000, 1_000]);
  });

  it("is exact for factors that no double is: 60 * 1.1^k, rounded down", () => {
    const slow = { ...rate, factorTenths: 11, maxPerMinute: 1_000_000, vehiclesPerStep: 1 };
    for (const k of [1, 10, 50, 100]) {
      expect(ratePerMinute(slow, k)).toBe(Math.min(1_000_000, Number((60n * 11n ** BigInt(k)) / 10n ** BigInt(k))));
    }
    expect(ratePerMinute({ ...slow, factorTenths: 10 }, 1_000_000_000)).toBe(60);
    expect(() => ratePerMinute(slow, -1)).toThrow(RangeError);
  });
});

describe("localWindows", () => {
  it("opens where it is night for the vehicle", () => {
    const windows = [{ days: [6], startMinute: 60, durationMinutes: 240 }];
    // Saturday 1970-01-03, 01:00 in Berlin, still Friday evening in Chicago.
    const nowMs = 2 * 86_400_000;
    expect(evaluateWindow(localWindows(windows, 60), nowMs, 0).decision).toBe("open");
    expect(evaluateWindow(localWindows(windows, -360), nowMs, 0)).toMatchObject({
      decision: "wait",
      evidence: { opensAtMs: nowMs + 7 * 3_600_000 },
    });
  });

  it("opens never where the zone is not known, and always without windows", () => {
    expect(
      evaluateWindow(localWindows([{ days: [1], startMinute: 0, durationMinutes: 10_080 }], undefined), 0, 0),
    ).toMatchObject({
      decision: "never",
    });
    expect(evaluateWindow(localWindows(undefined, undefined), 0, 0).decision).toBe("open");
    expect(() => localWindows([{ days: [1], startMinute: 0, durationMinutes: 60 }], 1_440)).toThrow(RangeError);
  });
});
