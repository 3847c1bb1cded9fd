import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventGoBoundary, eventStopBoundary, logEEventGo, logEEventStop } from "../../src/statistics/index.ts";

const prior = { a: 2, b: 30 };
const stop = { rate0: 0.02, alpha: 0.05, prior };
const go = { rate1: 0.04, beta: 0.05, prior: { a: 1, b: 50 } };

describe("evidence on a rate of events", () => {
  it.each([
    [5, 80, 1.760905492100887],
    [9, 600, -2.904069704225354],
    [30, 900, 1.656447871648409],
  ])("has the published value for %i events in %i units", (events, exposure, expected) => {
    expect(Math.abs(logEEventStop(events, exposure, stop) - expected)).toBeLessThan(1e-12);
  });

  it("is right to 1e-9 at 120 random points of 60-digit arithmetic", () => {
    const fixture = JSON.parse(readFileSync(new URL("fixtures/events-mpmath.json", import.meta.url), "utf8")) as {
      rows: [number, number, number, number, number, string, string][];
    };
    expect(fixture.rows.length).toBe(120);
    for (const [events, exposure, rate, a, b, logStop, logGo] of fixture.rows) {
      for (const [found, text] of [
        [logEEventStop(events, exposure, { rate0: rate, alpha: 0.05, prior: { a, b } }), logStop],
        [logEEventGo(events, exposure, { rate1: rate, beta: 0.05, prior: { a, b } }), logGo],
      ] as const) {
        expect(Math.abs(found - Number(text)), `${events}, ${exposure}, ${rate}, ${a}, ${b}`).toBeLessThan(1e-9);
      }
    }
  });

  it("starts at nothing, rises with events to stop and falls with them to go", () => {
    expect(logEEventStop(0, 0, stop)).toBe(0);
    expect(logEEventGo(0, 0, go)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 100_000 }), (events, exposure) => {
        expect(logEEventStop(events + 1, exposure, stop)).toBeGreaterThan(logEEventStop(events, exposure, stop));
        expect(logEEventGo(events + 1, exposure, go)).toBeLessThan(logEEventGo(events, exposure, go));
      }),
    );
  });

  it("reaches large numbers", () => {
    expect(logEEventStop(1_000_000_000, 1e9, { rate0: 1, alpha: 0.05, prior: { a: 1, b: 1 } })).toBeLessThan(0);
    expect(logEEventGo(900_000_000, 1e9, { rate1: 1, beta: 0.05, prior: { a: 1, b: 1 } })).toBeGreaterThan(1e6);
  });
});

describe("boundaries in events", () => {
  it("are where the evidence passes its level by the guard band", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (exposure) => {
        const level = 1e-6 - Math.log(0.05);
        const stops = eventStopBoundary(exposure, stop)!;
        expect(logEEventStop(stops, exposure, stop)).toBeGreaterThanOrEqual(level);
        expect(logEEventStop(stops - 1, exposure, stop)).toBeLessThan(level);
        const goes = eventGoBoundary(exposure, go);
        if (goes !== undefined) expect(logEEventGo(goes, exposure, go)).toBeGreaterThanOrEqual(level);
        expect(logEEventGo((goes ?? -1) + 1, exposure, go)).toBeLessThan(level);
      }),
    );
    expect(eventStopBoundary(80, stop)).toBe(7);
    expect(eventGoBoundary(10, go)).toBeUndefined();
  });

  it("keep their error bound: a Poisson process at the limit crosses with at most the level, exactly", () => {
    // Looks at every whole unit of exposure up to 2,000; masses by the number of events so far.
    const chance = (rate: number, crossed: (events: number, exposure: number) => boolean): number => {
      let mass = new Map([[0, 1]]);
      let absorbed = 0;
      for (let exposure = 1; exposure <= 2_000; exposure++) {
        const next = new Map<number, number>();
        for (const [events, part] of mass) {
          for (let more = 0, step = Math.exp(-rate); step > 1e-14; more++, step *= rate / more) {
            next.set(events + more, (next.get(events + more) ?? 0) + part * step);
          }
        }
        mass = new Map();
        for (const [events, part] of next) {
          if (crossed(events, exposure)) absorbed += part;
          else if (part > 1e-16) mass.set(events, part);
        }
      }
      return absorbed;
    };
    const stops = Array.from({ length: 2_001 }, (_, exposure) => eventStopBoundary(exposure, stop)!);
    const goes = Array.from({ length: 2_001 }, (_, exposure) => eventGoBoundary(exposure, go) ?? -1);
    const falseStop = chance(0.02, (events, exposure) => events >= stops[exposure]!);
    expect(falseStop).toBeLessThanOrEqual(0.05);
    expect(falseStop).toBeGreaterThan(0.01);
    const missedStop = chance(0.04, (events, exposure) => events <= goes[exposure]!);
    expect(missedStop).toBeLessThanOrEqual(0.05);
    expect(missedStop).toBeGreaterThan(0.01);
    expect(chance(0.04, (events, exposure) => events >= stops[exposure]!)).toBeGreaterThan(0.9);
  });

  it("refuse what is out of range", () => {
    expect(() => logEEventStop(-1, 1, stop)).toThrow('"events" expected integer 0 to 1000000000, got -1');
    expect(() => logEEventStop(1, Number.NaN, stop)).toThrow('"exposure" expected number 0 to 10^15, got NaN');
    expect(() => logEEventStop(1, 1, { ...stop, rate0: 0 })).toThrow(RangeError);
    expect(() => logEEventGo(1, 1, { ...go, beta: 1 })).toThrow(RangeError);
    expect(() => logEEventGo(1, 1, { ...go, prior: { a: 0.5, b: 1 } })).toThrow(RangeError);
    expect(() => logEEventGo(1, 1, { ...go, prior: { a: 1, b: 0 } })).toThrow(RangeError);
  });
});
