import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createGoTest,
  createStopTest,
  goBoundary,
  logEGo,
  logEStop,
  stopBoundary,
  tabulateGoBoundary,
  tabulateStopBoundary,
} from "../../src/statistics/index.ts";
import { crossingProbabilities } from "./operating-characteristics.ts";

const stop = createStopTest({ p0: 0.005, pMax: 0.02, alpha: 0.05 });
const go = createGoTest({ p1: 0.02, beta: 0.05 });
const stopTable = tabulateStopBoundary(stop, 20_000);
const goTable = tabulateGoBoundary(go, 20_000);

describe("boundaries", () => {
  it.each([
    [5, 2],
    [10, 2],
    [20, 3],
    [50, 3],
    [100, 4],
    [200, 5],
    [500, 9],
    [1000, 13],
    [2000, 21],
    [5000, 43],
    [10000, 75],
    [20000, 136],
  ])("stop %i vehicles at %i failures", (n, f) => {
    expect(stopBoundary(n, stop)).toBe(f);
    expect(stopBoundary(n, stopTable)).toBe(f);
  });

  it.each([
    [194, undefined],
    [195, 0],
    [319, 1],
    [500, 2],
    [1000, 8],
    [2000, 22],
    [5000, 69],
    [10000, 155],
    [20000, 333],
  ])("let %i vehicles go at %s failures", (n, f) => {
    expect(goBoundary(n, go)).toBe(f);
    expect(goBoundary(n, goTable)).toBe(f);
  });

  it("clear 2 % after 195, 319, 424 and 697 vehicles with 0, 1, 2 and 5 failures", () => {
    expect([0, 1, 2, 5, 10].map((f) => goTable.firstN[f])).toEqual([195, 319, 424, 697, 1096]);
  });

  it("never stop where not even all failing would be enough", () => {
    expect([0, 1].map((n) => stopBoundary(n, stop))).toEqual([undefined, undefined]);
    expect(stopBoundary(0, stopTable)).toBeUndefined();
    expect(goBoundary(0, goTable)).toBeUndefined();
  });

  it("are the same from a table and from the test, for every n", () => {
    for (let n = 0; n <= 3_000; n++) {
      if (stopBoundary(n, stopTable) !== stopBoundary(n, stop)) throw new Error(`stop differs at ${n}`);
      if (goBoundary(n, goTable) !== goBoundary(n, go)) throw new Error(`go differs at ${n}`);
    }
  });

  it("are the first and last failures whose evidence passes the level by the guard band, and grow by 0 or 1", () => {
    const level = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    const rate = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(rate, level, fc.integer({ min: 1, max: 3_000 }), (p, alpha, n) => {
        const test = createStopTest({ p0: p, pMax: 3 * p, alpha });
        const goTest = createGoTest({ p1: p, beta: alpha });
        const threshold = 1e-6 - Math.log(alpha);
        const f = stopBoundary(n, test);
        if (f !== undefined) {
          expect(logEStop(n, f, test)).toBeGreaterThanOrEqual(threshold);
          expect((stopBoundary(n + 1, test) ?? f) - f).toSatisfy((step: number) => step === 0 || step === 1);
        }
        const below = f === undefined ? n : f - 1;
        if (below >= 0) expect(logEStop(n, below, test)).toBeLessThan(threshold);
        const g = goBoundary(n, goTest) ?? -1;
        if (g >= 0) expect(logEGo(n, g, goTest)).toBeGreaterThanOrEqual(threshold);
        if (g < n) expect(logEGo(n, g + 1, goTest)).toBeLessThan(threshold);
        expect((goBoundary(n + 1, goTest) ?? -1) - g).toSatisfy((step: number) => step === 0 || step === 1);
      }),
    );
  });

  it("do not depend on what was asked before, nor on what the test was before", () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 2, maxLength: 8 });
    const step = fc.tuple(fc.constantFrom("limit", "level", "a", "b"), fc.integer({ min: 1, max: 200 }), numbers);
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 5 }), (steps) => {
        const kept = { p0: 0.1, alpha: 0.05, prior: { a: 1, b: 10 } };
        const keptGo = { p1: 0.1, beta: 0.05, prior: { a: 1, b: 10 } };
        for (const [changed, value, all] of steps) {
          if (changed === "limit") kept.p0 = keptGo.p1 = value / 1_000;
          else if (changed === "level") kept.alpha = keptGo.beta = value / 1_000;
          else kept.prior[changed] = keptGo.prior[changed] = value;
          for (const n of all) {
            expect(stopBoundary(n, kept)).toBe(stopBoundary(n, structuredClone(kept)));
            expect(goBoundary(n, keptGo)).toBe(goBoundary(n, structuredClone(keptGo)));
            expect(logEStop(n, n >> 5, kept)).toBe(logEStop(n, n >> 5, structuredClone(kept)));
            expect(logEGo(n, n >> 5, keptGo)).toBe(logEGo(n, n >> 5, structuredClone(keptGo)));
          }
        }
        kept.alpha = keptGo.beta = 1;
        expect(() => logEStop(1, 0, kept)).toThrow(RangeError);
        expect(() => goBoundary(1, keptGo)).toThrow(RangeError);
      }),
    );
  });

  it("reach ten million vehicles", () => {
    const f = stopBoundary(10_000_000, stop)!;
    expect(f / 10_000_000).toBeGreaterThan(0.005);
    expect(f / 10_000_000).toBeLessThan(0.0052);
  });

  it.each([-1, 0.5, Number.NaN, 1_000_000_001])("refuse %d vehicles", (n) => {
    for (const refused of [() => stopBoundary(n, stop), () => goBoundary(n, go)]) {
      expect(refused).toThrow(RangeError);
      expect(refused).toThrow(`"n" expected integer 0 to 1000000000, got ${n}`);
    }
  });

  it("refuse what a table does not cover", () => {
    for (const refused of [() => stopBoundary(20_001, stopTable), () => goBoundary(20_001, goTable)]) {
      expect(refused).toThrow(RangeError);
      expect(refused).toThrow('"n" expected integer 0 to 20000, got 20001');
    }
    expect(() => stopBoundary(-1, stopTable)).toThrow(RangeError);
    for (const maxN of [10_000_001, -1]) {
      const wording = `"maxN" expected integer 0 to 10000000, got ${maxN}`;
      expect(() => tabulateStopBoundary(stop, maxN)).toThrow(wording);
      expect(() => tabulateGoBoundary(go, maxN)).toThrow(wording);
    }
  });

  it("are plain data", () => {
    expect(JSON.parse(JSON.stringify(stopTable))).toEqual(stopTable);
    expect(tabulateStopBoundary(stop, 5)).toEqual({
      schema: "otakit.stop-table/1",
      test: stop,
      maxN: 5,
      lastN: [-1, 0, 5],
    });
    expect(tabulateGoBoundary(go, 424)).toEqual({
      schema: "otakit.go-table/1",
      test: go,
      maxN: 424,
      firstN: [195, 319, 424],
    });
  });
});

describe("operating characteristics, exactly, with a look after every vehicle", () => {
  const looks = [100, 1000, 5000];
  const round = (values: readonly number[], digits: number) => values.map((value) => Number(value.toFixed(digits)));
  const stopped = (p: number) =>
    crossingProbabilities(p, looks, (n) => ({ from: stopBoundary(n, stopTable) ?? Number.POSITIVE_INFINITY }));
  const expanded = (p: number) => crossingProbabilities(p, looks, (n) => ({ to: goBoundary(n, goTable) ?? -1 }));

  it("stop a tolerable release rarely and a bad one soon", () => {
    expect(round(stopped(0.002), 4)).toEqual([0.0008, 0.001, 0.001]);
    expect(round(stopped(0.005), 4)).toEqual([0.0083, 0.0217, 0.0273]);
    expect(round(stopped(0.01), 3)).toEqual([0.047, 0.336, 0.923]);
    expect(round(stopped(0.02), 3)).toEqual([0.22, 0.977, 1]);
    expect(round(stopped(0.05), 1)).toEqual([0.8, 1, 1]);
  });

  it("expand a good release and hardly ever a bad one", () => {
    expect(round(expanded(0.002), 4)).toEqual([0, 0.9999, 1]);
    expect(round(expanded(0.005), 3)).toEqual([0, 0.968, 1]);
    expect(round(expanded(0.01), 3)).toEqual([0, 0.538, 0.999]);
    expect(round(expanded(0.02), 4)).toEqual([0, 0.0368, 0.0446]);
  });
});
