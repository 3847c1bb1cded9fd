import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGoTest, createStopTest, logEGo, logEStop } from "../../src/statistics/index.ts";
import { exactLogE } from "./exact-oracle.ts";

const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const go = createGoTest({ p1: 0.02, beta: 0.05 });

describe("logEStop and logEGo", () => {
  it.each([
    [40, 2, 2.166439914007294, -1.4012484176950095],
    [250, 0, -1.791759469228055, 3.9393416653254167],
    [700, 6, -0.3915950413120891, 2.049799752127565],
    [3000, 27, 2.1581382071701762, 10.01814674565],
    [60000, 420, 18.19043026906984, 341.2100304543815],
  ])("of %i vehicles with %i failures are the reference values", (n, f, logStop, logGo) => {
    expect(Math.abs(logEStop(n, f, stop) - logStop)).toBeLessThan(1e-10);
    expect(Math.abs(logEGo(n, f, go) - logGo)).toBeLessThan(1e-10);
  });

  it("are zero before the first vehicle", () => {
    expect(logEStop(0, 0, stop)).toBe(0);
    expect(logEGo(0, 0, go)).toBe(0);
  });

  it("agree with mpmath at 30 digits within 1e-9, up to ten million vehicles", () => {
    const fixture = JSON.parse(readFileSync(new URL("fixtures/log-e-mpmath.json", import.meta.url), "utf8")) as {
      rows: [number, number, number, number, number, string, string][];
    };
    expect(fixture.rows.length).toBe(200);
    for (const [n, f, p, a, b, logStop, logGo] of fixture.rows) {
      const prior = { a, b };
      for (const [found, text] of [
        [logEStop(n, f, { p0: p, alpha: 0.05, prior }), logStop],
        [logEGo(n, f, { p1: p, beta: 0.05, prior }), logGo],
      ] as const) {
        // Where log E itself is above a million, four units in its last place are more than 1e-9.
        const allowed = Math.max(1e-9, 4 * Number.EPSILON * Math.abs(Number(text)));
        expect(Math.abs(found - Number(text)), `${n}, ${f}, ${p}, ${a}, ${b}`).toBeLessThanOrEqual(allowed);
      }
    }
  });

  it("agree with exact rational arithmetic", () => {
    const point = fc
      .record({
        n: fc.nat(60),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        numerator: fc.integer({ min: 1, max: 99 }),
      })
      .chain(({ n, share, numerator }) =>
        fc.record({
          n: fc.constant(n),
          f: fc.constant(Math.round(share * n)),
          numerator: fc.constant(numerator),
          a: fc.integer({ min: 1, max: 5 }),
          b: fc.integer({ min: 1, max: 60 }),
        }),
      );
    fc.assert(
      fc.property(point, ({ n, f, numerator, a, b }) => {
        const prior = { a, b };
        const rate = [numerator, 100] as const;
        const above = exactLogE("above", [n, f], rate, prior);
        const below = exactLogE("below", [n, f], rate, prior);
        expect(Math.abs(logEStop(n, f, { p0: numerator / 100, alpha: 0.05, prior }) - above)).toBeLessThan(
          1e-11 * Math.max(1, Math.abs(above)) + 1e-11,
        );
        expect(Math.abs(logEGo(n, f, { p1: numerator / 100, beta: 0.05, prior }) - below)).toBeLessThan(
          1e-11 * Math.max(1, Math.abs(below)) + 1e-11,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("move with each failure and each success as evidence must", () => {
    const rate = fc.double({ min: 1e-4, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 100_000 }), fc.nat(300), (rate, n, failures) => {
        const f = Math.min(failures, n - 1);
        const prior = { a: 1, b: Math.max(1, Math.round(1 / rate)) };
        const stopTest = { p0: rate, alpha: 0.05, prior };
        const goTest = { p1: rate, beta: 0.05, prior };
        // A hair of rounding is allowed where both sides are equal but for the last digits.
        expect(logEStop(n, f + 1, stopTest)).toBeGreaterThan(logEStop(n, f, stopTest) - 1e-9);
        expect(logEStop(n + 1, f, stopTest)).toBeLessThan(logEStop(n, f, stopTest) + 1e-9);
        expect(logEGo(n, f + 1, goTest)).toBeLessThan(logEGo(n, f, goTest) + 1e-9);
        expect(logEGo(n + 1, f, goTest)).toBeGreaterThan(logEGo(n, f, goTest) - 1e-9);
      }),
    );
  });

  it("average to one under their null hypothesis: the defining law of an e-process", () => {
    for (const n of [1, 7, 60]) {
      let stopMean = 0;
      let goMean = 0;
      let binomial = 1;
      for (let f = 0; f <= n; f++) {
        stopMean +=
          binomial *
          0.1 ** f *
          0.9 ** (n - f) *
          Math.exp(logEStop(n, f, { p0: 0.1, alpha: 0.05, prior: { a: 2, b: 9 } }));
        goMean +=
          binomial * 0.1 ** f * 0.9 ** (n - f) * Math.exp(logEGo(n, f, { p1: 0.1, beta: 0.05, prior: { a: 2, b: 9 } }));
        binomial = (binomial * (n - f)) / (f + 1);
      }
      expect(stopMean).toBeCloseTo(1, 10);
      expect(goMean).toBeCloseTo(1, 10);
    }
  });

  it("stay finite and right at the largest counts", () => {
    expect(logEStop(1e9, 5_000_000, stop)).toBeLessThan(0);
    expect(Number.isFinite(logEStop(1e9, 1e9, stop))).toBe(true);
    expect(Number.isFinite(logEGo(1e9, 0, go))).toBe(true);
    expect(logEGo(1e9, 0, go)).toBeGreaterThan(1e7);
  });

  it.each([
    [-1, 0],
    [1.5, 0],
    [1, 2],
    [1, -1],
    [1, 0.5],
    [1_000_000_001, 0],
    [Number.NaN, 0],
    [1, Number.NaN],
  ])("refuse %d vehicles with %d failures", (n, f) => {
    for (const refused of [() => logEStop(n, f, stop), () => logEGo(n, f, go)]) {
      expect(refused).toThrow(RangeError);
      expect(refused).toThrow(/^"[nf]" expected integer 0 to \d+, got /);
    }
  });
});

it("tests that were read back wrongly are refused, not computed with", () => {
  expect(() => logEStop(1, 0, { ...stop, p0: 1 })).toThrow('"p0" expected');
  expect(() => logEGo(1, 0, { ...go, p1: 0 })).toThrow('"p1" expected');
  expect(() => logEGo(1, 0, { ...go, prior: { a: 1, b: -1 } })).toThrow('"prior.b" expected');
});

describe("createStopTest and createGoTest", () => {
  it("look for twice and half of the rates in question by default", () => {
    expect(stop).toEqual({ p0: 0.005, alpha: 0.05, prior: { a: 1, b: 50 } });
    expect(go).toEqual({ p1: 0.02, beta: 0.05, prior: { a: 1, b: 100 } });
  });

  it("take a prior, and nothing else from it", () => {
    const prior = { a: 3, b: 60, extra: 1 };
    expect(createStopTest({ p0: 0.04, alpha: 0.01, prior }).prior).toEqual({ a: 3, b: 60 });
    expect(createGoTest({ p1: 0.04, beta: 0.01, prior }).prior).toEqual({ a: 3, b: 60 });
  });

  it.each([
    ["p0", { p0: 0, pMax: 0.1, alpha: 0.05 }],
    ["p0", { p0: "0.1" as unknown as number, pMax: 0.2, alpha: 0.05 }],
    ["p0", { p0: Number.NaN, prior: { a: 1, b: 1 }, alpha: 0.05 }],
    ["pMax", { p0: 0.1, pMax: 0.1, alpha: 0.05 }],
    ["pMax", { p0: 0.1, pMax: 1, alpha: 0.05 }],
    ["alpha", { p0: 0.1, pMax: 0.2, alpha: 0 }],
    ["alpha", { p0: 0.1, pMax: 0.2, alpha: 1 }],
    ["prior.a", { p0: 0.1, alpha: 0.05, prior: { a: 0, b: 1 } }],
    ["prior.a", { p0: 0.1, alpha: 0.05, prior: { a: 1.5, b: 1 } }],
    ["prior.b", { p0: 0.1, alpha: 0.05, prior: { a: 1, b: 1_000_000_001 } }],
  ] as const)("refuse a stop test by its %s", (name, options) => {
    expect(() => createStopTest(options)).toThrow(new RegExp(`^"${name}" expected`));
    expect(() => createStopTest(options)).toThrow(RangeError);
  });

  it.each([
    ["p1", { p1: 1, beta: 0.05 }],
    ["p1", { p1: -0.1, beta: 0.05 }],
    ["beta", { p1: 0.1, beta: 1 }],
    ["prior.b", { p1: 0.1, beta: 0.05, prior: { a: 1, b: 0 } }],
  ] as const)("refuse a go test by its %s", (name, options) => {
    expect(() => createGoTest(options)).toThrow(new RegExp(`^"${name}" expected`));
  });
});
