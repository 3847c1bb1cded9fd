import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lnUpperMass } from "../../src/statistics/beta-mass.ts";
import {
  clopperPearsonInterval,
  createGoTest,
  logEGo,
  logEStop,
  lowerRateBound,
  upperRateBound,
  wilsonInterval,
} from "../../src/statistics/index.ts";

const counts = fc
  .integer({ min: 1, max: 20_000 })
  .chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: Math.min(n, 1 + (n >> 3)) })));
const level = fc.constantFrom(0.001, 0.025, 0.05, 0.2);

/** Halves an interval until its ends are as close as bounds are known. */
function halve(from: number, to: number, holds: (rate: number) => boolean): readonly [number, number] {
  let [low, high] = [from, to];
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}

describe("bounds of a rate at all looks", () => {
  it("are to the bit those that halving alone finds", () => {
    const wide = fc.integer({ min: 0, max: 23 }).chain((bits) => fc.integer({ min: 1, max: 2 ** bits }));
    const any = wide.chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 0, max: Math.min(n, 1_000) })));
    fc.assert(
      fc.property(any, fc.constantFrom(1e-6, 0.05, 0.5), ([n, f], error) => {
        const needed = -Math.log(error);
        const [, upper] = halve(f / n, 1, (p) => {
          const b = Math.min(1e9, 2 / p);
          return lnUpperMass(1 - p, p, b + n - f, 1 + f) - lnUpperMass(1 - p, p, b, 1) < needed;
        });
        expect(upperRateBound(n, f, error)).toBe(f === n ? 1 : upper);
        const [lower] = halve(0, f / n, (p) => {
          const b = Math.min(1e9, Math.max(1, 0.5 / p));
          return lnUpperMass(p, 1 - p, 1 + f, b + n - f) - lnUpperMass(p, 1 - p, 1, b) >= needed;
        });
        expect(lowerRateBound(n, f, error)).toBe(f === 0 ? 0 : lower);
      }),
      { numRuns: 2_000 },
    );
  });

  it("clear 2 % where the go test does", () => {
    for (const [n, f] of [
      [195, 0],
      [319, 1],
      [424, 2],
    ] as const) {
      expect(upperRateBound(n, f, 0.05)).toBeLessThan(0.02);
      expect(upperRateBound(n - 1, f, 0.05)).toBeGreaterThan(0.02);
      expect(logEGo(n, f, createGoTest({ p1: 0.02, beta: 0.05 }))).toBeGreaterThan(Math.log(20));
    }
  });

  it("give the waves of a risk budget of 25 failures at a true rate of 0.5 %", () => {
    const batches: number[] = [25];
    for (let enrolled = 25; batches.length < 6; ) {
      const upper = upperRateBound(enrolled, Math.round(enrolled * 0.005), 0.05);
      batches.push(Math.min(4 * enrolled, Math.floor(25 / upper)));
      enrolled += batches[batches.length - 1]!;
    }
    expect(batches).toEqual([25, 100, 497, 1496, 2255, 2792]);
  });

  it("leave out no rate that the tests leave open: evidence has one direction along the rates", () => {
    fc.assert(
      fc.property(counts, level, fc.double({ min: 0.000_1, max: 0.999, noNaN: true }), ([n, f], alpha, share) => {
        const lower = lowerRateBound(n, f, alpha);
        const upper = upperRateBound(n, f, alpha);
        expect(lower).toBeLessThanOrEqual(f / n);
        expect(upper).toBeGreaterThanOrEqual(f / n);
        // The prior of a test on a plan is of whole numbers; near enough where b is large.
        const below = lower * share;
        if (below > 1e-6 && below < 0.01) {
          const prior = { a: 1, b: Math.round(0.5 / below) };
          expect(logEStop(n, f, { p0: below, alpha, prior })).toBeGreaterThan(-Math.log(alpha) - 0.05);
        }
        const above = upper + (1 - upper) * share;
        if (above > upper + 1e-6 && above < 0.05) {
          const prior = { a: 1, b: Math.round(2 / above) };
          expect(logEGo(n, f, { p1: above, beta: alpha, prior })).toBeGreaterThan(-Math.log(alpha) - 0.05);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("invert tests whose evidence falls along the rates below the observed one, and rises above it", () => {
    for (const n of [1, 2, 5, 20, 195, 1_000, 100_000]) {
      for (const f of [0, 1, 2, 5, 30, 300].filter((count) => count <= n)) {
        const below = Array.from({ length: 99 }, (_, step) => ((step + 1) / 100) * (f / n));
        const above = Array.from({ length: 99 }, (_, step) => f / n + (1 - f / n) * ((step + 1) / 100) ** 3);
        const stop =
          f === 0
            ? []
            : below.map((p) => {
                const b = Math.max(1, 0.5 / p);
                return lnUpperMass(p, 1 - p, 1 + f, b + n - f) - lnUpperMass(p, 1 - p, 1, b);
              });
        const go =
          f === n
            ? []
            : above.map((p) => {
                const b = 2 / p;
                return lnUpperMass(1 - p, p, b + n - f, 1 + f) - lnUpperMass(1 - p, p, b, 1);
              });
        // Where there is evidence at all.
        for (const evidence of [stop.reverse(), go].map((all) => all.filter((logE) => logE > 0.2))) {
          for (let at = 1; at < evidence.length; at++) expect(evidence[at]).toBeGreaterThan(evidence[at - 1]!);
        }
      }
    }
  });

  it("are wider than Clopper and Pearson's, and hold the same rates or more", () => {
    fc.assert(
      fc.property(counts, ([n, f]) => {
        const once = clopperPearsonInterval(n, f, 0.1);
        expect(lowerRateBound(n, f, 0.05)).toBeLessThanOrEqual(once.lower + 1e-12);
        expect(upperRateBound(n, f, 0.05)).toBeGreaterThanOrEqual(once.upper - 1e-12);
      }),
      { numRuns: 100 },
    );
  });

  it("say nothing where nothing is known", () => {
    expect([lowerRateBound(0, 0, 0.05), upperRateBound(0, 0, 0.05)]).toEqual([0, 1]);
    expect([lowerRateBound(100, 0, 0.05), upperRateBound(7, 7, 0.05)]).toEqual([0, 1]);
    expect(() => lowerRateBound(1, 2, 0.05)).toThrow(RangeError);
    expect(() => upperRateBound(1, 1, 0)).toThrow(RangeError);
  });

  it("reach a thousand million vehicles", () => {
    expect(lowerRateBound(1_000_000_000, 1, 0.05)).toBeLessThan(1e-9);
    expect(upperRateBound(1_000_000_000, 1, 0.05)).toBeGreaterThan(1e-9);
    expect(upperRateBound(1_000_000_000, 1, 0.05)).toBeLessThan(2e-8);
  });
});

describe("intervals of a single look", () => {
  it("have the published ends for 7 of 640", () => {
    const exact = clopperPearsonInterval(640, 7, 0.05);
    expect(exact.lower).toBeCloseTo(0.0044084359881957, 13);
    expect(exact.upper).toBeCloseTo(0.0224049271969648, 13);
    const score = wilsonInterval(640, 7, 0.05);
    expect(score.lower).toBeCloseTo(0.0053080165466583, 13);
    expect(score.upper).toBeCloseTo(0.0224029339928951, 13);
    expect([exact.validFor, score.validFor]).toEqual(["single look only", "single look only"]);
  });

  it("close at 0 and 1", () => {
    const none = clopperPearsonInterval(149, 0, 0.1);
    expect(none.lower).toBe(0);
    // 149 vehicles without a failure clear 2 % in one look at 95 %: 0.98^149 < 0.05.
    expect(none.upper).toBeCloseTo(1 - 0.05 ** (1 / 149), 12);
    expect(clopperPearsonInterval(5, 5, 0.1).upper).toBe(1);
    expect(wilsonInterval(5, 0, 0.1).lower).toBe(0);
    expect(wilsonInterval(5, 5, 0.1).upper).toBe(1);
    expect(() => wilsonInterval(0, 0, 0.1)).toThrow(RangeError);
    expect(() => clopperPearsonInterval(1, 0, 1)).toThrow(RangeError);
  });
});
